// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "decider.hpp"
#include "plan.hpp"

namespace pgtwin::test::pair
{

enum class Slot
{
    action,
    worker,
};

/// Whether a step that is said to have failed was done.
enum class Failure
{
    not_done,
    done_all_the_same,
};

/// What vanishes with its node.
void clear_transient(Card& card);

/// Takes the steps of actions and the moves of the world, and notes the first promise that one of them breaks.
class Machine
{
public:
    Machine(const Plan& plan, Decider& decider, const World& begin_with)
        : world{begin_with}, plan_{plan}, decider_{decider}
    {
    }

    World world;
    const char* broken = nullptr;
    Reason reason{}; ///< with which the last action ended

    /// An action begins: it looks and decides, up to its first effect.
    void begin(std::size_t node, Goal goal, bool is_stop_planned = false);
    /// The effect that was decided happens, and the action goes on to its next one.
    void proceed(std::size_t node, Slot slot);
    /// The action learns of a failure.
    void fail(std::size_t node, Slot slot, Failure failure);
    /// The action has no time left.
    void expire(std::size_t node, Slot slot);
    /// It waits, not for the first time.
    void wait_long(std::size_t node, Slot slot);
    [[nodiscard]] Decision decided(std::size_t node, Slot slot);

    void lose_power(std::size_t node);
    /// Only Pacemaker ends, in good order, and with it what its daemons held.
    void lose_pacemaker(std::size_t node);
    void end_server(std::size_t node);
    /// The promotion of the action under way reaches the WAL, and nothing else.
    void open_halfway(std::size_t node);
    /// The worker's next step ends halfway: a rewind has changed a part of the directory, or a swap has put it aside.
    void leave_half_done(std::size_t node);
    /// Corosync tells of another membership.
    void change_ring(std::size_t node);
    /// What happened to all: the promises that can be judged by the world alone.
    void judge();

    [[nodiscard]] const Plan& plan() const { return plan_; }
    [[nodiscard]] bool is_writable(std::size_t node) const;
    void copy_cib(std::size_t from, std::size_t to);
    /// The attribute manager of the node writes what it holds since long.
    void write_late_certificate(std::size_t node);
    void break_promise(const char* what);
    /// What the attribute manager of a node held and no CIB has shown is gone with it.
    void forget_late_certificate();

private:
    [[nodiscard]] Action& slot(std::size_t node, Slot which);
    void go_on(std::size_t node, Slot which);
    void note(Action& action, std::size_t kind, bool has_succeeded);
    void end(std::size_t node, Slot which, Reason with);
    void look(std::size_t node, decide::Subject subject, Looks& looks) const;
    void look_at_server(std::size_t node, Looks& looks) const;
    void look_at_cluster(std::size_t node, Looks& looks) const;
    [[nodiscard]] bool apply(std::size_t node, Slot which, const Effect& effect);
    [[nodiscard]] bool apply_to_cluster(std::size_t node, const Effect& effect);
    [[nodiscard]] bool apply_to_server(std::size_t node, const Effect& effect);
    [[nodiscard]] bool apply_to_directories(std::size_t node, const Effect& effect);
    [[nodiscard]] bool rewind(std::size_t node);
    [[nodiscard]] bool is_rewindable(std::size_t node) const;
    void write(std::size_t node, const Effect& effect);
    void spread(std::size_t node, const Copy& was);
    void save(Node& node, const Effect& effect) const;
    void remember(std::size_t node, const Effect& effect);
    [[nodiscard]] bool start(std::size_t node);
    [[nodiscard]] bool stop_fast(std::size_t node);
    [[nodiscard]] bool promote(std::size_t node);
    [[nodiscard]] bool set_names(std::size_t node, bool is_set);
    [[nodiscard]] bool is_peer_reachable(std::size_t node) const;

    const Plan& plan_;
    Decider& decider_;
    bool is_beginning_ = false;
};

} // namespace pgtwin::test::pair
