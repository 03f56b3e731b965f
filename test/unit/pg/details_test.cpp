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
        {"1795336338", "17", "1795336350", "3", null, "192.0.2.12", null, null, "f", null, "2", "4200", "1000"}
    });
    ASSERT_TRUE(details);
    EXPECT_EQ(details->started, 1795336338s);
    EXPECT_EQ(details->major_version, 17);
    ASSERT_TRUE(details->sender);
    EXPECT_EQ(details->sender->since, 1795336350s);
    EXPECT_EQ(details->sender->flush_delay, 3ms);
    EXPECT_FALSE(details->sender->replay_delay);
    EXPECT_EQ(details->sender->address, "192.0.2.12");
    EXPECT_EQ(details->waiting_sessions, 2);
    EXPECT_EQ(details->longest_wait, 4200ms);
    EXPECT_EQ(details->slot_left, 1000);
    EXPECT_FALSE(details->receiver);
    EXPECT_FALSE(details->replay_age);
}

TEST(ServerDetails, OfAStandbyTellHowOldItsLastTransactionIsOnlyWhileItIsBehind)
{
    const Row row{"1", "15", null, null, null, null, "2", "0/5000148", "t", "1500", "0", null, null};
    const auto behind = parse_details({row});
    ASSERT_TRUE(behind && behind->receiver);
    EXPECT_EQ(behind->receiver->primary_end.text(), "0/5000148");
    EXPECT_EQ(behind->replay_age, 1500ms);
    EXPECT_EQ(behind->waiting_sessions, 0);
    EXPECT_FALSE(behind->slot_left);
    Row current = row;
    current[8] = "f";
    EXPECT_FALSE(parse_details({current})->replay_age);
}

TEST(Changes, AreEmptyWhereTheUserMayNotSeeThem)
{
    const Changes seen = parse_changes({
        {"1795336338", null}
    });
    EXPECT_EQ(seen.settings_written, 1795336338s);
    EXPECT_FALSE(seen.promoted);
    EXPECT_FALSE(parse_changes({}).settings_written);
}

TEST(ServerDetails, AreMalformedInAnotherShape)
{
    EXPECT_FALSE(parse_details({}));
    EXPECT_FALSE(parse_details({
        {"1", "2"}
    }));
    EXPECT_FALSE(parse_details({
        {"x", "17", null, null, null, null, null, null, "f", null, "0", null, null}
    }));
}

} // namespace
} // namespace pgtwin::pg
