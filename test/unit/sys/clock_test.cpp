// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/sys/clock.hpp"

namespace pgtwin::sys
{
namespace
{

TEST(Clock, MakesWordsOfSixteenHexadecimalDigitsThatDiffer)
{
    const std::string one = random_word();
    EXPECT_EQ(one.size(), 16U);
    EXPECT_EQ(one.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_NE(one, random_word());
}

TEST(Clock, NeverRunsBackwards)
{
    const auto before = since_boot();
    EXPECT_GE(since_boot(), before);
}

} // namespace
} // namespace pgtwin::sys
