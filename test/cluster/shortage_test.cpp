// SPDX-License-Identifier: GPL-2.0-or-later
#include <future>
#include <memory>

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

/// A checkpointer that has hundreds of megabytes to write takes a reload late (H1).
class BusyCheckpointer : public PairTest
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
                                  "= off); INSERT INTO bulk SELECT 0, 'x' FROM generate_series(1, 90000)",
                                  seconds{60}));
        expect_done(lab().try_sql(primary, "CHECKPOINT", seconds{60}));
    }

    static std::future<std::chrono::milliseconds> checkpoint_after_update(const std::string& primary)
    {
        expect_done(lab().try_sql(primary, "UPDATE bulk SET n = n + 1", seconds{60}));
        return std::async(std::launch::async,
                          [primary]()
                          {
                              const auto from = steady_clock::now();
                              expect_done(lab().try_sql(primary, "CHECKPOINT", seconds{120}));
                              return std::chrono::duration_cast<milliseconds>(steady_clock::now() - from);
                          });
    }
};

TEST_F(BusyCheckpointer, DoesNotMakeACertificateThatCommitsDoNotHonour)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    create_bulk(primary);
    begin();
    auto blocked = std::make_unique<Blocked>(
        lab(), standby, std::vector<Arguments>{replication_from_peer(standby), replication_to_peer(standby)});
    wait_stale(lab(), standby);
    wait_commits(pair(), 50, heal_limit);
    auto checkpoint = checkpoint_after_update(primary);
    blocked.reset();
    pair().wait_healthy(2 * heal_limit);
    auto frozen = std::make_unique<Frozen>(lab(), standby, "pgrep -f walreceiver");
    pair().wait_silence(gap_limit);
    const std::size_t before = pair().ledger().count();
    expect_throughout("a certified standby is waited for", seconds{3},
                      [&]() -> std::string
                      { return pair().ledger().count() == before ? "" : "a commit was acknowledged without it"; });
    lab().power_off(primary);
    frozen.reset();
    expect_recovery("certified after a checkpoint of " + std::to_string(checkpoint.get().count()) +
                        " ms, receiver stopped, power loss of the primary",
                    any_gap);
    EXPECT_EQ(pair().primary(), standby);
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
                    "mountpoint -q /run/wal || { mkdir -p /run/wal && mount -t tmpfs -o size=700m,mode=0700 tmpfs "
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
            "SELECT count(pg_logical_emit_message(true, 'bulk', repeat('x', 1048576))) FROM generate_series(1, 600)",
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
    lab().crm(full, {"resource", "cleanup", "postgres-clone"});
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
    lab().crm(full, {"resource", "cleanup", "postgres-clone"});
    (void)writing.get();
    expect_recovery("disk full under the WAL of the standby", heal_limit, 2 * heal_limit);
    EXPECT_EQ(pair().primary(), primary);
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

class ShortageEnd : public PairTest
{
};

TEST_F(ShortageEnd, LedgersAreEqual)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
