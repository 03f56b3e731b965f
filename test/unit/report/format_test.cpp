// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/report/format.hpp"

namespace pgtwin::report
{
namespace
{

using namespace std::chrono_literals;

TEST(AgeText, IsInWholeSecondsAndNeverBeforeNow)
{
    EXPECT_EQ(age_text(Time{100}, Time{104}), "4 s");
    EXPECT_EQ(age_text(Time{105}, Time{104}), "0 s");
    EXPECT_EQ(age_text(Time{0}, Time{7200}), "2 h 00 min");
}

TEST(Bytes, AreShownInTheLargestUnitThatFits)
{
    EXPECT_EQ(bytes_text(0), "0 B");
    EXPECT_EQ(bytes_text(1023), "1023 B");
    EXPECT_EQ(bytes_text(1536), "1.5 KiB");
    EXPECT_EQ(bytes_text(16 << 20), "16.0 MiB");
    EXPECT_EQ(bytes_text((std::int64_t{1} << 30) - 1), "1023.9 MiB");
    EXPECT_EQ(bytes_text(std::int64_t{5} << 40), "5.0 TiB");
}

TEST(Durations, AreShownAsPeopleSayThem)
{
    EXPECT_EQ(duration_text(4ms), "4 ms");
    EXPECT_EQ(duration_text(1500ms), "1.5 s");
    EXPECT_EQ(duration_text(90s), "90 s");
    EXPECT_EQ(duration_text(18min), "18 min");
    EXPECT_EQ(duration_text(125min), "2 h 05 min");
    EXPECT_EQ(duration_text(76h), "3 d 4 h");
}

TEST(Times, AreShownWithTheirDistanceFromUtc)
{
    const Time time{1795336350};
    EXPECT_EQ(utc_text(time), "2026-11-22T08:32:30Z");
    EXPECT_EQ(time_text(time, 1h), "2026-11-22 09:32:30");
    EXPECT_EQ(recent_text(time, time + 1h, 0s), "08:32:30");
    EXPECT_EQ(recent_text(time, time + 20h, 0s), "2026-11-22 08:32:30");
}

TEST(Bar, IsFullAtTheEndAndEmptyWhileNothingIsKnown)
{
    EXPECT_EQ(bar_text(0, 0, 4), "[....]   0 %");
    EXPECT_EQ(bar_text(50, 100, 4), "[##..]  50 %");
    EXPECT_EQ(bar_text(200, 100, 4), "[####] 100 %");
}

TEST(Plain, LeavesNoControlCharacters)
{
    EXPECT_EQ(plain("a\033[1mb\n"), "a?[1mb?");
}

TEST(Shortened, KeepsTheWidth)
{
    EXPECT_EQ(shortened("abcdef", 6), "abcdef");
    EXPECT_EQ(shortened("abcdefg", 6), "abc...");
}

} // namespace
} // namespace pgtwin::report
