// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "pgtwin/config/params.hpp"
#include "world.hpp"

namespace pgtwin::test::pair
{

/// What may happen. Those up to `last_fault` are faults or orders of an administrator and counted against a budget;
/// they come only if the plan has them. Everything after happens by itself.
enum class Event : Byte
{
    power_loss,
    network_down,
    replication_blocked,
    crash,
    hang,
    slow_down,
    wipe,
    tear,
    leave,
    quit,
    ordered_stop,
    ordered_demote,
    kill,
    kill_worker,
    failing_step,
    last_fault = failing_step,
    accept_loss,
    change_mode,
    stall,
    network_up,
    replication_free,
    wake,
    boot,
    follow_up,
    detect_loss,
    join,
    merge,
    deliver,
    write_out,
    request_fencing,
    fence,
    start,
    stop,
    promote,
    demote,
    monitor,
    proceed,
    expire,
    proceed_worker,
    expire_worker,
    receive,
    commit,
    acknowledge,
    take_names,
    pass_second,
    pass_delay,
    pass_patience,
};

using Events = std::uint64_t;

[[nodiscard]] constexpr Events bit(Event event)
{
    return Events{1} << static_cast<unsigned>(event);
}
[[nodiscard]] constexpr Events events(std::initializer_list<Event> list)
{
    Events all = 0;
    for (const Event event : list)
        all |= bit(event);
    return all;
}

/// Where the exploration begins.
enum class Root
{
    first_deployment, ///< one directory of a primary, one node without
    two_databases,    ///< both nodes have a directory of their own, of two databases
    strangers,        ///< the same; one was promoted and has acknowledged a commit, and both are down
    running_pair,     ///< a primary and its certified standby
    both_down,        ///< the same after a power failure
    alone,            ///< the primary has gone on alone, its peer's node is away
    left,             ///< the primary has gone on alone, only Pacemaker has ended on its peer's node
    held_loss,        ///< the standby holds an old copy, the primary went on alone, and both are down
    switched,         ///< a running pair after a switchover
    forked,           ///< both are down; one wrote on in vain, the other was promoted and has acknowledged a commit
    cut_off,    ///< both are down; one was cut off and recorded its peer as stale, the other fenced it and took over
    overridden, ///< an operator has promoted the older copy; the other node is back, its instance is stopped
    beaten,     ///< one wrote on in vain, the other was promoted; the first one is back, its instance is stopped
    outgrown,   ///< the same, and the older copy has gone on to another timeline since
    granted,    ///< a running pair whose certificate the attribute manager holds and no CIB shows yet
    granted_in_vain,  ///< the same; the primary has crashed since and is a standby again
    promoted_again,   ///< the same, and it was just promoted again
    failed_promotion, ///< a pair whose primary has crashed and runs as a standby; the promotion of the other one has
                      ///< recorded itself and was killed
    copied_in_vain,   ///< the primary is lost, and its standby, which was filled anew, has not streamed yet: its worker
                      ///< waits
};

/// What the adversary has to work with.
struct Plan
{
    std::string name;
    Root root = Root::running_pair;
    Events faults = 0;
    int most_faults = 2;
    int most_commits = 1;
    int most_promotions = 2;
    int most_overrides = 0;
    int most_mode_changes = 0;
    ReplicationMode mode = ReplicationMode::sync;
    bool has_wait_for_all = true;
    bool is_quorum_ignored = false;
    bool has_fencing = true;
    /// Whether the world may move between a decision and its first effect.
    bool has_pauses = true;
    /// Whether a copy of the CIB may be behind while Pacemaker acts.
    bool has_lag = true;
    /// Whether the delay of R5.2 says nothing (H9: it is shorter than token and consensus).
    bool is_delay_void = false;
    /// Whether Pacemaker promotes on a node that has not heard of its peer's instance yet.
    bool is_pending_used = false;
    /// Whether the records that were written last win a merge; otherwise either side may win.
    bool is_newest_record_kept = false;
    /// Whether a node boots without its Pacemaker, which follows.
    bool does_pacemaker_follow = false;
    /// Whether a boot may start the server before Pacemaker is asked, as a service manager does (decision 0026).
    bool does_boot_start_servers = false;
    /// Whether the run that a state file tells of may be one of an earlier boot.
    bool does_run_outlive_boot = false;
    /// Whether Pacemaker never promotes B.
    bool is_second_banned = false;
    /// Whether a certified standby may stay without its promotion for long.
    bool has_standoffs = false;
    /// Whether the world may move between any two looks of an action.
    bool has_split_looks = false;
    /// Whether a step that failed may have been done all the same, whether steps of a worker fail, and whether a server
    /// that is promoted crashes between the first record of its timeline and pg_control.
    bool has_wide_failures = false;
    /// Whether scores are kept: only where Pacemaker is fair.
    bool has_scores = false;
    std::size_t most_states = 2'000'000;
};

} // namespace pgtwin::test::pair
