// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/repairs.hpp"
#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr seconds repaired_within{120};
constexpr const char* old_directory = "/var/lib/postgresql/data.pgtwin-old";
constexpr const char* space = "/var/lib/postgresql/space";

/// Data directories as administrators lay them out, and what happens to them.
class RecoveryLayout : public PairTest
{
protected:
    static void damage(const std::string& node)
    {
        script(lab(), node, "truncate -s 100 /var/lib/postgresql/data/global/pg_control");
    }

    static bool is_there(const std::string& node, const std::string& path)
    {
        return lab().try_exec(node, {"test", "-e", path}).ok();
    }

    static std::string link_of(const std::string& node, const std::string& path)
    {
        return lab().try_exec(node, {"readlink", path}).out;
    }

    void bring_back_repaired(const std::string& node, const std::string& what)
    {
        begin();
        bring_back(lab(), node);
        expect_recovery(what, gap_limit, repaired_within);
        EXPECT_EQ(pair().standby(), node);
    }

    /// Whether `pgtwin check` on the node finds that another copy of the data would not fit.
    static bool lacks_room_by_check(const std::string& node)
    {
        const Ran ran = lab().try_exec(node, {"/usr/lib/ocf/resource.d/heartbeat/pgtwin", "check"}, seconds{40});
        EXPECT_EQ(ran.out.find("room for a base backup"), std::string::npos) << ran.out;
        return ran.out.find("[no-room-for-copy]") != std::string::npos;
    }
};

TEST_F(RecoveryLayout, ReplacesADirectoryWhosePgControlIsDamagedAndKeepsIt)
{
    const std::string node = pair().standby();
    take_out(lab(), node);
    script(lab(), node, std::string{"rm -rf "} + old_directory);
    damage(node);
    const std::string damaged = directory_at(lab(), node, data_directory);
    bring_back_repaired(node, "damaged pg_control");
    EXPECT_NE(directory_at(lab(), node, data_directory), damaged);
    EXPECT_EQ(directory_at(lab(), node, old_directory), damaged) << "the damaged directory is the only old copy";
}

TEST_F(RecoveryLayout, DoesNotLetADamagedDirectoryPushOutAUsableCopy)
{
    const std::string node = pair().standby();
    take_out(lab(), node);
    const std::string usable = directory_at(lab(), node, data_directory);
    order_base_backup(lab(), node);
    bring_back_repaired(node, "base backup of a usable directory");
    ASSERT_EQ(directory_at(lab(), node, old_directory), usable);
    take_out(lab(), node);
    damage(node);
    bring_back_repaired(node, "damaged pg_control beside a usable copy");
    EXPECT_EQ(directory_at(lab(), node, old_directory), usable);
    EXPECT_FALSE(is_there(node, "/var/lib/postgresql/data.pgtwin-torn"));
}

TEST_F(RecoveryLayout, LeavesADirectoryAloneThatTheServerMayNotUse)
{
    const std::string node = pair().standby();
    take_out(lab(), node);
    const std::string directory = directory_at(lab(), node, data_directory);
    script(lab(), node, "chown root:root /var/lib/postgresql/data");
    begin();
    lab().crm(node, {"node", "online", node});
    wait_failure(lab(), "pguser cannot use the data directory", heal_limit);
    EXPECT_EQ(directory_at(lab(), node, data_directory), directory);
    script(lab(), node, "chown postgres:postgres /var/lib/postgresql/data");
    expect_recovery("directory that belonged to root", gap_limit, repaired_within);
    EXPECT_EQ(directory_at(lab(), node, data_directory), directory) << "it was replaced without need";
}

/// As left by what copies or sweeps a directory and passes over empty ones, and by who removed the wrong files.
TEST_F(RecoveryLayout, ReplacesADirectoryWhoseServerDoesNotStart)
{
    const std::string node = pair().standby();
    lab().crm(node, {"resource", "meta", "postgres-clone", "set", "failure-timeout", "10"});
    for (const std::string lost : {"pg_replslot", "base/*"})
    {
        take_out(lab(), node);
        script(lab(), node, "rm -rf /var/lib/postgresql/data/" + lost);
        const std::string directory = directory_at(lab(), node, data_directory);
        begin();
        lab().crm(node, {"node", "online", node});
        wait_failure(lab(), "postgres-db_start_0 on " + node, heal_limit);
        EXPECT_EQ(directory_at(lab(), node, data_directory), directory) << "it was replaced after one failed start";
        expect_recovery("directory without " + lost, gap_limit, repaired_within);
        EXPECT_NE(directory_at(lab(), node, data_directory), directory);
        EXPECT_TRUE(has_logged(lab(), node, "this node is repaired from its peer (cannot-start)"));
    }
    lab().crm(node, {"resource", "meta", "postgres-clone", "set", "failure-timeout", "60s"});
}

TEST_F(RecoveryLayout, KeepsTablespacesAndAWalThatLieElsewhere)
{
    const std::string node = pair().standby();
    const std::string primary = peer_of(node);
    for (const std::string each : {first_node, second_node})
        script(lab(), each, std::string{"install -d -o postgres -g postgres -m 0700 "} + space);
    lab().exec(primary, {"runuser", "-u", "postgres", "--", "psql", "-c",
                         std::string{"CREATE TABLESPACE space LOCATION '"} + space + "'"});
    (void)lab().sql(primary, "CREATE TABLE held TABLESPACE space AS SELECT generate_series(1, 100000) AS number");
    pair().wait_healthy(heal_limit);
    take_out(lab(), node);
    script(lab(), node,
           "cd /var/lib/postgresql; mv data/pg_wal wal; ln -s /var/lib/postgresql/wal data/pg_wal; chown -h "
           "postgres:postgres data/pg_wal");
    order_base_backup(lab(), node);
    bring_back_repaired(node, "tablespace and pg_wal elsewhere");
    EXPECT_EQ(lab().sql(node, "SELECT count(*) FROM held"), "100000");
    EXPECT_EQ(link_of(node, "/var/lib/postgresql/data/pg_wal").rfind("/var/lib/postgresql/wal/pgtwin-", 0), 0U);
    EXPECT_TRUE(is_there(node, std::string{old_directory} + "/pg_wal/archive_status")) << "the old copy lost its WAL";
    take_out(lab(), node);
    damage(node);
    bring_back_repaired(node, "the same once more");
    switch_over(lab(), node);
    pair().wait_healthy(heal_limit);
    EXPECT_EQ(lab().sql(node, "SELECT count(*) FROM held"), "100000");
    EXPECT_EQ(pair().primary(), node);
}

TEST_F(RecoveryLayout, RemovesTheOnlyOldCopyWhereItsNodeIsNamed)
{
    const std::string node = pair().standby();
    take_out(lab(), node);
    script(
        lab(), node,
        "cd /var/lib/postgresql; rm -rf data.pgtwin-*; mkdir disk; mount -t tmpfs -o size=1500m,mode=0755 tmpfs disk; "
        "chown postgres:postgres disk; mv data disk/data; ln -s disk/data data; chown -h postgres:postgres data; "
        "free=$(df --output=avail -m disk | tail -n 1); fallocate -l $((free - 60))M disk/filler");
    order_base_backup(lab(), node);
    const std::string only = directory_at(lab(), node, data_directory);
    set_parameter(lab(), "backup_before_basebackup", "false");
    set_parameter(lab(), "replace_old_copy_on", peer_of(node));
    begin();
    lab().crm(node, {"node", "online", node});
    wait_resync(lab(), node, "cause=rebuild-no-space", heal_limit);
    EXPECT_EQ(directory_at(lab(), node, data_directory), only) << "the other node was named";
    take_out(lab(), node);
    set_parameter(lab(), "replace_old_copy_on", node);
    lab().crm(node, {"node", "online", node});
    expect_recovery("no room for two copies, and the node was named", gap_limit, repaired_within);
    EXPECT_NE(directory_at(lab(), node, data_directory), only);
    EXPECT_FALSE(is_there(node, "/var/lib/postgresql/disk/data.pgtwin-old"));
    // How much the new copy takes less than the old one depends on the WAL that the old one kept.
    script(lab(), node,
           "cd /var/lib/postgresql/disk; free=$(df --output=avail -m . | tail -n 1); "
           "test $free -lt 30 || fallocate -l $((free - 30))M filler2");
    EXPECT_TRUE(lacks_room_by_check(node));
    script(lab(), node, "rm -f /var/lib/postgresql/disk/filler*");
    EXPECT_FALSE(lacks_room_by_check(node));
    for (const std::string parameter : {"backup_before_basebackup", "replace_old_copy_on"})
        set_parameter(lab(), parameter, "");
}

TEST_F(RecoveryLayout, SurvivesTheEndOfItsWorkerAfterItMadeRoom)
{
    const std::string node = pair().standby();
    take_out(lab(), node);
    script(lab(), node,
           "cd /var/lib/postgresql; mkdir -p disk; mountpoint -q disk || { "
           "mount -t tmpfs -o size=1500m,mode=0755 tmpfs disk; chown postgres:postgres disk; }; "
           "rm -rf data.pgtwin-* disk/data.pgtwin-* disk/filler; "
           "if [ ! -L data ]; then mv data disk/data; ln -s disk/data data; chown -h postgres:postgres data; fi; "
           "cp -a disk/data disk/data.pgtwin-old; rm -f disk/data.pgtwin-old/standby.signal; "
           "fallocate -l 400M disk/data.pgtwin-old/bulk; "
           "free=$(df --output=avail -m disk | tail -n 1); fallocate -l $((free - 60))M disk/filler");
    order_base_backup(lab(), node);
    const std::string directory = directory_at(lab(), node, data_directory);
    begin();
    lab().crm(node, {"node", "online", node});
    const std::string kill =
        "while test -e /var/lib/postgresql/disk/data.pgtwin-old/bulk; do :; done; pkill -KILL -f '[p]gtwin rebuild'";
    lab().exec(node, {"sh", "-c", kill}, heal_limit);
    EXPECT_EQ(directory_at(lab(), node, data_directory), directory) << "the only copy is gone";
    expect_recovery("worker killed while it removed the kept copy", gap_limit, repaired_within);
    EXPECT_NE(directory_at(lab(), node, data_directory), directory);
    EXPECT_EQ(directory_at(lab(), node, "/var/lib/postgresql/disk/data.pgtwin-old"), directory);
}

/// The last one: a loss of power would take the mount away.
TEST_F(RecoveryLayout, FillsAMountPointWithItsLostAndFound)
{
    const std::string node = pair().standby();
    take_out(lab(), node);
    script(lab(), node,
           "cd /var/lib/postgresql; rm -rf data; mkdir data; mount -t tmpfs -o size=1g,mode=0700 tmpfs data; mkdir "
           "data/lost+found; chown postgres:postgres data");
    bring_back_repaired(node, "empty mount point");
    take_out(lab(), node);
    damage(node);
    bring_back_repaired(node, "damaged pg_control in a mount point");
    script(lab(), node, "mountpoint -q /var/lib/postgresql/data && test -d /var/lib/postgresql/data/lost+found");
    EXPECT_FALSE(is_there(node, "/var/lib/postgresql/data/pgtwin-old"));
    EXPECT_TRUE(has_logged(lab(), node, "nothing is kept in a mount point"));
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
