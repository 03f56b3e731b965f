// SPDX-License-Identifier: GPL-2.0-or-later
#include <memory>

#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"
#include "cluster/trouble.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds any_gap{600};

/// Replication modes, and standbys that have everything but have not replayed it.
class Mode : public PairTest
{
protected:
    void TearDown() override
    {
        PairTest::TearDown();
        set_mode("sync");
    }

    static void set_mode(const std::string& mode)
    {
        pair().set_mode(mode);
        pair().wait_healthy(heal_limit);
    }

    static std::unique_ptr<Blocked> block_replication(const std::string& standby)
    {
        return std::make_unique<Blocked>(
            lab(), standby, std::vector<Arguments>{replication_from_peer(standby), replication_to_peer(standby)});
    }

    static void write_wal(const std::string& primary, int mebibytes)
    {
        (void)lab().sql(primary, "SELECT count(pg_logical_emit_message(false, 'bulk', repeat('x', 1048576))) "
                                 "FROM generate_series(1, " +
                                     std::to_string(mebibytes) + ")");
    }
};

TEST_F(Mode, AsyncPromotesAStandbyWithLittleLag)
{
    set_mode("async");
    const std::string lost = pair().primary();
    begin();
    lab().power_off(lost);
    wait_primary(lab(), peer_of(lost));
    wait_commits(pair(), 1, gap_limit);
    const auto missing = pair().client().missing(peer_of(lost));
    ASSERT_TRUE(missing) << missing.error().what;
    EXPECT_LE(missing->size(), 400U) << "more than a second of commits was lost";
    pair().client().ledger().forget(*missing);
    expect_recovery("async, power loss of the primary, " + std::to_string(missing->size()) + " commits given up");
    EXPECT_EQ(pair().primary(), peer_of(lost));
}

TEST_F(Mode, AsyncDoesNotPromoteAStandbyWithMuchLag)
{
    set_mode("async");
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    auto blocked = block_replication(standby);
    write_wal(primary, 24);
    wait_stale(lab(), standby);
    pair().kill_postmaster(primary);
    const auto killed = steady_clock::now();
    pair().wait_commit_after(killed, heal_limit);
    EXPECT_EQ(pair().primary(), primary);
    blocked.reset();
    expect_recovery("async, crash of the primary while the standby lags beyond the limit", heal_limit, 2 * heal_limit);
    EXPECT_EQ(pair().primary(), primary);
}

TEST_F(Mode, SyncAfterAsyncLosesNothing)
{
    set_mode("async");
    set_mode("sync");
    const std::string lost = pair().primary();
    begin();
    lab().power_off(lost);
    expect_recovery("sync after async, power loss of the primary");
    EXPECT_EQ(pair().primary(), peer_of(lost));
}

TEST_F(Mode, StrictBlocksWithoutTheStandbyAndRecovers)
{
    set_mode("strict");
    const std::string primary = pair().primary();
    begin();
    auto blocked = block_replication(peer_of(primary));
    pair().wait_silence(seconds{20});
    const std::size_t before = pair().ledger().count();
    expect_throughout("commits wait and the primary stays", seconds{30},
                      [&]() -> std::string
                      {
                          if (pair().ledger().count() != before)
                              return "a commit was acknowledged";
                          return lab().state().primary() == primary ? "" : lab().state().summary();
                      });
    blocked.reset();
    expect_recovery("strict, replication blocked for 30 s", any_gap);
    EXPECT_EQ(pair().primary(), primary);
}

TEST_F(Mode, StrictSurvivesThePowerLossOfThePrimary)
{
    set_mode("strict");
    const std::string lost = pair().primary();
    begin();
    lab().power_off(lost);
    // Commits wait until the lost node is back and streams.
    expect_recovery("strict, power loss of the primary", seconds{30});
    EXPECT_EQ(pair().primary(), peer_of(lost));
}

class Lag : public Mode
{
};

TEST_F(Lag, OfPausedReplayDoesNotDelayAFailover)
{
    const std::string lost = pair().primary();
    (void)lab().sql(peer_of(lost), "SELECT pg_wal_replay_pause()");
    write_wal(lost, 64);
    wait_commits(pair(), 100, gap_limit);
    begin();
    lab().power_off(lost);
    expect_recovery("replay paused on the standby, power loss of the primary");
    EXPECT_EQ(pair().primary(), peer_of(lost));
}

/// A reader of the standby with an open transaction, for which replay waits.
TEST_F(Lag, OfReplayThatAQueryHoldsUpDoesNotDelayAFailover)
{
    const std::string lost = pair().primary();
    const std::string standby = peer_of(lost);
    (void)lab().sql(lost, "CREATE TABLE report (n int)");
    const auto wait_for = [&](const std::string& what, const std::string& sign)
    {
        wait_until(what, Deadline{patience},
                   [&]() -> std::string { return lab().sql(standby, "SELECT " + sign) == "t" ? "" : "not yet"; });
    };
    wait_for("the table on the standby", "to_regclass('report') IS NOT NULL");
    lab().exec(standby,
               {"setsid", "-f", "runuser", "-u", "postgres", "--", "sh", "-c",
                "psql -X -d app -c BEGIN -c 'SELECT * FROM report' -c 'SELECT pg_sleep(600)' >/dev/null 2>&1"});
    wait_for("its reader", "EXISTS (SELECT FROM pg_locks WHERE relation = to_regclass('report') AND granted)");
    (void)lab().sql(lost, "DROP TABLE report");
    wait_commits(pair(), 100, gap_limit);
    begin();
    lab().power_off(lost);
    expect_recovery("a query holds up replay on the standby, power loss of the primary");
    EXPECT_EQ(pair().primary(), standby);
}

TEST_F(Lag, OfPausedReplayDoesNotStopASwitchover)
{
    const std::string from = pair().primary();
    (void)lab().sql(peer_of(from), "SELECT pg_wal_replay_pause()");
    write_wal(from, 64);
    begin();
    switch_over(lab(), peer_of(from));
    expect_smooth_recovery("switchover while replay is paused on the standby");
}

// R1 waits for the position of a standby, which replays its WAL before it tells one.
TEST_F(Lag, OfPausedReplayDoesNotKeepAPrimaryDownThatHadGoneAlone)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    (void)lab().sql(standby, "SELECT pg_wal_replay_pause()");
    auto blocked = std::make_unique<Blocked>(
        lab(), standby, std::vector<Arguments>{replication_from_peer(standby), replication_to_peer(standby)});
    wait_stale(lab(), standby);
    wait_commits(pair(), 100, heal_limit);
    pair().kill_postmaster(primary);
    blocked.reset();
    expect_recovery("replay paused on a standby that commits did not wait for, postmaster of the primary killed",
                    heal_limit);
    EXPECT_EQ(pair().primary(), primary);
}

/// Replay that PostgreSQL has paused, since the settings of the standby are lower than its primary's
/// (RecoveryRequiresIntParameter() in src/backend/access/transam/xlogrecovery.c).
class LowerSettings : public Lag
{
protected:
    static void raise_connections(const std::string& node)
    {
        lab().exec(node,
                   {"sh", "-c", std::string{"echo max_connections = 250 >>"} + data_directory + "/postgresql.conf"});
    }

    /// A primary with higher settings than those of its standby, which is certified and does not replay.
    static void raise_on_primary(const std::string& node)
    {
        take_out(lab(), node);
        raise_connections(node);
        bring_back(lab(), node);
        pair().wait_healthy(heal_limit);
        switch_over(lab(), node);
        pair().wait_healthy(heal_limit);
        wait_until("replay is paused", Deadline{heal_limit},
                   [&]() -> std::string
                   { return lab().sql(peer_of(node), "SELECT pg_is_wal_replay_paused()") == "t" ? "" : "it is not"; });
    }
};

TEST_F(LowerSettings, OfTheStandbyDoNotCostThePairItsPrimary)
{
    const std::string lower = pair().primary();
    const std::string primary = peer_of(lower);
    raise_on_primary(primary);
    wait_commits(pair(), 100, gap_limit);
    begin();
    pair().kill_postmaster(primary);
    pair().wait_commit_after(steady_clock::now(), heal_limit);
    EXPECT_EQ(pair().primary(), primary);
    EXPECT_EQ(pair().lost_on(primary, seconds{5}), std::vector<Id>{});
    raise_connections(lower);
    clean_up(lab(), lower);
    expect_recovery("replay paused by max_connections, postmaster of the primary killed", heal_limit, 2 * heal_limit);
    EXPECT_EQ(pair().primary(), primary);
}

TEST_F(Lag, OfTheReceiverDoesNotLoseCommitsInASwitchover)
{
    const std::string from = pair().primary();
    auto frozen = std::make_unique<Frozen>(lab(), peer_of(from), "pgrep -f walreceiver");
    write_wal(from, 128);
    begin();
    frozen.reset();
    switch_over(lab(), peer_of(from));
    expect_smooth_recovery("switchover while the standby receives 128 MiB");
}

// A certificate names a run: what held before the standby was primary says nothing of it afterwards.
TEST_F(Lag, OfARoleThereAndBackMakesANewCertificate)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    const std::string before = lab().state().nodes.at(standby).attribute("postgres-db-certified");
    begin();
    switch_over(lab(), standby);
    switch_over(lab(), primary);
    expect_smooth_recovery("switchover there and back at once");
    EXPECT_NE(lab().state().nodes.at(standby).attribute("postgres-db-certified"), before);
    begin();
    lab().power_off(primary);
    expect_recovery("power loss of the primary after a switchover there and back", 2 * gap_limit);
}

class ModeEnd : public PairTest
{
};

TEST_F(ModeEnd, LedgersAreEqual)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
