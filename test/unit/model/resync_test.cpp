// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/model/resync.hpp"

namespace pgtwin
{
namespace
{

Resync a_copy()
{
    return {ResyncPhase::copying, 250, 1000, 50, 15, {}, {}};
}

Resync a_wait()
{
    return {ResyncPhase::waiting, 0, 0, 0, 0, "rebuild-denied", "not let in: password=wrong, why=unknown"};
}

TEST(Resync, CountsBytesForPeopleAndPrograms)
{
    EXPECT_EQ(a_copy().text(), "phase=copying percent=25 done=250 total=1000 rate=50 left=15");
    EXPECT_EQ(a_copy().in_words(), "base backup: 25 %, 250 of 1000 bytes, 50 bytes/s, 15 s left");
}

TEST(Resync, TellsWhatHoldsItUpInASentenceThatGoesToTheEnd)
{
    EXPECT_EQ(a_wait().text(), "phase=waiting cause=rebuild-denied why=not let in: password=wrong, why=unknown");
    EXPECT_EQ(a_wait().in_words(), "waiting: not let in: password=wrong, why=unknown");
}

TEST(Resync, IsReadAsItWasWritten)
{
    EXPECT_EQ(Resync::parse(a_copy().text()).value(), a_copy());
    EXPECT_EQ(Resync::parse(a_wait().text()).value(), a_wait());
}

TEST(Resync, BeginsWithoutKnowingTheWhole)
{
    const Resync begun{ResyncPhase::rewinding, 0, 0, 0, 0, {}, {}};
    EXPECT_EQ(begun.in_words(), "rewind: 0 %");
    EXPECT_EQ(begun.percent(), 0U);
}

TEST(Resync, NeverExceedsTheWhole)
{
    EXPECT_EQ((Resync{ResyncPhase::copying, 1200, 1000, 0, 0, {}, {}}.percent()), 100U);
}

TEST(Resync, IsPrintable)
{
    EXPECT_EQ((Resync{ResyncPhase::failed, 0, 0, 0, 0, "x", "two\nlines"}.text()),
              "phase=failed cause=x why=two_lines");
}

TEST(Resync, OfAnUnknownPhaseIsMalformed)
{
    EXPECT_FALSE(Resync::parse("phase=dreaming"));
}

} // namespace
} // namespace pgtwin
