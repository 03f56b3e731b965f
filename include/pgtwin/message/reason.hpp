// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace pgtwin
{

/// Stable identity of a decision's outcome; the message table gives each its severity, text, hint and manual section.
enum class Reason
{
    // goals reached
    started,
    started_rebuilding,
    started_waiting_for_primary,
    started_recovering,
    already_primary,
    stopped,
    already_stopped,
    promoted,
    promoted_alone_by_operator,
    demoted,
    demoted_left_stopped,
    already_standby,
    running_standby,
    running_primary,
    rebuilding,
    waiting_for_primary,
    recovering,
    not_running,
    notified,
    reloaded,
    valid,
    rebuilt,

    // what monitor and probe find
    primary_crashed,
    standby_crashed,
    server_silent,
    server_foreign,

    // refusals to promote (safety.md R1 to R4)
    peer_is_primary,
    peer_is_certified,
    peer_position_missing,
    peer_position_better,
    diverged,
    different_systems,
    stale_alone,
    no_quorum_alone,
    peer_recorded_primary,
    left_as_standby,
    nothing_to_promote,
    shutdown_checkpoint_missing,
    not_a_member,

    // cannot tell
    server_unknown,
    cluster_unknown,
    state_unreadable,
    directory_unknown,
    deadline_reached,

    // cannot do
    cannot_start,
    cannot_stop,
    cannot_promote,
    cannot_demote,
    cannot_record,
    cannot_save_state,
    cannot_launch_worker,
    cannot_configure_standby,

    // refusals to start
    directory_foreign,
    directory_incomplete,
    wrong_major_version,
    critical_setting,
    wrong_setting,
    settings_unreadable,
    login_refused,
    program_missing,
    user_missing,
    passfile_missing,
    passfile_not_private,
    directory_not_accessible,

    // the worker
    rebuild_no_source,
    rebuild_denied,
    rebuild_wrong_system,
    rebuild_source_not_primary,
    rebuild_version_differs,
    rebuild_no_space,
    rebuild_no_slot,
    rebuild_copy_failed,
    rebuild_not_streaming,
    rebuild_wal_gone,
    rebuild_swap_failed,
    rewind_failed,
    rewind_unproven,
};

} // namespace pgtwin
