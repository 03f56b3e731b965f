// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/store/files.hpp"
#include "support/fakes.hpp"
#include "support/temporary_directory.hpp"

/// What the port Store promises, asked of the files and of the fake.
namespace pgtwin::test
{
namespace
{

class Files
{
public:
    port::Store& port() { return store_; }

private:
    test::TemporaryDirectory directory_;
    store::FileStore store_{
        {directory_ / "state", directory_ / "run"},
        "boot-1"
    };
};

class Fake
{
public:
    port::Store& port() { return store_; }

private:
    Journal journal_;
    FakeStore store_{journal_};
};

template <typename Kind>
class StorePort : public testing::Test
{
protected:
    Kind kind;
    port::Store& store = kind.port();
};

using Kinds = testing::Types<Files, Fake>;
TYPED_TEST_SUITE(StorePort, Kinds);

TYPED_TEST(StorePort, BeginsWithNothingRemembered)
{
    EXPECT_EQ(this->store.load().value(), LocalState{});
    EXPECT_EQ(this->store.load_watch().value(), Watch{});
}

TYPED_TEST(StorePort, RemembersTheLastState)
{
    LocalState state;
    state.run = "run-1";
    state.role = Role::primary;
    state.alone = AloneMark{7001, Timeline{3}, Lsn{0x3000000}};
    state.remember(Timeline{3}, "word-3");
    ASSERT_TRUE(this->store.save(state));
    EXPECT_EQ(this->store.load().value(), state);
    state.alone.reset();
    ASSERT_TRUE(this->store.save(state));
    EXPECT_EQ(this->store.load().value(), state);
}

TYPED_TEST(StorePort, KeepsStateAndWatchApart)
{
    Watch watch;
    watch.unhealthy = 3;
    ASSERT_TRUE(this->store.save_watch(watch));
    EXPECT_EQ(this->store.load_watch().value(), watch);
    EXPECT_EQ(this->store.load().value(), LocalState{});
}

} // namespace
} // namespace pgtwin::test
