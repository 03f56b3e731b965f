// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/report/verdict.hpp"

namespace pgtwin::report
{
namespace
{

TEST(Verdict, IsTheExitCodeThatScriptsRelyOn)
{
    EXPECT_EQ(exit_code(Verdict::healthy), 0);
    EXPECT_EQ(exit_code(Verdict::degraded), 1);
    EXPECT_EQ(exit_code(Verdict::down), 2);
    EXPECT_EQ(exit_code(Verdict::unknown), 3);
}

TEST(Verdict, OfSeveralPairsIsTheMostUrgentOne)
{
    EXPECT_EQ(worse_of(Verdict::healthy, Verdict::degraded), Verdict::degraded);
    EXPECT_EQ(worse_of(Verdict::down, Verdict::unknown), Verdict::down);
    EXPECT_EQ(worse_of(Verdict::degraded, Verdict::unknown), Verdict::unknown);
}

} // namespace
} // namespace pgtwin::report
