// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/pg/peer_settings.hpp"
#include "pgtwin/sys/process.hpp"
#include "postgres_node.hpp"

namespace pgtwin::test
{
namespace
{

/// A pair with defaults for sessions that suit its application.
class OddDefaults : public testing::Test
{
protected:
    Sandbox sandbox_;
    Node primary_{sandbox_, "psql1", "psql2"};
    Node standby_{sandbox_, "psql2", "psql1"};

    void make_pair(const std::string& settings)
    {
        primary_.create(settings);
        primary_.start();
        ASSERT_TRUE(primary_.postgres().ensure_slot(patience()));
        standby_.clone_peer();
    }
};

TEST_F(OddDefaults, SerializableTransactionsDoNotHideAStandby)
{
    make_pair("default_transaction_isolation = 'serializable'\n");
    EXPECT_EQ(Role::standby, standby_.status().role);
    EXPECT_TRUE(standby_.postgres().identity(patience()));
    const auto settings = standby_.postgres().settings(patience());
    ASSERT_TRUE(settings) << settings.error().what;
    const auto as_peer = pg::peer_settings(primary_.options, patience());
    EXPECT_TRUE(as_peer) << as_peer.error().what;
}

TEST_F(OddDefaults, ADatabaseThatWasRenamedIsNotMissed)
{
    primary_.create();
    primary_.start();
    primary_.run("psql", {"-X", "-q", "-h", primary_.directory(), "-d", "template1", "-c",
                          "ALTER DATABASE postgres RENAME TO sales"});
    EXPECT_EQ(Answer::ready, primary_.postgres().status(patience()).value().first);
    EXPECT_TRUE(primary_.postgres().settings(patience()));
    EXPECT_TRUE(primary_.postgres().set_sync_standby_names("\"psql2\"", patience()));
}

/// In PostgreSQL 17 a trigger on login can do the same.
TEST_F(OddDefaults, ADatabaseThatFailsEachLoginIsNotMissed)
{
    primary_.create();
    primary_.start();
    primary_.sql("ALTER DATABASE postgres SET session_preload_libraries = 'gone'");
    EXPECT_EQ(Answer::ready, primary_.postgres().status(patience()).value().first);
    EXPECT_TRUE(primary_.postgres().set_sync_standby_names("\"psql2\"", patience()));
}

TEST_F(OddDefaults, ALockedCatalogHidesNoServer)
{
    primary_.create("max_prepared_transactions = 1\n");
    primary_.start();
    primary_.sql("BEGIN; LOCK TABLE pg_class IN ACCESS EXCLUSIVE MODE; PREPARE TRANSACTION 'vacuum'");
    pg::LocalPostgres postgres = primary_.postgres();
    EXPECT_EQ(Answer::ready, postgres.status(Deadline{std::chrono::seconds{5}}).value().first);
    EXPECT_TRUE(postgres.set_sync_standby_names("\"psql2\"", patience()));
    EXPECT_TRUE(postgres.ensure_slot(patience()));
}

TEST_F(OddDefaults, ReadOnlyTransactionsDoNotHinderAPrimary)
{
    make_pair("default_transaction_read_only = on\nstatement_timeout = '1ms'\nlock_timeout = '1ms'\n");
    EXPECT_TRUE(primary_.postgres().set_sync_standby_names("\"psql2\"", patience()));
    EXPECT_TRUE(primary_.postgres().ensure_slot(patience()));
    EXPECT_EQ(Role::standby, standby_.status().role);
}

TEST_F(OddDefaults, AnotherRoleIsNotTakenOn)
{
    primary_.create();
    primary_.start();
    primary_.sql("CREATE ROLE app");
    primary_.sql("ALTER ROLE postgres SET role = 'app'");
    EXPECT_TRUE(primary_.postgres().set_sync_standby_names("\"psql2\"", patience()));
    EXPECT_TRUE(primary_.postgres().ensure_slot(patience()));
}

TEST_F(OddDefaults, ShortTimesForTransactionsAndIdleSessionsEndNoSession)
{
    primary_.create();
    primary_.start();
    if (primary_.sql("SELECT 1 FROM pg_settings WHERE name = 'transaction_timeout'") == "1")
        primary_.sql("ALTER ROLE postgres SET transaction_timeout = '1ms'");
    primary_.sql("ALTER ROLE postgres SET idle_session_timeout = '1ms'");
    for (int look = 0; look < 10; ++look)
        EXPECT_EQ(Answer::ready, primary_.postgres().status(patience()).value().first);
    EXPECT_TRUE(primary_.postgres().set_sync_standby_names("\"psql2\"", patience()));
}

/// Nobody is certified while a CHECKPOINT of pgtwin runs, so it must not be anybody's to say so.
TEST_F(OddDefaults, AnotherUsersSessionIsNoCheckpointOfPgtwin)
{
    primary_.create();
    primary_.start();
    primary_.sql("CREATE ROLE app LOGIN");
    const sys::Command client{
        {primary_.options.bindir + "/psql", "-X", "-h", primary_.directory(), "-U", "app", "-d", "postgres", "-c",
         "SELECT pg_sleep(600)"},
        {"PATH=/usr/bin:/bin",             "PGAPPNAME=pgtwin checkpoint"            }
    };
    ASSERT_TRUE(sys::spawn_detached(client, ""));
    ASSERT_TRUE(
        eventually([&] { return primary_.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'") == "1"; }));
    EXPECT_FALSE(primary_.status().has_own_checkpoint);
}

} // namespace
} // namespace pgtwin::test
