// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "pgtwin/message/message.hpp"
#include "pgtwin/ocf/exit.hpp"

namespace pgtwin::ocf
{
namespace
{

using enum OcfExit;
using Codes = std::set<OcfExit>;

constexpr Goal goals[] = {Goal::start, Goal::stop,   Goal::promote, Goal::demote,  Goal::monitor,
                          Goal::probe, Goal::notify, Goal::reload,  Goal::rebuild, Goal::validate};

/// Codes that Pacemaker understands from an action (Pacemaker Administration, "OCF Return Codes").
Codes allowed(Goal goal)
{
    switch (goal)
    {
    case Goal::start:
    case Goal::promote:
    case Goal::demote:
    case Goal::reload:
    case Goal::validate:
        return {success, generic, arguments, permission, not_installed};
    case Goal::stop:
    case Goal::rebuild:
        return {success, generic};
    case Goal::monitor:
        return {success,     generic,  arguments,        permission,      not_installed,
                not_running, degraded, running_promoted, failed_promoted, degraded_promoted};
    case Goal::probe:
        return {success, generic, permission, not_running, running_promoted, failed_promoted};
    case Goal::notify:
        return {success};
    }
    return {};
}

TEST(ExitCode, IsOneTheActionMayAnswerForEveryReason)
{
    for (const Goal goal : goals)
        for (const message::Message& message : message::table())
            EXPECT_EQ(allowed(goal).count(exit_for(goal, message.reason)), 1U)
                << "goal " << static_cast<int>(goal) << ", " << message.id;
}

TEST(ExitCode, NeverStopsTheResourceOnEveryNodeForWhatWasSeen)
{
    for (const Goal goal : goals)
        for (const message::Message& message : message::table())
            EXPECT_NE(exit_for(goal, message.reason), not_configured) << message.id;
}

struct Row
{
    Goal goal;
    Reason reason;
    OcfExit code;
};

TEST(ExitCode, FollowsTheTable)
{
    constexpr Row rows[] = {
        {Goal::start,    Reason::started,                  success          },
        {Goal::start,    Reason::started_rebuilding,       success          },
        {Goal::start,    Reason::critical_setting,         arguments        },
        {Goal::start,    Reason::directory_foreign,        arguments        },
        {Goal::start,    Reason::program_missing,          not_installed    },
        {Goal::start,    Reason::directory_not_accessible, permission       },
        {Goal::start,    Reason::server_unknown,           generic          },
        {Goal::start,    Reason::not_running,              generic          },
        {Goal::stop,     Reason::already_stopped,          success          },
        {Goal::stop,     Reason::cannot_stop,              generic          },
        {Goal::promote,  Reason::promoted,                 success          },
        {Goal::promote,  Reason::peer_is_primary,          generic          },
        {Goal::promote,  Reason::not_running,              generic          },
        {Goal::demote,   Reason::demoted_left_stopped,     success          },
        {Goal::monitor,  Reason::running_standby,          success          },
        {Goal::monitor,  Reason::running_primary,          running_promoted },
        {Goal::monitor,  Reason::primary_without_standby,  degraded_promoted},
        {Goal::monitor,  Reason::rebuilding,               degraded         },
        {Goal::monitor,  Reason::recovering,               degraded         },
        {Goal::monitor,  Reason::not_running,              not_running      },
        {Goal::monitor,  Reason::primary_crashed,          failed_promoted  },
        {Goal::monitor,  Reason::standby_crashed,          generic          },
        {Goal::monitor,  Reason::server_silent,            generic          },
        {Goal::monitor,  Reason::program_missing,          not_installed    },
        {Goal::probe,    Reason::primary_without_standby,  running_promoted },
        {Goal::probe,    Reason::rebuilding,               success          },
        {Goal::probe,    Reason::program_missing,          not_running      },
        {Goal::probe,    Reason::directory_foreign,        not_running      },
        {Goal::probe,    Reason::primary_crashed,          failed_promoted  },
        {Goal::notify,   Reason::cannot_record,            success          },
        {Goal::reload,   Reason::reloaded,                 success          },
        {Goal::validate, Reason::valid,                    success          },
        {Goal::validate, Reason::wrong_setting,            arguments        },
        {Goal::rebuild,  Reason::rebuild_no_space,         generic          },
    };
    for (const Row& row : rows)
        EXPECT_EQ(exit_for(row.goal, row.reason), row.code) << message::message_of(row.reason).id;
}

TEST(WrongParameter, NeverFailsStopDemoteAndNotify)
{
    for (const Goal goal : {Goal::stop, Goal::demote, Goal::notify})
        for (const config::Scope scope : {config::Scope::every_node, config::Scope::this_node})
            EXPECT_EQ(refusal_for(goal, scope), std::nullopt);
}

TEST(WrongParameter, IsFatalOnlyIfItIsWrongForEveryNode)
{
    for (const Goal goal : {Goal::start, Goal::promote, Goal::monitor, Goal::reload, Goal::validate, Goal::rebuild})
    {
        EXPECT_EQ(refusal_for(goal, config::Scope::every_node), not_configured);
        EXPECT_EQ(refusal_for(goal, config::Scope::this_node), arguments);
    }
    EXPECT_EQ(refusal_for(Goal::probe, config::Scope::every_node), not_configured);
    EXPECT_EQ(refusal_for(Goal::probe, config::Scope::this_node), not_running);
}

TEST(GoodCodes, NeedNoExitReason)
{
    for (const OcfExit code : {success, not_running, running_promoted})
        EXPECT_TRUE(is_good(code));
    for (const OcfExit code : {generic, arguments, unimplemented, permission, not_installed, not_configured,
                               failed_promoted, degraded, degraded_promoted})
        EXPECT_FALSE(is_good(code));
}

} // namespace
} // namespace pgtwin::ocf
