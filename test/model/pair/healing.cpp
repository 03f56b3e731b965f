// SPDX-License-Identifier: GPL-2.0-or-later
#include "healing.hpp"

#include <algorithm>

namespace pgtwin::test::pair
{
namespace
{

constexpr int most_rounds = 30;
constexpr int most_steps = 60;
constexpr int patience = 8;
constexpr int certified_index = 3;

Plan fair(Plan plan)
{
    plan.has_scores = true;
    plan.has_lag = false;
    plan.has_pauses = true;
    plan.has_split_looks = false;
    plan.most_promotions = 100;
    plan.faults = 0;
    return plan;
}

void move(Machine& machine, Event event, std::size_t node)
{
    if (machine.broken == nullptr)
        make(machine, {event, byte(node), 0});
    (void)relabel(machine.world);
}

/// Replication, checkpointers and clocks do what they should.
void pass_time(Machine& machine)
{
    for (std::size_t node = 0; node < 2; ++node)
    {
        const Node& self = machine.world.node.at(node);
        while (does_stream(machine.world, node) && self.wal.size() < machine.world.node.at(1 - node).wal.size())
            move(machine, Event::receive, node);
        move(machine, Event::take_names, node);
        move(machine, Event::pass_second, node);
        if (self.notes.degrade == Delay::begun && self.notes.degrade_ring == 0)
            move(machine, Event::pass_delay, node);
        if (self.notes.standoff_self != 0)
            move(machine, Event::pass_patience, node);
    }
}

bool waits_now(Machine& machine, std::size_t node, Slot slot)
{
    return machine.decided(node, slot).effect.kind == decide::index_of<decide::Wait>();
}

/// What is under way comes to its end; a worker that waits is left alone.
void finish(Machine& machine, std::size_t node)
{
    int waits = 0;
    for (int i = 0; i < most_steps && machine.world.action.at(node).goal != 0; ++i)
    {
        const bool is_wait = waits_now(machine, node, Slot::action);
        waits += is_wait ? 1 : 0;
        move(machine, is_wait && waits > patience ? Event::expire : Event::proceed, node);
        pass_time(machine);
    }
    for (int i = 0; i < most_steps && machine.world.worker.at(node).goal != 0; ++i)
    {
        if (waits_now(machine, node, Slot::worker) && ++waits > patience)
            return machine.wait_long(node, Slot::worker);
        move(machine, Event::proceed_worker, node);
        pass_time(machine);
    }
}

/// What Pacemaker recovers from, of all that a monitor says.
bool is_failure(Reason reason)
{
    return reason != Reason::running_standby && reason != Reason::running_primary && reason != Reason::rebuilding &&
           reason != Reason::waiting_for_primary && reason != Reason::recovering;
}

/// Lets a world without faults run.
class Healer
{
public:
    Healer(const World& world, const Plan& plan, Decider& decider) : plan_{fair(plan)}, machine_{plan_, decider, world}
    {
    }

    Machine& machine() { return machine_; }
    World& world() { return machine_.world; }

    void mend()
    {
        World& now = world();
        now.is_connected = 1;
        now.can_replicate = 1;
        for (std::size_t node = 0; node < 2; ++node)
        {
            now.node.at(node).is_hung = now.node.at(node).is_slow = 0;
            if (now.node.at(node).wants_fencing != 0)
                move(machine_, Event::fence, node);
        }
        for (std::size_t node = 0; node < 2; ++node)
            if (now.node.at(node).has_power == 0)
                boot(node);
        for (std::size_t node = 0; node < 2; ++node)
            if (now.node.at(node).is_left != 0)
                move(machine_, Event::follow_up, node);
        meet();
        for (Copy& copy : now.cib)
            for (Card& card : copy.of)
                if (card.certificate != 0 && card.certificate == card.run)
                    card.score = certified_index;
    }

    void round()
    {
        for (std::size_t node = 0; node < 2; ++node)
            finish(machine_, node);
        for (std::size_t node = 0; node < 2; ++node)
            recover(node);
        elect();
        for (std::size_t node = 0; node < 2; ++node)
        {
            if (world().node.at(node).belief != Belief::stopped)
            {
                run_to_end(machine_, node, Event::monitor);
                has_failed_.at(node) = is_failure(machine_.reason);
            }
            pass_time(machine_);
        }
    }

private:
    void boot(std::size_t node)
    {
        if (machine_.broken == nullptr)
            make(machine_, {Event::boot, byte(node), plan_.does_boot_start_servers ? Byte{1} : Byte{0}});
    }

    /// Corosync, Pacemaker and the CIB find together.
    void meet()
    {
        World& now = world();
        if (now.lag != 0 && now.node[0].sees_peer != 0 && now.node[1].sees_peer != 0)
            move(machine_, Event::deliver, now.lag - 1U);
        if (now.node[0].is_joined != 0 && now.node[1].is_joined != 0)
            return;
        const bool have_met = now.node[0].sees_peer != 0 && now.node[1].sees_peer != 0;
        for (std::size_t node = 0; node < 2 && !have_met; ++node)
            if (now.node.at(node).sees_peer != 0)
                move(machine_, Event::detect_loss, node);
        if (!have_met)
            move(machine_, Event::join, 0);
        // As in the search: where the newest record is kept, the CIB of the node that wrote it wins.
        move(machine_, Event::merge, now.recorded_last == 0 ? 0U : now.recorded_last - 1U);
    }

    /// Pacemaker: a failed instance is stopped, a stopped one started.
    void recover(std::size_t node)
    {
        const Node& self = world().node.at(node);
        const bool is_in_wrong_role = (self.belief == Belief::promoted && self.server != Server::primary) ||
                                      (self.belief == Belief::started && self.server == Server::primary);
        if (self.belief != Belief::stopped && (is_in_wrong_role || has_failed_.at(node)))
            run_to_end(machine_, node, Event::stop);
        has_failed_.at(node) = false;
        if (self.belief == Belief::stopped)
            run_to_end(machine_, node, Event::start);
    }

    void elect()
    {
        if (world().node[0].belief == Belief::promoted || world().node[1].belief == Belief::promoted)
            return;
        const Byte of_a = world().cib[0].of[0].score;
        const Byte of_b = world().cib[1].of[1].score;
        const std::size_t best = of_b > of_a && !plan_.is_second_banned ? 1 : 0;
        if ((best == 1 ? of_b : of_a) > 1 && world().node.at(best).server == Server::standby)
            run_to_end(machine_, best, Event::promote);
    }

    Plan plan_;
    Machine machine_;
    std::array<bool, 2> has_failed_{};
};

bool is_whole(const World& world, std::size_t primary)
{
    const std::size_t standby = 1 - primary;
    const Node& node = world.node.at(primary);
    const Copy& cib = world.cib.at(primary);
    const bool is_certified =
        cib.of.at(standby).certificate != 0 && cib.of.at(standby).certificate == world.node.at(standby).memory.run;
    const bool is_async = node.mode == byte(ReplicationMode::async);
    return node.server == Server::primary && does_stream(world, standby) && is_certified &&
           world.cib[0] == world.cib[1] && node.are_names_taken == (is_async ? 0 : 1) &&
           cib.of.at(primary).status == byte(DataStatus::primary) &&
           cib.of.at(standby).status == byte(DataStatus::in_sync) && cib.of.at(standby).score == certified_index;
}

/// What a node is told that asks for its promotion.
Reason refusal(const World& world, const Plan& plan, Decider& decider, std::size_t node)
{
    Machine machine{plan, decider, world};
    run_to_end(machine, node, Event::promote);
    return machine.reason;
}

bool has_data(const Node& node)
{
    return node.directory == byte(DirectoryKind::data);
}

/// One directory is lost, and the other one cannot prove that it has everything, or its repair has lost its source.
std::optional<Reason> what_lacks(const World& world, const Plan& plan, Decider& decider)
{
    const std::size_t left = has_data(world.node[0]) ? 0 : 1;
    if (!has_data(world.node.at(left)))
        return std::nullopt;
    const Reason said = refusal(world, plan, decider, left);
    // A complete copy is started without a source.
    const Byte rebuild = world.node.at(left).memory.rebuild;
    const bool is_in_repair =
        said == Reason::not_running && rebuild != byte(Rebuild::none) && rebuild != byte(Rebuild::swapping);
    const bool is_lacking = said == Reason::peer_recorded_primary || said == Reason::stale_alone || is_in_repair;
    return is_lacking ? std::optional{Reason::stale_alone} : std::nullopt;
}

/// Why a human is needed, by what production says itself.
std::optional<Reason> what_needs_a_human(const World& world, const Plan& plan, Decider& decider)
{
    const Node& a = world.node[0];
    const Node& b = world.node[1];
    const bool is_primary_there = a.server == Server::primary || b.server == Server::primary;
    if (has_data(a) && has_data(b) && a.system != b.system)
        return Reason::different_systems;
    if (is_primary_there || world.action[0].goal != 0 || world.action[1].goal != 0)
        return std::nullopt;
    if (!has_data(a) || !has_data(b))
        return what_lacks(world, plan, decider);
    const std::array<Reason, 2> said{refusal(world, plan, decider, 0), refusal(world, plan, decider, 1)};
    const bool is_one_promoted = said[0] == Reason::promoted || said[1] == Reason::promoted;
    const bool is_diverged = said[0] == Reason::diverged || said[1] == Reason::diverged;
    return is_diverged && !is_one_promoted ? std::optional{Reason::diverged} : std::nullopt;
}

} // namespace

void run_to_end(Machine& machine, std::size_t node, Event order)
{
    move(machine, order, node);
    finish(machine, node);
}

bool is_whole(const World& world)
{
    return is_whole(world, 0) || is_whole(world, 1);
}

Healing heal(const World& world, const Plan& plan, Decider& decider)
{
    Healer healer{world, plan, decider};
    Healing healing;
    healer.mend();
    while (healing.rounds < most_rounds && !healing.is_whole && healer.machine().broken == nullptr)
    {
        healer.round();
        healing.rounds++;
        healing.is_whole = is_whole(healer.world());
    }
    healing.world = healer.world();
    healing.broken = healer.machine().broken;
    if (!healing.is_whole && healing.broken == nullptr)
        healing.human = what_needs_a_human(healing.world, fair(plan), decider);
    return healing;
}

} // namespace pgtwin::test::pair
