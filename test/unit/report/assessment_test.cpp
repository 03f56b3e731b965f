// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <functional>

#include "pair.hpp"
#include "pgtwin/report/assessment.hpp"

namespace pgtwin::report
{
namespace
{

struct Row
{
    const char* name;
    std::function<void(PairFacts&)> spoil;
    Verdict verdict;
    const char* id;
};

class Spoilt : public testing::TestWithParam<Row>
{
};

TEST(Assessment, FindsNothingWrongWithAHealthyPair)
{
    const Assessment assessment = assess(healthy_pair());
    EXPECT_EQ(assessment.verdict, Verdict::healthy);
    EXPECT_TRUE(assessment.problems.empty()) << assessment.problems.front().text;
}

TEST(Assessment, OfAPrimaryAloneIsDegraded)
{
    const Assessment assessment = assess(primary_alone());
    EXPECT_EQ(assessment.verdict, Verdict::degraded);
}

TEST(Assessment, OfNothingKnownIsUnknown)
{
    const Assessment assessment = assess(unknown_pair());
    EXPECT_EQ(assessment.verdict, Verdict::unknown);
}

TEST(Assessment, PutsTheGravestFirst)
{
    PairFacts facts = healthy_pair();
    facts.cluster.is_maintenance = true;
    facts.nodes[0].role = std::optional{Role::standby};
    const Assessment assessment = assess(facts);
    ASSERT_GE(assessment.problems.size(), 2U);
    EXPECT_EQ(assessment.problems.front().id, "no-primary");
    EXPECT_EQ(assessment.verdict, Verdict::down);
}

TEST_P(Spoilt, IsNamed)
{
    PairFacts facts = healthy_pair();
    GetParam().spoil(facts);
    const Assessment assessment = assess(facts);
    EXPECT_EQ(assessment.verdict, GetParam().verdict);
    std::string ids;
    for (const Problem& problem : assessment.problems)
        ids += problem.id + " ";
    EXPECT_NE(ids.find(GetParam().id), std::string::npos) << ids;
}

INSTANTIATE_TEST_SUITE_P(
    Facts, Spoilt,
    testing::Values(
        Row{"TwoPrimaries", [](PairFacts& facts) { facts.nodes[1].role = std::optional{Role::primary}; }, Verdict::down,
            "two-primaries"},
        Row{"OneRoleUnknownAndNoPrimary",
            [](PairFacts& facts) { facts.nodes[0].role = Seen<std::optional<Role>>::unknown(); }, Verdict::unknown,
            "primary-unknown"},
        Row{"NoQuorum", [](PairFacts& facts) { facts.cluster.has_quorum = false; }, Verdict::degraded, "no-quorum"},
        Row{"NoFencing", [](PairFacts& facts) { facts.cluster.has_fencing = false; }, Verdict::degraded,
            "fencing-disabled"},
        Row{"NoFencingDevice", [](PairFacts& facts) { facts.cluster.fencing_devices = std::vector<std::string>{}; },
            Verdict::degraded, "fencing-missing"},
        Row{"Maintenance", [](PairFacts& facts) { facts.cluster.is_maintenance = true; }, Verdict::degraded,
            "maintenance"},
        Row{"ClusterStopped", [](PairFacts& facts) { facts.cluster.silence = Silence::stopped; }, Verdict::degraded,
            "cluster-stopped"},
        Row{"ClusterDenied", [](PairFacts& facts) { facts.cluster.silence = Silence::denied; }, Verdict::unknown,
            "cluster-denied"},
        Row{"ClusterHung", [](PairFacts& facts) { facts.cluster.silence = Silence::hung; }, Verdict::degraded,
            "cluster-hung"},
        Row{"NodeLost", [](PairFacts& facts) { facts.nodes[1].membership = Membership::unclean; }, Verdict::degraded,
            "node-away"},
        Row{"NodeTakenOut", [](PairFacts& facts) { facts.nodes[1].is_standby_mode = true; }, Verdict::degraded,
            "node-standby"},
        Row{"Repair", [](PairFacts& facts) { facts.nodes[1].repair = std::optional{Repair::parse("waiting")}; },
            Verdict::degraded, "repair"},
        Row{"ReplayPaused", [](PairFacts& facts) { facts.nodes[1].is_replay_paused = true; }, Verdict::degraded,
            "replay-paused"},
        Row{"Override", [](PairFacts& facts) { facts.nodes[1].has_override = true; }, Verdict::degraded, "override"},
        Row{"CatchingUp",
            [](PairFacts& facts)
            {
                Replication stream;
                stream.state = "catchup";
                facts.replication = std::optional{stream};
            },
            Verdict::degraded, "not-streaming"},
        Row{"NotPromotable",
            [](PairFacts& facts) {
                facts.nodes[1].promotion = Promotion{false, "stale-alone", "it lacks some"};
            },
            Verdict::degraded, "not-promotable"},
        Row{"PromotionUnknown", [](PairFacts& facts) { facts.nodes[1].promotion = Seen<Promotion>::unknown(); },
            Verdict::unknown, "promotion-unknown"},
        Row{"SlotLost",
            [](PairFacts& facts)
            {
                facts.slot = std::optional{
                    SlotFacts{"ha_slot", false, "lost", 0}
                };
            },
            Verdict::degraded, "slot-lost"},
        Row{"AddressElsewhere", [](PairFacts& facts) { facts.addresses[0].node = std::string{"psql2"}; },
            Verdict::degraded, "address-elsewhere"},
        Row{"AddressStopped", [](PairFacts& facts) { facts.addresses[0].node = std::string{}; }, Verdict::degraded,
            "address-stopped"},
        Row{"ActionFailed", [](PairFacts& facts) { facts.events[0].has_failed = true; }, Verdict::degraded,
            "action-failed"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(Repair, IsReadFromWhatTheWorkerPublishes)
{
    const Repair copying = Repair::parse("base backup: 42 %, 4200 of 10000 bytes");
    EXPECT_EQ(copying.what, "base backup");
    EXPECT_EQ(copying.done_bytes, 4200);
    EXPECT_EQ(copying.total_bytes, 10000);
    EXPECT_TRUE(copying.rest.empty());
    EXPECT_EQ(Repair::parse("rewind: 0 %, 0 of 10 bytes, 40 s left").rest, "40 s left");
    for (const char* const text : {"waiting: nobody is primary", "base backup: begun", "", "x: 4 %", "a: 1 %, 2 of x"})
    {
        EXPECT_TRUE(Repair::parse(text).what.empty()) << text;
        EXPECT_EQ(Repair::parse(text).text, text);
    }
}

TEST(Repair, IsReadFromPairs)
{
    const Repair copying = Repair::parse("phase=copying percent=25 done=250 total=1000 rate=2048 left=15");
    EXPECT_EQ(copying.what, "base backup");
    EXPECT_EQ(copying.done_bytes, 250);
    EXPECT_EQ(copying.total_bytes, 1000);
    EXPECT_EQ(copying.rest, "2.0 KiB/s, 15 s left");
    const Repair waiting = Repair::parse("phase=waiting cause=rebuild-denied why=not let in: password=wrong");
    EXPECT_TRUE(waiting.what.empty());
    EXPECT_EQ(waiting.text, "not let in: password=wrong");
}

} // namespace
} // namespace pgtwin::report
