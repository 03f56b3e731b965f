// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pair.hpp"
#include "pgtwin/report/json.hpp"
#include "schema.hpp"

namespace pgtwin::report
{
namespace
{

bool holds(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

bool is_valid(const std::string& json)
{
    return obeys(json, "status.schema.json");
}

TEST(StatusJson, ObeysItsSchema)
{
    EXPECT_TRUE(is_valid(status_json({judged(healthy_pair())}, Verdict::healthy)));
    EXPECT_TRUE(is_valid(status_json({judged(primary_alone())}, Verdict::degraded)));
    EXPECT_TRUE(is_valid(status_json({judged(unknown_pair()), judged(healthy_pair())}, Verdict::unknown)));
    EXPECT_FALSE(is_valid(R"({"format": 1})"));
}

TEST(StatusJson, HasNullForWhatIsUnknownAndFalseForWhatIsNotThere)
{
    EXPECT_TRUE(holds(status_json({judged(unknown_pair())}, Verdict::unknown), "\"replication\": null"));
    EXPECT_TRUE(holds(status_json({judged(primary_alone())}, Verdict::degraded), "\"replication\": false"));
}

TEST(StatusJson, QuotesWhatServersSay)
{
    PairFacts facts = healthy_pair();
    facts.events[0].outcome = "\"quoted\"\nand \xff";
    const std::string text = status_json({judged(facts)}, Verdict::healthy);
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

} // namespace
} // namespace pgtwin::report
