// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/config/checks.hpp"
#include "pgtwin/decide/goals.hpp"
#include "pgtwin/decide/warnings.hpp"

namespace pgtwin::decide
{
namespace
{

Reason reason_of(InstallationFault fault)
{
    switch (fault)
    {
    case InstallationFault::program_missing:
        return Reason::program_missing;
    case InstallationFault::user_missing:
        return Reason::user_missing;
    case InstallationFault::passfile_missing:
        return Reason::passfile_missing;
    case InstallationFault::passfile_not_private:
        return Reason::passfile_not_private;
    case InstallationFault::directory_not_accessible:
        return Reason::directory_not_accessible;
    case InstallationFault::none:
        break;
    }
    return Reason::valid;
}

Maybe refuse_directory(const Directory& directory)
{
    if (directory.kind == DirectoryKind::foreign)
        return Next{
            Outcome{Reason::directory_foreign, {}}
        };
    if (directory.kind == DirectoryKind::wrong_version && directory.major_version == 0)
        return Next{
            Outcome{Reason::directory_unknown, "PG_VERSION holds no version"}
        };
    if (directory.kind == DirectoryKind::wrong_version)
        return Next{
            Outcome{Reason::wrong_major_version, "data " + std::to_string(directory.major_version) + ", programs " +
                                                     std::to_string(directory.program_version)}
        };
    return std::nullopt;
}

/// What a running server says of itself; a person asked, so it is said each time.
Maybe warn_of_running_server(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::processes))
        return next;
    if (!seen.processes || *seen.processes != Processes::postmaster)
        return std::nullopt;
    if (auto next = need(seen, Subject::server, Subject::settings))
        return next;
    const int said_before = seen.installation->missing_rewind.empty() ? 0 : 1;
    if (seen.status() == nullptr || !seen.settings || seen.attempts.tried<Warn>() > said_before)
        return std::nullopt;
    std::vector<std::string> lines = warnings_in(*seen.settings, seen.status()->role, context);
    if (lines.empty())
        return std::nullopt;
    return Next{Step{Warn{std::move(lines), std::nullopt}}};
}

} // namespace

Maybe refuse_node(const Observation& seen)
{
    if (seen.directory && seen.directory->kind == DirectoryKind::foreign)
        return refuse_directory(*seen.directory);
    // A missing program or user is also why the directory could not be looked at.
    if (seen.installation && seen.installation->fault != InstallationFault::none)
        return Next{
            Outcome{reason_of(seen.installation->fault), seen.installation->detail}
        };
    if (seen.installation && seen.directory)
        return refuse_directory(*seen.directory);
    const bool is_denied = seen.directory.is_unknown() && seen.directory.kind() == ErrorKind::denied;
    return Next{
        Outcome{is_denied ? Reason::directory_not_accessible : Reason::directory_unknown,
                seen.directory ? seen.installation.why() : seen.directory.why()}
    };
}

Maybe refuse_settings(const Settings& settings, const Context& context)
{
    for (const config::Finding& finding : config::check_settings(settings, Role::standby, context.params))
    {
        if (finding.severity == config::FindingSeverity::critical)
            return Next{
                Outcome{Reason::critical_setting, finding.line()}
            };
        if (finding.severity == config::FindingSeverity::error)
            return Next{
                Outcome{Reason::wrong_setting, finding.line()}
            };
    }
    return std::nullopt;
}

Maybe refuse_settings_on_disk(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::settings_on_disk))
        return next;
    if (seen.settings_on_disk.is_refused())
        return Next{
            Outcome{Reason::settings_unreadable, seen.settings_on_disk.why()}
        };
    return seen.settings_on_disk ? refuse_settings(*seen.settings_on_disk, context) : std::nullopt;
}

bool is_shut_out(const Observation& seen)
{
    constexpr int looks = 20;
    return seen.server && seen.server->answer == Answer::refused && seen.attempts.tried<Wait>() >= looks;
}

Next validate(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::installation, Subject::directory))
        return *next;
    if (auto next = refuse_node(seen))
        return *next;
    if (auto next = warn_of_installation(seen))
        return *next;
    if (seen.directory->kind != DirectoryKind::data)
        return Outcome{Reason::valid, {}};
    if (auto next = refuse_settings_on_disk(seen, context))
        return *next;
    if (auto next = warn_of_running_server(seen, context))
        return *next;
    return Outcome{Reason::valid, {}};
}

} // namespace pgtwin::decide
