// SPDX-License-Identifier: GPL-2.0-or-later
#include "moves.hpp"

namespace pgtwin::test::pair
{
namespace
{

/// Collects the moves of one world.
class Moves
{
public:
    Moves(const World& world, const Plan& plan, Decider& decider) : world_{world}, plan_{plan}, decider_{decider} {}

    std::vector<Move> all()
    {
        network();
        for (std::size_t node = 0; node < 2; ++node)
        {
            cluster(node);
            if (world_.node[node].has_power == 0)
                continue;
            pacemaker(node);
            actions(node);
            database(node);
            time(node);
            administrator(node);
        }
        return std::move(moves_);
    }

private:
    void add(bool is_possible, Event event, std::size_t node = 0, std::size_t detail = 0)
    {
        const bool is_fault = event <= Event::last_fault;
        if (!is_possible || (is_fault && ((plan_.faults & bit(event)) == 0 || world_.faults >= plan_.most_faults)))
            return;
        moves_.push_back({event, byte(node), byte(detail)});
    }

    void network()
    {
        add(world_.is_connected != 0, Event::network_down);
        add(world_.is_connected == 0, Event::network_up);
        add(world_.can_replicate != 0, Event::replication_blocked);
        add(world_.can_replicate == 0, Event::replication_free);
    }

    [[nodiscard]] bool is_link_up() const
    {
        return world_.is_connected != 0 && world_.node[0].has_power != 0 && world_.node[1].has_power != 0;
    }
    /// Whether the worker's next step changes the directory in more than one stroke.
    [[nodiscard]] bool may_be_left_half_done(std::size_t node)
    {
        if (world_.worker[node].goal == 0)
            return false;
        const Node& self = world_.node[node];
        const std::size_t kind = decider_.decide(world_.worker[node], self.mode).effect.kind;
        const bool has_both = self.new_copy != 0 && self.directory == byte(DirectoryKind::data);
        return kind == decide::index_of<decide::Rewind>() ||
               (kind == decide::index_of<decide::SwapDirectories>() && has_both);
    }
    [[nodiscard]] bool is_opening(std::size_t node)
    {
        const Node& self = world_.node[node];
        return world_.action[node].goal == byte(Goal::promote) + 1 && self.server == Server::standby &&
               self.is_hung == 0 && !self.wal.is_full() && self.wal.promotions() < most_promotions &&
               decider_.decide(world_.action[node], self.mode).effect.kind == decide::index_of<decide::PromoteServer>();
    }
    [[nodiscard]] bool do_both_see() const { return world_.node[0].sees_peer != 0 && world_.node[1].sees_peer != 0; }

    void cluster(std::size_t node)
    {
        const Node& self = world_.node[node];
        const Node& peer = world_.node[1 - node];
        const bool is_alone = self.sees_peer == 0;
        add(self.has_power == 0, Event::boot, node);
        add(self.has_power == 0 && plan_.does_boot_start_servers && self.directory == byte(DirectoryKind::data) &&
                self.is_half_rewound == 0,
            Event::boot, node, 1);
        add(self.wants_fencing != 0, Event::fence, node);
        if (self.has_power == 0)
            return;
        add(true, Event::power_loss, node);
        add(may_be_left_half_done(node), Event::power_loss, node, 1);
        add(!is_alone && (world_.is_connected == 0 || peer.has_power == 0 || peer.sees_peer == 0), Event::detect_loss,
            node);
        add(self.is_left != 0, Event::follow_up, node);
        add(plan_.has_fencing && self.is_left == 0 && is_alone && self.is_peer_clean == 0 && self.wants_fencing == 0 &&
                may_act(self),
            Event::request_fencing, node);
        add(node == 0 && is_link_up() && is_alone && peer.sees_peer == 0, Event::join);
        const bool is_unmerged = is_link_up() && do_both_see() && self.is_joined == 0 && peer.is_joined == 0 &&
                                 self.is_left == 0 && peer.is_left == 0;
        const bool is_winner = world_.recorded_last == 0 || world_.recorded_last == node + 1;
        add(is_unmerged && (do_records_differ() ? is_winner : node == 0), Event::merge, node);
        add(world_.lag == node + 1 && is_link_up() && do_both_see(), Event::deliver, node);
        add(world_.late_node == node + 1, Event::write_out, node);
    }

    [[nodiscard]] bool do_records_differ() const
    {
        return world_.cib[0].of[0].status != world_.cib[1].of[0].status ||
               world_.cib[0].of[1].status != world_.cib[1].of[1].status;
    }
    [[nodiscard]] bool may_act(const Node& node) const { return node.has_quorum != 0 || plan_.is_quorum_ignored; }
    /// Resources are started and promoted by a partition that has quorum and no node that is lost and not fenced.
    [[nodiscard]] bool may_start(const Node& node) const
    {
        return may_act(node) && (node.sees_peer != 0 || node.is_peer_clean != 0);
    }
    [[nodiscard]] bool is_promotion_left() const
    {
        int begun = 0;
        for (const Action& action : world_.action)
            begun += action.goal == byte(Goal::promote) + 1 ? 1 : 0;
        return world_.promotions + begun < plan_.most_promotions;
    }

    [[nodiscard]] bool is_peer_known_promoted(const Node& self, const Node& peer) const
    {
        const bool is_unheard = plan_.is_pending_used && self.is_joined == 0;
        return self.sees_peer != 0 && !is_unheard && peer.belief == Belief::promoted;
    }

    void pacemaker(std::size_t node)
    {
        const Node& self = world_.node[node];
        const Node& peer = world_.node[1 - node];
        if (world_.action[node].goal != 0 || self.is_left != 0)
            return;
        const bool is_started = self.belief != Belief::stopped;
        const bool is_promoted = self.belief == Belief::promoted;
        add(may_start(self) && !is_started, Event::start, node);
        add(may_start(self) && self.belief == Belief::started && self.server == Server::standby &&
                !is_peer_known_promoted(self, peer) && is_promotion_left() && !(plan_.is_second_banned && node == 1),
            Event::promote, node);
        add(is_started, Event::monitor, node);
        const bool has_failed = self.server == Server::down || self.is_hung == 1 || self.is_foreign != 0;
        const bool is_not_promoted = is_promoted && self.server != Server::primary;
        add(is_started && (has_failed || is_not_promoted), Event::stop, node);
        add(is_promoted && (has_failed || is_not_promoted), Event::demote, node);
        add(is_started && !has_failed && !is_not_promoted, Event::ordered_stop, node);
        add(is_promoted && !has_failed && !is_not_promoted, Event::ordered_demote, node);
        const bool is_idle = !is_started && self.server == Server::down && world_.worker[node].goal == 0;
        const bool is_heard = self.is_joined != 0 && peer.sees_peer != 0 && is_link_up();
        add(is_idle && (self.sees_peer == 0 || is_heard), Event::leave, node);
        add(is_idle && is_heard, Event::quit, node);
    }

    void actions(std::size_t node)
    {
        if (world_.action[node].goal != 0)
        {
            const Decision decision = decider_.decide(world_.action[node], world_.node[node].mode);
            const bool is_wait = decision.effect.kind == decide::index_of<decide::Wait>();
            add(true, Event::proceed, node);
            add(is_wait, Event::expire, node);
            add(true, Event::kill, node);
            const bool is_step = !is_wait && decision.kind == Decision::Kind::take;
            add(is_step, Event::failing_step, node);
            add(is_step && plan_.has_wide_failures, Event::failing_step, node, 1);
        }
        if (world_.worker[node].goal != 0)
        {
            const Decision decision = decider_.decide(world_.worker[node], world_.node[node].mode);
            const bool is_step =
                decision.kind == Decision::Kind::take && decision.effect.kind != decide::index_of<decide::Wait>();
            add(is_step && plan_.has_wide_failures, Event::failing_step, node, 2);
            add(is_step && plan_.has_wide_failures, Event::failing_step, node, 3);
            add(true, Event::proceed_worker, node);
            add(decision.effect.kind == decide::index_of<decide::Wait>(), Event::expire_worker, node);
            add(true, Event::kill_worker, node);
            add(may_be_left_half_done(node), Event::kill_worker, node, 1);
        }
    }

    void database(std::size_t node)
    {
        const Node& self = world_.node[node];
        const Node& peer = world_.node[1 - node];
        const bool is_primary = self.server == Server::primary && self.is_hung == 0;
        add(self.server != Server::down, Event::crash, node);
        add(is_opening(node) && plan_.has_wide_failures, Event::crash, node, 1);
        add(self.server != Server::down && self.is_hung == 0, Event::hang, node);
        add(self.server == Server::down && self.is_slow == 0, Event::slow_down, node);
        add(self.is_hung != 0, Event::wake, node);
        add(does_stream(world_, node) && self.wal.size() < peer.wal.size(), Event::receive, node);
        add(is_primary && world_.commits < plan_.most_commits && self.wal.size() + 2 < longest_wal, Event::commit,
            node);
        for (std::size_t commit = 0; is_primary && commit < world_.commits; ++commit)
            add((self.waiting >> commit & 1U) != 0 && is_released(node, commit), Event::acknowledge, node, commit);
        add(self.server != Server::down && self.is_hung == 0 && self.has_names != self.are_names_taken,
            Event::take_names, node);
    }

    /// Whether a commit that waits need wait no longer.
    [[nodiscard]] bool is_released(std::size_t node, std::size_t commit) const
    {
        if (world_.node[node].are_names_taken == 0)
            return true;
        const Wal& wal = world_.node[node].wal;
        std::size_t place = 0;
        while (place < wal.size() && wal.token[place] != first_commit + commit)
            ++place;
        return does_stream(world_, 1 - node) && world_.node[1 - node].wal.size() > place;
    }

    void time(std::size_t node)
    {
        const Node& self = world_.node[node];
        const Node& peer = world_.node[1 - node];
        add(self.are_names_young != 0 || (self.notes.certify != 0 && self.notes.is_second_over == 0),
            Event::pass_second, node);
        const bool is_begun = self.notes.degrade == Delay::begun && self.notes.degrade_ring == 0;
        const bool is_settled =
            is_link_up() && do_both_see() && self.is_joined != 0 && peer.is_joined != 0 && world_.lag != 2 - node;
        add(is_begun && self.sees_peer != 0 && (is_settled || plan_.is_delay_void), Event::pass_delay, node);
        add(plan_.has_standoffs && self.notes.standoff_self != 0 && self.notes.is_patience_over == 0,
            Event::pass_patience, node);
        add((plan_.faults & bit(Event::stall)) != 0 && self.notes.degrade != Delay::none &&
                self.notes.degrade != Delay::stalled,
            Event::stall, node);
    }

    void administrator(std::size_t node)
    {
        const Node& self = world_.node[node];
        // Who loses both disks needs a backup.
        const bool has_idle_data = self.directory == byte(DirectoryKind::data) && self.server == Server::down &&
                                   world_.node[1 - node].directory == byte(DirectoryKind::data);
        add(has_idle_data, Event::wipe, node);
        // What is torn in the middle of a swap only a human can put together.
        add(has_idle_data && self.memory.rebuild != byte(Rebuild::swapping), Event::tear, node);
        add(world_.overrides < plan_.most_overrides && self.server == Server::standby &&
                world_.cib[node].of[node].has_override == 0,
            Event::accept_loss, node);
        add(world_.mode_changes < plan_.most_mode_changes, Event::change_mode, node);
    }

    const World& world_;
    const Plan& plan_;
    Decider& decider_;
    std::vector<Move> moves_;
};

} // namespace

std::vector<Move> moves(const World& world, const Plan& plan, Decider& decider)
{
    return Moves{world, plan, decider}.all();
}

} // namespace pgtwin::test::pair
