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
