// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <limits>

#include "pgtwin/model/wal.hpp"

namespace pgtwin
{
namespace
{

constexpr Timeline first{1};
constexpr Timeline second{2};
constexpr Timeline third{3};

TimelineHistory third_timeline()
{
    return {
        third, {{first, Lsn{0x3000060}}, {second, Lsn{0x5000000}}}
    };
}

class LsnText : public testing::TestWithParam<std::pair<const char*, std::uint64_t>>
{
};

TEST_P(LsnText, ParsesAndPrintsBackTheSame)
{
    const auto& [text, bytes] = GetParam();
    const auto lsn = Lsn::parse(text);
    ASSERT_TRUE(lsn);
    EXPECT_EQ(bytes, lsn->bytes());
    EXPECT_EQ(text, lsn->text());
}

INSTANTIATE_TEST_SUITE_P(Positions, LsnText,
                         testing::Values(std::pair{"0/0", std::uint64_t{0}}, std::pair{"0/3000060", 0x3000060ULL},
                                         std::pair{"16/B374D848", 0x16B374D848ULL},
                                         std::pair{"FFFFFFFF/FFFFFFFF", std::numeric_limits<std::uint64_t>::max()}));

class NotAnLsn : public testing::TestWithParam<const char*>
{
};

TEST_P(NotAnLsn, IsMalformed)
{
    const auto lsn = Lsn::parse(GetParam());
    ASSERT_FALSE(lsn);
    EXPECT_EQ(ErrorKind::malformed, lsn.error().kind);
}

INSTANTIATE_TEST_SUITE_P(Texts, NotAnLsn,
                         testing::Values("", "/", "0/", "/0", "0", "0/0/0", "0/0 ", " 0/0", "-1/0", "+1/0", "0x1/0",
                                         "000000001/0", "0/123456789", "G/0", "0/G"));

TEST(Lsn, AcceptsLowerCaseAndLeadingZeros)
{
    EXPECT_EQ(Lsn{0x1600000ab0}, Lsn::parse("0016/00000aB0").value());
}

TEST(Lsn, DistanceIsNegativeIfTheFirstIsBehind)
{
    EXPECT_EQ(-0x10, (Lsn{0x20} - Lsn{0x30}).count);
    EXPECT_EQ(0x10, (Lsn{0x30} - Lsn{0x20}).count);
    EXPECT_LT(Lsn{0x20}, Lsn{0x30});
}

TEST(Lsn, IsOrderedAcrossTheBorderOfItsHalves)
{
    EXPECT_LT(Lsn::parse("0/FFFFFFFF").value(), Lsn::parse("1/0").value());
    EXPECT_LT(Lsn::parse("9/FFFFFFFF").value(), Lsn::parse("A/0").value());
    EXPECT_LT(Lsn::parse("9/A0000000").value(), Lsn::parse("10/9").value());
}

TEST(TimelineHistory, ReadsWhatPostgresWrites)
{
    const auto history = TimelineHistory::parse(third, "1\t0/3000060\tno recovery target specified\n"
                                                       "\n"
                                                       "# a comment\n"
                                                       "2\t0/5000000\tno recovery target specified\n");
    ASSERT_TRUE(history);
    EXPECT_EQ(third_timeline(), *history);
}

TEST(TimelineHistory, IsEmptyForTheFirstTimeline)
{
    EXPECT_EQ((TimelineHistory{first, {}}), TimelineHistory::parse(first, "").value());
}

TEST(TimelineHistory, NeedsNoReasonAndNoFinalNewline)
{
    EXPECT_EQ(Lsn{0x60}, TimelineHistory::parse(second, "1\t0/60").value().left(first));
}

class NotAHistory : public testing::TestWithParam<const char*>
{
};

TEST_P(NotAHistory, IsMalformed)
{
    EXPECT_FALSE(TimelineHistory::parse(third, GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Texts, NotAHistory,
                         testing::Values("1", "x\t0/0\n", "1\tx\n", "0\t0/10\n", "2\t0/10\n1\t0/20\n",
                                         "1\t0/10\n1\t0/20\n", "3\t0/10\n", "4\t0/10\n", "<html>\n"));

TEST(TimelineHistory, ContainsItselfAndItsAncestorsOnly)
{
    EXPECT_TRUE(third_timeline().contains(third));
    EXPECT_TRUE(third_timeline().contains(first));
    EXPECT_FALSE(third_timeline().contains(Timeline{4}));
    EXPECT_FALSE(TimelineHistory{}.contains(Timeline::none));
}

TEST(TimelineHistory, HasNotLeftItsOwnTimeline)
{
    EXPECT_FALSE(third_timeline().left(third));
    EXPECT_EQ(Lsn{0x5000000}, third_timeline().left(second));
}

TEST(CanFollow, OnTheSameTimeline)
{
    EXPECT_TRUE(can_follow(third_timeline(), third, Lsn{0x9000000}));
}

TEST(CanFollow, UpToTheSwitchPointOfAnAncestor)
{
    EXPECT_TRUE(can_follow(third_timeline(), second, Lsn{0x5000000}));
    EXPECT_FALSE(can_follow(third_timeline(), second, Lsn{0x5000001}));
    EXPECT_TRUE(can_follow(third_timeline(), first, Lsn{0x3000060}));
    EXPECT_FALSE(can_follow(third_timeline(), first, Lsn{0x3000061}));
}

TEST(CanFollow, NeverOnAForeignTimeline)
{
    EXPECT_FALSE(can_follow(third_timeline(), Timeline{4}, Lsn{0}));
    EXPECT_FALSE(can_follow(TimelineHistory{}, Timeline::none, Lsn{0}));
}

} // namespace
} // namespace pgtwin
