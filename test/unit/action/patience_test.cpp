// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/action/patience.hpp"

namespace pgtwin
{
namespace
{

using namespace std::chrono_literals;

const decide::Step wait_for_server = decide::Wait{250ms, Reason::recovering};

TEST(Patience, SaysNothingInTheFirstTenSeconds)
{
    EXPECT_EQ(action::Patience{}.line_for(wait_for_server, 9999ms), "");
}

TEST(Patience, ThenSaysForWhatItWaitsAndSaysItAgainLaterAndLater)
{
    action::Patience patience;
    EXPECT_EQ(patience.line_for(wait_for_server, 10s),
              "waits, for 10 s so far: the server replays its WAL and takes no queries yet");
    EXPECT_EQ(patience.line_for(wait_for_server, 19s), "");
    EXPECT_NE(patience.line_for(wait_for_server, 21s), "");
    EXPECT_EQ(patience.line_for(wait_for_server, 41s), "");
    EXPECT_NE(patience.line_for(wait_for_server, 42s), "");
}

TEST(Patience, SaysNothingOfOtherStepsAndOfWaitsWithoutAReason)
{
    action::Patience patience;
    EXPECT_EQ(patience.line_for(decide::KillAll{}, 60s), "");
    EXPECT_EQ(patience.line_for(decide::Wait{20ms}, 60s), "");
    EXPECT_NE(patience.line_for(wait_for_server, 60s), "");
}

} // namespace
} // namespace pgtwin
