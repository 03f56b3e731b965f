// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/config/checks.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "pgtwin/base/table.hpp"
#include "pgtwin/config/rules.hpp"

namespace pgtwin::config
{
namespace
{

using enum FindingSeverity;

constexpr std::int64_t ten_seconds = 10'000;

std::int64_t number_in(std::string_view text)
{
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::string_view other(const CheckView& view, std::string_view setting)
{
    const auto found = view.settings.find(setting);
    return found == view.settings.end() ? std::string_view{} : std::string_view{found->second};
}

bool is_on(const CheckView& /*view*/, std::string_view value)
{
    return value == "on";
}

bool is_off(const CheckView& /*view*/, std::string_view value)
{
    return value == "off";
}

bool is_set(const CheckView& /*view*/, std::string_view value)
{
    return !value.empty();
}

bool is_zero(const CheckView& /*view*/, std::string_view value)
{
    return number_in(value) == 0;
}

bool is_below_two(const CheckView& /*view*/, std::string_view value)
{
    return number_in(value) < 2;
}

bool is_below_ten_seconds(const CheckView& /*view*/, std::string_view value)
{
    return number_in(value) < ten_seconds;
}

bool is_unlimited(const CheckView& /*view*/, std::string_view value)
{
    return number_in(value) == -1;
}

bool is_delayed(const CheckView& /*view*/, std::string_view value)
{
    return number_in(value) > 0;
}

bool is_minimal(const CheckView& /*view*/, std::string_view value)
{
    return value == "minimal";
}

bool is_another_directory(const CheckView& view, std::string_view value)
{
    return value != view.params.pgdata;
}

bool is_another_port(const CheckView& view, std::string_view value)
{
    return number_in(value) != view.params.pgport;
}

/// pgtwin itself sets "current" for a directory that must be repaired and cannot start otherwise.
bool is_fixed_timeline(const CheckView& /*view*/, std::string_view value)
{
    return value != "latest" && value != "current";
}

bool is_another_slot(const CheckView& view, std::string_view value)
{
    return view.role == Role::standby && value != view.params.slot_name;
}

bool lacks_application_name(const CheckView& view, std::string_view value)
{
    return view.role == Role::standby && !value.empty() && value.find("application_name") == std::string_view::npos;
}

bool cannot_rewind(const CheckView& view, std::string_view value)
{
    return value == "off" && other(view, "data_checksums") == "off";
}

bool does_not_wait(const CheckView& view, std::string_view value)
{
    const bool is_weak = value == "off" || value == "local" || value == "remote_write";
    return view.params.rep_mode != ReplicationMode::async && is_weak;
}

bool waits_in_async_mode(const CheckView& view, std::string_view value)
{
    return view.params.rep_mode == ReplicationMode::async && view.role == Role::primary && !value.empty();
}

bool slot_has_no_limit(const CheckView& view, std::string_view value)
{
    return number_in(value) == -1 && view.params.max_slot_wal_keep_size == 0;
}

bool refuses_peer(const CheckView& /*view*/, std::string_view value)
{
    return value == "does not admit the peer";
}

bool cannot_replicate(const CheckView& /*view*/, std::string_view value)
{
    return value != "may replicate";
}

bool is_not_granted(const CheckView& /*view*/, std::string_view value)
{
    return value == "not granted";
}

bool is_failing(const CheckView& /*view*/, std::string_view value)
{
    return value == "failing";
}

/// Loopback only: the other node cannot connect, neither now nor after a failover.
bool is_deaf(const CheckView& /*view*/, std::string_view value)
{
    constexpr std::array<std::string_view, 3> loopback{"localhost", "127.0.0.1", "::1"};
    const auto hosts = words_of(value);
    return std::all_of(hosts.begin(), hosts.end(),
                       [&](const std::string& host)
                       { return std::find(loopback.begin(), loopback.end(), host) != loopback.end(); });
}

bool archives(const CheckView& view)
{
    return other(view, "archive_mode") == "on" || other(view, "archive_mode") == "always";
}

bool archives_nowhere(const CheckView& view, std::string_view value)
{
    const bool has_command = !value.empty() && value != "(disabled)";
    return archives(view) && !has_command && other(view, "archive_library").empty();
}

bool hides_failures(std::string_view command)
{
    while (!command.empty() && (command.back() == ' ' || command.back() == ';'))
        command.remove_suffix(1);
    return command.ends_with("|| true") || command.ends_with("|| /bin/true") || command.ends_with("|| :") ||
           command.ends_with("; true") || command.ends_with("; /bin/true") || command.ends_with("; exit 0");
}

bool archive_failures_are_hidden(const CheckView& view, std::string_view value)
{
    return archives(view) && hides_failures(value);
}

bool archive_failures_are_not_handled(const CheckView& view, std::string_view value)
{
    const bool has_handling = value.find("||") != std::string_view::npos || hides_failures(value);
    return archives(view) && !value.empty() && value != "(disabled)" && !has_handling;
}

constexpr auto checks = table_of(
    CheckSpec{
        .severity = critical,
        .id = "another-data-directory",
        .setting = "data_directory",
        .fails = is_another_directory,
        .text = "pgtwin judges and repairs one directory, and the server would open another one",
        .remedy = "remove it, or correct parameter pgdata",
    },
    CheckSpec{
        .severity = critical,
        .id = "restart-after-crash",
        .setting = "restart_after_crash",
        .fails = is_on,
        .text = "the server restarts itself behind Pacemaker's back after a crash, and two primaries may result",
        .remedy = "set restart_after_crash = off",
    },
    CheckSpec{
        .severity = error,
        .id = "wal-level-minimal",
        .setting = "wal_level",
        .fails = is_minimal,
        .text = "no standby can follow without replication data in the WAL",
        .remedy = "set wal_level = replica",
    },
    CheckSpec{
        .severity = error,
        .id = "too-few-wal-senders",
        .setting = "max_wal_senders",
        .fails = is_below_two,
        .text = "the standby and a base backup need a WAL sender each",
        .remedy = "set max_wal_senders = 10",
    },
    CheckSpec{
        .severity = error,
        .id = "too-few-slots",
        .setting = "max_replication_slots",
        .fails = is_below_two,
        .text = "the standby's slot does not fit beside any other",
        .remedy = "set max_replication_slots = 10",
    },
    CheckSpec{
        .severity = error,
        .id = "hot-standby-off",
        .setting = "hot_standby",
        .fails = is_off,
        .text = "a standby that takes no queries cannot be monitored",
        .remedy = "set hot_standby = on",
    },
    CheckSpec{
        .severity = error,
        .id = "fsync-off",
        .setting = "fsync",
        .fails = is_off,
        .text = "acknowledged commits are lost when a node loses power",
        .remedy = "set fsync = on",
    },
    CheckSpec{
        .severity = error,
        .id = "no-standby-reports",
        .setting = "wal_receiver_status_interval",
        .fails = is_zero,
        .text = "a standby that never reports its position blocks the commits of its primary",
        .remedy = "set wal_receiver_status_interval = 10s",
    },
    CheckSpec{
        .severity = error,
        .id = "timeline-not-latest",
        .setting = "recovery_target_timeline",
        .fails = is_fixed_timeline,
        .text = "the standby would not follow a promotion",
        .remedy = "set recovery_target_timeline = 'latest'",
    },
    CheckSpec{
        .severity = error,
        .id = "recovery-target",
        .setting = "recovery_target",
        .fails = is_set,
        .text = "the standby would stop replaying at that point",
        .remedy = "remove recovery_target",
    },
    CheckSpec{
        .severity = error,
        .id = "recovery-target-lsn",
        .setting = "recovery_target_lsn",
        .fails = is_set,
        .text = "the standby would stop replaying at that point",
        .remedy = "remove recovery_target_lsn",
    },
    CheckSpec{
        .severity = error,
        .id = "recovery-target-name",
        .setting = "recovery_target_name",
        .fails = is_set,
        .text = "the standby would stop replaying at that point",
        .remedy = "remove recovery_target_name",
    },
    CheckSpec{
        .severity = error,
        .id = "recovery-target-time",
        .setting = "recovery_target_time",
        .fails = is_set,
        .text = "the standby would stop replaying at that point",
        .remedy = "remove recovery_target_time",
    },
    CheckSpec{
        .severity = error,
        .id = "recovery-target-xid",
        .setting = "recovery_target_xid",
        .fails = is_set,
        .text = "the standby would stop replaying at that point",
        .remedy = "remove recovery_target_xid",
    },
    CheckSpec{
        .severity = warning,
        .id = "full-page-writes-off",
        .setting = "full_page_writes",
        .fails = is_off,
        .text = "a crash may leave torn pages, and pg_rewind refuses to work",
        .remedy = "set full_page_writes = on, unless the file system never tears a page",
    },
    CheckSpec{
        .severity = warning,
        .id = "rewind-impossible",
        .setting = "wal_log_hints",
        .fails = cannot_rewind,
        .text = "a former primary cannot be rewound, it always comes back by a full base backup",
        .remedy = "set wal_log_hints = on, or enable data checksums",
    },
    CheckSpec{
        .severity = warning,
        .id = "port-differs",
        .setting = "port",
        .fails = is_another_port,
        .text = "the other node connects to the port of parameter pgport",
        .remedy = "make port and the parameter pgport agree",
    },
    CheckSpec{
        .severity = warning,
        .id = "listens-locally-only",
        .setting = "listen_addresses",
        .fails = is_deaf,
        .text = "the other node cannot connect to this server",
        .remedy = "set listen_addresses = '*', or to the addresses of this node",
    },
    CheckSpec{
        .severity = warning,
        .id = "commits-do-not-wait",
        .setting = "synchronous_commit",
        .fails = does_not_wait,
        .text = "commits are acknowledged before the standby has them on disk, a failover may lose them",
        .remedy = "set synchronous_commit = on",
    },
    CheckSpec{
        .severity = warning,
        .id = "commits-wait-in-async-mode",
        .setting = "synchronous_standby_names",
        .fails = waits_in_async_mode,
        .text = "commits wait for a standby although rep_mode is async",
        .remedy = "remove synchronous_standby_names",
    },
    CheckSpec{
        .severity = warning,
        .id = "wal-sender-timeout",
        .setting = "wal_sender_timeout",
        .fails = is_below_ten_seconds,
        .text = "a short hiccup of the network ends replication, and with 0 a dead standby is never noticed",
        .remedy = "set wal_sender_timeout = 30s",
    },
    CheckSpec{
        .severity = warning,
        .id = "wal-receiver-timeout",
        .setting = "wal_receiver_timeout",
        .fails = is_below_ten_seconds,
        .text = "a short hiccup of the network ends replication, and with 0 a dead primary is never noticed",
        .remedy = "set wal_receiver_timeout = 30s",
    },
    CheckSpec{
        .severity = warning,
        .id = "unlimited-standby-delay",
        .setting = "max_standby_streaming_delay",
        .fails = is_unlimited,
        .text = "one long query on the standby holds up replay without limit, and a promotion with it",
        .remedy = "set max_standby_streaming_delay = 30s",
    },
    CheckSpec{
        .severity = warning,
        .id = "delayed-standby",
        .setting = "recovery_min_apply_delay",
        .fails = is_delayed,
        .text = "a promotion has to replay what was held back first",
        .remedy = "set recovery_min_apply_delay = 0",
    },
    CheckSpec{
        .severity = warning,
        .id = "standby-holds-vacuum-back",
        .setting = "hot_standby_feedback",
        .fails = is_on,
        .text = "queries on the standby, and its absence, keep the primary from removing dead rows",
        .remedy = "set hot_standby_feedback = off, or watch the size of the tables",
    },
    CheckSpec{
        .severity = warning,
        .id = "slot-without-limit",
        .setting = "max_slot_wal_keep_size",
        .fails = slot_has_no_limit,
        .text = "WAL kept for an absent standby may fill the disk of the primary",
        .remedy = "set max_slot_wal_keep_size, or the parameter of the same name",
    },
    CheckSpec{
        .severity = warning,
        .id = "no-wal-kept",
        .setting = "wal_keep_size",
        .fails = is_zero,
        .text = "the WAL a former primary needs may be gone, it then comes back by a full base backup",
        .remedy = "set wal_keep_size = 1GB",
    },
    CheckSpec{
        .severity = warning,
        .id = "another-slot",
        .setting = "primary_slot_name",
        .fails = is_another_slot,
        .text = "the standby does not stream through the slot that its primary keeps for it",
        .remedy = "remove primary_slot_name: pgtwin sets it",
    },
    CheckSpec{
        .severity = warning,
        .id = "nameless-standby",
        .setting = "primary_conninfo",
        .fails = lacks_application_name,
        .text = "the primary cannot tell that it is this standby that streams",
        .remedy = "remove primary_conninfo: pgtwin sets it",
        .is_secret = true,
    },
    CheckSpec{
        .severity = warning,
        .id = "archive-nowhere",
        .setting = "archive_command",
        .fails = archives_nowhere,
        .text = "archiving is on without a command or library, so WAL fills the disk",
        .remedy = "set archive_command",
        .is_secret = true,
    },
    CheckSpec{
        .severity = warning,
        .id = "archive-failures-not-handled",
        .setting = "archive_command",
        .fails = archive_failures_are_not_handled,
        .text = "while the command fails WAL piles up, and a full disk stops all writes",
        .remedy = "let the command report its failures, and watch pg_stat_archiver",
        .is_secret = true,
    },
    CheckSpec{
        .severity = warning,
        .id = "archive-failures-hidden",
        .setting = "archive_command",
        .fails = archive_failures_are_hidden,
        .text = "the command always succeeds, so WAL that was not archived is lost without notice",
        .remedy = "let the command fail when it fails, and watch pg_stat_archiver",
        .is_secret = true,
    },
    CheckSpec{
        .severity = warning,
        .id = "peer-not-admitted",
        .setting = "pg_hba.conf",
        .fails = refuses_peer,
        .text = "no standby can stream from this node, nor be filled from it",
        .remedy = "add a line for the database replication with the replication user and the other node's address",
    },
    CheckSpec{
        .severity = warning,
        .id = "replication-role",
        .setting = "replication role",
        .fails = cannot_replicate,
        .text = "no standby can stream from this database, nor be filled from it",
        .remedy = "create the role of parameter rep_user with REPLICATION LOGIN, or correct the parameter",
    },
    CheckSpec{
        .severity = warning,
        .id = "rewind-not-granted",
        .setting = "functions of pg_rewind",
        .fails = is_not_granted,
        .text = "a former primary cannot be rewound, it always comes back by a full base backup",
        .remedy = "grant the role of parameter rep_user the four functions that the README names",
    },
    CheckSpec{
        .severity = warning,
        .id = "archive-failing",
        .setting = "pg_stat_archiver",
        .fails = is_failing,
        .text = "WAL piles up until archiving works again, and a full disk stops all writes",
        .remedy = "see the server's log for what archiving ends with",
    });

} // namespace

std::span<const CheckSpec> check_table()
{
    return checks;
}

} // namespace pgtwin::config
