// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/model/history.hpp"

namespace pgtwin
{
namespace
{

HistoryEntry promotion()
{
    return {
        std::chrono::seconds{1795336350},
        std::chrono::milliseconds{                                  1200         },
        "promote",
        "promoted",
        0,
        "here 3:0/5000148",
        { "this node is recorded as primary",          "promote server"},
        "server=standby end=0/5000148"
    };
}

TEST(HistoryEntry, IsReadAsItWasWritten)
{
    const auto read = HistoryEntry::parse(promotion().line().substr(0, promotion().line().size() - 1));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, promotion());
}

TEST(HistoryEntry, StaysOnOneLineWhateverItSays)
{
    HistoryEntry entry = promotion();
    entry.detail = "two\nlines\tand a tab";
    entry.steps = {"one; two"};
    const std::string line = entry.line();
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    const auto read = HistoryEntry::parse(line.substr(0, line.size() - 1));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->detail, "two lines and a tab");
    EXPECT_EQ(read->steps, std::vector<std::string>{"one, two"});
}

TEST(History, PassesOverLinesThatWereCut)
{
    const std::string line = promotion().line();
    const auto entries = parse_history(line + line.substr(0, 40) + "\n\n" + line + line.substr(0, line.size() - 5));
    EXPECT_EQ(entries, (std::vector<HistoryEntry>{promotion(), promotion()}));
}

TEST(History, PassesOverKeysOfAnotherVersion)
{
    EXPECT_TRUE(HistoryEntry::parse("time=5\taction=stop\tcolour=blue\tend"));
    EXPECT_FALSE(HistoryEntry::parse("action=stop\tend"));
}

HistoryEntry monitor(int when, std::vector<std::string> steps)
{
    HistoryEntry entry;
    entry.when = std::chrono::seconds{when};
    entry.action = "monitor";
    entry.reason = "running-primary";
    entry.exit_code = 8;
    entry.steps = std::move(steps);
    entry.facts = "server=primary";
    return entry;
}

TEST(HistoryDigest, HasWhatThePeopleOnTheOtherNodeWantToRead)
{
    const std::vector<HistoryEntry> entries{
        promotion(), monitor(1795336351, {"create slot"}),
        monitor(1795336352, {"set score", "commits wait for the standby: synchronous_standby_names is \"psql2\""})};
    const auto read = parse_history(digest_of(entries, 2000));
    ASSERT_EQ(read.size(), 2U);
    EXPECT_EQ(read[0].action, "promote");
    EXPECT_EQ(read[0].detail, "here 3:0/5000148");
    EXPECT_TRUE(read[0].steps.empty());
    EXPECT_TRUE(read[0].facts.empty());
    EXPECT_EQ(read[1].when, std::chrono::seconds{1795336352});
    EXPECT_EQ(read[1].steps, std::vector<std::string>{"commits wait for the standby"});
}

TEST(HistoryDigest, HasTheNewestThatThereIsRoomFor)
{
    HistoryEntry long_one = promotion();
    long_one.detail = std::string(5000, 'x');
    std::vector<HistoryEntry> entries(20, long_one);
    entries.push_back(monitor(1795336999, {"commits no longer wait for the standby"}));
    const std::string digest = digest_of(entries, 1000);
    EXPECT_LE(digest.size(), 1000U);
    const auto read = parse_history(digest);
    ASSERT_GE(read.size(), 3U);
    EXPECT_EQ(read.back().when, std::chrono::seconds{1795336999});
    EXPECT_TRUE(digest_of({}, 1000).empty());
}

} // namespace
} // namespace pgtwin
