// SPDX-License-Identifier: GPL-2.0-or-later
#include <functional>
#include <future>
#include <memory>

#include "cluster/repairs.hpp"
#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"
#include "cluster/trouble.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds any_gap{600};

void expect_done(const Ran& ran)
{
    EXPECT_TRUE(ran.ok()) << ran.explained();
}

/// WAL on a file system of its own that can be filled.
class FullDisk : public PairTest
{
protected:
    static void make_wal_disk(const std::string& node)
    {
        take_out(lab(), node);
        lab().exec(node,
                   {"sh", "-ec",
                    "mountpoint -q /run/wal || { mkdir -p /run/wal && mount -t tmpfs -o size=900m,mode=0700 tmpfs "
                    "/run/wal && chown postgres:postgres /run/wal; }; cd /var/lib/postgresql/data; "
                    "if [ ! -L pg_wal ]; then rm -rf /run/wal/*; cp -a pg_wal/. /run/wal/; rm -rf pg_wal; ln -s "
                    "/run/wal pg_wal; chown -h postgres:postgres pg_wal; fi"},
                   seconds{60});
        bring_back(lab(), node);
        pair().wait_healthy(heal_limit);
    }

    static void fill(const std::string& node)
    {
        (void)lab().try_exec(node, {"dd", "if=/dev/zero", "of=/run/wal/filler", "bs=1M"}, seconds{60});
    }

    static void make_room(const std::string& node) { lab().exec(node, {"rm", "-f", "/run/wal/filler"}); }

    static Ran write_wal(const std::string& primary)
    {
        return lab().try_sql(
            primary,
            "SELECT count(pg_logical_emit_message(true, 'bulk', repeat('x', 1048576))) FROM generate_series(1, 300)",
            seconds{60});
    }
};

TEST_F(FullDisk, UnderTheWalOfThePrimaryIsSurvived)
{
    const std::string full = pair().standby();
    make_wal_disk(full);
    switch_over(lab(), full);
    pair().wait_healthy(heal_limit);
    begin();
    fill(full);
    (void)write_wal(full);
    wait_primary(lab(), peer_of(full));
    wait_commits(pair(), 100, heal_limit);
    make_room(full);
    expect_recovery("disk full under the WAL of the primary", heal_limit, 2 * heal_limit);
}

TEST_F(FullDisk, UnderTheWalOfTheStandbyIsSurvived)
{
    const std::string full = pair().standby();
    make_wal_disk(full);
    const std::string primary = peer_of(full);
    begin();
    fill(full);
    auto writing = std::async(std::launch::async, [&]() { return write_wal(primary); });
    wait_stale(lab(), full);
    wait_commits(pair(), 100, heal_limit);
    EXPECT_EQ(pair().primary(), primary);
    make_room(full);
    (void)writing.get();
    expect_recovery("disk full under the WAL of the standby", heal_limit, 2 * heal_limit);
    EXPECT_EQ(pair().primary(), primary);
}

/// Another server on the port of the pair, as one that its distribution starts at boot.
class TakenPort : public PairTest
{
protected:
    static void occupy(const std::string& node)
    {
        script(lab(), node,
               "cd /tmp; B=$(ls -d /usr/lib/postgresql/*/bin | tail -1); "
               "runuser -u postgres -- $B/initdb -A trust -D /tmp/other >/dev/null; "
               "runuser -u postgres -- $B/pg_ctl -D /tmp/other -w -l /tmp/other.log start >/dev/null");
    }

    static void leave(const std::string& node)
    {
        script(lab(), node,
               "B=$(ls -d /usr/lib/postgresql/*/bin | tail -1); "
               "runuser -u postgres -- $B/pg_ctl -D /tmp/other -m immediate stop >/dev/null; rm -rf /tmp/other");
    }
};

TEST_F(TakenPort, IsTakenAgainWithoutAHuman)
{
    const std::string node = pair().standby();
    take_out(lab(), node);
    occupy(node);
    begin();
    bring_back(lab(), node);
    wait_failure(lab(), "postgres-db_start_0 on " + node, 2 * heal_limit);
    leave(node);
    expect_recovery("another server on the port of the standby", gap_limit, 2 * heal_limit);
}

class Saturation : public PairTest
{
};

TEST_F(Saturation, OfAllConnectionsMovesNobody)
{
    const std::string primary = pair().primary();
    begin();
    lab().exec(primary, {"setsid", "-f", "runuser", "-u", "postgres", "--", "sh", "-c",
                         "for i in $(seq 120); do psql -d app -c 'SELECT pg_sleep(25)' >/dev/null 2>&1 & done; wait"});
    wait_until("no connection is left", Deadline{seconds{20}},
               [&]() -> std::string { return lab().try_sql(primary, "SELECT 1").ok() ? "there is one" : ""; });
    expect_throughout("the primary stays", seconds{15},
                      [&]() -> std::string
                      { return lab().state().primary() == primary ? "" : lab().state().summary(); });
    expect_smooth_recovery("all connections of the primary taken for 25 s");
    EXPECT_EQ(pair().primary(), primary);
}

TEST_F(Saturation, OfAllConnectionsByCommitsThatWaitForALostStandbyEnds)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    (void)lab().sql(primary, "CREATE TABLE waiting (n int)");
    begin();
    auto blocked = std::make_unique<Blocked>(
        lab(), standby, std::vector<Arguments>{replication_from_peer(standby), replication_to_peer(standby)});
    lab().exec(primary, {"setsid", "-f", "runuser", "-u", "postgres", "--", "sh", "-c",
                         "for i in $(seq 220); do psql -d app -c 'INSERT INTO waiting VALUES (1)' >/dev/null 2>&1 & "
                         "done; wait"});
    wait_until("no connection is left", Deadline{seconds{20}},
               [&]() -> std::string { return lab().try_sql(primary, "SELECT 1").ok() ? "there is one" : ""; });
    wait_commits(pair(), 100, heal_limit);
    blocked.reset();
    expect_recovery("all connections of the primary taken by commits that wait for a lost standby", heal_limit,
                    2 * heal_limit);
    EXPECT_EQ(pair().primary(), primary);
}

/// A checkpointer that takes a reload late: the setting says that commits wait, the standby is "sync", and yet they do
/// not wait (H1).
class Checkpointer : public PairTest
{
protected:
    /// The checkpointer stopped once its wait event pleases: `lacking` says what it lacks.
    static std::unique_ptr<Frozen> stop_checkpointer(const std::string& primary,
                                                     const std::function<std::string(const std::string&)>& lacking)
    {
        std::unique_ptr<Frozen> frozen;
        wait_until("a checkpointer to be stopped", Deadline{seconds{20}},
                   [&]() -> std::string
                   {
                       frozen.reset();
                       frozen = std::make_unique<Frozen>(lab(), primary, "pgrep -u postgres -f checkpointer");
                       return lacking(lab().sql(primary, "SELECT coalesce(wait_event, 'none') FROM pg_stat_activity "
                                                         "WHERE backend_type = 'checkpointer'"));
                   });
        return frozen;
    }

    static std::unique_ptr<Blocked> block_stream(const std::string& standby)
    {
        return std::make_unique<Blocked>(
            lab(), standby, std::vector<Arguments>{replication_from_peer(standby), replication_to_peer(standby)});
    }

    /// By the word of the primary: the names are set, and the standby is the one that they mean.
    static void wait_synchronous(const std::string& primary)
    {
        const std::string wanted = "\"" + peer_of(primary) + "\"|sync\n";
        wait_until("a synchronous standby", Deadline{heal_limit},
                   [&]() -> std::string
                   {
                       const Ran seen = lab().try_sql(primary, "SELECT current_setting('synchronous_standby_names'), "
                                                               "sync_state FROM pg_stat_replication");
                       return seen.out == wanted ? "" : seen.explained();
                   });
    }

    static void expect_no_certificate(const std::string& standby, seconds time)
    {
        expect_throughout("no certificate while commits do not wait", time,
                          [&]() -> std::string
                          {
                              const NodeState seen = lab().state().nodes.at(standby);
                              return seen.attribute("postgres-db-data-status") == "in-sync"
                                         ? "it is recorded as in-sync"
                                         : seen.attribute("postgres-db-certified");
                          });
    }

    /// Commits that `standby` lacks, then the end of the primary's power: the standby is not promoted.
    void expect_primary_comes_back(const std::string& primary, const std::string& what)
    {
        const std::string standby = peer_of(primary);
        // Not a stopped receiver: what the primary has sent would wait for it in the socket.
        auto blocked = block_stream(standby);
        wait_commits(pair(), 100, heal_limit);
        lab().power_off(primary);
        blocked.reset();
        wait_peer_gone(lab(), standby);
        EXPECT_EQ(lab().sql(standby, "SELECT pg_is_in_recovery()"), "t");
        expect_recovery(what, any_gap);
        EXPECT_EQ(pair().primary(), primary);
    }
};

/// Held by somebody, as by a debugger, while the rest of its server runs: its wait event is that of an idle one.
class HeldCheckpointer : public Checkpointer
{
protected:
    /// The standby streams again and is named, and the checkpointer has not seen the names.
    static std::unique_ptr<Frozen> hold_while_standby_returns(const std::string& primary)
    {
        const std::string standby = peer_of(primary);
        take_out(lab(), standby);
        wait_commits(pair(), 50, heal_limit);
        auto held = stop_checkpointer(primary, [](const std::string& event)
                                      { return event == "CheckpointerMain" ? "" : "it waits in " + event; });
        bring_back(lab(), standby);
        wait_synchronous(primary);
        return held;
    }
};

TEST_F(HeldCheckpointer, DelaysTheCertificateUntilItIsLetGo)
{
    const std::string primary = pair().primary();
    begin();
    auto held = hold_while_standby_returns(primary);
    expect_no_certificate(peer_of(primary), seconds{12});
    held.reset();
    expect_recovery("standby back while the checkpointer was held");
    EXPECT_EQ(pair().primary(), primary);
}

TEST_F(HeldCheckpointer, DoesNotLoseCommitsWithItsNode)
{
    const std::string primary = pair().primary();
    begin();
    const auto held = hold_while_standby_returns(primary);
    expect_no_certificate(peer_of(primary), seconds{12});
    expect_primary_comes_back(primary, "checkpointer held, stream blocked, power loss of the primary");
}

/// It has hundreds of megabytes to write.
class BusyCheckpointer : public Checkpointer
{
protected:
    void SetUp() override
    {
        renew();
        lab().exec(first_node, {"sh", "-c",
                                std::string{"printf 'shared_buffers = 1GB\\nfull_page_writes = off\\nmax_wal_size = "
                                            "4GB\\ncheckpoint_timeout = 1h\\n' >>"} +
                                    data_directory + "/postgresql.conf"});
        pair().configure();
        pair().wait_healthy(heal_limit);
    }

    /// One row for each page, so that an update of all rows is little WAL and many dirty buffers.
    static void create_bulk(const std::string& primary)
    {
        expect_done(lab().try_sql(primary,
                                  "CREATE TABLE bulk (n int, pad char(800)) WITH (fillfactor = 10, autovacuum_enabled "
                                  "= off); INSERT INTO bulk SELECT 0, 'x' FROM generate_series(1, 110000)",
                                  seconds{60}));
        expect_done(lab().try_sql(primary, "CHECKPOINT", seconds{60}));
    }

    static void make_dirty(const std::string& primary)
    {
        expect_done(lab().try_sql(primary, "UPDATE bulk SET n = n + 1", seconds{60}));
    }

    /// How the checkpoint ends is the caller's to judge: its server may be lost meanwhile.
    static std::future<Ran> request_checkpoint(const std::string& primary)
    {
        return std::async(std::launch::async,
                          [primary]() { return lab().try_sql(primary, "CHECKPOINT", seconds{120}); });
    }

    static std::unique_ptr<Blocked> lose_standby(const std::string& standby)
    {
        auto blocked = block_stream(standby);
        wait_stale(lab(), standby);
        wait_commits(pair(), 50, heal_limit);
        return blocked;
    }
};

TEST_F(BusyCheckpointer, DoesNotMakeACertificateThatCommitsDoNotHonour)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    create_bulk(primary);
    begin();
    auto blocked = lose_standby(standby);
    make_dirty(primary);
    const auto from = steady_clock::now();
    auto checkpoint = request_checkpoint(primary);
    blocked.reset();
    pair().wait_healthy(2 * heal_limit);
    const auto until = steady_clock::now();
    expect_done(checkpoint.get());
    auto frozen = std::make_unique<Frozen>(lab(), standby, "pgrep -f walreceiver");
    pair().wait_silence(gap_limit);
    const std::size_t before = pair().ledger().count();
    expect_throughout("a certified standby is waited for", seconds{3},
                      [&]() -> std::string
                      { return pair().ledger().count() == before ? "" : "a commit was acknowledged without it"; });
    lab().power_off(primary);
    frozen.reset();
    expect_recovery("certified " + std::to_string(std::chrono::duration_cast<milliseconds>(until - from).count()) +
                        " ms after a checkpoint began, receiver stopped, power loss of the primary",
                    any_gap);
    EXPECT_EQ(pair().primary(), standby);
}

TEST_F(BusyCheckpointer, ThatHasNotTakenTheNamesLeavesTheStandbyWithoutCertificate)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    create_bulk(primary);
    begin();
    auto blocked = lose_standby(standby);
    make_dirty(primary);
    auto checkpoint = request_checkpoint(primary);
    const auto busy =
        stop_checkpointer(primary, [](const std::string& event)
                          { return event == "CheckpointerMain" || event == "CheckpointWriteDelay" ? event : ""; });
    blocked.reset();
    wait_synchronous(primary);
    expect_no_certificate(standby, seconds{8});
    expect_primary_comes_back(primary,
                              "names not taken by the checkpointer, stream blocked, power loss of the primary");
    (void)checkpoint.get();
}

class ShortageEnd : public PairTest
{
};

TEST_F(ShortageEnd, LedgersAreEqual)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
