// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "look.hpp"

namespace pgtwin::admin
{
namespace
{

using report::PairFacts;

std::vector<report::Event> events_of(const std::string& operations)
{
    const auto look = look_of(node_state("1", true, "", history("db", operations)));
    return cluster_facts(target(), look, now).events;
}

/// Whether a start that failed as the fifth operation is still to be mended after what follows.
bool is_problem_after(const std::string& later)
{
    for (const report::Event& event : events_of(operation("start", 5, 1, 0) + later))
        if (event.what == "start failed")
            return event.has_failed;
    ADD_FAILURE() << "the failure is not told";
    return false;
}

TEST(Events, OfAFailureAreAProblemUntilAServerRuns)
{
    EXPECT_TRUE(is_problem_after(""));
    EXPECT_TRUE(is_problem_after(operation("stop", 6, 0, 0))) << "Pacemaker stops what could not be started";
    EXPECT_TRUE(is_problem_after(operation("demote", 6, 0, 0) + operation("notify", 7, 0, 0)));
    EXPECT_TRUE(is_problem_after(operation("monitor", 6, 7, 7))) << "a probe that finds it stopped";
    EXPECT_FALSE(is_problem_after(operation("start", 6, 0, 0)));
    EXPECT_FALSE(is_problem_after(operation("promote", 6, 0, 0)));
    EXPECT_TRUE(is_problem_after(running("start"))) << "whether it succeeds is not known yet";
}

TEST(Events, OfSeveralFailuresOnANodeTheLastIsTheProblem)
{
    const auto events = events_of(operation("promote", 5, 1, 0) + operation("start", 6, 1, 0));
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].what, "start failed");
    EXPECT_TRUE(events[0].has_failed);
    EXPECT_FALSE(events[1].has_failed);
}

TEST(Events, TellWhichMessageAFailureIs)
{
    const auto events = events_of(operation("start", 5, 2, 0, "not started, wrong setting: max_wal_senders = 1"));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].cause, "wrong-setting");
    EXPECT_EQ(events[0].outcome, "not started, wrong setting: max_wal_senders = 1");
    EXPECT_TRUE(events_of(operation("start", 5, 2, 0)).at(0).cause.empty());
}

TEST(Events, TellWhatTheSentinelHasReported)
{
    const auto events = events_of(operation("asyncmon", 5, 1, 0, "Simulated failure"));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].what, "reported as failed");
    EXPECT_EQ(events[0].outcome.find("the server has ended"), 0U) << events[0].outcome;
    EXPECT_TRUE(events[0].has_failed);
    EXPECT_FALSE(events_of(operation("asyncmon", 5, 1, 0) + operation("start", 6, 0, 0)).at(1).has_failed);
}

/// Of a failed monitor of role Unpromoted.
report::Aftermath aftermath_of(const Configuration& configuration, const std::string& attributes)
{
    std::string failed = operation("monitor", 5, 7, 0);
    const std::string once = "interval=\"0\"";
    failed.replace(failed.find(once), once.size(), "interval=\"10000\"");
    const auto look = look_of(node_state("1", true, attributes, history("db", failed)), configuration);
    const PairFacts facts = facts_of(look, lonely_looks());
    EXPECT_EQ(facts.events.size(), 1U);
    return facts.events.empty() ? report::Aftermath::retried : facts.events[0].aftermath;
}

TEST(Events, TellWhatPacemakerDoesAboutAFailure)
{
    using report::Aftermath;
    const std::string block =
        R"(<op id="u" name="monitor" interval="10s" on-fail="block"/><op id="p" name="monitor" interval="3s" role=)";
    EXPECT_EQ(aftermath_of({}, ""), Aftermath::retried);
    EXPECT_EQ(aftermath_of({.operations = block + R"("Promoted"/>)"}, ""), Aftermath::ignored);
    EXPECT_EQ(aftermath_of({.operations = R"(<op id="p" name="monitor" role="Promoted" on-fail="block"/>)"}, ""),
              Aftermath::retried);
    const Configuration threshold{.meta = attribute("migration-threshold", "2")};
    EXPECT_EQ(aftermath_of(threshold, attribute("fail-count-db#monitor_10000", "1")), Aftermath::retried);
    EXPECT_EQ(aftermath_of(threshold,
                           attribute("fail-count-db#monitor_10000", "1") + attribute("fail-count-db#start_0", "1")),
              Aftermath::kept_off);
    EXPECT_EQ(aftermath_of({}, attribute("fail-count-db#start_0", "INFINITY")), Aftermath::kept_off);
    EXPECT_EQ(aftermath_of({}, attribute("fail-count-db2#start_0", "INFINITY")), Aftermath::retried);
}

TEST(Events, OfAnInstanceWithANumberAreThoseOfThePair)
{
    const auto look = look_of(node_state("1", true, "", history("db:0", operation("start", 5, 1, 0))));
    const PairFacts facts = cluster_facts(target(), look, now);
    ASSERT_EQ(facts.events.size(), 1U);
    EXPECT_TRUE(facts.events[0].has_failed);
}

TEST(Events, OfWhatRunsNowAreNeitherSuccessNorFailure)
{
    const auto look =
        look_of(node_state("1", true, "", history("db", operation("start", 5, 0, 0) + running("demote"))));
    const PairFacts facts = cluster_facts(target(), look, now);
    ASSERT_EQ(facts.running.size(), 1U);
    EXPECT_EQ(facts.running[0].what, "demote");
    EXPECT_EQ(facts.running[0].node, "psql1");
    EXPECT_EQ(facts.running[0].since, std::chrono::seconds{1900});
    ASSERT_EQ(facts.events.size(), 1U);
    EXPECT_EQ(facts.events[0].what, "start");
}

TEST(Events, TellWhatTheNodeRemembersAndTheClusterDoesNot)
{
    const auto look =
        look_of(node_state("1", true, attribute("db-run", primary_run), history("db", operation("promote", 6, 0, 0))));
    ASSERT_TRUE(look);
    PairFacts facts = facts_of(look, primary_looks());
    add_history(facts, "psql1",
                {entry(900, "promote"), entry(950, "demote"), entry(1006, "promote"),
                 entry(1020, "monitor", {"commits wait for the standby: synchronous_standby_names is \"psql2\""})});
    std::vector<std::string> told;
    for (const report::Event& event : facts.events)
        told.push_back(std::to_string(event.when.count()) + " " + event.node + " " + event.what);
    EXPECT_EQ(told, (std::vector<std::string>{"1020 psql1 commits wait for the standby", "1006 psql1 promote",
                                              "950 psql1 demote", "900 psql1 promote"}));
    EXPECT_EQ(*facts.commits_since, std::chrono::seconds{1020});
}

TEST(History, OfAStandbyIsNotTakenForThatOfThePrimary)
{
    ServerLooks looks = standby_looks();
    looks.peer = primary_identity();
    looks.peer_part = primary_part();
    PairFacts facts = facts_of(look_on_the_standby(), looks);
    add_history(facts, "psql1", {entry(900, "monitor", {"commits wait for the standby"})});
    EXPECT_FALSE(facts.commits_since.is_known());
}

TEST(History, OfThePrimaryTellsTheStandbySinceWhenCommitsWait)
{
    ServerLooks looks = standby_looks();
    looks.peer = primary_identity();
    looks.peer_part = primary_part();
    PairFacts facts = facts_of(look_on_the_standby(), looks);
    add_history(facts, "psql2", {entry(900, "monitor", {"commits wait for the standby"})});
    EXPECT_EQ(*facts.commits_since, std::chrono::seconds{900});
    EXPECT_EQ(facts.events.at(0).node, "psql2");
}

TEST(History, TellsAReloadFromTheStartThatTheClusterTakesItFor)
{
    const auto look = look_of(node_state("1", true, "", history("db", operation("start", 6, 0, 0))));
    PairFacts facts = cluster_facts(target(), look, now);
    add_history(facts, "psql1", {entry(1006, "reload-agent")});
    ASSERT_EQ(facts.events.size(), 1U);
    EXPECT_EQ(facts.events[0].what, "reload of parameters");
}

TEST(History, TellsFailuresAndOverridesInWords)
{
    PairFacts facts = cluster_facts(target(), look_of(node_state("1", true, "", "")), now);
    HistoryEntry refused = entry(900, "start");
    refused.exit_code = 2;
    refused.reason = "wrong-setting";
    refused.detail = "max_wal_senders = 1";
    HistoryEntry ordered = entry(950, "promote");
    ordered.reason = "promoted-alone-by-operator";
    add_history(facts, "psql1", {refused, ordered});
    ASSERT_EQ(facts.events.size(), 2U);
    EXPECT_NE(facts.events[0].outcome.find("by order of the operator"), std::string::npos) << facts.events[0].outcome;
    EXPECT_EQ(facts.events[1].what, "start failed");
    EXPECT_EQ(facts.events[1].outcome, "not started, wrong setting: max_wal_senders = 1");
}

TEST(History, HasTheWholeSentenceOfWhatTheClusterCut)
{
    const auto look =
        look_of(node_state("1", true, "", history("db", operation("start", 5, 2, 0, "not started, wro"))));
    PairFacts facts = cluster_facts(target(), look, now);
    HistoryEntry refused = entry(1005, "start");
    refused.exit_code = 2;
    refused.reason = "wrong-setting";
    refused.detail = "max_wal_senders = 1";
    add_history(facts, "psql1", {refused});
    ASSERT_EQ(facts.events.size(), 1U);
    EXPECT_TRUE(facts.events[0].has_failed);
    EXPECT_EQ(facts.events[0].cause, "wrong-setting");
    EXPECT_EQ(facts.events[0].outcome, "not started, wrong setting: max_wal_senders = 1");
}

constexpr const char* device = R"(<primitive id="fence" class="stonith" type="fence_lab"><meta_attributes id="fm">)";

report::FencingDevice device_of(const std::string& meta, const std::string& operations)
{
    const auto look = look_of(node_state("1", true, "", history("fence", operations)),
                              {{}, {}, device + meta + "</meta_attributes></primitive>"});
    return cluster_facts(target(), look, now).cluster.fencing_devices->at(0);
}

TEST(FencingDevices, AreUsableUnlessDisabledOrFailed)
{
    using report::DeviceState;
    EXPECT_EQ(device_of("", operation("start", 5, 0, 0)).state, DeviceState::usable);
    EXPECT_EQ(device_of("", "").state, DeviceState::usable);
    EXPECT_EQ(device_of(attribute("target-role", "Stopped"), operation("stop", 5, 0, 0)).state, DeviceState::disabled);
    const auto failed = device_of("", operation("start", 5, 1, 0) + operation("stop", 6, 0, 0));
    EXPECT_EQ(failed.state, DeviceState::failed);
    EXPECT_EQ(failed.problem, "start on psql1: why");
    EXPECT_EQ(device_of("", operation("start", 5, 1, 0) + operation("start", 7, 0, 0)).state, DeviceState::usable);
}

TEST(FencingHistory, ThatFailsAgainAndAgainIsOneEvent)
{
    auto look = look_of(node_state("1", true, "", ""));
    using crm::FencingState;
    look->fencing = std::vector<crm::Fencing>{
        {"psql2",     "reboot", "psql1", FencingState::running, {},                         {}         },
        {"psql2",     "reboot", "psql1", FencingState::failed,  std::chrono::seconds{1950}, "no answer"},
        {"psql2",     "reboot", "psql1", FencingState::failed,  std::chrono::seconds{1940}, {}         },
        {"elsewhere", "reboot", "psql1", FencingState::done,    std::chrono::seconds{1930}, {}         },
        {"psql2",     "off",    "psql1", FencingState::done,    std::chrono::seconds{1920}, {}         }
    };
    const PairFacts facts = cluster_facts(target(), look, now);
    EXPECT_EQ(facts.cluster.fencing->size(), 5U);
    ASSERT_EQ(facts.events.size(), 2U);
    EXPECT_EQ(facts.events[0].what, "fencing failed");
    EXPECT_EQ(facts.events[0].outcome, "reboot, asked for by psql1: no answer");
    EXPECT_EQ(facts.events[1].what, "fenced");
    EXPECT_EQ(facts.events[1].node, "psql2");
}

} // namespace
} // namespace pgtwin::admin
