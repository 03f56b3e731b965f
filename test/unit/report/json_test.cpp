// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pair.hpp"
#include "pgtwin/report/json.hpp"
#include "schema.hpp"
#include "support/text.hpp"

namespace pgtwin::report
{
namespace
{

using test::holds;

bool is_valid(const std::string& json)
{
    return obeys(json, "status.schema.json");
}

TEST(StatusJson, ObeysItsSchema)
{
    EXPECT_TRUE(is_valid(status_json({judged(healthy_pair())}, Verdict::healthy, Time{1})));
    EXPECT_TRUE(is_valid(status_json({judged(primary_alone())}, Verdict::degraded, Time{1})));
    EXPECT_TRUE(is_valid(status_json({judged(unknown_pair()), judged(healthy_pair())}, Verdict::unknown, Time{1})));
    EXPECT_FALSE(is_valid(R"({"format": 1})"));
}

TEST(StatusJson, HasNullForWhatIsUnknownAndFalseForWhatIsNotThere)
{
    EXPECT_TRUE(holds(status_json({judged(unknown_pair())}, Verdict::unknown, Time{1}), "\"replication\": null"));
    EXPECT_TRUE(holds(status_json({judged(primary_alone())}, Verdict::degraded, Time{1}), "\"replication\": false"));
}

TEST(StatusJson, QuotesWhatServersSay)
{
    PairFacts facts = healthy_pair();
    facts.events[0].outcome = "\"quoted\"\nand \xff";
    const std::string text = status_json({judged(facts)}, Verdict::healthy, Time{1});
    EXPECT_TRUE(holds(text, R"(\"quoted\"\nand \ufffd)")) << text;
    EXPECT_TRUE(is_valid(text));
}

TEST(StatusMetrics, NameEachMetricOnceAndGroupItsSamples)
{
    PairFacts other = healthy_pair();
    other.resource = "other";
    const std::string text = status_metrics({judged(healthy_pair()), judged(other)});
    const std::string type = "# TYPE pgtwin_status gauge\n";
    EXPECT_EQ(text.find(type), text.rfind(type));
    EXPECT_TRUE(holds(text, type + "pgtwin_status{resource=\"postgres-db\"} 0\npgtwin_status{resource=\"other\"} 0\n"));
    EXPECT_TRUE(holds(text, "pgtwin_replay_lag_seconds{resource=\"postgres-db\"} 1.500\n"));
    EXPECT_TRUE(holds(text, "pgtwin_role{resource=\"postgres-db\",node=\"psql1\",role=\"primary\"} 1\n"));
}

TEST(StatusMetrics, LeaveOutWhatIsUnknown)
{
    const std::string text = status_metrics({judged(unknown_pair())});
    EXPECT_TRUE(holds(text, "pgtwin_status{resource=\"postgres-db\"} 3\n"));
    EXPECT_FALSE(holds(text, "pgtwin_role"));
    EXPECT_FALSE(holds(text, "pgtwin_flush_lag_bytes"));
}

TEST(StatusJson, HasEverythingThatIsKnownOfAPairInTrouble)
{
    PairFacts facts = primary_alone();
    facts.nodes[1].repair = std::optional{Repair::parse("phase=copying percent=43 done=7 total=16 rate=2 left=4")};
    facts.cluster.fencing = std::vector<FencingFacts>{
        {"psql2", "reboot", "psql1", FencingState::failed, facts.now, "no answer"}
    };
    facts.bans = std::vector<BanFacts>{
        {"cli-ban-x", "psql2", true, true, facts.now}
    };
    facts.waiting = Waiting{3, std::chrono::seconds{42}};
    facts.delay_left = std::chrono::seconds{6};
    facts.running = {
        {"psql2", "start", facts.now}
    };
    const std::string text = status_json({judged(facts)}, Verdict::down, facts.now);
    EXPECT_TRUE(is_valid(text));
    EXPECT_TRUE(holds(text, "\"longest_ms\": 42000")) << text;
    EXPECT_TRUE(holds(text, "\"phase\": \"copying\"")) << text;
}

TEST(StatusJson, IsToldEvenIfNothingCanBeRead)
{
    const std::string text = status_json({"postgres-db", "cibadmin is not installed", Time{1}});
    EXPECT_TRUE(is_valid(text));
    EXPECT_TRUE(holds(text, "\"exit_code\": 3")) << text;
    EXPECT_TRUE(holds(text, "\"problem\": \"cibadmin is not installed\"")) << text;
}

TEST(StatusMetrics, AreToldEvenIfNothingCanBeRead)
{
    EXPECT_TRUE(
        holds(status_metrics({"postgres-db", "no cluster", Time{1}}), "pgtwin_status{resource=\"postgres-db\"} 3\n"));
}

TEST(StatusMetrics, NameEachKindOfProblemOnce)
{
    PairFacts facts = primary_alone();
    facts.nodes[0].is_standby_mode = true;
    facts.nodes[1].is_standby_mode = true;
    const std::string text = status_metrics({judged(facts)});
    const std::string sample = "pgtwin_problem{resource=\"postgres-db\",id=\"node-standby\"} 1\n";
    EXPECT_TRUE(holds(text, sample)) << text;
    EXPECT_EQ(text.find(sample), text.rfind(sample));
    EXPECT_TRUE(holds(text, "pgtwin_slot_active{resource=\"postgres-db\"} 0\n"));
    EXPECT_TRUE(holds(text, "pgtwin_node_online{resource=\"postgres-db\",node=\"psql2\"} 0\n"));
}

} // namespace
} // namespace pgtwin::report
