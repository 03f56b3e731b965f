// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/model/server.hpp"

namespace pgtwin
{
namespace
{

constexpr Timeline mine{3};
const TimelineHistory newest{
    Timeline{4                },
    { {Timeline{2}, Lsn{50}}, {mine, Lsn{100}}}
};

ControlData stopped_primary(std::uint64_t checkpoint)
{
    ControlData control;
    control.timeline = mine;
    control.checkpoint = Lsn{checkpoint};
    return control;
}

ControlData standby(std::uint64_t checkpoint, std::uint64_t minimum_recovery_end)
{
    ControlData control = stopped_primary(checkpoint);
    control.minimum_recovery_timeline = mine;
    control.minimum_recovery_end = Lsn{minimum_recovery_end};
    return control;
}

constexpr std::int64_t mebibyte = std::int64_t{1} << 20;

TEST(WalSegment, IsWhatItsFileNameSays)
{
    EXPECT_EQ(WalSegment::named("000000020000000000000013", 16 * mebibyte), (WalSegment{Timeline{2}, Lsn{0x13000000}}));
    EXPECT_EQ(WalSegment::named("0000000A0000000B000000FF", 16 * mebibyte),
              (WalSegment{Timeline{10}, Lsn{0xBFF000000}}));
    EXPECT_EQ(WalSegment::named("000000010000000000000003", 1024 * mebibyte),
              (WalSegment{Timeline{1}, Lsn{0xC0000000}}));
    EXPECT_EQ(WalSegment::named("000000020000000000000013", 16 * mebibyte)->text(), "2:0/13000000");
}

TEST(WalSegment, IsNoneThatCannotBe)
{
    for (const char* const name : {"", "00000002.history", "00000002000000000000001", "0000000200000000000000130",
                                   "00000002000000000000001G", "000000020000000000000100"})
        EXPECT_EQ(WalSegment::named(name, 16 * mebibyte), std::nullopt) << name;
    for (const std::int64_t size : {std::int64_t{0}, std::int64_t{-1}, 3 * mebibyte})
        EXPECT_EQ(WalSegment::named("000000020000000000000013", size), std::nullopt) << size;
}

TEST(DirectoryTimeline, IsOnTheNewestWhileItHasNotPassedTheFork)
{
    EXPECT_FALSE(is_off(stopped_primary(99), newest));
    EXPECT_FALSE(is_off(standby(80, 100), newest));
}

TEST(DirectoryTimeline, IsOffTheNewestWithACheckpointAtOrBeyondTheFork)
{
    EXPECT_TRUE(is_off(stopped_primary(100), newest));
    EXPECT_TRUE(is_off(stopped_primary(120), newest));
}

TEST(DirectoryTimeline, IsOffTheNewestIfItMustRecoverBeyondTheFork)
{
    EXPECT_TRUE(is_off(standby(80, 101), newest));
}

TEST(DirectoryTimeline, IsOffTheNewestOfAnotherBranch)
{
    const TimelineHistory other{Timeline{4}, {{Timeline{2}, Lsn{50}}}};
    EXPECT_TRUE(is_off(stopped_primary(60), other));
}

TEST(DirectoryTimeline, IsNeverOffItsOwn)
{
    const TimelineHistory own{mine, {{Timeline{2}, Lsn{50}}}};
    EXPECT_FALSE(is_off(stopped_primary(120), own));
    EXPECT_FALSE(is_off(standby(80, 120), own));
}

} // namespace
} // namespace pgtwin
