// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/config/params.hpp"
#include "pgtwin/model/server.hpp"

namespace pgtwin::config
{

/// How bad a finding is. Critical and error refuse the start, a warning is logged once.
enum class FindingSeverity
{
    critical, ///< the server must not even be started with it
    error,
    warning,
};

/// A setting of PostgreSQL that does not fit a pair under Pacemaker.
struct Finding
{
    FindingSeverity severity = FindingSeverity::warning;
    std::string_view id;      ///< stable, kebab-case
    std::string_view setting; ///< name in postgresql.conf
    std::string value;        ///< empty where the text may hold secrets (commands, connection strings)
    std::string_view text;    ///< what follows from it, one sentence
    std::string_view remedy;  ///< what to write instead

    /// "restart_after_crash = on, set restart_after_crash = off: text"; what has to be done survives a cut.
    [[nodiscard]] std::string line() const;
    friend bool operator==(const Finding&, const Finding&) = default;
};

/// Values as in pg_settings.setting (base units); `postgres -C` prints the same.
struct CheckView
{
    const Settings& settings;
    Role role = Role::standby;
    const Params& params;
};

/// One row of the table of checks.
struct CheckSpec
{
    FindingSeverity severity = FindingSeverity::warning;
    std::string_view id;
    std::string_view setting;
    bool (*fails)(const CheckView& view, std::string_view value) = nullptr; ///< asked only if the setting is known
    std::string_view text;
    std::string_view remedy;
    bool is_secret = false; ///< the value is never shown
};

/// All checks, the worst first.
[[nodiscard]] std::span<const CheckSpec> check_table();

/// Findings in the order of the table. A setting that `settings` lacks is not judged: older servers do not have it.
[[nodiscard]] std::vector<Finding> check_settings(const Settings& settings, Role role, const Params& params);

/// Names to ask pg_settings for.
[[nodiscard]] std::vector<std::string> settings_to_read();

/// Those of the critical findings and errors.
[[nodiscard]] std::vector<std::string> critical_settings();

/// Names to ask for before the server is started: the critical ones, and what a start may add to.
[[nodiscard]] std::vector<std::string> settings_before_start();

} // namespace pgtwin::config
