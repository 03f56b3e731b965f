// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <stdexcept>

#include "healing.hpp"

namespace pgtwin::test::pair
{
namespace
{

constexpr int most_steps = 60;

World first_deployment(const Plan& plan)
{
    World world{};
    world.is_connected = 1;
    world.can_replicate = 1;
    for (Node& node : world.node)
    {
        node.has_power = 1;
        node.sees_peer = 1;
        node.is_joined = 1;
        node.has_quorum = 1;
        node.mode = byte(plan.mode);
        node.directory = byte(DirectoryKind::absent);
        node.memory.role = byte(Role::standby);
    }
    Node& first = world.node[0];
    first.directory = byte(DirectoryKind::data);
    first.system = 1;
    first.control = byte(ControlState::shut_down);
    return world;
}

World two_databases(const Plan& plan)
{
    World world = first_deployment(plan);
    world.node[1].directory = byte(DirectoryKind::data);
    world.node[1].system = 2;
    world.node[1].control = byte(ControlState::shut_down);
    return world;
}

/// Makes the worlds in which explorations begin.
class Maker
{
public:
    Maker(const Plan& plan, const Mutation* mutation)
        : plan_{free_of_limits(plan)}, decider_{mutation}, machine_{plan_, decider_, beginning(plan)}
    {
        if (plan.root != Root::strangers)
            heal();
    }

    /// What came before is not counted.
    World made()
    {
        World& world = machine_.world;
        world.promotions = 0;
        world.faults = 0;
        world.overrides = 0;
        for (Copy& copy : world.cib)
            for (Card& card : copy.of)
                card.score = 0;
        (void)relabel(world);
        return world;
    }

    void heal()
    {
        const Healing healing = pair::heal(machine_.world, plan_, decider_);
        if (!healing.is_whole)
            throw std::runtime_error{"the pair does not come up:\n" + describe(healing.world)};
        machine_.world = healing.world;
    }

    void happen(std::size_t node, std::initializer_list<Event> list)
    {
        for (const Event event : list)
            make(machine_, {event, byte(node), 0});
    }

    void order(std::size_t node, Event event) { run_to_end(machine_, node, event); }

    /// Nothing else happens meanwhile.
    void order_at_once(std::size_t node, Event event)
    {
        happen(node, {event});
        for (int i = 0; i < most_steps && machine_.world.action.at(node).goal != 0; ++i)
            happen(node, {Event::proceed});
    }

    /// The worker goes on up to its start of a server.
    void work(std::size_t node)
    {
        const auto starts = [this, node]
        {
            return machine_.decided(node, Slot::worker).effect.kind == decide::index_of<decide::StartServer>();
        };
        for (int i = 0; i < most_steps && !starts(); ++i)
            happen(node, {Event::proceed_worker});
    }

    /// Up to the step that would open the server.
    void announce(std::size_t node)
    {
        happen(node, {Event::promote});
        const auto opens = [this, node]
        {
            return machine_.decided(node, Slot::action).effect.kind == decide::index_of<decide::PromoteServer>();
        };
        for (int i = 0; i < most_steps && !opens(); ++i)
            happen(node, {Event::proceed});
    }

    /// The peer of this node is gone, and is fenced.
    void lose_peer_of(std::size_t node)
    {
        happen(1 - node, {Event::power_loss});
        happen(node, {Event::detect_loss, Event::request_fencing, Event::fence});
        for (int i = 0; i < 5; ++i)
            order(node, Event::monitor);
    }

    /// What the primary has granted last is not in the CIB yet.
    void hide_certificate(std::size_t of)
    {
        World& world = machine_.world;
        const Card shown = world.cib.at(of).of.at(of);
        world.late_node = byte(of + 1);
        world.late_certificate = shown.certificate;
        world.late_mode = shown.certificate_mode;
        for (Copy& copy : world.cib)
            copy.of.at(of).certificate = copy.of.at(of).certificate_mode = 0;
    }

    void take_over(std::size_t node)
    {
        lose_peer_of(node);
        order(node, Event::promote);
    }

private:
    static World beginning(const Plan& plan)
    {
        return plan.root == Root::strangers ? two_databases(plan) : first_deployment(plan);
    }

    static Plan free_of_limits(Plan plan)
    {
        plan.has_lag = false;
        plan.has_pauses = true;
        plan.has_fencing = true;
        return plan;
    }

    Plan plan_;
    Decider decider_;
    Machine machine_;
};

void write_in_vain(Maker& maker)
{
    maker.happen(0, {Event::network_down, Event::commit, Event::commit});
    maker.happen(0, {Event::network_up});
}

/// A records in its own copy of the CIB that B is stale, which B never sees.
void cut_off(Maker& maker)
{
    maker.happen(0, {Event::network_down, Event::detect_loss});
    maker.order(0, Event::monitor);
    maker.take_over(1);
    maker.happen(1, {Event::network_up, Event::commit});
}

void override_the_better(Maker& maker)
{
    maker.take_over(1);
    maker.happen(1, {Event::commit, Event::power_loss});
    maker.happen(0, {Event::boot, Event::request_fencing, Event::fence});
    maker.order(0, Event::start);
    maker.happen(0, {Event::accept_loss});
    maker.order(0, Event::promote);
    maker.happen(0, {Event::commit});
    maker.happen(1, {Event::boot});
    maker.happen(0, {Event::join, Event::merge});
    maker.happen(1, {Event::deliver});
}

void outgrow(Maker& maker)
{
    override_the_better(maker);
    maker.happen(0, {Event::crash});
    for (const Event order : {Event::stop, Event::start, Event::promote})
        maker.order(0, order);
    maker.happen(0, {Event::commit});
}

void switch_over(Maker& maker)
{
    maker.order(0, Event::ordered_demote);
    maker.order(1, Event::promote);
    maker.heal();
}

void take_over_and_commit(Maker& maker)
{
    write_in_vain(maker);
    maker.take_over(1);
    maker.happen(1, {Event::commit});
}

void come_back_beaten(Maker& maker)
{
    take_over_and_commit(maker);
    maker.happen(0, {Event::network_up, Event::boot, Event::join});
    maker.happen(1, {Event::merge});
    maker.happen(0, {Event::deliver});
}

void go_alone(Maker& maker)
{
    maker.lose_peer_of(0);
}

void be_left(Maker& maker)
{
    maker.order(1, Event::ordered_stop);
    maker.order(0, Event::monitor);
    maker.happen(1, {Event::quit});
    maker.order(0, Event::monitor);
}

void go_alone_and_commit(Maker& maker)
{
    maker.lose_peer_of(0);
    maker.happen(0, {Event::commit});
}

void promote_one_of_two(Maker& maker)
{
    maker.happen(1, {Event::power_loss});
    maker.happen(0, {Event::detect_loss, Event::request_fencing, Event::fence});
    maker.order(0, Event::start);
    maker.order(0, Event::promote);
    maker.happen(0, {Event::commit});
}

void grant(Maker& maker)
{
    maker.hide_certificate(1);
}

void grant_in_vain(Maker& maker)
{
    grant(maker);
    maker.happen(0, {Event::crash});
    maker.order(0, Event::stop);
    maker.order(0, Event::start);
}

void promote_again(Maker& maker)
{
    grant_in_vain(maker);
    for (std::size_t node = 0; node < 2; ++node)
        maker.order(node, Event::monitor);
    maker.order_at_once(0, Event::promote);
}

void fail_to_promote(Maker& maker)
{
    maker.happen(0, {Event::crash});
    maker.order(0, Event::stop);
    maker.announce(1);
    maker.happen(1, {Event::kill});
    maker.order(0, Event::start);
    maker.order(0, Event::monitor);
}

/// The primary is lost when the new copy of its standby is in its place and has no server yet.
void copy_in_vain(Maker& maker)
{
    maker.happen(1, {Event::crash});
    maker.order(1, Event::stop);
    maker.happen(1, {Event::wipe});
    maker.order(0, Event::monitor);
    maker.order_at_once(1, Event::start);
    maker.work(1);
    maker.lose_peer_of(1);
}

void stay(Maker&) {}

struct Way
{
    Root root;
    void (*come)(Maker&);
    bool ends_in_the_dark; ///< both nodes lose power in the end
};

constexpr auto ways = std::to_array<Way>({
    {Root::running_pair,     stay,                 false},
    {Root::both_down,        stay,                 true },
    {Root::alone,            go_alone,             false},
    {Root::left,             be_left,              false},
    {Root::held_loss,        go_alone_and_commit,  true },
    {Root::switched,         switch_over,          false},
    {Root::forked,           take_over_and_commit, true },
    {Root::cut_off,          cut_off,              true },
    {Root::beaten,           come_back_beaten,     false},
    {Root::overridden,       override_the_better,  false},
    {Root::outgrown,         outgrow,              false},
    {Root::strangers,        promote_one_of_two,   true },
    {Root::granted,          grant,                false},
    {Root::granted_in_vain,  grant_in_vain,        false},
    {Root::promoted_again,   promote_again,        false},
    {Root::failed_promotion, fail_to_promote,      false},
    {Root::copied_in_vain,   copy_in_vain,         false},
});

void come_to(Maker& maker, Root root)
{
    const auto* const way =
        std::find_if(ways.begin(), ways.end(), [root](const Way& each) { return each.root == root; });
    way->come(maker);
    for (std::size_t node = 0; node < 2 && way->ends_in_the_dark; ++node)
        maker.happen(node, {Event::power_loss});
}

} // namespace

World root_of(const Plan& plan, const Mutation* mutation)
{
    if (plan.root == Root::first_deployment)
        return first_deployment(plan);
    if (plan.root == Root::two_databases)
        return two_databases(plan);
    Maker maker{plan, mutation};
    come_to(maker, plan.root);
    return maker.made();
}

} // namespace pgtwin::test::pair
