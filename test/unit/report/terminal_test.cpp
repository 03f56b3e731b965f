// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "pair.hpp"
#include "pgtwin/report/terminal.hpp"

namespace pgtwin::report
{
namespace
{

PairFacts in_repair()
{
    PairFacts facts = primary_alone();
    NodeFacts& node = facts.nodes[1];
    node.membership = Membership::online;
    node.repair = std::optional{Repair::parse("base backup: 42 %, 4508876 of 10737418 bytes, 40 s left")};
    node.promotion = Promotion{false, "rebuilding", "it is being repaired"};
    facts.events.insert(facts.events.begin(),
                        {facts.now - std::chrono::minutes{1}, "psql2", "start",
                         "the directory is not PostgreSQL's: /var/lib/postgresql/data has something else in it", true});
    return facts;
}

PairFacts by(PairFacts (*make)())
{
    return make();
}

struct Row
{
    const char* name;
    PairFacts (*make)();
};

class Screen : public testing::TestWithParam<Row>
{
protected:
    static std::string text() { return terminal_text(by(GetParam().make), assess(by(GetParam().make)), Color::never); }
};

TEST_P(Screen, IsAsTheFileShowsIt)
{
    const std::string path = std::string{PGTWIN_TEST_DATA "/status/"} + GetParam().name + ".txt";
    if (std::getenv("PGTWIN_UPDATE_DOCUMENTS") != nullptr)
        std::ofstream{path} << text();
    std::ifstream file{path};
    std::ostringstream expected;
    expected << file.rdbuf();
    EXPECT_EQ(text(), expected.str()) << "PGTWIN_UPDATE_DOCUMENTS=1 writes " << path;
}

TEST_P(Screen, FitsIntoEightyColumnsOfAscii)
{
    std::istringstream lines{text()};
    for (std::string line; std::getline(lines, line);)
    {
        EXPECT_LE(line.size(), 80U) << line;
        EXPECT_EQ(
            line.find_first_not_of(
                " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"),
            std::string::npos)
            << line;
        EXPECT_FALSE(line.ends_with(' ')) << line;
    }
}

INSTANTIATE_TEST_SUITE_P(Pair, Screen,
                         testing::Values(Row{"healthy", healthy_pair}, Row{"primary-alone", primary_alone},
                                         Row{"in-repair", in_repair}, Row{"unknown", unknown_pair}),
                         [](const auto& row)
                         {
                             std::string name{row.param.name};
                             std::erase(name, '-');
                             return name;
                         });

TEST(Painting, IsDoneOnlyIfWanted)
{
    EXPECT_EQ(painted("HEALTHY", Verdict::healthy, Color::never), "HEALTHY");
    EXPECT_EQ(painted("DOWN", Verdict::down, Color::always), "\033[1;31mDOWN\033[0m");
    const PairFacts facts = healthy_pair();
    EXPECT_EQ(terminal_text(facts, assess(facts), Color::never).find('\033'), std::string::npos);
}

TEST(Terminal, TellsWhyTheSlotIsUnknownOnAStandby)
{
    PairFacts facts = healthy_pair();
    facts.slot = Seen<std::optional<SlotFacts>>::unknown("no pg_hba.conf entry for host \"192.0.2.12\"");
    const std::string text = terminal_text(facts, assess(facts), Color::never);
    EXPECT_NE(text.find("\n  slot            ? (no pg_hba.conf entry for host \"192.0.2.12\")\n"), std::string::npos)
        << text;
}

} // namespace
} // namespace pgtwin::report
