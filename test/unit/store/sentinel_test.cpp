// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/store/sentinel.hpp"
#include "support/temporary_directory.hpp"

namespace pgtwin::store
{
namespace
{

class Sentinel : public testing::Test
{
protected:
    test::TemporaryDirectory directory_;
    SentinelOptions options_{directory_ / "instance", {"/bin/true"}, {}};
    SentinelProcess sentinel_{options_};
};

TEST_F(Sentinel, ExpectsNoEndAtFirst)
{
    EXPECT_FALSE(sentinel_.is_end_intended().value());
}

TEST_F(Sentinel, ExpectsTheEndThatAnActionForetoldAfterThatActionIsGone)
{
    ASSERT_TRUE(sentinel_.expect_end());
    EXPECT_TRUE(SentinelProcess{options_}.is_end_intended().value());
}

TEST_F(Sentinel, ExpectsTheEndWhileAnActionHoldsTheLock)
{
    {
        const auto lock = IntentLock::take(options_.run_directory, Deadline{std::chrono::seconds{1}});
        ASSERT_TRUE(lock);
        EXPECT_TRUE(sentinel_.is_end_intended().value());
    }
    EXPECT_FALSE(sentinel_.is_end_intended().value());
}

TEST_F(Sentinel, OfTheNextServerExpectsNothing)
{
    ASSERT_TRUE(sentinel_.expect_end());
    ASSERT_TRUE(sentinel_.expect_end());
    ASSERT_TRUE(sentinel_.launch());
    EXPECT_FALSE(sentinel_.is_end_intended().value());
    EXPECT_TRUE(sentinel_.launch());
}

} // namespace
} // namespace pgtwin::store
