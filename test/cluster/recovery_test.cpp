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

/// From the moment at which Pacemaker has its node back: 10 s on a quiet machine, up to 18 s beside two other clusters.
constexpr std::chrono::seconds streaming_within{30};
constexpr const char* wal_receiver = "pgrep -f 'postgres: walreceiver'";
constexpr const char* rewind_in_earnest = "[p]g_rewind .*--progress";

/// A former primary comes back with WAL that the new one never saw.
class Recovery : public PairTest
{
protected:
    /// The primary writes `mebibytes` that do not reach the standby, and loses its power; its name.
    static std::string lose_diverged_primary(int mebibytes)
    {
        const std::string lost = pair().primary();
        const Frozen frozen{lab(), peer_of(lost), wal_receiver};
        (void)lab().sql(lost, "SET synchronous_commit = local; CREATE TABLE tail AS SELECT repeat('x', 1000) AS text "
                              "FROM generate_series(1, " +
                                  std::to_string(mebibytes * 1024) + ")");
        lab().unplug(lost);
        return lost;
    }

    /// Names the directory itself: a base backup replaces it, a rewind does not.
    static std::string directory_of(const std::string& node)
    {
        return lab().exec(node, {"stat", "-c", "%i", data_directory});
    }

    static void wait_in_sync(const std::string& primary)
    {
        wait_primary(lab(), primary);
        pair().wait_commit_after(steady_clock::now(), heal_limit);
    }

    static void wait_streaming(const std::string& primary)
    {
        wait_until("a standby streams from " + primary, Deadline{heal_limit},
                   [&]()
                   {
                       const auto state = lab().try_sql(primary, "SELECT state FROM pg_stat_replication");
                       return state.out == "streaming\n" ? "" : state.explained();
                   });
    }

    static void report_time(const std::string& what, steady_clock::time_point since)
    {
        using std::chrono::milliseconds;
        const auto passed = std::chrono::duration_cast<milliseconds>(steady_clock::now() - since);
        report(what + " after " + std::to_string(passed.count()) + " ms");
    }

    static void expect_no_tail(const std::string& node)
    {
        EXPECT_EQ(lab().sql(node, "SELECT to_regclass('tail')"), "") << "WAL that the primary does not have";
    }

    static void expect_logged(const std::string& node, const std::string& text)
    {
        EXPECT_TRUE(lab().try_exec(node, {"grep", "-q", text, "/var/log/pacemaker/pacemaker.log"}).ok()) << text;
    }

    /// Boots a lost node and sends pg_rewind a signal as soon as it works there; what names the directory before that.
    static std::string boot_and_signal_rewind(const std::string& node, const std::string& signal)
    {
        lab().power_on(node);
        const std::string directory = directory_of(node);
        lab().exec(node, {"sh", "-c", "until pkill -" + signal + " -f '" + rewind_in_earnest + "'; do :; done"},
                   heal_limit);
        return directory;
    }
};

TEST_F(Recovery, RewindsAFormerPrimaryThatWroteOn)
{
    begin();
    const std::string lost = lose_diverged_primary(64);
    wait_in_sync(peer_of(lost));
    const auto booted = steady_clock::now();
    lab().power_on(lost);
    const std::string directory = directory_of(lost);
    wait_both_online(lab());
    const auto back = steady_clock::now();
    wait_streaming(peer_of(lost));
    EXPECT_LE(steady_clock::now() - back, streaming_within);
    report_time("node rewound and streaming again", booted);
    expect_recovery("former primary with 64 MB of its own");
    report_time("and in sync again", booted);
    EXPECT_EQ(pair().primary(), peer_of(lost));
    EXPECT_EQ(directory_of(lost), directory) << "it was replaced by a base backup";
    expect_no_tail(lost);
}

TEST_F(Recovery, CopiesAFormerPrimaryThatMayNotBeRewound)
{
    const std::string grant = " EXECUTE ON FUNCTION pg_catalog.pg_read_binary_file(text) ";
    lab().exec(pair().primary(),
               {"runuser", "-u", "postgres", "--", "psql", "-c", "REVOKE" + grant + "FROM replicator"});
    begin();
    const std::string lost = lose_diverged_primary(64);
    wait_in_sync(peer_of(lost));
    lab().power_on(lost);
    const std::string directory = directory_of(lost);
    expect_recovery("former primary that may not be rewound");
    EXPECT_NE(directory_of(lost), directory) << "it was rewound";
    expect_logged(lost, "a rewind is not possible: .*permission denied");
    expect_no_tail(lost);
    lab().exec(pair().primary(), {"runuser", "-u", "postgres", "--", "psql", "-c", "GRANT" + grant + "TO replicator"});
}

TEST_F(Recovery, SurvivesTheEndOfARewindHalfWay)
{
    begin();
    const std::string lost = lose_diverged_primary(64);
    wait_in_sync(peer_of(lost));
    const std::string directory = boot_and_signal_rewind(lost, "KILL");
    expect_recovery("pg_rewind killed half-way");
    EXPECT_NE(directory_of(lost), directory) << "a torn directory is in use";
    EXPECT_EQ(pair().primary(), peer_of(lost));
    EXPECT_FALSE(lab().try_exec(lost, {"test", "-e", std::string{data_directory} + ".pgtwin-old"}).ok())
        << "a torn directory was kept";
    expect_no_tail(lost);
}

TEST_F(Recovery, SurvivesTheLossOfPowerInARewind)
{
    begin();
    const std::string lost = lose_diverged_primary(64);
    wait_in_sync(peer_of(lost));
    const std::string directory = boot_and_signal_rewind(lost, "STOP");
    lab().unplug(lost);
    lab().power_on(lost);
    expect_recovery("loss of power in a rewind");
    EXPECT_NE(directory_of(lost), directory) << "a torn directory is in use";
    EXPECT_EQ(pair().primary(), peer_of(lost));
    expect_no_tail(lost);
}

/// A server that is to recover to the latest timeline does not start in such a directory.
TEST_F(Recovery, ComesBackThoughItKnowsWhereItsTimelineWasLeft)
{
    begin();
    const std::string lost = lose_diverged_primary(8);
    wait_in_sync(peer_of(lost));
    lab().power_on(lost);
    lab().exec(lost,
               {"sh", "-c",
                "until test -s /run/pgtwin/postgres-db/rebuild.pid; do :; done; "
                "kill -STOP $(sed -n s/^pid=//p /run/pgtwin/postgres-db/rebuild.pid)"},
               heal_limit);
    const std::string timeline = lab().sql(peer_of(lost), "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)");
    lab().exec(lost, {"test", "-s", std::string{data_directory} + "/pg_wal/" + timeline + ".history"});
    lab().unplug(lost);
    // Between two commands of its client a walsender has no time-out but TCP's, which is hours.
    (void)lab().sql(peer_of(lost), "SELECT pg_terminate_backend(pid) FROM pg_stat_replication");
    lab().power_on(lost);
    expect_recovery("loss of power before a repair is marked");
    EXPECT_EQ(pair().primary(), peer_of(lost));
    expect_no_tail(lost);
}

class RecoveryEnd : public PairTest
{
};

TEST_F(RecoveryEnd, LedgersAreEqual)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
