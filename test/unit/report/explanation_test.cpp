// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "pgtwin/report/explanation.hpp"
#include "schema.hpp"
#include "support/text.hpp"

namespace pgtwin::report
{
namespace
{

using test::holds;

HistoryEntry refused()
{
    HistoryEntry entry;
    entry.when = std::chrono::seconds{1795336350};
    entry.took = std::chrono::milliseconds{350};
    entry.action = "promote";
    entry.reason = "stale-alone";
    entry.exit_code = 1;
    entry.detail = "here 3:0/5000148";
    entry.facts = "server=standby end=0/5000148 quorum=yes own-node=online peer-node=offline peer-record=primary";
    return entry;
}

HistoryEntry done()
{
    HistoryEntry entry;
    entry.when = std::chrono::seconds{1795336400};
    entry.took = std::chrono::milliseconds{1200};
    entry.action = "promote";
    entry.reason = "promoted";
    entry.steps = {"this node is recorded as primary", "promote server"};
    entry.facts = "server=standby";
    return entry;
}

Explanation explanation()
{
    Explanation made;
    made.resource = "postgres-db";
    made.node = "psql2";
    made.entries = {refused(), done()};
    return made;
}

TEST(Explanation, TellsWhatWasDecidedAndWhatItRestedOn)
{
    const std::string text = explanation_text(explanation(), Color::never);
    EXPECT_TRUE(holds(text, "2026-11-22 08:32:30  promote  FAILED, exit code 1, 350 ms  [stale-alone]\n")) << text;
    EXPECT_TRUE(holds(text, "  saw   server=standby end=0/5000148")) << text;
    EXPECT_TRUE(holds(text, "  ->    bring the other node back")) << text;
    EXPECT_TRUE(holds(text, "  did   this node is recorded as primary\n        promote server\n")) << text;
}

TEST(Explanation, FitsIntoEightyColumns)
{
    std::istringstream lines{explanation_text(explanation(), Color::never)};
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 80U) << line;
}

TEST(Explanation, SaysThatThereIsNothing)
{
    Explanation empty = explanation();
    empty.entries.clear();
    EXPECT_TRUE(holds(explanation_text(empty, Color::never), "nothing yet"));
}

TEST(Explanation, KeepsTheReasonOfAnotherVersionInJson)
{
    Explanation foreign = explanation();
    foreign.entries.front().reason = "of-another-version";
    const std::string text = explanation_json({foreign});
    EXPECT_TRUE(holds(text, "\"reason\": \"of-another-version\"")) << text;
    EXPECT_TRUE(holds(text, "\"text\": null")) << text;
    EXPECT_TRUE(holds(text, "\"reason\": \"promoted\"")) << text;
}

TEST(Explanation, NamesTheResourceAndTheNodeInItsCommands)
{
    std::string text = explanation_text(explanation(), Color::never);
    std::replace(text.begin(), text.end(), '\n', ' ');
    EXPECT_FALSE(holds(text, "<resource>")) << text;
    EXPECT_FALSE(holds(text, "<this node>")) << text;
    EXPECT_TRUE(holds(text, "-n postgres-db-accept-data-loss")) << text;
}

TEST(ExplanationJson, ObeysItsSchema)
{
    EXPECT_TRUE(obeys(explanation_json({explanation()}), "explain.schema.json"));
}

} // namespace
} // namespace pgtwin::report
