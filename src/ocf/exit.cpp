// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/ocf/exit.hpp"

#include <algorithm>
#include <iterator>

#include "pgtwin/message/message.hpp"

namespace pgtwin::ocf
{
namespace
{

/// What a reason says, whatever the goal was.
enum class Meaning
{
    reached,          ///< a goal other than a look: success
    standby,          ///< runs as a standby, all is well
    primary,          ///< runs as the primary, all is well
    impaired_standby, ///< active, and no use as a standby yet
    stopped,          ///< not running, and cleanly so
    crashed_primary,  ///< not running, and was a primary
    crashed_standby,
    failed,             ///< anything soft: may be better next time
    wrong_on_this_node, ///< value, setting or directory that only this node has
    not_permitted,
    not_installed,
};

struct Row
{
    Reason reason;
    Meaning meaning;
};

/// Every reason that is not here is a failure that may be better next time.
constexpr Row meanings[] = {
    {Reason::started,                     Meaning::reached           },
    {Reason::started_rebuilding,          Meaning::reached           },
    {Reason::started_waiting_for_primary, Meaning::reached           },
    {Reason::started_recovering,          Meaning::reached           },
    {Reason::already_primary,             Meaning::reached           },
    {Reason::stopped,                     Meaning::reached           },
    {Reason::already_stopped,             Meaning::reached           },
    {Reason::promoted,                    Meaning::reached           },
    {Reason::promoted_alone_by_operator,  Meaning::reached           },
    {Reason::demoted,                     Meaning::reached           },
    {Reason::demoted_left_stopped,        Meaning::reached           },
    {Reason::already_standby,             Meaning::reached           },
    {Reason::notified,                    Meaning::reached           },
    {Reason::reloaded,                    Meaning::reached           },
    {Reason::valid,                       Meaning::reached           },
    {Reason::rebuilt,                     Meaning::reached           },
    {Reason::running_standby,             Meaning::standby           },
    {Reason::running_primary,             Meaning::primary           },
    {Reason::rebuilding,                  Meaning::impaired_standby  },
    {Reason::waiting_for_primary,         Meaning::impaired_standby  },
    {Reason::recovering,                  Meaning::impaired_standby  },
    {Reason::not_running,                 Meaning::stopped           },
    {Reason::primary_crashed,             Meaning::crashed_primary   },
    {Reason::standby_crashed,             Meaning::crashed_standby   },
    {Reason::directory_foreign,           Meaning::wrong_on_this_node},
    {Reason::directory_incomplete,        Meaning::wrong_on_this_node},
    {Reason::wrong_major_version,         Meaning::wrong_on_this_node},
    {Reason::critical_setting,            Meaning::wrong_on_this_node},
    {Reason::wrong_setting,               Meaning::wrong_on_this_node},
    {Reason::settings_unreadable,         Meaning::wrong_on_this_node},
    {Reason::login_refused,               Meaning::wrong_on_this_node},
    {Reason::passfile_missing,            Meaning::wrong_on_this_node},
    {Reason::passfile_not_private,        Meaning::not_permitted     },
    {Reason::directory_not_accessible,    Meaning::not_permitted     },
    {Reason::program_missing,             Meaning::not_installed     },
    {Reason::user_missing,                Meaning::not_installed     },
};

Meaning meaning_of(Reason reason)
{
    const auto* const row =
        std::find_if(std::begin(meanings), std::end(meanings), [&](const Row& each) { return each.reason == reason; });
    return row == std::end(meanings) ? Meaning::failed : row->meaning;
}

OcfExit monitored(Meaning meaning)
{
    switch (meaning)
    {
    case Meaning::standby:
    case Meaning::impaired_standby:
        return OcfExit::success;
    case Meaning::primary:
        return OcfExit::running_promoted;
    case Meaning::stopped:
        return OcfExit::not_running;
    case Meaning::crashed_primary:
        return OcfExit::failed_promoted;
    case Meaning::wrong_on_this_node:
        return OcfExit::arguments;
    case Meaning::not_permitted:
        return OcfExit::permission;
    case Meaning::not_installed:
        return OcfExit::not_installed;
    case Meaning::reached:
    case Meaning::crashed_standby:
    case Meaning::failed:
        return OcfExit::generic;
    }
    return OcfExit::generic;
}

/// A node that cannot run the server does not run it.
OcfExit probed(Meaning meaning)
{
    switch (meaning)
    {
    case Meaning::wrong_on_this_node:
    case Meaning::not_installed:
    case Meaning::crashed_primary: // Pacemaker would show a primary on a node that has just booted, and demote it
    case Meaning::crashed_standby:
        return OcfExit::not_running;
    case Meaning::impaired_standby:
    case Meaning::standby:
    case Meaning::primary:
    case Meaning::stopped:
    case Meaning::not_permitted:
    case Meaning::reached:
    case Meaning::failed:
        return monitored(meaning);
    }
    return OcfExit::generic;
}

OcfExit changed(Meaning meaning)
{
    switch (meaning)
    {
    case Meaning::reached:
        return OcfExit::success;
    case Meaning::wrong_on_this_node:
        return OcfExit::arguments;
    case Meaning::not_permitted:
        return OcfExit::permission;
    case Meaning::not_installed:
        return OcfExit::not_installed;
    case Meaning::standby:
    case Meaning::primary:
    case Meaning::impaired_standby:
    case Meaning::stopped:
    case Meaning::crashed_primary:
    case Meaning::crashed_standby:
    case Meaning::failed:
        return OcfExit::generic;
    }
    return OcfExit::generic;
}

OcfExit exit_for_pacemaker(Goal goal, Reason reason)
{
    const Meaning meaning = meaning_of(reason);
    switch (goal)
    {
    case Goal::monitor:
        return monitored(meaning);
    case Goal::probe:
        return probed(meaning);
    case Goal::notify:
        return OcfExit::success;
    case Goal::start:
    case Goal::promote:
    case Goal::demote:
    case Goal::reload:
    case Goal::validate:
        return changed(meaning);
    case Goal::stop:
    case Goal::rebuild:
        return meaning == Meaning::reached ? OcfExit::success : OcfExit::generic;
    }
    return OcfExit::generic;
}

} // namespace

OcfExit exit_for(Goal goal, Reason reason, Asker asker)
{
    const bool is_look = goal == Goal::monitor || goal == Goal::probe;
    const bool is_degraded = is_look && meaning_of(reason) == Meaning::impaired_standby;
    return is_degraded && asker == Asker::person ? OcfExit::degraded : exit_for_pacemaker(goal, reason);
}

std::optional<OcfExit> refusal_for(Goal goal, const config::ParamError& error)
{
    switch (goal)
    {
    case Goal::start: // on a node that boots; the other one may be the primary, which a 6 from here would stop
        return OcfExit::arguments;
    case Goal::validate:
        return error.scope == config::Scope::this_node ? OcfExit::arguments : OcfExit::not_configured;
    case Goal::monitor:
        return error.name == "pgdata" ? std::optional{OcfExit::generic} : std::nullopt;
    case Goal::reload:
        // A failed reload would make Pacemaker restart the servers. They go on with what they have.
        return OcfExit::success;
    case Goal::rebuild:
        return OcfExit::generic;
    case Goal::promote: // which Pacemaker runs after each reload of a primary
    case Goal::stop:
    case Goal::demote:
    case Goal::notify:
    case Goal::probe:
        return std::nullopt;
    }
    return std::nullopt;
}

Severity severity_for(Goal goal, Reason reason, Asker asker)
{
    const Severity severity = message::message_of(reason).severity;
    const OcfExit exit = exit_for(goal, reason, asker);
    const bool is_lasting = goal == Goal::monitor && exit == OcfExit::success;
    if ((goal == Goal::probe && is_good(exit)) || is_lasting)
        return Severity::debug;
    return is_good(exit) && severity == Severity::error ? Severity::warning : severity;
}

bool is_good(OcfExit code)
{
    switch (code)
    {
    case OcfExit::success:
    case OcfExit::not_running:
    case OcfExit::running_promoted:
        return true;
    case OcfExit::generic:
    case OcfExit::arguments:
    case OcfExit::unimplemented:
    case OcfExit::permission:
    case OcfExit::not_installed:
    case OcfExit::not_configured:
    case OcfExit::failed_promoted:
    case OcfExit::degraded:
        return false;
    }
    return false;
}

} // namespace pgtwin::ocf
