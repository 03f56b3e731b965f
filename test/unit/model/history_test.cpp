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

} // namespace
} // namespace pgtwin
