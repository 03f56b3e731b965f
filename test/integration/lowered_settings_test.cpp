// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <fstream>

#include "postgres_node.hpp"

namespace pgtwin::test
{
namespace
{

/// A standby, as every start makes one, ends at once where it has less than its WAL was written with.
class LoweredSettings : public testing::Test
{
protected:
    Sandbox sandbox_;
    Node node_{sandbox_, "psql1", "psql2"};

    /// A server that has run with `before` is configured with `after`.
    void stop_and_change(const std::string& before, const std::string& after)
    {
        node_.create(before);
        node_.start();
        ASSERT_TRUE(node_.server().stop(port::StopMode::fast, patience()));
        std::ofstream{node_.options.pgdata + "/postgresql.conf", std::ios::app} << after;
    }
};

TEST_F(LoweredSettings, KeepNoServerFromStarting)
{
    stop_and_change("max_connections = 60\nmax_locks_per_transaction = 70\nmax_wal_senders = 4\n",
                    "max_connections = 50\nmax_locks_per_transaction = 80\nmax_prepared_transactions = 5\n");
    ASSERT_TRUE(node_.server().write_standby_configuration({Upstream::nobody}, patience()));
    const auto started = node_.server().start(patience());
    ASSERT_TRUE(started) << started.error().what;
    ASSERT_TRUE(eventually([&] { return node_.postgres().status(patience()).value().first == Answer::ready; }));
    EXPECT_EQ("60", node_.sql("SHOW max_connections"));
    EXPECT_EQ("80", node_.sql("SHOW max_locks_per_transaction"));
    EXPECT_EQ("5", node_.sql("SHOW max_prepared_transactions"));
}

TEST_F(LoweredSettings, TakeEffectInAServerThatIsStartedAsAPrimary)
{
    stop_and_change("max_connections = 60\n", "max_connections = 50\n");
    node_.start();
    EXPECT_EQ("50", node_.sql("SHOW max_connections"));
}

} // namespace
} // namespace pgtwin::test
