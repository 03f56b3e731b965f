// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/repairs.hpp"
#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"
#include "cluster/trouble.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr seconds repaired_within{180};

/// WAL of the primary, kept beside it, from which a standby fetches over the network by the parameter restore_command.
class Archive
{
public:
    Archive(const Lab& lab, std::string primary) : lab_{lab}, primary_{std::move(primary)}
    {
        script(lab_, primary_,
               "rm -rf /var/lib/postgresql/archive; install -d -o postgres -g postgres /var/lib/postgresql/archive; "
               "setsid -f python3 -m http.server -d /var/lib/postgresql/archive 8000 >/dev/null 2>&1");
        for (const std::string node : {first_node, second_node})
            script(lab_, node,
                   "cat >/usr/local/bin/fetch-wal <<END\n#!/usr/bin/python3\nimport sys, urllib.request\n"
                   "urllib.request.urlretrieve('http://" +
                       primary_ + ":8000/' + sys.argv[1], sys.argv[2])\nEND\nchmod 0755 /usr/local/bin/fetch-wal");
        set_parameter(lab_, "restore_command", "/usr/local/bin/fetch-wal %f %p");
    }
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;
    ~Archive()
    {
        (void)lab_.try_exec(primary_, {"pkill", "-f", "[h]ttp.server"});
        (void)lab_.try_exec(first_node, {"crm", "resource", "param", "postgres-db", "delete", "restore_command"});
    }

    /// All segments that are complete.
    void take() const
    {
        const std::string current = lab_.sql(primary_, "SELECT pg_walfile_name(pg_current_wal_lsn())");
        script(lab_, primary_,
               "cd /var/lib/postgresql/data/pg_wal; for f in 0*; do if [ $f \\< " + current +
                   " ]; then cp -p $f ../../archive/; fi; done");
    }

private:
    const Lab& lab_;
    std::string primary_;
};

void set_settings(const Lab& lab, const std::string& node, const std::vector<std::string>& settings)
{
    Arguments command{"runuser", "-u", "postgres", "--", "psql"};
    for (const std::string& setting : settings)
        command.insert(command.end(), {"-c", "ALTER SYSTEM SET " + setting});
    command.insert(command.end(), {"-c", "SELECT pg_reload_conf()"});
    (void)lab.exec(node, command);
}

/// A standby needs WAL that its primary has removed, or asks an archive that is away.
class LostWal : public PairTest
{
protected:
    static void bring_online(const std::string& node) { lab().crm(node, {"node", "online", node}); }

    static void lose_wal(const std::string& primary, const Archive* archive = nullptr)
    {
        set_settings(lab(), primary, {"wal_keep_size = 0", "max_slot_wal_keep_size = '16MB'"});
        for (int segment = 0; segment < 6; ++segment)
            (void)lab().sql(primary,
                            "SELECT pg_logical_emit_message(true, 'bulk', repeat('x', 1000)); SELECT pg_switch_wal()");
        if (archive != nullptr)
            archive->take();
        for (int checkpoint = 0; checkpoint < 2; ++checkpoint)
            (void)lab().sql(primary, "CHECKPOINT");
    }

    /// Its own WAL ends before it is consistent: its server takes no queries.
    static void take_out_and_overwrite(const std::string& node)
    {
        script(lab(), node, "cd /var/lib/postgresql; rm -rf old_wal; cp -pr data/pg_wal old_wal");
        wait_commits(pair(), 100, heal_limit);
        take_out(lab(), node);
        script(lab(), node, "cd /var/lib/postgresql; cp -p old_wal/0* data/pg_wal/; rm -r old_wal");
    }

    /// PostgreSQL's startup process waits for a restore_command that hangs, and ends the server with one that ends as
    /// ssh does without a connection.
    void fail_over_without(const std::string& archive)
    {
        const std::string primary = pair().primary();
        const std::string standby = peer_of(primary);
        set_parameter(lab(), "restore_command", archive);
        take_out(lab(), standby);
        bring_online(standby);
        (void)pair().wait_healthy(heal_limit);
        begin();
        lab().power_off(primary);
        wait_primary(lab(), standby);
        lab().power_on(primary);
        expect_recovery("power loss of the primary while the archive is away", gap_limit);
        EXPECT_EQ(pair().primary(), standby);
        set_parameter(lab(), "restore_command", "");
    }

    static void keep_wal_again()
    {
        for (const std::string each : {first_node, second_node})
            set_settings(lab(), each, {"wal_keep_size TO DEFAULT", "max_slot_wal_keep_size TO DEFAULT"});
    }

    static void set_time_of_start(const std::string& time)
    {
        lab().crm(first_node, {"configure", "set", "postgres-db.start.timeout", time});
    }
};

TEST_F(LostWal, CopiesAgainAfterItsWalWasLost)
{
    const std::string node = pair().standby();
    const std::string primary = peer_of(node);
    take_out(lab(), node);
    const std::string directory = directory_at(lab(), node, data_directory);
    lose_wal(primary);
    begin();
    bring_online(node);
    expect_recovery("WAL lost, slot lost", gap_limit, repaired_within);
    keep_wal_again();
    EXPECT_NE(directory_at(lab(), node, data_directory), directory) << "it was not copied";
    EXPECT_TRUE(has_logged(lab(), node, "the primary does not have the WAL any more that this node needs"));
    EXPECT_TRUE(has_logged(lab(), node, "this node is repaired from its peer (wal-gone)"));
    EXPECT_EQ(lab().state().failures, std::vector<std::string>{});
}

TEST_F(LostWal, StreamsAgainFromItsArchiveAfterItsWalWasLost)
{
    const std::string node = pair().standby();
    const std::string primary = peer_of(node);
    const Archive archive{lab(), primary};
    take_out(lab(), node);
    const std::string directory = directory_at(lab(), node, data_directory);
    lose_wal(primary, &archive);
    begin();
    bring_online(node);
    expect_recovery("WAL lost, and in the archive", gap_limit, repaired_within);
    keep_wal_again();
    EXPECT_EQ(directory_at(lab(), node, data_directory), directory) << "it was copied, though the archive has the WAL";
    EXPECT_EQ(lab().state().failures, std::vector<std::string>{});
}

TEST_F(LostWal, CopiesAgainAfterItsArchiveHadNotTheWalEither)
{
    const std::string node = pair().standby();
    const std::string primary = peer_of(node);
    const Archive archive{lab(), primary};
    take_out(lab(), node);
    const std::string directory = directory_at(lab(), node, data_directory);
    lose_wal(primary);
    set_parameter(lab(), "replication_failure_threshold", "2");
    begin();
    bring_online(node);
    expect_recovery("WAL lost, in the archive too", gap_limit, repaired_within);
    keep_wal_again();
    set_parameter(lab(), "replication_failure_threshold", "");
    EXPECT_NE(directory_at(lab(), node, data_directory), directory) << "it was not copied";
    EXPECT_TRUE(has_logged(lab(), node, "this node is repaired from its peer (wal-gone)"));
    EXPECT_EQ(lab().state().failures, std::vector<std::string>{});
}

TEST_F(LostWal, FetchesItsOverwrittenWalFromTheArchive)
{
    const std::string node = pair().standby();
    const std::string primary = peer_of(node);
    const Archive archive{lab(), primary};
    const std::string directory = directory_at(lab(), node, data_directory);
    take_out_and_overwrite(node);
    lose_wal(primary, &archive);
    set_time_of_start("20s");
    begin();
    bring_online(node);
    expect_recovery("own WAL overwritten, lost on the primary, and in the archive", gap_limit, repaired_within);
    keep_wal_again();
    set_time_of_start("120s");
    EXPECT_EQ(directory_at(lab(), node, data_directory), directory) << "it was copied, though the archive has the WAL";
    EXPECT_TRUE(has_logged(lab(), node, "the server was started and still replays its WAL"));
    EXPECT_EQ(lab().state().failures, std::vector<std::string>{});
}

TEST_F(LostWal, CopiesAgainAfterItsWalWasOverwritten)
{
    const std::string node = pair().standby();
    const std::string primary = peer_of(node);
    take_out_and_overwrite(node);
    lose_wal(primary);
    set_parameter(lab(), "replication_failure_threshold", "2");
    set_time_of_start("20s");
    begin();
    bring_online(node);
    expect_recovery("own WAL overwritten, lost on the primary", gap_limit, repaired_within);
    keep_wal_again();
    set_parameter(lab(), "replication_failure_threshold", "");
    set_time_of_start("120s");
    EXPECT_TRUE(has_logged(lab(), node, "the server was started and still replays its WAL"));
    EXPECT_EQ(lab().state().failures, std::vector<std::string>{});
}

TEST_F(LostWal, IsPromotedThoughItsArchiveEndsTheServer)
{
    fail_over_without("exit 255 # %f %p");
}

TEST_F(LostWal, IsPromotedThoughItsArchiveHangs)
{
    fail_over_without("tail -f /dev/null # %f %p");
}

} // namespace
} // namespace pgtwin::test
