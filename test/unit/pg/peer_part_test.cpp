// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/pg/peer_settings.hpp"

namespace pgtwin::pg
{
namespace
{

using namespace std::chrono_literals;

constexpr auto null = std::nullopt;

TEST(PeerPart, OfAPrimaryHasTheSlotAndTheStandbyThatAsks)
{
    const auto part = parse_peer_part({
        {"1795336338", null, "f", "\"psql2\"", "t", "t", "extended", "33554432", "1000", "t", "1795336350",
         "192.0.2.12", null, null}
    });
    ASSERT_TRUE(part && part->slot && part->sender);
    EXPECT_EQ(part->started, 1795336338s);
    EXPECT_EQ(part->sync_names, "\"psql2\"");
    EXPECT_EQ(*part->slot, (Slot{true, "extended", 33554432}));
    EXPECT_EQ(part->slot_left, 1000);
    EXPECT_EQ(part->sender->since, 1795336350s);
    EXPECT_EQ(part->sender->address, "192.0.2.12");
    EXPECT_TRUE(part->sender->state.empty());
    EXPECT_FALSE(part->replayed);
}

TEST(PeerPart, OfAStandbyTellsHowFarItHasReplayed)
{
    const auto part = parse_peer_part({
        {"1", "0/5000148", "t", "", "f", null, null, null, null, "f", null, null, null, null}
    });
    ASSERT_TRUE(part);
    EXPECT_EQ(part->replayed, Lsn{0x5000148});
    EXPECT_TRUE(part->is_replay_paused);
    EXPECT_FALSE(part->slot);
    EXPECT_FALSE(part->slot_left);
    EXPECT_FALSE(part->sender);
}

TEST(PeerPart, OfAnotherShapeIsAnError)
{
    EXPECT_EQ(parse_peer_part({}).error().kind, ErrorKind::malformed);
    EXPECT_EQ(parse_peer_part({{"a"}}).error().kind, ErrorKind::malformed);
}

} // namespace
} // namespace pgtwin::pg
