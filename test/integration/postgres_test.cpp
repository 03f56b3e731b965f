// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#include "pgtwin/pg/connection.hpp"
#include "pgtwin/pg/peer_settings.hpp"
#include "postgres_node.hpp"

namespace pgtwin::test
{
namespace
{

using namespace std::chrono_literals;

/// One primary and its standby for the whole suite: every test leaves them replicating.
class Pair : public testing::Test
{
protected:
    static void SetUpTestSuite()
    {
        pair_ = std::make_unique<Nodes>();
        pair_->primary.create_primary();
        pair_->standby.clone_peer();
    }
    static void TearDownTestSuite() { pair_.reset(); }

    void SetUp() override
    {
        ASSERT_TRUE(eventually([&] { return is_streaming(); }));
    }
    [[nodiscard]] static bool is_streaming()
    {
        const ServerStatus status = primary().status();
        return status.peer_sender && status.peer_sender->state == "streaming";
    }

    static Node& primary() { return pair_->primary; }
    static Node& standby() { return pair_->standby; }

private:
    struct Nodes
    {
        Sandbox sandbox;
        Node primary{sandbox, "psql1", "psql2"};
        Node standby{sandbox, "psql2", "psql1"};
    };
    static std::unique_ptr<Nodes> pair_;
};

std::unique_ptr<Pair::Nodes> Pair::pair_;

TEST_F(Pair, PrimarySaysWhatItIs)
{
    const ServerStatus status = primary().status();
    EXPECT_EQ(Role::primary, status.role);
    EXPECT_EQ(Timeline{1}, status.timeline);
    EXPECT_GT(status.end, Lsn{0x1000000});
    EXPECT_EQ(std::to_string(status.system_identifier),
              primary().sql("SELECT system_identifier FROM pg_control_system()"));
    ASSERT_TRUE(status.slot);
    EXPECT_TRUE(status.slot->active);
    EXPECT_EQ("reserved", status.slot->wal_status);
    EXPECT_EQ("async", status.peer_sender->sync_state);
    EXPECT_FALSE(status.receiver);
    EXPECT_FALSE(status.has_own_checkpoint);
}

TEST_F(Pair, StandbySaysWhatItIs)
{
    primary().sql("CREATE TABLE IF NOT EXISTS seen (number int); INSERT INTO seen VALUES (1)");
    EXPECT_TRUE(eventually(
        [&]
        {
            const ServerStatus status = standby().status();
            return status.is_waiting_for_wal && status.receiver && status.receiver->status == "streaming";
        }));
    const ServerStatus status = standby().status();
    EXPECT_EQ(Role::standby, status.role);
    EXPECT_EQ(Timeline::none, status.timeline);
    EXPECT_GE(status.end, status.replayed);
    EXPECT_EQ(primary().status().system_identifier, status.system_identifier);
    EXPECT_EQ(Timeline{1}, status.receiver->received_timeline);
    EXPECT_EQ(standby().options.peer_host, status.receiver->sender_host);
    EXPECT_NE(std::string::npos, status.primary_conninfo.find("application_name='psql2'"));
    EXPECT_FALSE(status.slot);
    EXPECT_FALSE(status.peer_sender);
}

TEST_F(Pair, IdentifiesBothEnds)
{
    const auto own = primary().postgres().identity(patience());
    ASSERT_TRUE(own) << own.error().what;
    EXPECT_EQ(Role::primary, own->role);
    EXPECT_EQ((TimelineHistory{Timeline{1}, {}}), own->history);
    EXPECT_EQ(std::stoi(primary().sql("SHOW server_version_num")) / 10000, own->major_version);

    const auto peer = standby().postgres().peer_identity(patience());
    ASSERT_TRUE(peer) << peer.error().what;
    EXPECT_EQ(own->system_identifier, peer->system_identifier);
    EXPECT_EQ(Role::primary, peer->role);
    EXPECT_EQ(Role::standby, primary().postgres().peer_identity(patience()).value().role);
    EXPECT_EQ(Role::standby, standby().postgres().identity(patience()).value().role);
}

TEST_F(Pair, BothEndsTellPeopleOfEachOther)
{
    const auto details = primary().postgres().details(patience());
    ASSERT_TRUE(details) << details.error().what;
    ASSERT_TRUE(details->sender);
    EXPECT_EQ(details->waiting_sessions, 0);
    EXPECT_TRUE(details->changes.settings_written);
    EXPECT_FALSE(details->changes.promoted) << "nobody was promoted on the first timeline";
    const auto of_primary = pg::peer_part(standby().options, patience());
    ASSERT_TRUE(of_primary) << of_primary.error().what;
    EXPECT_EQ(of_primary->started, details->started);
    ASSERT_TRUE(of_primary->sender);
    EXPECT_EQ(of_primary->sender->since, details->sender->since);
    EXPECT_EQ(of_primary->sender->address, details->sender->address);
    ASSERT_TRUE(of_primary->slot);
    EXPECT_TRUE(of_primary->slot->active);
    EXPECT_FALSE(of_primary->replayed);
    const auto of_standby = pg::peer_part(primary().options, patience());
    ASSERT_TRUE(of_standby) << of_standby.error().what;
    EXPECT_TRUE(of_standby->replayed);
    EXPECT_FALSE(of_standby->sender);
    EXPECT_FALSE(of_standby->is_replay_paused);
}

TEST_F(Pair, SessionsThatWaitForTheStandbyAreCounted)
{
    auto postgres = primary().postgres();
    standby().sql("SELECT pg_wal_replay_pause()");
    ASSERT_TRUE(postgres.set_sync_standby_names("\"psql2\"", patience()));
    const std::string insert = "SET synchronous_commit = remote_apply; SET application_name = waiting; "
                               "CREATE TABLE IF NOT EXISTS waited (number int)";
    std::thread waiting{[&]
                        {
                            primary().sql(insert);
                        }};
    EXPECT_TRUE(eventually(
        [&]
        {
            const auto details = postgres.details(patience());
            return details && details->waiting_sessions == 1 && details->longest_wait > 0ms;
        }));
    EXPECT_TRUE(pg::peer_part(primary().options, patience())->is_replay_paused);
    standby().sql("SELECT pg_wal_replay_resume()");
    waiting.join();
    ASSERT_TRUE(postgres.set_sync_standby_names("", patience()));
}

TEST_F(Pair, SynchronousNamesAreReadBack)
{
    auto postgres = primary().postgres();
    const auto set = postgres.set_sync_standby_names("\"psql2\"", patience());
    ASSERT_TRUE(set) << set.error().what;
    EXPECT_EQ("\"psql2\"", primary().status().sync_standby_names);
    EXPECT_TRUE(eventually([&] { return primary().status().peer_sender->sync_state == "sync"; }));
    ASSERT_TRUE(postgres.set_sync_standby_names("", patience()));
    EXPECT_EQ("", primary().status().sync_standby_names);
}

/// The bash agent promises 50 ms for either. The best of some: the machine may have other things to do.
TEST_F(Pair, SynchronousReplicationIsSwitchedIn50Milliseconds)
{
    using std::chrono::steady_clock;
    auto postgres = primary().postgres();
    const auto best_of_ten = [&](const std::string& names, const std::string& before)
    {
        auto best = steady_clock::duration::max();
        for (int i = 0; i < 10; ++i)
        {
            EXPECT_TRUE(postgres.set_sync_standby_names(before, patience()));
            const auto begun = steady_clock::now();
            EXPECT_TRUE(postgres.set_sync_standby_names(names, patience()));
            best = std::min(best, steady_clock::now() - begun);
        }
        return std::chrono::duration_cast<std::chrono::milliseconds>(best).count();
    };
    const auto on = best_of_ten("\"psql2\"", "");
    const auto off = best_of_ten("", "\"psql2\"");
    std::cout << "[ measured ] switched on in " << on << " ms, off in " << off << " ms\n";
    EXPECT_LT(on, 50);
    EXPECT_LT(off, 50);
}

TEST_F(Pair, StandbyIsSynchronousUnderANameThatIsAKeyword)
{
    const std::string name = standby().options.application_name;
    standby().options.application_name = "Any";
    primary().options.peer_application_name = "Any";
    ASSERT_TRUE(standby().postgres().follow_peer(patience()));
    ASSERT_TRUE(primary().postgres().set_sync_standby_names("\"Any\"", patience()));
    EXPECT_TRUE(eventually(
        []
        {
            const auto sender = primary().status().peer_sender;
            return sender && sender->sync_state == "sync";
        }));
    EXPECT_TRUE(primary().postgres().set_sync_standby_names("", patience()));
    standby().options.application_name = name;
    primary().options.peer_application_name = name;
    EXPECT_TRUE(standby().postgres().follow_peer(patience()));
}

TEST_F(Pair, SettingsComeInBaseUnits)
{
    const auto settings = primary().postgres().settings(patience());
    ASSERT_TRUE(settings);
    EXPECT_EQ("60000", settings->at("wal_sender_timeout"));
    const auto on_disk = primary().server().settings_on_disk({"wal_sender_timeout", "wal_level"}, patience());
    ASSERT_TRUE(on_disk) << on_disk.error().what;
    EXPECT_EQ((Settings{
                  {"wal_sender_timeout", "60000"  },
                  {"wal_level",          "replica"}
    }),
              *on_disk);
}

TEST_F(Pair, SettingsAreThoseOfTheServerAndNotOfItsOwnSessions)
{
    EXPECT_EQ("on", primary().postgres().settings(patience())->at("synchronous_commit"));
}

/// What the settings of a node say under this name, with these options.
std::string fact(const Node& node, const std::string& name, const std::function<void(pg::Options&)>& change = {})
{
    pg::Options options = node.options;
    if (change)
        change(options);
    const auto settings = pg::LocalPostgres{options}.settings(patience());
    return settings && settings->contains(name) ? settings->at(name) : "not told";
}

TEST_F(Pair, TellsWhetherPgHbaAdmitsThePeer)
{
    const auto told = [](const std::string& host)
    {
        return fact(primary(), "pg_hba.conf", [&](pg::Options& options) { options.peer_host = host; });
    };
    for (const char* const host : {"127.0.0.1", "::1", "a-name"})
        EXPECT_EQ("admits the peer", told(host)) << host;
    for (const char* const host : {"192.0.2.9", "2001:db8::9"})
        EXPECT_EQ("does not admit the peer", told(host)) << host;
    EXPECT_EQ("not told", told(""));
}

std::string content_of(const std::string& path)
{
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

TEST_F(Pair, TellsWhetherPgHbaAdmitsARewind)
{
    const auto told = []
    {
        return fact(primary(), "pg_hba.conf for pg_rewind");
    };
    const std::string file = primary().options.pgdata + "/pg_hba.conf";
    const std::string before = content_of(file);
    EXPECT_EQ("admits the peer", told());
    std::ofstream{file} << "local all all trust\nhost replication all all trust\n";
    EXPECT_EQ("does not admit the peer", told());
    std::ofstream{file} << "local all all trust\nhost postgres all samenet trust\n";
    EXPECT_EQ("admits the peer", told());
    EXPECT_EQ("does not admit the peer", fact(primary(), "pg_hba.conf"));
    std::ofstream{file} << before;
}

TEST_F(Pair, TellsWhichSettingsWaitForARestart)
{
    const auto told = []
    {
        return fact(primary(), "settings that wait for a restart");
    };
    EXPECT_EQ("", told());
    primary().sql("ALTER SYSTEM SET max_connections = 73");
    primary().sql("ALTER SYSTEM SET shared_buffers = 2001");
    primary().sql("SELECT pg_reload_conf()");
    EXPECT_TRUE(eventually([&] { return told() == "max_connections shared_buffers"; })) << told();
    primary().sql("ALTER SYSTEM RESET max_connections");
    primary().sql("ALTER SYSTEM RESET shared_buffers");
    primary().sql("SELECT pg_reload_conf()");
    EXPECT_TRUE(eventually([&] { return told().empty(); })) << told();
}

/// One that holds nothing yet, and that of the pair while its standby is away, are none.
TEST_F(Pair, TellsWhichSlotsNobodyUses)
{
    const auto told = []
    {
        return fact(primary(), "slots without use");
    };
    EXPECT_EQ("", told());
    primary().sql("SELECT pg_create_physical_replication_slot('early')");
    primary().sql("SELECT pg_create_physical_replication_slot('other', true)");
    primary().sql("SELECT pg_create_physical_replication_slot('former', true)");
    EXPECT_EQ("former other", told());
    EXPECT_EQ("former",
              fact(primary(), "slots without use", [](pg::Options& options) { options.slot_name = "other"; }));
    for (const char* const slot : {"early", "other", "former"})
        primary().sql("SELECT pg_drop_replication_slot('" + std::string{slot} + "')");
    EXPECT_EQ("", told());
}

TEST_F(Pair, TellsWhetherTheRoleMayReplicate)
{
    const auto told = []
    {
        return fact(primary(), "replication role", [](pg::Options& options) { options.replication_user = "copier"; });
    };
    EXPECT_EQ("missing", told());
    primary().sql("CREATE ROLE copier LOGIN");
    EXPECT_EQ("may not replicate", told());
    primary().sql("ALTER ROLE copier REPLICATION");
    EXPECT_EQ("may replicate", told());
    primary().sql("ALTER ROLE copier NOLOGIN");
    EXPECT_EQ("may not log in", told());
    primary().sql("DROP ROLE copier");
    EXPECT_EQ("may replicate", fact(standby(), "replication role"));
}

TEST_F(Pair, TellsWhetherTheRoleMayCallTheFunctionsOfARewind)
{
    const auto told = []
    {
        return fact(primary(), "functions of pg_rewind",
                    [](pg::Options& options) { options.replication_user = "copier"; });
    };
    EXPECT_EQ("no role", told());
    primary().sql("CREATE ROLE copier LOGIN REPLICATION");
    EXPECT_EQ("not granted", told());
    primary().sql("GRANT EXECUTE ON FUNCTION pg_ls_dir(text, boolean, boolean), pg_stat_file(text, boolean), "
                  "pg_read_binary_file(text), pg_read_binary_file(text, bigint, bigint, boolean) TO copier");
    EXPECT_EQ("granted", told());
    primary().sql("DROP OWNED BY copier");
    primary().sql("DROP ROLE copier");
}

TEST_F(Pair, TellsWhetherArchivingWorks)
{
    EXPECT_EQ("working", fact(primary(), "pg_stat_archiver"));
    EXPECT_EQ("working", fact(standby(), "pg_stat_archiver"));
}

TEST_F(Pair, TakesTheLimitOfItsSlotOver)
{
    primary().options.slot_wal_limit = 640;
    ASSERT_TRUE(primary().postgres().take_over_settings(patience()));
    EXPECT_TRUE(eventually([] { return fact(primary(), "max_slot_wal_keep_size") == "640"; }));
    primary().options.slot_wal_limit = 0;
    ASSERT_TRUE(primary().postgres().take_over_settings(patience()));
    EXPECT_EQ("640", fact(primary(), "max_slot_wal_keep_size"));
    primary().sql("ALTER SYSTEM RESET max_slot_wal_keep_size");
    primary().sql("SELECT pg_reload_conf()");
}

TEST_F(Pair, ReplayThatWasPausedIsResumed)
{
    standby().sql("SELECT pg_wal_replay_pause()");
    EXPECT_TRUE(standby().status().is_replay_paused);
    ASSERT_TRUE(standby().postgres().resume_replay(patience()));
    EXPECT_FALSE(standby().status().is_replay_paused);
    EXPECT_TRUE(standby().postgres().resume_replay(patience()));
}

TEST_F(Pair, SessionsThatHoldReplayUpAreEnded)
{
    primary().sql("CREATE TABLE report (n int)");
    ASSERT_TRUE(eventually([] { return standby().sql("SELECT to_regclass('report') IS NOT NULL") == "t"; }));
    const std::string conninfo = "host=" + standby().directory() + " dbname=postgres user=" + standby().options.user;
    auto session = pg::Connection::open(conninfo, patience());
    auto& reader = std::get<pg::Connection>(session);
    ASSERT_TRUE(reader.query("BEGIN", {}, patience()));
    ASSERT_TRUE(reader.query("SELECT * FROM report", {}, patience()));
    ASSERT_TRUE(standby().postgres().end_conflicts(patience()));
    EXPECT_FALSE(standby().status().is_replay_held_up);
    primary().sql("DROP TABLE report");
    ASSERT_TRUE(eventually([] { return standby().status().is_replay_held_up; }));
    ASSERT_TRUE(standby().postgres().end_conflicts(patience()));
    EXPECT_TRUE(eventually([] { return !standby().status().is_replay_held_up; }));
    EXPECT_FALSE(reader.query("SELECT 1", {}, patience()));
}

TEST_F(Pair, SlotIsCreatedOnceAndDroppedOnlyIfIdle)
{
    auto postgres = standby().postgres();
    ASSERT_TRUE(postgres.ensure_slot(patience()));
    ASSERT_TRUE(postgres.ensure_slot(patience()));
    EXPECT_TRUE(standby().status().slot);
    ASSERT_TRUE(postgres.drop_slot(patience()));
    ASSERT_TRUE(postgres.drop_slot(patience()));
    EXPECT_FALSE(standby().status().slot);

    ASSERT_TRUE(primary().postgres().drop_slot(patience()));
    EXPECT_TRUE(primary().status().slot);
}

TEST_F(Pair, SlotOfANewNameTakesOverFromTheOldOne)
{
    const auto is_used = [](const std::string& name)
    {
        return primary().sql("SELECT active FROM pg_replication_slots WHERE slot_name = '" + name + "'") == "t";
    };
    const auto rename = [&](const std::string& name)
    {
        primary().options.slot_name = standby().options.slot_name = name;
        ASSERT_TRUE(primary().postgres().ensure_slot(patience()));
        EXPECT_EQ("2", primary().sql("SELECT count(restart_lsn) FROM pg_replication_slots"));
        ASSERT_TRUE(standby().postgres().follow_peer(patience()));
        ASSERT_TRUE(eventually([&] { return is_used(name); }));
        EXPECT_FALSE(primary().status().slot) << "the primary still has something to do";
        ASSERT_TRUE(primary().postgres().ensure_slot(patience()));
        EXPECT_EQ(name, primary().sql("SELECT slot_name FROM pg_replication_slots"));
        EXPECT_TRUE(primary().status().slot);
    };
    primary().sql("ALTER SYSTEM SET primary_slot_name = 'ha_slot'"); // as after a start by pgtwin
    primary().sql("SELECT pg_reload_conf()");
    for (const char* const name : {"second_slot", "ha_slot"})
        rename(name);
}

TEST_F(Pair, SlotIsCreatedOnThePeer)
{
    Node& node = standby();
    node.options.slot_name = "another_slot";
    EXPECT_TRUE(node.postgres().ensure_peer_slot(patience()));
    EXPECT_TRUE(node.postgres().ensure_peer_slot(patience()));
    node.options.slot_name = "ha_slot";
    EXPECT_EQ("t", primary().sql(
                       "SELECT restart_lsn IS NOT NULL FROM pg_replication_slots WHERE slot_name = 'another_slot'"));
    primary().sql("SELECT pg_drop_replication_slot('another_slot')");
}

TEST_F(Pair, SlotNameCannotSmuggleACommand)
{
    Node& node = standby();
    node.options.slot_name = "x PHYSICAL; DROP_REPLICATION_SLOT ha_slot";
    EXPECT_FALSE(node.postgres().ensure_peer_slot(patience()));
    node.options.slot_name = "ha_slot";
}

TEST_F(Pair, FollowsThePeerAgainAfterItsConfigurationWasBroken)
{
    standby().sql("ALTER SYSTEM SET primary_conninfo = ''");
    standby().sql("SELECT pg_reload_conf()");
    EXPECT_TRUE(eventually([&] { return !standby().status().receiver; }));
    const auto followed = standby().postgres().follow_peer(patience());
    ASSERT_TRUE(followed) << followed.error().what;
    EXPECT_TRUE(eventually([&] { return is_streaming(); }));
}

TEST_F(Pair, CheckpointRunsInTheBackground)
{
    const std::string before = primary().sql("SELECT checkpoint_lsn FROM pg_control_checkpoint()");
    ASSERT_TRUE(primary().server().checkpoint_in_background());
    EXPECT_TRUE(
        eventually([&] { return primary().sql("SELECT checkpoint_lsn FROM pg_control_checkpoint()") != before; }));
    EXPECT_TRUE(eventually(
        [&]
        {
            const ServerStatus status = primary().status();
            return status.is_checkpointer_idle && !status.has_own_checkpoint;
        }));
}

// Stopped while it waits, it takes no reload, and its wait event does not change.
TEST_F(Pair, CheckpointerThatIsStoppedIsNotIdle)
{
    const auto is_idle = []
    {
        return primary().status().is_checkpointer_idle;
    };
    const std::string process = "FROM pg_stat_activity WHERE backend_type = 'checkpointer'";
    const pid_t checkpointer = std::stoi(primary().sql("SELECT pid " + process));
    ASSERT_TRUE(eventually(is_idle));
    ASSERT_EQ(0, ::kill(checkpointer, SIGSTOP));
    EXPECT_TRUE(eventually([&] { return !is_idle(); }));
    EXPECT_EQ("CheckpointerMain", primary().sql("SELECT wait_event " + process));
    ASSERT_EQ(0, ::kill(checkpointer, SIGCONT));
    EXPECT_TRUE(eventually(is_idle));
}

} // namespace
} // namespace pgtwin::test
