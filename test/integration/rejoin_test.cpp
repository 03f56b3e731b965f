// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "postgres_node.hpp"

namespace pgtwin::test
{
namespace
{

namespace fs = std::filesystem;

/// A primary and an empty node.
class Rejoin : public testing::Test
{
protected:
    void SetUp() override { primary_.create_primary(); }

    /// The standby is promoted; the primary, which has a name of its own in its configuration, wrote on, was killed,
    /// and ran as a standby since.
    void diverge()
    {
        standby_.clone_peer();
        primary_.sql("CREATE TABLE written (name text)");
        primary_.sql("INSERT INTO written VALUES ('common')");
        const Lsn common = primary_.status().end;
        ASSERT_TRUE(eventually([&] { return standby_.status().replayed >= common; }));
        ASSERT_TRUE(standby_.server().promote(patience()));
        ASSERT_TRUE(eventually([&] { return standby_.status().role == Role::primary; }));
        primary_.sql("ALTER SYSTEM SET cluster_name = 'own'");
        primary_.sql("INSERT INTO written VALUES ('lost')");
        standby_.sql("INSERT INTO written VALUES ('new')");
        standby_.sql("CHECKPOINT");
        ASSERT_TRUE(primary_.server().kill_all(patience()));
        ASSERT_TRUE(primary_.server().write_standby_configuration({Upstream::peer}, patience()));
        primary_.start();
        ASSERT_TRUE(primary_.server().stop(port::StopMode::fast, patience()));
    }

    /// A replication user that has no more rights than that.
    void use_plain_replication_user()
    {
        standby_.sql("CREATE ROLE plain REPLICATION LOGIN");
        primary_.options.replication_user = "plain";
    }

    /// A primary sends the end of its WAL only to a standby that has connected by then.
    void switch_over()
    {
        const auto streams = [&]
        {
            const auto sender = primary_.status().peer_sender;
            return sender && sender->state == "streaming";
        };
        ASSERT_TRUE(eventually(streams));
        ASSERT_TRUE(primary_.server().stop(port::StopMode::fast, patience()));
        const Lsn shutdown = primary_.server().directory(patience()).value().control->checkpoint;
        ASSERT_TRUE(eventually([&] { return standby_.status().end > shutdown; }));
        const auto promoted = standby_.server().promote(patience());
        ASSERT_TRUE(promoted) << promoted.error().what;
        ASSERT_TRUE(eventually([&] { return standby_.status().role == Role::primary; }));
    }

    /// A receiver first streams the rest of the timeline that its server was on, which may be nothing.
    [[nodiscard]] bool primary_receives(Timeline timeline) const
    {
        const auto receiver = primary_.status().receiver;
        return receiver && receiver->received_timeline == timeline;
    }

    Sandbox sandbox_;
    Node primary_{sandbox_, "psql1", "psql2"};
    Node standby_{sandbox_, "psql2", "psql1"};
};

TEST_F(Rejoin, BaseBackupReportsItsProgress)
{
    std::vector<port::Progress> seen;
    const auto copied = standby_.server().base_backup(
        {}, [&](port::Progress step) { seen.push_back(step); }, patience());
    ASSERT_TRUE(copied) << copied.error().what;
    ASSERT_FALSE(seen.empty());
    EXPECT_GT(seen.back().done_bytes, 1 << 20);
    EXPECT_GE(seen.back().total_bytes, seen.back().done_bytes);
    EXPECT_EQ(DirectoryKind::absent, standby_.server().directory(patience()).value().kind);
    EXPECT_TRUE(fs::exists(standby_.options.pgdata + ".pgtwin-new"));
}

TEST_F(Rejoin, BaseBackupThatFailsLeavesTheOldDirectoryAlone)
{
    standby_.create();
    ASSERT_TRUE(primary_.server().stop(port::StopMode::fast, patience()));
    const auto copied = standby_.server().base_backup({}, nullptr, patience());
    ASSERT_FALSE(copied);
    EXPECT_NE(std::string::npos, copied.error().what.find("connection to server")) << copied.error().what;
    EXPECT_EQ(DirectoryKind::data, standby_.server().directory(patience()).value().kind);
}

TEST_F(Rejoin, BaseBackupNeedsItsSlot)
{
    ASSERT_TRUE(primary_.postgres().drop_slot(patience()));
    EXPECT_FALSE(standby_.server().base_backup({}, nullptr, patience()));
    ASSERT_TRUE(standby_.postgres().ensure_peer_slot(patience()));
    EXPECT_TRUE(standby_.server().base_backup({}, nullptr, patience()));
}

TEST_F(Rejoin, BaseBackupIsNotTakenForTheSynchronousStandby)
{
    primary_.sql("ALTER SYSTEM SET log_connections = on");
    ASSERT_TRUE(primary_.postgres().set_sync_standby_names("\"psql2\"", patience()));
    ASSERT_TRUE(standby_.server().base_backup({}, nullptr, patience()));
    std::ifstream file{primary_.options.log_file};
    const std::string log{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_NE(std::string::npos, log.find("application_name=pgtwin_basebackup")) << log;
    EXPECT_EQ(std::string::npos, log.find("application_name=psql2")) << log;
    EXPECT_EQ(std::string::npos, log.find("synchronous standby with priority")) << log;
}

TEST_F(Rejoin, StandbyThatRestartsWithoutItsPrimaryKeepsItsPosition)
{
    standby_.clone_peer();
    ASSERT_TRUE(eventually([&] { return primary_.status().peer_sender.has_value(); }));
    primary_.sql("CREATE TABLE committed AS SELECT * FROM generate_series(1, 1000) AS number");
    const Lsn committed = primary_.status().end;
    ASSERT_TRUE(eventually([&] { return standby_.status().replayed >= committed; }));
    ASSERT_TRUE(primary_.server().stop(port::StopMode::immediate, patience()));
    ASSERT_TRUE(standby_.server().stop(port::StopMode::fast, patience()));
    standby_.start();
    ASSERT_TRUE(eventually([&] { return standby_.status().is_waiting_for_wal; }));
    EXPECT_GE(standby_.status().end, committed);
    EXPECT_GE(standby_.postgres().identity(patience()).value().end, committed);
}

TEST_F(Rejoin, NewDirectoryTakesThePlaceOfTheOldOne)
{
    standby_.create();
    standby_.clone_peer();
    ASSERT_TRUE(eventually([&] { return primary_.status().peer_sender.has_value(); }));
    EXPECT_EQ(primary_.status().system_identifier, standby_.status().system_identifier);
    const std::string old = standby_.options.pgdata + ".pgtwin-old";
    ASSERT_TRUE(standby_.server().dispose_old_directory(OldCopy::usable, patience()));
    EXPECT_TRUE(fs::exists(old));
    std::ifstream note{old + "/pgtwin.provenance"};
    const std::string provenance{std::istreambuf_iterator<char>{note}, {}};
    EXPECT_NE(std::string::npos, provenance.find("data directory " + standby_.options.pgdata)) << provenance;
    EXPECT_NE(std::string::npos, provenance.find("Database system identifier:")) << provenance;
    standby_.options.old_directory = pg::OldDirectory::remove;
    ASSERT_TRUE(standby_.server().dispose_old_directory(OldCopy::usable, patience()));
    EXPECT_FALSE(fs::exists(old));
}

TEST_F(Rejoin, PromotionMakesATimelineWithAHistory)
{
    standby_.clone_peer();
    switch_over();
    const Lsn shutdown = primary_.server().directory(patience()).value().control->checkpoint;

    EXPECT_EQ(Timeline{2}, standby_.status().timeline);
    const auto identity = standby_.postgres().identity(patience());
    ASSERT_TRUE(identity) << identity.error().what;
    EXPECT_EQ(Timeline{2}, identity->history.timeline);
    ASSERT_TRUE(identity->history.left(Timeline{1}));
    EXPECT_GT(*identity->history.left(Timeline{1}), shutdown);
    EXPECT_TRUE(can_follow(identity->history, Timeline{1}, shutdown));
    EXPECT_EQ(identity->history, standby_.server().directory(patience()).value().history);
    EXPECT_EQ(identity->history, primary_.postgres().peer_identity(patience()).value().history);
}

TEST_F(Rejoin, OldPrimaryFollowsTheNewOne)
{
    standby_.clone_peer();
    switch_over();
    ASSERT_TRUE(primary_.postgres().ensure_peer_slot(patience()));
    ASSERT_TRUE(primary_.server().write_standby_configuration({Upstream::peer}, patience()));
    primary_.start();
    EXPECT_EQ(Role::standby, primary_.status().role);
    EXPECT_TRUE(eventually(
        [&]
        {
            const ServerStatus status = standby_.status();
            return status.peer_sender && status.peer_sender->state == "streaming" && status.slot && status.slot->active;
        }));
    EXPECT_TRUE(eventually([&] { return primary_receives(Timeline{2}); }));
    EXPECT_EQ(Timeline{2}, primary_.postgres().identity(patience()).value().history.timeline);
}

TEST_F(Rejoin, OldPrimaryThatNamesNobodyStreamsOnceItIsToldTo)
{
    standby_.clone_peer();
    switch_over();
    ASSERT_TRUE(primary_.postgres().ensure_peer_slot(patience()));
    ASSERT_TRUE(primary_.server().write_standby_configuration({Upstream::nobody}, patience()));
    primary_.start();
    ASSERT_TRUE(eventually([&] { return primary_.status().is_waiting_for_wal; }));
    EXPECT_EQ("", primary_.status().primary_conninfo);
    EXPECT_FALSE(primary_.status().receiver);

    const auto told = std::chrono::steady_clock::now();
    ASSERT_TRUE(primary_.postgres().follow_peer(patience()));
    EXPECT_TRUE(eventually([&] { return primary_receives(Timeline{2}) && standby_.status().peer_sender; }));
    const auto took = std::chrono::steady_clock::now() - told;
    RecordProperty("milliseconds",
                   static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
}

TEST_F(Rejoin, RewindsAnOldPrimaryThatWroteOn)
{
    diverge();
    const auto rehearsed = primary_.server().rehearse_rewind(patience());
    ASSERT_TRUE(rehearsed) << rehearsed.error().what;
    std::vector<port::Progress> seen;
    const auto rewound = primary_.server().rewind([&](port::Progress step) { seen.push_back(step); }, patience());
    ASSERT_TRUE(rewound) << rewound.error().what;
    EXPECT_FALSE(seen.empty());
    EXPECT_EQ(primary_.run("postgres", {"-C", "cluster_name", "-D", primary_.options.pgdata}), "own\n");
    ASSERT_TRUE(primary_.postgres().ensure_peer_slot(patience()));
    ASSERT_TRUE(primary_.server().write_standby_configuration({Upstream::peer}, patience()));
    primary_.start();
    EXPECT_TRUE(eventually([&] { return standby_.status().peer_sender.has_value(); }));
    EXPECT_TRUE(eventually([&] { return primary_.sql("SELECT name FROM written ORDER BY name") == "common\nnew"; }));
}

TEST_F(Rejoin, DirectoryThatKnowsOfANewerTimelineAndHasLeftItStartsOnItsOwn)
{
    diverge();
    const Directory left = primary_.server().directory(patience()).value();
    EXPECT_TRUE(left.is_off_newest_timeline);
    EXPECT_EQ(left.newest_timeline, Timeline{number(left.history.timeline) + 1});
    ASSERT_TRUE(primary_.server().write_standby_configuration({Upstream::peer}, patience()));
    EXPECT_FALSE(primary_.server().start(patience())) << "PostgreSQL follows the latest timeline";
    ASSERT_TRUE(primary_.server().write_standby_configuration({Upstream::peer, RecoveryTimeline::current}, patience()));
    primary_.start();
    EXPECT_EQ(Role::standby, primary_.status().role);
    EXPECT_EQ(Timeline{1}, primary_.postgres().identity(patience()).value().history.timeline);
}

TEST_F(Rejoin, RewindNeedsNoMoreThanTheGrantsOfTheManual)
{
    diverge();
    use_plain_replication_user();
    const auto refused = primary_.server().rehearse_rewind(patience());
    ASSERT_FALSE(refused);
    EXPECT_NE(std::string::npos, refused.error().what.find("permission denied")) << refused.error().what;
    for (const char* const function :
         {"pg_ls_dir(text, boolean, boolean)", "pg_stat_file(text, boolean)", "pg_read_binary_file(text)",
          "pg_read_binary_file(text, bigint, bigint, boolean)"})
        standby_.sql(std::string{"GRANT EXECUTE ON FUNCTION pg_catalog."} + function + " TO plain");
    const auto rehearsed = primary_.server().rehearse_rewind(patience());
    EXPECT_TRUE(rehearsed) << rehearsed.error().what;
    const auto rewound = primary_.server().rewind(nullptr, patience());
    EXPECT_TRUE(rewound) << rewound.error().what;
}

TEST_F(Rejoin, RehearsalOfARewindTellsWhyItFailsAndChangesNothing)
{
    diverge();
    const auto before = primary_.server().directory(patience()).value();
    ASSERT_TRUE(standby_.server().stop(port::StopMode::fast, patience()));
    const auto rehearsed = primary_.server().rehearse_rewind(patience());
    ASSERT_FALSE(rehearsed);
    EXPECT_NE(std::string::npos, rehearsed.error().what.find("connection to server")) << rehearsed.error().what;
    EXPECT_EQ(before, primary_.server().directory(patience()).value());
}

TEST_F(Rejoin, RewindIsNotBegunWhereTheConfigurationNamesAnotherDirectory)
{
    diverge();
    const std::string other = primary_.directory() + "/other";
    std::ofstream{primary_.options.pgdata + "/postgresql.conf", std::ios::app} << "data_directory = '" << other
                                                                               << "'\n";
    const auto before = primary_.server().directory(patience()).value();
    for (const auto& refused :
         {primary_.server().rehearse_rewind(patience()), primary_.server().rewind({}, patience())})
    {
        ASSERT_FALSE(refused);
        EXPECT_EQ("data_directory is " + other, refused.error().what);
    }
    EXPECT_EQ(before, primary_.server().directory(patience()).value());
}

TEST_F(Rejoin, RehearsalOfARewindRefusesWhatHasNotDiverged)
{
    standby_.clone_peer();
    ASSERT_TRUE(standby_.server().stop(port::StopMode::fast, patience()));
    EXPECT_FALSE(standby_.server().rehearse_rewind(patience()));
}

TEST_F(Rejoin, TornDirectoryIsNotKept)
{
    standby_.create();
    standby_.clone_peer(OldCopy::torn);
    const std::string torn = standby_.options.pgdata + ".pgtwin-torn";
    ASSERT_TRUE(fs::exists(torn));
    ASSERT_TRUE(standby_.server().dispose_old_directory(OldCopy::torn, patience()));
    EXPECT_FALSE(fs::exists(torn));
    EXPECT_FALSE(fs::exists(standby_.options.pgdata + ".pgtwin-old"));
}

TEST_F(Rejoin, PromotionOfAPrimaryIsRefused)
{
    EXPECT_FALSE(primary_.server().promote(patience()));
}

TEST_F(Rejoin, PrimaryTellsWhetherItHasTheWalThatComesNext)
{
    standby_.clone_peer();
    ASSERT_TRUE(eventually([&] { return primary_.status().peer_sender.has_value(); }));
    const Identity here = standby_.postgres().identity(patience()).value();
    ASSERT_TRUE(standby_.server().stop(port::StopMode::fast, patience()));
    primary_.sql("SELECT pg_logical_emit_message(false, 'x', 'y')");
    primary_.sql("SELECT pg_switch_wal()");
    EXPECT_EQ(true, standby_.postgres().peer_has_wal(here, patience()).value());
    ASSERT_TRUE(primary_.postgres().drop_slot(patience()));
    primary_.sql("CHECKPOINT");
    primary_.sql("CHECKPOINT");
    EXPECT_EQ(false, standby_.postgres().peer_has_wal(here, patience()).value());
}

TEST_F(Rejoin, PrimaryThatWasNotReachedHasNotRefusedAnyWal)
{
    const Identity here = primary_.postgres().identity(patience()).value();
    ASSERT_TRUE(primary_.server().stop(port::StopMode::fast, patience()));
    EXPECT_FALSE(standby_.postgres().peer_has_wal(here, patience()));
}

TEST_F(Rejoin, PositionThatThePrimaryHasNotReachedIsNoLostWal)
{
    Identity here = primary_.postgres().identity(patience()).value();
    here.end = Lsn{here.end.bytes() + (1ULL << 30U)};
    EXPECT_FALSE(standby_.postgres().peer_has_wal(here, patience()));
}

TEST_F(Rejoin, SlotThatIsLostIsRepaired)
{
    primary_.sql("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
    primary_.sql("SELECT pg_reload_conf()");
    ASSERT_TRUE(eventually(
        [&]
        {
            primary_.sql("SELECT pg_logical_emit_message(false, 'x', 'y')");
            primary_.sql("SELECT pg_switch_wal()");
            primary_.sql("CHECKPOINT");
            return primary_.status().slot->wal_status == "lost";
        }));
    ASSERT_TRUE(primary_.postgres().ensure_slot(patience()));
    EXPECT_EQ("reserved", primary_.status().slot->wal_status);
}

/// A port nobody listens on: the kernel chooses it.
int free_port()
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface
    EXPECT_EQ(0, ::bind(socket, reinterpret_cast<sockaddr*>(&address), size));
    EXPECT_EQ(0, ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size));
    // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
    ::close(socket);
    return ntohs(address.sin_port);
}

/// A primary that asks for a password on TCP.
class Login : public testing::Test
{
protected:
    void SetUp() override
    {
        const int port = free_port();
        primary_.options.port = port;
        standby_.options.port = port;
        standby_.options.peer_host = "127.0.0.1";
        standby_.options.replication_user = "";
        primary_.create("listen_addresses = '127.0.0.1'\nport = " + std::to_string(port) + "\n");
        std::ofstream{primary_.options.pgdata + "/pg_hba.conf"}
            << "local all all trust\nlocal replication all trust\nhost replication repl 127.0.0.1/32 scram-sha-256\n";
        primary_.start();
        primary_.run("psql", {"-X", "-q", "-h", primary_.directory(), "-p", std::to_string(port), "-d", "postgres",
                              "-c", "CREATE ROLE repl REPLICATION LOGIN PASSWORD 'se:cr\\et'"});
    }

    void write_passfile(const std::string& text, fs::perms mode = fs::perms{0600}) const
    {
        const std::string& path = standby_.options.passfile;
        std::ofstream{path} << text;
        const auto user = sys::find_user("postgres").value();
        ASSERT_EQ(0, ::chown(path.c_str(), user.uid, user.gid));
        fs::permissions(path, mode);
    }

    Sandbox sandbox_;
    Node primary_{sandbox_, "psql1", "psql2"};
    Node standby_{sandbox_, "psql2", "psql1"};
};

TEST_F(Login, TakesUserAndPasswordFromThePasswordFile)
{
    write_passfile("other:*:*:nobody:wrong\n127.0.0.1:*:replication:repl:se\\:cr\\\\et\n");
    const auto identity = standby_.postgres().peer_identity(patience());
    ASSERT_TRUE(identity) << identity.error().what;
    EXPECT_EQ(Role::primary, identity->role);
    ASSERT_TRUE(standby_.postgres().ensure_peer_slot(patience()));
    const auto copied = standby_.server().base_backup({}, nullptr, patience());
    EXPECT_TRUE(copied) << copied.error().what;
}

TEST_F(Login, WithAWrongPasswordIsDenied)
{
    write_passfile("*:*:*:repl:wrong\n");
    const auto identity = standby_.postgres().peer_identity(patience());
    ASSERT_FALSE(identity);
    EXPECT_EQ(ErrorKind::denied, identity.error().kind);
    EXPECT_EQ(std::string::npos, identity.error().what.find("wrong"));
    EXPECT_FALSE(standby_.server().base_backup({}, nullptr, patience()));
}

TEST_F(Login, WithoutAPasswordFileFailsWithoutAsking)
{
    EXPECT_FALSE(standby_.postgres().peer_identity(patience()));
}

} // namespace
} // namespace pgtwin::test
