// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/crm/attributes.hpp"

namespace
{

using namespace pgtwin;
using namespace pgtwin::crm;

TEST(AttributeNames, BeginWithTheResourceButTheScoreDoesNot)
{
    const AttributeNames names{"db"};
    EXPECT_EQ(names.run, "db-run");
    EXPECT_EQ(names.data_status, "db-data-status");
    EXPECT_EQ(names.accept_loss, "db-accept-data-loss");
    EXPECT_EQ(names.score, "master-db");
}

TEST(DataStatusText, SurvivesARoundTrip)
{
    for (const auto status : {DataStatus::none, DataStatus::primary, DataStatus::in_sync, DataStatus::stale})
        EXPECT_EQ(data_status_from(text_of(status)), status);
    EXPECT_EQ(text_of(DataStatus::in_sync), "in-sync");
    EXPECT_EQ(data_status_from("LATEST"), std::nullopt);
}

TEST(ScoreText, NamesInfinity)
{
    EXPECT_EQ(score_text(1'000'000), "INFINITY");
    EXPECT_EQ(score_text(-1'000'000), "-INFINITY");
    EXPECT_EQ(score_text(-5), "-5");
}

TEST(ScoreText, IsReadAsPacemakerReadsIt)
{
    EXPECT_EQ(score_from("INFINITY"), 1'000'000);
    EXPECT_EQ(score_from("+infinity"), 1'000'000);
    EXPECT_EQ(score_from("-INFINITY"), -1'000'000);
    EXPECT_EQ(score_from("+10"), 10);
    EXPECT_EQ(score_from("2000000"), 1'000'000);
    EXPECT_EQ(score_from(""), std::nullopt);
    EXPECT_EQ(score_from("10x"), std::nullopt);
}

TEST(Truth, HasFiveWords)
{
    for (const char* const word : {"true", "TRUE", "on", "yes", "y", "1"})
        EXPECT_TRUE(is_true(word)) << word;
    for (const char* const word : {"", "false", "off", "0", "2", "truly"})
        EXPECT_FALSE(is_true(word)) << word;
}

} // namespace
