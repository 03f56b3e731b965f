// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine.hpp"

#include <algorithm>

namespace pgtwin::test::pair
{
namespace
{

constexpr int longest_action = 200;
/// How many failures of a kind of step an action remembers.
constexpr int most_failures = 3;

/// Steps that nobody else sees, and after which an action that is killed goes on as if it had not been: nothing is
/// learnt by interrupting there.
bool is_private(const Effect& effect)
{
    return is_kind<decide::SaveWatch>(effect) || is_kind<decide::Warn>(effect) ||
           is_kind<decide::SetOwnScore>(effect) || is_kind<decide::SetPeerScore>(effect) ||
           is_kind<decide::PublishAloneIn>(effect) || is_kind<decide::PublishResync>(effect) ||
           is_kind<decide::WriteStandbyConfiguration>(effect) || is_kind<decide::CheckpointInBackground>(effect) ||
           is_kind<decide::ResumeReplay>(effect) || is_kind<decide::EndConflicts>(effect) ||
           is_kind<decide::FollowPeer>(effect) || is_kind<decide::EnsureSlot>(effect) ||
           is_kind<decide::DropSlot>(effect) || is_kind<decide::LaunchWorker>(effect) ||
           is_kind<decide::EndWorker>(effect) || is_kind<decide::LaunchSentinel>(effect) ||
           is_kind<decide::EnsurePeerSlot>(effect) || is_kind<decide::RehearseRewind>(effect) ||
           is_kind<decide::SetArchive>(effect);
}

Byte later(Byte ring)
{
    return ring < 3 ? byte(ring + 1) : ring;
}

void age(Byte& alone_in)
{
    alone_in = alone_in == 0 || alone_in > 2 ? Byte{0} : byte(alone_in + 1);
}

} // namespace

void clear_transient(Card& card)
{
    const Byte status = card.status;
    card = {};
    card.status = status;
}

void Machine::break_promise(const char* what)
{
    if (broken == nullptr)
        broken = what;
}

Action& Machine::slot(std::size_t node, Slot which)
{
    return which == Slot::action ? world.action.at(node) : world.worker.at(node);
}

void Machine::begin(std::size_t node, Goal goal, bool is_stop_planned)
{
    Action& action = world.action.at(node);
    action = {};
    const Label fresh = relabel(world);
    action.goal = byte(byte(goal) + 1);
    action.fresh = fresh;
    action.is_stop_planned = is_stop_planned ? 1 : 0;
    if (goal == Goal::start)
        world.node.at(node).belief = Belief::started;
    if (goal == Goal::promote)
        world.node.at(node).belief = Belief::promoted;
    is_beginning_ = true;
    go_on(node, Slot::action);
    is_beginning_ = false;
}

void Machine::wait_long(std::size_t node, Slot which)
{
    Byte& waits = slot(node, which).tries.at(decide::index_of<decide::Wait>());
    waits = byte(waits | 0x0F);
    proceed(node, which);
}

Decision Machine::decided(std::size_t node, Slot which)
{
    return decider_.decide(slot(node, which), world.node.at(node).mode);
}

void Machine::note(Action& action, std::size_t kind, bool has_succeeded)
{
    Byte& tries = action.tries.at(kind);
    const int done = tries & 0x0F;
    const int failed = tries >> 4;
    const int most = kind == decide::index_of<decide::Wait>() ? 1 : most_failures;
    const int now_done = std::max(done, std::min(done + (has_succeeded ? 1 : 0), most));
    const int now_failed = std::min(failed + (has_succeeded ? 0 : 1), most_failures);
    tries = byte(now_done | now_failed << 4);
    forget(kind, action.looks);
}

void Machine::go_on(std::size_t node, Slot which)
{
    for (int i = 0; i < longest_action; ++i)
    {
        if (slot(node, which).goal == 0)
            return;
        const Decision decision = decided(node, which);
        if (decision.kind == Decision::Kind::end)
            return end(node, which, decision.reason);
        if (decision.kind == Decision::Kind::look)
        {
            if (plan_.has_split_looks)
                return;
            look(node, decision.subject, slot(node, which).looks);
            continue;
        }
        // R5.2 within one action writes down each of its looks, while time passes.
        const bool is_writing_again = is_kind<decide::SaveWatch>(decision.effect) &&
                                      (slot(node, which).tries.at(decision.effect.kind) & 0x0F) > 1;
        // What fails again and again is tried again after looks that are not counted one by one.
        const bool is_failing_again = slot(node, which).tries.at(decision.effect.kind) >> 4 == most_failures;
        const bool is_idle =
            is_kind<decide::SaveState>(decision.effect) && decision.effect.memory == world.node.at(node).memory;
        if ((!is_private(decision.effect) && !is_idle) || is_writing_again || is_failing_again)
            return;
        const bool has_succeeded = apply(node, which, decision.effect);
        if (slot(node, which).goal != 0)
            note(slot(node, which), decision.effect.kind, has_succeeded);
    }
    break_promise("an action does not end");
}

void Machine::proceed(std::size_t node, Slot which)
{
    const Decision decision = decided(node, which);
    if (decision.kind == Decision::Kind::look)
        look(node, decision.subject, slot(node, which).looks);
    else
    {
        const bool has_succeeded = apply(node, which, decision.effect);
        note(slot(node, which), decision.effect.kind, has_succeeded);
    }
    go_on(node, which);
}

void Machine::fail(std::size_t node, Slot which, Failure failure)
{
    const Decision decision = decided(node, which);
    if (failure == Failure::done_all_the_same)
        (void)apply(node, which, decision.effect);
    note(slot(node, which), decision.effect.kind, false);
    go_on(node, which);
}

void Machine::expire(std::size_t node, Slot which)
{
    slot(node, which).is_late = 1;
    proceed(node, which);
}

void Machine::end(std::size_t node, Slot which, Reason with)
{
    Node& self = world.node.at(node);
    const Goal goal = static_cast<Goal>(slot(node, which).goal - 1);
    const bool is_at_once = is_beginning_;
    slot(node, which) = {};
    if (which == Slot::worker)
        return;
    reason = with;
    if (goal == Goal::stop && (with == Reason::stopped || with == Reason::already_stopped))
    {
        self.belief = Belief::stopped;
        if (self.server != Server::down)
            break_promise("S6: stop succeeded and a postmaster lives");
    }
    if (goal == Goal::demote &&
        (with == Reason::demoted || with == Reason::already_standby || with == Reason::demoted_left_stopped))
    {
        self.belief = Belief::started;
        if (self.server == Server::primary)
            break_promise("S6: demote succeeded and the server is a primary");
    }
    // A monitor that takes it for the primary vouches for it.
    if (goal == Goal::monitor && with == Reason::running_primary)
        self.is_foreign = 0;
    if (is_at_once && goal == Goal::monitor && with == Reason::running_primary && self.has_names != 0)
        self.is_unprotected = 0;
    // What it saw at once is what is there now.
    if (is_at_once && goal == Goal::monitor && with == Reason::running_primary &&
        world.cib.at(node).of.at(node).status != byte(DataStatus::primary))
        break_promise("H3: a primary leaves its record wrong after a monitor");
}

void Machine::end_server(std::size_t node)
{
    Node& self = world.node.at(node);
    self.server = Server::down;
    self.is_hung = 0;
    self.is_foreign = 0;
    self.waiting = 0;
    self.are_names_taken = 0;
    self.are_names_young = 0;
    self.is_unprotected = 0;
}

void Machine::open_halfway(std::size_t node)
{
    Node& self = world.node.at(node);
    self.wal.append(world.action.at(node).fresh);
    self.has_signal = 0;
    self.is_half_open = 1;
}

void Machine::change_ring(std::size_t node)
{
    for (Copy& copy : world.cib)
        age(copy.of.at(node).alone_in);
    Notes& notes = world.node.at(node).notes;
    if (notes.degrade != Delay::none)
        notes.degrade_ring = later(notes.degrade_ring);
    for (Action* action : {&world.action.at(node), &world.worker.at(node)})
    {
        if (action->looks.kept.at(static_cast<std::size_t>(decide::Subject::membership)) == Kept::known)
            action->looks.ring = later(action->looks.ring);
        age(action->looks.self.alone_in);
        if (action->looks.notes.degrade != Delay::none)
            action->looks.notes.degrade_ring = later(action->looks.notes.degrade_ring);
    }
}

void Machine::lose_power(std::size_t node)
{
    Node& self = world.node.at(node);
    end_server(node);
    world.action.at(node) = {};
    world.worker.at(node) = {};
    self.notes = {};
    self.has_power = 0;
    self.sees_peer = 0;
    self.is_joined = 0;
    self.has_quorum = 0;
    self.is_peer_clean = 0;
    self.is_left = 0;
    self.belief = Belief::stopped;
    world.lag = 0;
    if (world.late_node == node + 1)
        forget_late_certificate();
    for (Card& card : world.cib.at(node).of)
        clear_transient(card);
}

void Machine::lose_pacemaker(std::size_t node)
{
    if (world.lag == 2 - node)
        copy_cib(node, 1 - node);
    world.lag = 0;
    if (world.late_node == node + 1)
        forget_late_certificate();
    for (Card& card : world.cib.at(node).of)
        clear_transient(card);
    clear_transient(world.cib.at(1 - node).of.at(node));
    for (Node& each : world.node)
        each.is_joined = 0;
    world.node.at(node).is_left = 1;
}

void Machine::judge()
{
    int free_primaries = 0;
    Byte held = 0;
    for (std::size_t i = 0; i < 2; ++i)
    {
        const Node& node = world.node.at(i);
        held = static_cast<Byte>(held | node.old_wal.commits() | node.new_wal.commits());
        if (does_overwrite(world, i))
            break_promise("S4: WAL of another promotion is written over a standby's own");
        if (node.directory == byte(DirectoryKind::data))
            held = static_cast<Byte>(held | node.wal.commits());
        if (node.server != Server::primary)
            continue;
        if (node.are_names_taken == 0 || does_stream(world, 1 - i))
            free_primaries++;
        // Who opens a server behind pgtwin's back opens what is there; what it acknowledges counts all the same.
        if ((world.acknowledged & ~node.wal.commits()) != 0 && node.is_foreign == 0)
            break_promise("S2: a primary lacks an acknowledged commit");
    }
    if (free_primaries == 2)
        break_promise("S1: two primaries that can both acknowledge");
    if ((world.acknowledged & ~held) != 0)
        break_promise("S3: the last copy of an acknowledged commit is gone");
}

} // namespace pgtwin::test::pair
