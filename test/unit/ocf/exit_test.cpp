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
        return {success, generic, arguments, permission, not_installed, not_running, running_promoted, failed_promoted};
    case Goal::probe:
        return {success, generic, permission, not_running, running_promoted};
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
        {Goal::start,    Reason::started,                  success         },
        {Goal::start,    Reason::started_rebuilding,       success         },
        {Goal::start,    Reason::critical_setting,         arguments       },
        {Goal::start,    Reason::directory_foreign,        arguments       },
        {Goal::start,    Reason::program_missing,          not_installed   },
        {Goal::start,    Reason::directory_not_accessible, permission      },
        {Goal::start,    Reason::server_unknown,           generic         },
        {Goal::start,    Reason::not_running,              generic         },
        {Goal::stop,     Reason::already_stopped,          success         },
        {Goal::stop,     Reason::cannot_stop,              generic         },
        {Goal::promote,  Reason::promoted,                 success         },
        {Goal::promote,  Reason::peer_is_primary,          generic         },
        {Goal::promote,  Reason::not_running,              generic         },
        {Goal::demote,   Reason::demoted_left_stopped,     success         },
        {Goal::monitor,  Reason::running_standby,          success         },
        {Goal::monitor,  Reason::running_primary,          running_promoted},
        {Goal::monitor,  Reason::rebuilding,               success         },
        {Goal::monitor,  Reason::recovering,               success         },
        {Goal::monitor,  Reason::not_running,              not_running     },
        {Goal::monitor,  Reason::primary_crashed,          failed_promoted },
        {Goal::monitor,  Reason::standby_crashed,          generic         },
        {Goal::monitor,  Reason::server_silent,            generic         },
        {Goal::monitor,  Reason::server_foreign,           generic         },
        {Goal::monitor,  Reason::program_missing,          not_installed   },
        {Goal::probe,    Reason::rebuilding,               success         },
        {Goal::probe,    Reason::program_missing,          not_running     },
        {Goal::probe,    Reason::directory_foreign,        not_running     },
        {Goal::probe,    Reason::primary_crashed,          not_running     },
        {Goal::probe,    Reason::standby_crashed,          not_running     },
        {Goal::notify,   Reason::cannot_record,            success         },
        {Goal::reload,   Reason::reloaded,                 success         },
        {Goal::validate, Reason::valid,                    success         },
        {Goal::validate, Reason::wrong_setting,            arguments       },
        {Goal::rebuild,  Reason::rebuild_no_space,         generic         },
    };
    for (const Row& row : rows)
        EXPECT_EQ(exit_for(row.goal, row.reason), row.code) << message::message_of(row.reason).id;
}

TEST(ExitCode, TellsAPersonWhatPacemakerWouldKeepAsAFailedAction)
{
    for (const Goal goal : {Goal::monitor, Goal::probe})
    {
        for (const Reason reason : {Reason::rebuilding, Reason::waiting_for_primary, Reason::recovering})
        {
            EXPECT_EQ(exit_for(goal, reason, Asker::person), degraded);
            EXPECT_EQ(exit_for(goal, reason, Asker::pacemaker), success);
            EXPECT_EQ(severity_for(goal, reason, Asker::person), Severity::warning);
        }
        EXPECT_EQ(exit_for(goal, Reason::running_standby, Asker::person), success);
        EXPECT_EQ(exit_for(goal, Reason::running_primary, Asker::person), running_promoted);
    }
    EXPECT_EQ(exit_for(Goal::notify, Reason::rebuilding, Asker::person), success);
}

config::ParamError wrong(const char* name, config::Scope scope = config::Scope::every_node)
{
    return {name, "?", "must be right", scope};
}

TEST(WrongParameter, RefusesWhatASetUpBeginsWith)
{
    EXPECT_EQ(refusal_for(Goal::validate, wrong("pgport")), not_configured);
    for (const Goal goal : {Goal::start, Goal::validate})
        EXPECT_EQ(refusal_for(goal, wrong("node_list", config::Scope::this_node)), arguments);
}

TEST(WrongParameter, FailsNothingThatKeepsAServerRunning)
{
    for (const Goal goal : {Goal::stop, Goal::demote, Goal::notify, Goal::monitor, Goal::probe, Goal::promote})
        EXPECT_EQ(refusal_for(goal, wrong("pgport")), std::nullopt) << static_cast<int>(goal);
    for (const Goal goal : {Goal::stop, Goal::demote, Goal::notify, Goal::probe})
        EXPECT_EQ(refusal_for(goal, wrong("pgdata")), std::nullopt) << static_cast<int>(goal);
}

TEST(WrongParameter, IsNotTakenOverByAReload)
{
    EXPECT_EQ(refusal_for(Goal::reload, wrong("pgport")), success);
}

TEST(WrongParameter, MakesAMonitorFailOnlyIfItDoesNotKnowWhatToLookAt)
{
    EXPECT_EQ(refusal_for(Goal::monitor, wrong("pgdata")), generic);
}

TEST(WrongParameter, DoesNotFailThePromoteThatFollowsAReload)
{
    for (const char* const name : {"pgdata", "node_list", "pgport"})
        EXPECT_EQ(refusal_for(Goal::promote, wrong(name, config::Scope::this_node)), std::nullopt) << name;
}

TEST(WrongParameter, IsNotGuessedByTheWorker)
{
    EXPECT_EQ(refusal_for(Goal::rebuild, wrong("pgport")), generic);
}

TEST(WrongParameter, StopsTheResourceNowhereElse)
{
    EXPECT_EQ(refusal_for(Goal::start, wrong("pgport")), arguments);
    for (const Goal goal : goals)
    {
        if (goal == Goal::validate)
            continue;
        for (const char* const name : {"pgdata", "pgport", "node_list", "rep_mode"})
            EXPECT_NE(refusal_for(goal, wrong(name)), not_configured) << static_cast<int>(goal) << name;
    }
}

TEST(Loudness, OfAnOutcomeIsThatOfItsMessage)
{
    EXPECT_EQ(severity_for(Goal::start, Reason::cannot_start), Severity::error);
    EXPECT_EQ(severity_for(Goal::start, Reason::started), Severity::info);
}

TEST(Loudness, OfAnActionThatSucceededIsAWarningAtMost)
{
    EXPECT_EQ(severity_for(Goal::notify, Reason::cannot_record), Severity::warning);
}

TEST(Loudness, OfAPromotionByTheOperatorIsCritical)
{
    EXPECT_EQ(severity_for(Goal::promote, Reason::promoted_alone_by_operator), Severity::critical);
}

TEST(Loudness, OfWhatLastsOrIsProbedIsDebug)
{
    EXPECT_EQ(severity_for(Goal::monitor, Reason::rebuilding), Severity::debug);
    EXPECT_EQ(severity_for(Goal::probe, Reason::primary_crashed), Severity::debug);
}

TEST(Loudness, OfAProbeThatCannotTellIsThatOfItsMessage)
{
    EXPECT_EQ(severity_for(Goal::probe, Reason::server_unknown), Severity::error);
}

TEST(GoodCodes, NeedNoExitReason)
{
    for (const OcfExit code : {success, not_running, running_promoted})
        EXPECT_TRUE(is_good(code));
    for (const OcfExit code :
         {generic, arguments, unimplemented, permission, not_installed, not_configured, failed_promoted, degraded})
        EXPECT_FALSE(is_good(code));
}

} // namespace
} // namespace pgtwin::ocf
