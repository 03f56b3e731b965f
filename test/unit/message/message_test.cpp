// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "enumerators.hpp"
#include "pgtwin/message/message.hpp"

namespace pgtwin::message
{
namespace
{

std::string kebab(std::string_view name)
{
    std::string text{name};
    std::replace(text.begin(), text.end(), '_', '-');
    return text;
}

bool is_plain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

TEST(MessageTable, HasARowForEveryReasonNamedLikeIt)
{
    const auto names = test::enumerator_names<Reason>();
    ASSERT_EQ(table().size(), names.size());
    for (std::size_t at = 0; at < names.size(); ++at)
        EXPECT_EQ(table()[at].id, kebab(names[at]));
}

TEST(MessageTable, FindsTheRowOfAReason)
{
    for (const Message& message : table())
        EXPECT_EQ(&message_of(message.reason), &message);
}

TEST(MessageTable, TellsReasonsApart)
{
    std::set<std::string_view> ids;
    for (const Message& message : table())
        EXPECT_TRUE(ids.insert(message.id).second) << message.id;
}

TEST(MessageTable, HasOneShortSentencePerReason)
{
    for (const Message& message : table())
    {
        EXPECT_FALSE(message.text.empty()) << message.id;
        EXPECT_LE(message.text.size(), 100U) << message.id;
        EXPECT_NE(message.text.back(), '.') << message.id;
        EXPECT_TRUE(is_plain(message.text) && is_plain(message.hint) && is_plain(message.more)) << message.id;
    }
}

TEST(MessageTable, SaysWhatToDoAboutEveryError)
{
    for (const Message& message : table())
        EXPECT_TRUE(message.severity < Severity::error || !message.hint.empty()) << message.id;
}

TEST(MessageTable, TellsWhatBecomesOfAnOverrideWithEveryRefusalToPromote)
{
    for (const Message& message : table())
    {
        const bool is_refusal = message.text.starts_with("not promoted:");
        const bool is_told = message.more.find("<resource>-accept-data-loss -U true -N") != std::string::npos ||
                             message.more.find("verrid") != std::string::npos ||
                             message.more.find("ccepting a loss does not help") != std::string::npos;
        EXPECT_TRUE(!is_refusal || is_told) << message.id;
    }
}

TEST(LogLine, HoldsFactsHintAndId)
{
    EXPECT_EQ(log_line(message_of(Reason::rebuild_no_space), "needs 3 GiB, has 1 GiB"),
              "not enough space for a second copy of the data: needs 3 GiB, has 1 GiB; "
              "free space beside the data directory [rebuild-no-space]");
}

TEST(LogLine, IsShortWithoutFactsAndHint)
{
    EXPECT_EQ(log_line(message_of(Reason::promoted), ""), "the server is the primary now [promoted]");
}

TEST(ExitLine, HoldsTextFactsAndHint)
{
    EXPECT_EQ(
        exit_line(message_of(Reason::program_missing), "/usr/bin/postgres"),
        "a program is missing on this node: /usr/bin/postgres; install PostgreSQL, or correct parameter pg_bindir");
    EXPECT_EQ(exit_line(message_of(Reason::promoted), ""), "the server is the primary now");
}

TEST(ExitLine, HasRoomForTheRemedyBesideAPath)
{
    for (const Reason reason : {Reason::passfile_missing, Reason::passfile_not_private,
                                Reason::directory_not_accessible, Reason::program_missing})
    {
        const Message& message = message_of(reason);
        const std::string line = exit_line(message, "/var/lib/postgresql/17/main/.pgpass");
        EXPECT_TRUE(line.ends_with(message.hint)) << line;
    }
}

TEST(ExitLine, LeavesOutAHintThatDoesNotFit)
{
    const std::string facts(80, 'f');
    EXPECT_EQ(exit_line(message_of(Reason::program_missing), facts), "a program is missing on this node: " + facts);
}

TEST(ExitLine, HasRoomForEveryTextWithItsHintOrAlone)
{
    for (const Message& message : table())
        EXPECT_LE(exit_line(message, "").size(), exit_line_size) << message.id;
}

TEST(MessageTable, IsSearchedByIdAndByExitReason)
{
    const Message& setting = message_of(Reason::wrong_setting);
    EXPECT_EQ(find("wrong-setting"), &setting);
    EXPECT_EQ(find("of-another-version"), nullptr);
    EXPECT_EQ(message_in(exit_line(setting, "max_wal_senders = 1")), &setting);
    EXPECT_EQ(message_in("exit code 7"), nullptr);
    for (const Message& message : table())
        EXPECT_EQ(message_in(message.text)->text, message.text) << message.id;
}

} // namespace
} // namespace pgtwin::message
