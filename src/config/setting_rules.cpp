// SPDX-License-Identifier: GPL-2.0-or-later
#include "setting_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "pgtwin/config/rules.hpp"

namespace pgtwin::config
{
namespace
{

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

bool archives(const CheckView& view)
{
    return other(view, "archive_mode") == "on" || other(view, "archive_mode") == "always";
}

bool hides_failures(std::string_view command)
{
    while (!command.empty() && (command.back() == ' ' || command.back() == ';'))
        command.remove_suffix(1);
    return command.ends_with("|| true") || command.ends_with("|| /bin/true") || command.ends_with("|| :") ||
           command.ends_with("; true") || command.ends_with("; /bin/true") || command.ends_with("; exit 0");
}

} // namespace

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

/// The startup process waits for the command whatever else is asked of it, and ends, and its server with it, on more
/// than 125 (src/backend/access/transam/xlogarchive.c, RestoreArchivedFile()).
bool restore_may_stop_a_standby(const CheckView& /*view*/, std::string_view value)
{
    const bool is_guarded =
        value.find("timeout ") != std::string_view::npos && value.find("||") != std::string_view::npos;
    return !value.empty() && !is_guarded;
}

bool archives_nowhere(const CheckView& view, std::string_view value)
{
    const bool has_command = !value.empty() && value != "(disabled)";
    return archives(view) && !has_command && other(view, "archive_library").empty();
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

} // namespace pgtwin::config
