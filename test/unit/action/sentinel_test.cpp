// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pair.hpp"
#include "pgtwin/action/sentinel.hpp"

namespace pgtwin::test
{
namespace
{

class Sentinel : public testing::Test
{
protected:
    Sentinel() { pair.bring_up(); }

    /// The server of a node is killed, and its sentinel sees that.
    static void crash(FakeNode& node)
    {
        node.instance.crash();
        node.journal.clear();
        auto ports = node.ports();
        action::watch(ports, node.context);
    }

    FakePair pair;
    FakeNode& alpha = pair.alpha;
    FakeNode& beta = pair.beta;
};

TEST_F(Sentinel, LeavesThePrimaryToACertifiedStandby)
{
    crash(alpha);
    EXPECT_TRUE(alpha.journal.has("set own score"));
    EXPECT_FALSE(alpha.journal.has("report failure"));
}

TEST_F(Sentinel, ReportsAPrimaryWithoutCertifiedStandby)
{
    (void)beta.run(Goal::stop);
    pair.monitor();
    crash(alpha);
    EXPECT_TRUE(alpha.journal.has("report failure"));
}

TEST_F(Sentinel, ReportsAPrimaryWhoseScoreCannotBeLowered)
{
    alpha.journal.always_fail("set own score");
    crash(alpha);
    EXPECT_TRUE(alpha.journal.has("report failure"));
}

TEST_F(Sentinel, ReportsAStandby)
{
    crash(beta);
    EXPECT_TRUE(beta.journal.has("report failure"));
}

TEST_F(Sentinel, SaysNothingOfAnIntendedEnd)
{
    alpha.sentinel.is_intended = true;
    crash(alpha);
    EXPECT_FALSE(alpha.journal.has("set own score"));
    EXPECT_FALSE(alpha.journal.has("report failure"));
}

} // namespace
} // namespace pgtwin::test
