// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/pg/peer_settings.hpp"

namespace pgtwin::pg
{
namespace
{

constexpr auto null = std::nullopt;

TEST(PrimaryPart, HasTheSlotIfThereIsOne)
{
    const auto part = parse_primary_part({
        {"\"psql2\"", "t", "t", "extended", "33554432"}
    });
    ASSERT_TRUE(part && part->slot);
    EXPECT_EQ(part->sync_names, "\"psql2\"");
    EXPECT_EQ(*part->slot, (Slot{true, "extended", 33554432}));
    const auto none = parse_primary_part({
        {"", "f", null, null, null}
    });
    ASSERT_TRUE(none);
    EXPECT_FALSE(none->slot);
}

TEST(PrimaryPart, OfAnotherShapeIsAnError)
{
    EXPECT_EQ(parse_primary_part({}).error().kind, ErrorKind::malformed);
    EXPECT_EQ(parse_primary_part({{"a"}}).error().kind, ErrorKind::malformed);
}

} // namespace
} // namespace pgtwin::pg
