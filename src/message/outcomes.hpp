// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/base/table.hpp"
#include "pgtwin/message/message.hpp"

namespace pgtwin::message
{

/// What an action achieved, and what monitor and probe find.
inline constexpr auto outcomes = table_of(
    Message{
        .reason = Reason::started, .id = "started", .severity = Severity::info, .text = "the server runs as a standby"},
    Message{
        .reason = Reason::started_rebuilding,
        .id = "started-rebuilding",
        .severity = Severity::info,
        .text = "a repair from the primary has begun, monitor tells its progress",
        .more =
            "The data directory was empty, torn, or left the history of the primary. A worker outside the operation "
            "rewinds it or fills it by a base backup. Meanwhile the attribute "
            "<resource>-resync shows the progress."},
    Message{.reason = Reason::started_waiting_for_primary,
            .id = "started-waiting-for-primary",
            .severity = Severity::warning,
            .text = "no usable data here, waiting for a primary to copy from",
            .hint = "start the other node, it holds the data",
            .more = "The data directory is absent, empty or torn. Once the other node is promoted, a base backup "
                    "begins by itself."},
    Message{.reason = Reason::started_recovering,
            .id = "started-recovering",
            .severity = Severity::info,
            .text = "the server was started and still replays its WAL",
            .more = "Recovery takes longer than the operation may. The instance counts as started, "
                    "and cannot be promoted until the server takes queries."},
    Message{.reason = Reason::already_primary,
            .id = "already-primary",
            .severity = Severity::info,
            .text = "the server already runs as the primary"},
    Message{.reason = Reason::stopped, .id = "stopped", .severity = Severity::info, .text = "the server has stopped"},
    Message{.reason = Reason::already_stopped,
            .id = "already-stopped",
            .severity = Severity::debug,
            .text = "the server was not running"},
    Message{.reason = Reason::promoted,
            .id = "promoted",
            .severity = Severity::info,
            .text = "the server is the primary now"},
    Message{.reason = Reason::promoted_alone_by_operator,
            .id = "promoted-alone-by-operator",
            .severity = Severity::critical,
            .text = "the server is the primary now by order of the operator, commits may be lost",
            .hint = "check the data that was written last",
            .more = "The override (force_promotion or the node attribute <resource>-accept-data-loss) let pgtwin "
                    "promote a server that it could not prove to hold every acknowledged commit. The other node comes "
                    "back by a base backup only."},
    Message{.reason = Reason::demoted,
            .id = "demoted",
            .severity = Severity::info,
            .text = "the server runs as a standby now"},
    Message{.reason = Reason::demoted_left_stopped,
            .id = "demoted-left-stopped",
            .severity = Severity::info,
            .text = "the primary has stopped, it is not started as a standby before its stop"},
    Message{.reason = Reason::already_standby,
            .id = "already-standby",
            .severity = Severity::info,
            .text = "the server already runs as a standby"},
    Message{.reason = Reason::running_standby,
            .id = "running-standby",
            .severity = Severity::debug,
            .text = "the standby runs"},
    Message{.reason = Reason::running_primary,
            .id = "running-primary",
            .severity = Severity::debug,
            .text = "the primary runs"},
    Message{.reason = Reason::rebuilding,
            .id = "rebuilding",
            .severity = Severity::warning,
            .text = "the standby is being rebuilt from the primary",
            .more = "The worker copies or rewinds the data directory. The attribute "
                    "<resource>-resync shows the progress."},
    Message{.reason = Reason::waiting_for_primary,
            .id = "waiting-for-primary",
            .severity = Severity::warning,
            .text = "no usable data here, waiting for a primary to copy from",
            .hint = "start the other node, it holds the data"},
    Message{.reason = Reason::recovering,
            .id = "recovering",
            .severity = Severity::warning,
            .text = "the server replays its WAL and takes no queries yet"},
    Message{.reason = Reason::not_running,
            .id = "not-running",
            .severity = Severity::debug,
            .text = "the server is not running"},
    Message{.reason = Reason::notified,
            .id = "notified",
            .severity = Severity::debug,
            .text = "the notification was taken note of"},
    Message{.reason = Reason::reloaded,
            .id = "reloaded",
            .severity = Severity::info,
            .text = "changed parameters are in effect"},
    Message{.reason = Reason::valid,
            .id = "valid",
            .severity = Severity::info,
            .text = "nothing on this node forbids a start"},
    Message{.reason = Reason::rebuilt,
            .id = "rebuilt",
            .severity = Severity::info,
            .text = "the data directory was rebuilt from the primary"},
    Message{.reason = Reason::primary_crashed,
            .id = "primary-crashed",
            .severity = Severity::error,
            .text = "the primary has crashed",
            .hint = "see the server's log",
            .more = "The server is gone and pg_control says that it was in production. A certified standby takes over "
                    "at once; without one the server recovers in place."},
    Message{.reason = Reason::standby_crashed,
            .id = "standby-crashed",
            .severity = Severity::error,
            .text = "the standby has crashed",
            .hint = "see the server's log",
            .more = "The server is gone and pg_control says that it was in recovery."},
    Message{.reason = Reason::server_silent,
            .id = "server-silent",
            .severity = Severity::error,
            .text = "the server lives but does not answer queries",
            .hint = "see the server's log, its load and its disks",
            .more = "The process exists, and no answer came before the deadline of the operation."},
    Message{.reason = Reason::server_foreign,
            .id = "server-foreign",
            .severity = Severity::error,
            .text = "the server was started or promoted by somebody else",
            .hint = "Pacemaker restarts it; let nothing else start or promote it, see pgtwin check",
            .more =
                "The boot, an administrator, or the agent that pgtwin replaces has done it. Nothing is known of what "
                "happened before, so nobody can be certified by it. Pacemaker stops it, and pgtwin starts it as a "
                "standby; then both nodes are compared."});

} // namespace pgtwin::message
