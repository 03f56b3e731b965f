// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "moves.hpp"

namespace pgtwin::test::pair
{
namespace
{

void detect_loss(Machine& machine, std::size_t node)
{
    Node& self = machine.world.node.at(node);
    self.sees_peer = 0;
    self.is_joined = 0;
    self.is_peer_clean = machine.plan().has_fencing ? 0 : 1;
    machine.world.lag = 0;
    clear_transient(machine.world.cib.at(node).of.at(1 - node));
    machine.change_ring(node);
}

void leave(Machine& machine, std::size_t node)
{
    World& world = machine.world;
    Node& peer = world.node.at(1 - node);
    if (world.node.at(node).sees_peer != 0 && peer.sees_peer != 0)
    {
        if (world.lag == 2 - node)
            machine.copy_cib(node, 1 - node);
        detect_loss(machine, 1 - node);
        peer.is_peer_clean = 1;
    }
    machine.lose_power(node);
}

void boot(Machine& machine, std::size_t node)
{
    Node& self = machine.world.node.at(node);
    self.has_power = 1;
    self.is_left = machine.plan().does_pacemaker_follow ? 1 : 0;
    self.has_quorum = machine.plan().has_wait_for_all ? 0 : 1;
    if (!machine.plan().does_run_outlive_boot)
        self.memory.run = 0;
}

/// The probe finds it in the role in which its directory was left, and Pacemaker takes it as it is.
void start_server_at_boot(Machine& machine, std::size_t node)
{
    Node& self = machine.world.node.at(node);
    const bool is_standby = self.has_signal != 0;
    self.server = is_standby ? Server::standby : Server::primary;
    self.control = byte(is_standby ? ControlState::in_archive_recovery : ControlState::in_production);
    self.are_names_taken = is_standby ? Byte{0} : self.has_names;
    self.is_unprotected = !is_standby && self.mode == byte(ReplicationMode::async) ? 1 : 0;
    self.is_foreign = 1;
    self.belief = is_standby ? Belief::started : Belief::promoted;
}

void fence(Machine& machine, std::size_t node)
{
    Node& self = machine.world.node.at(node);
    self.wants_fencing = 0;
    if (machine.world.node.at(1 - node).has_power != 0)
        machine.lose_power(1 - node);
    if (self.has_power != 0 && self.sees_peer == 0)
        self.is_peer_clean = 1;
}

void join(Machine& machine)
{
    for (std::size_t node = 0; node < 2; ++node)
    {
        Node& self = machine.world.node.at(node);
        self.sees_peer = 1;
        self.is_joined = 0;
        self.has_quorum = 1;
        self.is_peer_clean = 0;
        machine.change_ring(node);
    }
}

/// The records of one node win; of what vanishes with its node, each node's own word counts.
void merge(Machine& machine, std::size_t winner)
{
    World& world = machine.world;
    const std::size_t loser = 1 - winner;
    Card& of_loser = world.cib.at(winner).of.at(loser);
    const Byte status = of_loser.status;
    of_loser = world.cib.at(loser).of.at(loser);
    of_loser.status = status;
    world.node.at(winner).is_joined = 1;
    world.lag = byte(loser + 1);
    if (!machine.plan().has_lag)
        machine.copy_cib(winner, loser);
}

void commit(Machine& machine, std::size_t node)
{
    World& world = machine.world;
    Node& self = world.node.at(node);
    const unsigned which = world.commits++;
    self.wal.append(byte(first_commit + static_cast<int>(which)));
    if (self.are_names_taken != 0)
        self.waiting = static_cast<Byte>(self.waiting | 1U << which);
    else if (self.is_unprotected == 0)
        world.acknowledged = static_cast<Byte>(world.acknowledged | 1U << which);
}

void acknowledge(Machine& machine, std::size_t node, unsigned which)
{
    World& world = machine.world;
    Node& self = world.node.at(node);
    self.waiting = static_cast<Byte>(self.waiting & ~(1U << which));
    if (self.is_unprotected == 0)
        world.acknowledged = static_cast<Byte>(world.acknowledged | 1U << which);
}

/// A disk is lost, and with it what nobody else had.
void wipe(Machine& machine, std::size_t node, DirectoryKind left)
{
    World& world = machine.world;
    Node& self = world.node.at(node);
    self.directory = byte(left);
    self.wal = {};
    self.is_half_rewound = 0;
    self.is_half_open = 0;
    self.has_signal = 0;
    self.control = 0;
    self.system = 0;
    Byte held = static_cast<Byte>(self.old_wal.commits() | self.new_wal.commits());
    const Node& peer = world.node.at(1 - node);
    held = static_cast<Byte>(held | peer.wal.commits() | peer.old_wal.commits() | peer.new_wal.commits());
    world.acknowledged = static_cast<Byte>(world.acknowledged & held);
}

void change_mode(Machine& machine, std::size_t which)
{
    Node& node = machine.world.node.at(which);
    machine.world.mode_changes++;
    const bool is_async = node.mode == byte(ReplicationMode::async);
    node.mode = byte(is_async ? ReplicationMode::sync : ReplicationMode::async);
    if (!is_async && node.server == Server::primary)
        node.is_unprotected = 1;
}

void receive(Machine& machine, std::size_t node)
{
    Wal& wal = machine.world.node.at(node).wal;
    wal.append(machine.world.node.at(1 - node).wal.token.at(wal.size()));
}

void pass_second(Machine& machine, std::size_t node)
{
    Node& self = machine.world.node.at(node);
    self.are_names_young = 0;
    self.notes.is_second_over = self.notes.certify != 0 ? 1 : 0;
}

void accept_loss(Machine& machine, std::size_t node)
{
    World& world = machine.world;
    world.overrides++;
    world.cib.at(node).of.at(node).has_override = 1;
}

void order(Machine& machine, std::size_t node, Goal goal)
{
    machine.begin(node, goal);
    const bool goes_on = !machine.plan().has_pauses && machine.world.action.at(node).goal != 0;
    if (goes_on && machine.decided(node, Slot::action).effect.kind != decide::index_of<decide::Wait>())
        machine.proceed(node, Slot::action);
}

/// Moves that end a worker may do so in the middle of a rewind or a swap.
void end_worker(Machine& machine, const Move& move)
{
    if (move.detail != 0)
        machine.leave_half_done(move.node);
    machine.world.worker.at(move.node) = {};
}

World& of(Machine& machine)
{
    return machine.world;
}

Node& node_of(Machine& machine, const Move& move)
{
    return machine.world.node.at(move.node);
}

struct Row
{
    Event event;
    const char* text; ///< what follows the name of the node
    void (*make)(Machine&, const Move&);
};

/// In the order of Event.
constexpr auto rows = std::to_array<Row>({
    {Event::power_loss,          "LOSES POWER",
     [](Machine& machine, const Move& move)
     {
         end_worker(machine, move);
         machine.lose_power(move.node);
     }},
    {Event::network_down,        "is CUT OFF from its peer",
     [](Machine& machine, const Move&)
     {
         of(machine).is_connected = 0;
     }},
    {Event::replication_blocked, "replication is BLOCKED",
     [](Machine& machine, const Move&)
     {
         of(machine).can_replicate = 0;
     }},
    {Event::crash,               "its server CRASHES",
     [](Machine& machine, const Move& move)
     {
         if (move.detail != 0)
             machine.open_halfway(move.node);
         machine.end_server(move.node);
     }},
    {Event::hang,                "its server HANGS",
     [](Machine& machine, const Move& move)
     {
         node_of(machine, move).is_hung = 1;
     }},
    {Event::slow_down,           "its next server will RECOVER WITHOUT END",
     [](Machine& machine, const Move& move)
     {
         node_of(machine, move).is_slow = 1;
     }},
    {Event::wipe,                "its data directory is LOST",
     [](Machine& machine, const Move& move)
     {
         wipe(machine, move.node, DirectoryKind::absent);
     }},
    {Event::tear,                "its data directory is TORN",
     [](Machine& machine, const Move& move)
     {
         wipe(machine, move.node, DirectoryKind::incomplete);
     }},
    {Event::leave,               "LEAVES the cluster in good order",
     [](Machine& machine, const Move& move)
     {
         leave(machine, move.node);
     }},
    {Event::quit,                "its Pacemaker ENDS, and corosync does not",
     [](Machine& machine, const Move& move)
     {
         machine.lose_pacemaker(move.node);
     }},
    {Event::ordered_stop,        "is ORDERED to stop",
     [](Machine& machine, const Move& move)
     {
         order(machine, move.node, Goal::stop);
     }},
    {Event::ordered_demote,      "is ORDERED to demote",
     [](Machine& machine, const Move& move)
     {
         order(machine, move.node, Goal::demote);
     }},
    {Event::kill,                "its action is KILLED",
     [](Machine& machine, const Move& move)
     {
         of(machine).action.at(move.node) = {};
     }},
    {Event::kill_worker,         "its worker is KILLED",
     [](Machine& machine, const Move& move)
     {
         end_worker(machine, move);
     }},
    {Event::failing_step,        "cannot",
     [](Machine& machine, const Move& move)
     {
         machine.fail(move.node, move.detail < 2 ? Slot::action : Slot::worker,
                      move.detail % 2 == 0 ? Failure::not_done : Failure::done_all_the_same);
     }},
    {Event::accept_loss,         "the operator ACCEPTS A LOSS here",
     [](Machine& machine, const Move& move)
     {
         accept_loss(machine, move.node);
     }},
    {Event::change_mode,         "rep_mode CHANGES here",
     [](Machine& machine, const Move& move)
     {
         change_mode(machine, move.node);
     }},
    {Event::stall,               "was STALLED longer than the delay",
     [](Machine& machine, const Move& move)
     {
         node_of(machine, move).notes.degrade = Delay::stalled;
     }},
    {Event::network_up,          "the network is back",
     [](Machine& machine, const Move&)
     {
         of(machine).is_connected = 1;
     }},
    {Event::replication_free,    "replication is free again",
     [](Machine& machine, const Move&)
     {
         of(machine).can_replicate = 1;
     }},
    {Event::wake,                "its server goes on",
     [](Machine& machine, const Move& move)
     {
         node_of(machine, move).is_hung = node_of(machine, move).is_slow = 0;
     }},
    {Event::boot,                "boots",
     [](Machine& machine, const Move& move)
     {
         boot(machine, move.node);
         if (move.detail != 0)
             start_server_at_boot(machine, move.node);
     }},
    {Event::follow_up,           "its Pacemaker follows",
     [](Machine& machine, const Move& move)
     {
         node_of(machine, move).is_left = 0;
     }},
    {Event::detect_loss,         "corosync finds the peer gone",
     [](Machine& machine, const Move& move)
     {
         detect_loss(machine, move.node);
     }},
    {Event::join,                "both nodes are members again",
     [](Machine& machine, const Move&)
     {
         join(machine);
     }},
    {Event::merge,               "the CIBs are merged, its records win",
     [](Machine& machine, const Move& move)
     {
         merge(machine, move.node);
     }},
    {Event::deliver,             "its CIB catches up",
     [](Machine& machine, const Move& move)
     {
         machine.copy_cib(1U - move.node, move.node);
     }},
    {Event::write_out,           "its certificate appears in the CIB",
     [](Machine& machine, const Move& move)
     {
         machine.write_late_certificate(move.node);
     }},
    {Event::request_fencing,     "wants its peer fenced",
     [](Machine& machine, const Move& move)
     {
         node_of(machine, move).wants_fencing = 1;
     }},
    {Event::fence,               "its peer is FENCED",
     [](Machine& machine, const Move& move)
     {
         fence(machine, move.node);
     }},
    {Event::start,               "start",
     [](Machine& machine, const Move& move)
     {
         order(machine, move.node, Goal::start);
     }},
    {Event::stop,                "stop",
     [](Machine& machine, const Move& move)
     {
         order(machine, move.node, Goal::stop);
     }},
    {Event::promote,             "promote",
     [](Machine& machine, const Move& move)
     {
         order(machine, move.node, Goal::promote);
     }},
    {Event::demote,              "demote",
     [](Machine& machine, const Move& move)
     {
         order(machine, move.node, Goal::demote);
     }},
    {Event::monitor,             "monitor",
     [](Machine& machine, const Move& move)
     {
         order(machine, move.node, Goal::monitor);
     }},
    {Event::proceed,             "",
     [](Machine& machine, const Move& move)
     {
         machine.proceed(move.node, Slot::action);
     }},
    {Event::expire,              "its action has no time left",
     [](Machine& machine, const Move& move)
     {
         machine.expire(move.node, Slot::action);
     }},
    {Event::proceed_worker,      "the worker:",
     [](Machine& machine, const Move& move)
     {
         machine.proceed(move.node, Slot::worker);
     }},
    {Event::expire_worker,       "its worker has no time left",
     [](Machine& machine, const Move& move)
     {
         machine.expire(move.node, Slot::worker);
     }},
    {Event::receive,             "receives WAL",
     [](Machine& machine, const Move& move)
     {
         receive(machine, move.node);
     }},
    {Event::commit,              "a client writes commit",
     [](Machine& machine, const Move& move)
     {
         commit(machine, move.node);
     }},
    {Event::acknowledge,         "acknowledges commit",
     [](Machine& machine, const Move& move)
     {
         acknowledge(machine, move.node, move.detail);
     }},
    {Event::take_names,          "its checkpointer takes the names: commits wait",
     [](Machine& machine, const Move& move)
     {
         node_of(machine, move).are_names_taken = node_of(machine, move).has_names;
     }},
    {Event::pass_second,         "a second passes",
     [](Machine& machine, const Move& move)
     {
         pass_second(machine, move.node);
     }},
    {Event::pass_delay,          "sync_degrade_delay passes",
     [](Machine& machine, const Move& move)
     {
         node_of(machine, move).notes.degrade = Delay::passed;
     }},
    {Event::pass_patience,       "half a minute passes",
     [](Machine& machine, const Move& move)
     {
         node_of(machine, move).notes.is_patience_over = 1;
     }},
});

const Row& row_of(Event event)
{
    return rows.at(static_cast<std::size_t>(event));
}

const char* name_of(std::size_t node)
{
    return node == 0 ? "A" : "B";
}

std::string what_is_done(const World& world, const Move& move, const Decider& decider)
{
    const bool is_worker = move.event == Event::proceed_worker || move.event == Event::expire_worker ||
                           (move.event == Event::failing_step && move.detail > 1);
    const Action& action = is_worker ? world.worker.at(move.node) : world.action.at(move.node);
    const bool is_step = move.event == Event::proceed || move.event == Event::failing_step || is_worker;
    if (!is_step)
        return {};
    std::string text = " " + decider.explain(action, world.node.at(move.node).mode);
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

} // namespace

void make(Machine& machine, const Move& move)
{
    if (move.event <= Event::last_fault)
        machine.world.faults++;
    row_of(move.event).make(machine, move);
    machine.judge();
}

std::string describe(const World& world, const Move& move, const Decider& decider)
{
    std::string text = std::string{name_of(move.node)} + ": " + row_of(move.event).text;
    if (move.event == Event::commit)
        text += " c" + std::to_string(world.commits + 1);
    if (move.event == Event::acknowledge)
        text += " c" + std::to_string(move.detail + 1);
    const bool is_rewinding = world.node.at(move.node).memory.rebuild == byte(Rebuild::rewinding);
    if (move.detail != 0 && (move.event == Event::power_loss || move.event == Event::kill_worker))
        text += is_rewinding ? " amid its rewind" : " amid its swap";
    if (move.detail % 2 == 1 && move.event == Event::failing_step)
        text += " be sure of what was done:";
    if (move.detail != 0 && move.event == Event::crash)
        text += " while it opens";
    if (move.detail != 0 && move.event == Event::boot)
        text += " and starts its server";
    return text + what_is_done(world, move, decider);
}

} // namespace pgtwin::test::pair
