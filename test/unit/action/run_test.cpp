// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pair.hpp"
#include "pgtwin/action/apply.hpp"
#include "pgtwin/action/observe.hpp"
#include "pgtwin/action/run.hpp"
#include "support/scene.hpp"

namespace pgtwin::test
{
namespace
{

using decide::Observation;
using decide::Subject;
using namespace std::chrono_literals;

class Run : public testing::Test
{
protected:
    FakePair pair;
    FakeNode& alpha = pair.alpha;
};

TEST_F(Run, EndsWithTheDeadlineThatHasPassed)
{
    EXPECT_EQ(alpha.run(Goal::start, 0ms).reason, Reason::deadline_reached);
    EXPECT_TRUE(alpha.journal.changes().empty());
}

TEST_F(Run, WaitsUntilItsDeadlineForAServerThatDoesNotAnswer)
{
    (void)alpha.run(Goal::start);
    alpha.instance.answer = Answer::silent;
    EXPECT_EQ(alpha.run(Goal::promote, 600ms).reason, Reason::server_unknown);
    EXPECT_GT(alpha.clock.waits, 0);
}

TEST_F(Run, GoesOnOnceTheWorldHasChanged)
{
    (void)alpha.run(Goal::start);
    pair.monitor();
    alpha.instance.is_promotion_slow = true;
    alpha.clock.each_wait = [this]
    {
        alpha.instance.become_primary();
    };
    EXPECT_EQ(alpha.run(Goal::promote).reason, Reason::promoted);
    EXPECT_EQ(alpha.clock.waits, 1);
}

TEST_F(Run, TellsWhyAServerEndedThatHadStarted)
{
    alpha.instance.answer = Answer::starting;
    alpha.instance.last_words = "could not locate a valid checkpoint record";
    alpha.clock.each_wait = [this]
    {
        alpha.instance.crash();
    };
    const decide::Outcome outcome = alpha.run(Goal::start);
    EXPECT_EQ(outcome.reason, Reason::cannot_start);
    EXPECT_EQ(outcome.detail, alpha.instance.last_words);
}

TEST_F(Run, TriesAgainWhatFailedOnce)
{
    (void)alpha.run(Goal::start);
    pair.monitor();
    alpha.journal.fail("record");
    EXPECT_EQ(alpha.run(Goal::promote).reason, Reason::promoted);
}

TEST_F(Run, DoesNotPromoteWithoutTheRecord)
{
    (void)alpha.run(Goal::start);
    pair.monitor();
    alpha.journal.always_fail("record");
    EXPECT_EQ(alpha.run(Goal::promote).reason, Reason::cannot_record);
    EXPECT_FALSE(alpha.journal.has("promote"));
}

TEST_F(Run, TakesAnUnreadableStateForUnknown)
{
    alpha.store.is_readable = false;
    EXPECT_EQ(alpha.run(Goal::start).reason, Reason::state_unreadable);
    EXPECT_FALSE(alpha.journal.has("start"));
}

TEST_F(Run, TakesASilentClusterForUnknownWhenPacemakerRunsIt)
{
    alpha.cluster.is_running = false;
    EXPECT_EQ(alpha.run(Goal::start, 700ms).reason, Reason::cluster_unknown);
    EXPECT_FALSE(alpha.journal.has("start"));
}

TEST_F(Run, GoesWithoutAClusterWhenRunByHand)
{
    alpha.cluster.is_running = false;
    alpha.context.is_run_by_pacemaker = false;
    EXPECT_EQ(alpha.run(Goal::start).reason, Reason::started);
    EXPECT_EQ(alpha.run(Goal::promote).reason, Reason::promoted);
}

TEST_F(Run, LogsAFailedStepOnceAsAWarning)
{
    (void)alpha.run(Goal::start);
    pair.monitor();
    alpha.log.lines.clear();
    alpha.journal.fail("record");
    (void)alpha.run(Goal::promote);
    const auto is_warning = [](const FakeLog::Line& line)
    {
        return line.severity == Severity::warning;
    };
    EXPECT_EQ(std::count_if(alpha.log.lines.begin(), alpha.log.lines.end(), is_warning), 1);
}

TEST_F(Run, SaysAWarningThatItCanRemember)
{
    auto ports = alpha.ports();
    Watch watch;
    watch.warned_settings = "1";
    EXPECT_TRUE(action::apply(decide::Warn{{"line"}, watch}, ports, Deadline{1s}));
    EXPECT_EQ(alpha.log.spoken(), std::vector<std::string>{"line"});
    EXPECT_EQ(alpha.store.watch, watch);
}

TEST_F(Run, DoesNotSayAWarningThatItCannotRemember)
{
    auto ports = alpha.ports();
    alpha.journal.fail("save watch");
    EXPECT_FALSE(action::apply(decide::Warn{{"line"}, Watch{}}, ports, Deadline{1s}));
    EXPECT_TRUE(alpha.log.spoken().empty());
}

TEST_F(Run, SaysAWarningEachTimeIfNobodyHasToRemember)
{
    auto ports = alpha.ports();
    EXPECT_TRUE(action::apply(decide::Warn{{"line"}, std::nullopt}, ports, Deadline{1s}));
    EXPECT_EQ(alpha.log.spoken(), std::vector<std::string>{"line"});
}

TEST_F(Run, PublishesTheProgressOfABaseBackup)
{
    pair.bring_up();
    EXPECT_TRUE(pair.beta.journal.has("publish resync"));
    EXPECT_EQ(pair.cib.resync["beta"], "");
}

/// What a step must make unknown, for every kind of step.
struct Forgets
{
    decide::Step step;
    std::set<Subject> subjects;
};

const std::set<Subject> nothing;
const std::set<Subject> cluster{Subject::cluster};
const std::set<Subject> server{Subject::server};
const std::set<Subject> whole_server{Subject::processes, Subject::server, Subject::directory, Subject::identity};

std::vector<Forgets> all_steps()
{
    using namespace decide;
    auto after_wait = whole_server;
    after_wait.insert(
        {Subject::cluster, Subject::membership, Subject::upstream, Subject::worker, Subject::room, Subject::peer_wal});
    auto after_copy = whole_server;
    after_copy.insert({Subject::upstream, Subject::room});
    auto after_start = whole_server;
    after_start.insert(Subject::settings);
    auto after_worker = whole_server;
    after_worker.insert({Subject::worker, Subject::state});
    return {
        {Inspect{},                   nothing                             },
        {Wait{},                      after_wait                          },
        {SaveState{},                 {Subject::state}                    },
        {SaveWatch{},                 {Subject::watch}                    },
        {PublishRun{},                cluster                             },
        {PublishPosition{},           cluster                             },
        {PublishAloneIn{},            cluster                             },
        {SetCertificate{},            cluster                             },
        {SetOwnScore{},               cluster                             },
        {SetPeerScore{},              cluster                             },
        {decide::Record{},            cluster                             },
        {PublishResync{},             nothing                             },
        {ClearOverride{},             nothing                             },
        {WriteStandbyConfiguration{}, {Subject::directory}                },
        {StartServer{},               after_start                         },
        {StopFast{},                  whole_server                        },
        {StopImmediate{},             whole_server                        },
        {KillAll{},                   whole_server                        },
        {PromoteServer{},             whole_server                        },
        {CheckpointInBackground{},    nothing                             },
        {ResumeReplay{},              server                              },
        {decide::EndConflicts{},      server                              },
        {FollowPeer{},                server                              },
        {SetSyncStandbyNames{},       server                              },
        {EnsureSlot{},                server                              },
        {DropSlot{},                  server                              },
        {LaunchWorker{},              {Subject::worker}                   },
        {EndWorker{},                 after_worker                        },
        {LaunchSentinel{},            nothing                             },
        {EnsurePeerSlot{},            nothing                             },
        {BaseBackup{},                after_copy                          },
        {MakeRoom{},                  {Subject::directory, Subject::room} },
        {SwapDirectories{},           whole_server                        },
        {DisposeOldDirectory{},       {Subject::directory}                },
        {RehearseRewind{},            nothing                             },
        {Rewind{},                    whole_server                        },
        {TakeOverSettings{},          {Subject::settings}                 },
        {Warn{{"line"}, Watch{}},     {Subject::watch}                    },
        {SetArchive{},                {Subject::server, Subject::settings}},
    };
}

TEST(Forget, KnowsEveryStep)
{
    std::set<std::size_t> kinds;
    for (const auto& each : all_steps())
        kinds.insert(each.step.index());
    EXPECT_EQ(kinds.size(), std::variant_size_v<decide::Step>);
}

TEST(Forget, MakesUnknownWhatAStepMayHaveChanged)
{
    const Observation everything = a_standby().observation();
    for (const auto& each : all_steps())
    {
        Observation seen = everything;
        action::forget(each.step, seen);
        for (int i = 0; i <= static_cast<int>(Subject::settings_on_disk); ++i)
        {
            const auto subject = static_cast<Subject>(i);
            EXPECT_EQ(seen.is_asked(subject), !each.subjects.contains(subject))
                << decide::name_of(each.step) << " and subject " << i;
        }
    }
}

TEST(Apply, TakesEveryStepThroughItsPort)
{
    for (const auto& each : all_steps())
    {
        FakePair pair;
        auto ports = pair.alpha.ports();
        (void)action::apply(each.step, ports, Deadline{1s});
        const bool changes = !std::holds_alternative<decide::Inspect>(each.step);
        const bool waits = std::holds_alternative<decide::Wait>(each.step);
        EXPECT_EQ(pair.alpha.journal.changes().size(), changes && !waits ? 1U : 0U) << decide::name_of(each.step);
        EXPECT_EQ(pair.alpha.clock.waits, waits ? 1 : 0) << decide::name_of(each.step);
    }
}

} // namespace
} // namespace pgtwin::test
