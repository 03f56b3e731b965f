// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <sstream>

#include "cluster/lab.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

/// The demonstration with `--keep`, as `test/demo` runs it, and afterwards what it invites to.
class Demonstration : public testing::Test
{
protected:
    void TearDown() override
    {
        if (!name_.empty())
            Lab::take_down(name_);
    }

    /// Runs it, and learns from its last words which lab stays.
    [[nodiscard]] Ran run()
    {
        const Ran ran = run_program({PGTWIN_DEMO, "--keep"}, Deadline{seconds{600}});
        const std::string before = "The cluster '";
        if (const auto at = ran.out.find(before); at != std::string::npos)
            name_ = ran.out.substr(at + before.size(), ran.out.find('\'', at + before.size()) - at - before.size());
        return ran;
    }

    /// The commands of the invitation that hold `words`.
    [[nodiscard]] static std::vector<std::string> invited(const std::string& out, const std::string& words)
    {
        std::vector<std::string> commands;
        std::istringstream lines{out.substr(out.find("Play with it:"))};
        for (std::string line; std::getline(lines, line);)
            if (line.rfind("  test/lab/lab ", 0) == 0 && line.find(words) != std::string::npos)
                commands.push_back(line.substr(2));
        return commands;
    }

    static void expect_to_work(const std::string& out, const std::string& words, const std::string& more = "")
    {
        const std::vector<std::string> commands = invited(out, words);
        ASSERT_EQ(commands.size(), 1U) << words;
        const Ran ran =
            run_program({"sh", "-c", "cd " PGTWIN_SOURCE_DIR "; " + commands.front() + more}, Deadline{seconds{60}});
        EXPECT_TRUE(ran.ok()) << commands.front() << ": " << ran.explained();
    }

    std::string name_;
};

/// A part of the story: how it begins, and what is told before the next part.
struct Chapter
{
    std::string title;
    std::vector<std::string> lines;
};

const std::vector<Chapter> story{
    {"the nodes boot and form a cluster",
     {"both nodes are online; a database is made on psql1", "psql1 is the primary",
      "the virtual address 192.0.2.20 is on psql1", "an application begins to commit through the virtual address",
      "psql2 is filled by a copy of the primary", "psql2 is the synchronous standby: every commit waits for it"}},
    {"FAULT: kill -9 of PostgreSQL on the primary, psql1",
     {"0/s  no commit is acknowledged", "psql2 is the primary", "commits are acknowledged again, after ",
      "psql1 is the synchronous standby: every commit waits for it", "the pair has healed"}                     },
    {"FAULT: the primary, psql2, loses its power",
     {"0/s  no commit is acknowledged", "psql1 has fenced psql2: its power is off for certain", "psql1 is the primary",
      "commits are acknowledged again, after ", "psql2 is a member of the cluster",
      "psql2 is the synchronous standby: every commit waits for it", "the pair has healed"}                     },
    {"PostgreSQL killed on psql1:\n    healed after ",     {}                                                   },
    {"psql2 lost its power:\n    healed after ",           {}                                                   },
    {"Verdict: ",                                          {" commits acknowledged, 0 lost.", "stays up. Play"} },
};

void expect_story(const std::string& told)
{
    std::size_t begin = 0;
    for (std::size_t i = 0; i < story.size(); ++i)
    {
        begin = told.find(story[i].title, begin);
        ASSERT_NE(begin, std::string::npos) << story[i].title << "\n" << told;
        const std::size_t end = i + 1 < story.size() ? told.find(story[i + 1].title, begin) : std::string::npos;
        const std::string chapter = told.substr(begin, end - begin);
        for (const std::string& line : story[i].lines)
            EXPECT_NE(chapter.find(line), std::string::npos) << "'" << line << "' is missing in:\n" << chapter;
    }
}

TEST_F(Demonstration, TellsHowThePairHealsAndInvitesToPlayWithIt)
{
    const Ran ran = run();
    EXPECT_EQ(ran.code, 0) << ran.err;
    expect_story(ran.out);
    EXPECT_EQ(ran.out.find("TWO PRIMARIES"), std::string::npos) << ran.out;
    ASSERT_FALSE(name_.empty()) << ran.out;

    expect_to_work(ran.out, "crm status");
    expect_to_work(ran.out, "pgtwin status");
    expect_to_work(ran.out, "PGPASSWORD=app psql", " -c 'SELECT count(*) FROM ledger'");
    expect_to_work(ran.out, "resource move");
    expect_to_work(ran.out, "resource clear");
    expect_to_work(ran.out, "power-off");
    expect_to_work(ran.out, "lab down");
    EXPECT_FALSE(Lab::is_up(name_));
}

} // namespace
} // namespace pgtwin::test
