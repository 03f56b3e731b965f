// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/pg/details.hpp"

namespace pgtwin::pg
{
namespace
{

using namespace std::chrono_literals;

constexpr auto null = std::nullopt;

TEST(ServerDetails, OfAPrimaryTellOfItsStandby)
{
    const auto details = parse_details({
        {"1795336338", "17", "1795336350", "3", null, null, null, "f", null}
    });
    ASSERT_TRUE(details);
    EXPECT_EQ(details->started, 1795336338s);
    EXPECT_EQ(details->major_version, 17);
    ASSERT_TRUE(details->sender);
    EXPECT_EQ(details->sender->since, 1795336350s);
    EXPECT_EQ(details->sender->flush_delay, 3ms);
    EXPECT_FALSE(details->sender->replay_delay);
    EXPECT_FALSE(details->receiver);
    EXPECT_FALSE(details->replay_age);
}

TEST(ServerDetails, OfAStandbyTellHowOldItsLastTransactionIsOnlyWhileItIsBehind)
{
    const Row row{"1", "15", null, null, null, "2", "0/5000148", "t", "1500"};
    const auto behind = parse_details({row});
    ASSERT_TRUE(behind && behind->receiver);
    EXPECT_EQ(behind->receiver->primary_end.text(), "0/5000148");
    EXPECT_EQ(behind->replay_age, 1500ms);
    Row current = row;
    current[7] = "f";
    EXPECT_FALSE(parse_details({current})->replay_age);
}

TEST(ServerDetails, AreMalformedInAnotherShape)
{
    EXPECT_FALSE(parse_details({}));
    EXPECT_FALSE(parse_details({
        {"1", "2"}
    }));
    EXPECT_FALSE(parse_details({
        {"x", "17", null, null, null, null, null, "f", null}
    }));
}

} // namespace
} // namespace pgtwin::pg
