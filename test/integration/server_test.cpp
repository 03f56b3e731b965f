// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pgtwin/sys/process.hpp"
#include "postgres_node.hpp"

namespace pgtwin::test
{
namespace
{

namespace fs = std::filesystem;
using namespace std::chrono_literals;

void write(const std::string& path, const std::string& text)
{
    std::ofstream{path, std::ios::app} << text;
}

std::string without_digits(std::string text)
{
    std::erase_if(text, [](char c) { return c >= '0' && c <= '9'; });
    return text;
}

/// One node that is not running yet.
class Server : public testing::Test
{
protected:
    Sandbox sandbox_;
    Node node_{sandbox_, "psql1", "psql2"};

    [[nodiscard]] Directory directory() const { return node_.server().directory(patience()).value(); }
    [[nodiscard]] Processes processes() const { return node_.server().processes().value(); }
    [[nodiscard]] std::string data_directory_on_disk() const
    {
        return node_.server().settings_on_disk({"data_directory"}, patience()).value().at("data_directory");
    }
    [[nodiscard]] pid_t postmaster() const
    {
        std::string line;
        std::getline(std::ifstream{node_.options.pgdata + "/postmaster.pid"}, line);
        return std::stoi(line);
    }
    /// Kills the postmaster alone and waits until it is gone.
    void kill_postmaster() const
    {
        const auto handle = sys::ProcessHandle::open(sys::find_process(postmaster()).value().value()).value();
        ASSERT_TRUE(handle.signal(SIGKILL));
        ASSERT_TRUE(handle.wait_for_end(patience()));
    }
};

TEST_F(Server, DirectoryIsClassified)
{
    EXPECT_EQ(DirectoryKind::absent, directory().kind);
    fs::create_directories(node_.options.pgdata + "/lost+found");
    EXPECT_EQ(DirectoryKind::empty, directory().kind);
    write(node_.options.pgdata + "/precious", "x");
    EXPECT_EQ(DirectoryKind::foreign, directory().kind);
}

TEST_F(Server, DirectoryOfAPrimaryThatWasShutDownIsRead)
{
    node_.create();
    const Directory seen = directory();
    EXPECT_EQ(DirectoryKind::data, seen.kind);
    EXPECT_EQ(seen.program_version, seen.major_version);
    EXPECT_FALSE(seen.has_standby_signal);
    ASSERT_TRUE(seen.control);
    EXPECT_EQ(ControlState::shut_down, seen.control->state);
    EXPECT_TRUE(seen.control->data_checksums);
    EXPECT_EQ((TimelineHistory{Timeline{1}, {}}), seen.history);
}

TEST_F(Server, DirectoryWithoutItsControlFileIsIncomplete)
{
    node_.create();
    fs::remove(node_.options.pgdata + "/global/pg_control");
    EXPECT_EQ(DirectoryKind::incomplete, directory().kind);
}

TEST_F(Server, DirectoryWhoseControlFileWasCutOffOrDamagedIsIncomplete)
{
    node_.create();
    const std::string control = node_.options.pgdata + "/global/pg_control";
    std::fstream{control, std::ios::in | std::ios::out} << "damaged";
    EXPECT_EQ(DirectoryKind::incomplete, directory().kind);
    fs::resize_file(control, 4096);
    EXPECT_EQ(DirectoryKind::incomplete, directory().kind);
}

TEST_F(Server, FilesThatCannotBeReadAreNotTakenForMissing)
{
    node_.create();
    for (const char* const name : {"PG_VERSION", "global/pg_control"})
    {
        const std::string path = node_.options.pgdata + "/" + name;
        fs::permissions(path, fs::perms::none);
        const auto seen = node_.server().directory(patience());
        fs::permissions(path, fs::perms{0600});
        ASSERT_FALSE(seen) << name;
        EXPECT_EQ(ErrorKind::denied, seen.error().kind) << name;
        EXPECT_EQ("cannot read " + path + ": Permission denied", seen.error().what);
    }
    fs::permissions(node_.options.pgdata + "/global", fs::perms::none);
    EXPECT_EQ(ErrorKind::denied, node_.server().directory(patience()).error().kind);
}

TEST_F(Server, StandbySignalThatCannotBeReadIsThereAllTheSame)
{
    node_.create();
    write(node_.options.pgdata + "/standby.signal", "");
    fs::permissions(node_.options.pgdata + "/standby.signal", fs::perms::none);
    EXPECT_TRUE(directory().has_standby_signal);
}

TEST_F(Server, DirectoryIsNotTornWhenTheProgramThatReadsItFails)
{
    node_.create();
    const std::string programs = node_.directory() + "/bin";
    fs::create_directory(programs);
    fs::create_symlink(node_.options.bindir + "/postgres", programs + "/postgres");
    write(programs + "/pg_controldata", "#!/bin/sh\necho 'pg_controldata: error: no library' >&2\nexit 1\n");
    fs::permissions(programs + "/pg_controldata", fs::perms{0755});
    node_.options.bindir = programs;
    const auto seen = node_.server().directory(patience());
    ASSERT_FALSE(seen);
    EXPECT_NE(std::string::npos, seen.error().what.find("no library")) << seen.error().what;
}

TEST_F(Server, DirectoryOfFilesWithNamesLikePostgreSQLsIsForeign)
{
    fs::create_directory(node_.options.pgdata);
    write(node_.options.pgdata + "/pg_dumpall.sql", "precious");
    EXPECT_EQ(DirectoryKind::foreign, directory().kind);
}

TEST_F(Server, DirectoryThatWasEmptiedUnderItsServerIsIncomplete)
{
    fs::create_directories(node_.options.pgdata + "/pg_wal");
    write(node_.options.pgdata + "/postmaster.pid", "4711\n");
    EXPECT_EQ(DirectoryKind::incomplete, directory().kind);
}

TEST_F(Server, DirectoryOfAnotherVersionIsToldFromADamagedOne)
{
    node_.create();
    std::ofstream{node_.options.pgdata + "/PG_VERSION"} << "9\n";
    EXPECT_EQ(DirectoryKind::wrong_version, directory().kind);
    EXPECT_EQ(9, directory().major_version);
}

TEST_F(Server, StartsAndStopsFast)
{
    node_.create();
    EXPECT_EQ(Processes::none, processes());
    node_.start();
    EXPECT_EQ(Processes::postmaster, processes());
    EXPECT_TRUE(node_.server().start(patience()));
    ASSERT_TRUE(node_.server().stop(port::StopMode::fast, patience()));
    EXPECT_EQ(Processes::none, processes());
    EXPECT_EQ(ControlState::shut_down, directory().control->state);
    EXPECT_EQ(Answer::none, node_.postgres().status(patience()).value().first);
    EXPECT_TRUE(node_.server().stop(port::StopMode::fast, patience()));
}

TEST_F(Server, IsAwaitedUntilItsPostmasterEnds)
{
    node_.create();
    EXPECT_TRUE(node_.server().await_end(patience()));
    node_.start();
    EXPECT_EQ(ErrorKind::timed_out, node_.server().await_end(Deadline{50ms}).error().kind);
    ASSERT_EQ(0, ::kill(postmaster(), SIGQUIT));
    EXPECT_TRUE(node_.server().await_end(patience()));
    EXPECT_EQ(Processes::none, processes());
}

TEST_F(Server, ThatWasStoppedAtOnceWasLeftInProduction)
{
    node_.create();
    node_.start();
    ASSERT_TRUE(node_.server().stop(port::StopMode::immediate, patience()));
    EXPECT_EQ(ControlState::in_production, directory().control->state);
}

TEST_F(Server, InheritsNothingOfTheAgent)
{
    ::setenv("PGTWIN_LEAK", "1", 1);
    node_.create();
    node_.start();
    std::ifstream file{"/proc/" + std::to_string(postmaster()) + "/environ"};
    const std::string environment{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_EQ(std::string::npos, environment.find("PGTWIN_LEAK"));
    EXPECT_NE(std::string::npos, environment.find("HOME="));
    for (const auto& entry : fs::directory_iterator{"/proc/" + std::to_string(postmaster()) + "/fd"})
    {
        std::error_code gone;
        EXPECT_TRUE(fs::read_symlink(entry.path(), gone).string().find("pipe:") == std::string::npos ||
                    std::stoi(entry.path().filename().string()) > 2);
    }
}

TEST_F(Server, ThatCannotStartSaysWhy)
{
    node_.create("no_such_setting = 1\n");
    const auto started = node_.server().start(patience());
    ASSERT_FALSE(started);
    EXPECT_EQ(without_digits("unrecognized configuration parameter \"no_such_setting\" in file \"" +
                             node_.options.pgdata + "/postgresql.conf\" line "),
              without_digits(started.error().what));
    EXPECT_EQ(Processes::none, processes());
    EXPECT_EQ(started.error().what, node_.server().settings_on_disk({"port"}, patience()).error().what);
}

TEST_F(Server, ThatCannotStartSaysWhyInItsOwnLog)
{
    node_.create("logging_collector = on\nunix_socket_directories = '/nonexistent'\n");
    pg::LocalServer server = node_.server();
    const auto started = server.start(patience());
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().what, server.last_words());
    EXPECT_EQ("could not create lock file \"/nonexistent/.s.PGSQL..lock\": No such file or directory",
              without_digits(started.error().what));
}

TEST_F(Server, WithItsConfigurationElsewhereStarts)
{
    node_.create();
    fs::create_directory(node_.directory() + "/my etc");
    fs::rename(node_.options.pgdata + "/postgresql.conf", node_.directory() + "/my etc/main.conf");
    write(node_.directory() + "/my etc/main.conf", "hba_file = '" + node_.options.pgdata +
                                                       "/pg_hba.conf'\nident_file = '" + node_.options.pgdata +
                                                       "/pg_ident.conf'\nwork_mem = '7MB'\n");
    node_.options.config_file = node_.directory() + "/my etc/main.conf";
    node_.start();
    EXPECT_EQ("7MB", node_.sql("SHOW work_mem"));
    EXPECT_EQ("7168", node_.server().settings_on_disk({"work_mem"}, patience()).value().at("work_mem"));
}

TEST_F(Server, IsNotAskedForSettingsOfADirectory)
{
    node_.create();
    node_.options.config_file = node_.options.pgdata;
    EXPECT_EQ(node_.options.pgdata + " is a directory",
              node_.server().settings_on_disk({"port"}, patience()).error().what);
}

TEST_F(Server, OpensTheDirectoryThatWasLookedAt)
{
    node_.create();
    const std::string other = node_.directory() + "/other";
    fs::copy(node_.options.pgdata, other, fs::copy_options::recursive);
    write(node_.options.pgdata + "/postgresql.conf", "data_directory = '" + other + "'\n");
    EXPECT_EQ(other, data_directory_on_disk());
    node_.start();
    EXPECT_EQ(node_.options.pgdata, node_.sql("SHOW data_directory"));
    EXPECT_FALSE(fs::exists(other + "/postmaster.pid"));
}

TEST_F(Server, KnowsItsDirectoryByAnotherName)
{
    node_.create();
    fs::create_directory_symlink(node_.options.pgdata, node_.directory() + "/link");
    EXPECT_EQ(node_.options.pgdata, data_directory_on_disk());
    write(node_.options.pgdata + "/postgresql.conf", "data_directory = '" + node_.directory() + "/link'\n");
    EXPECT_EQ(node_.options.pgdata, data_directory_on_disk());
}

TEST_F(Server, WithAPathThatAShellWouldReadIsRefused)
{
    node_.options.pgdata = node_.directory() + "/$(touch x)";
    EXPECT_EQ(ErrorKind::conflict, node_.server().start(patience()).error().kind);
}

TEST_F(Server, LeavesBackendsBehindWhenKilled)
{
    node_.create();
    node_.start();
    // A backend that computes does not look for its postmaster.
    const auto busy = sys::spawn_detached(
        {
            {node_.options.bindir + "/psql", "-X", "-h", node_.directory(), "-U", "postgres", "-c",
             "DO $$ BEGIN PERFORM count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b; END $$"},
            {"PATH=/usr/bin:/bin"                         }
    },
        "");
    ASSERT_TRUE(busy);
    ASSERT_TRUE(eventually(
        [&] {
            return node_.sql("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DO%'") ==
                   "1";
        }));
    kill_postmaster();
    ASSERT_TRUE(eventually([&] { return node_.server().processes().value() == Processes::leftovers; }));
    EXPECT_EQ(Answer::none, node_.postgres().status(patience()).value().first);
    ASSERT_TRUE(node_.server().kill_all(patience()));
    EXPECT_EQ(Processes::none, processes());
    EXPECT_EQ(ControlState::in_production, directory().control->state);
    EXPECT_TRUE(fs::exists(node_.options.pgdata + "/postmaster.pid"));
    node_.start();
}

TEST_F(Server, IsNotTakenForAnotherProcessWithItsNumber)
{
    node_.create();
    write(node_.options.pgdata + "/postmaster.pid", std::to_string(::getpid()) + "\n" + node_.options.pgdata +
                                                        "\n1700000000\n5432\n" + node_.directory() + "\n\n\nready\n");
    EXPECT_EQ(Processes::none, processes());
    EXPECT_TRUE(node_.server().stop(port::StopMode::fast, patience()));
    node_.start();
    EXPECT_NE(::getpid(), postmaster());
}

/// PostgreSQL itself refuses to start beside any process of its user that has the number.
TEST_F(Server, StartsThoughAnotherProcessOfItsUserHasItsNumber)
{
    node_.create();
    const sys::User user = sys::find_user(node_.options.user).value();
    const pid_t other = ::fork();
    if (other == 0)
        ::_exit(::setgid(user.gid) == 0 && ::setuid(user.uid) == 0 ? ::pause() : 1);
    struct stat process = {};
    const std::string proc = "/proc/" + std::to_string(other);
    ASSERT_TRUE(eventually([&] { return ::stat(proc.c_str(), &process) == 0 && process.st_uid == user.uid; }));
    write(node_.options.pgdata + "/postmaster.pid",
          std::to_string(other) + "\n" + node_.options.pgdata + "\n1700000000\n5432\n\n\n\nready\n");
    node_.start();
    EXPECT_NE(other, postmaster());
    ::kill(other, SIGKILL);
    ::waitpid(other, nullptr, 0);
}

TEST_F(Server, WhoseDirectoryWasMovedAwayStillRuns)
{
    node_.create();
    node_.start();
    fs::rename(node_.options.pgdata, node_.directory() + "/moved");
    EXPECT_EQ(Processes::postmaster, processes());
    EXPECT_EQ(Answer::silent, node_.postgres().status(patience()).value().first);
    // An empty directory in its place, as a file system that was mounted over it.
    fs::create_directory(node_.options.pgdata);
    EXPECT_EQ(Processes::postmaster, processes());
    ASSERT_TRUE(node_.server().stop(port::StopMode::fast, patience()));
    EXPECT_EQ(Processes::none, processes());
}

TEST_F(Server, WhoseDirectoryWasRemovedIsKilled)
{
    node_.create();
    node_.start();
    fs::remove_all(node_.options.pgdata);
    EXPECT_EQ(Processes::postmaster, processes());
    ASSERT_TRUE(node_.server().kill_all(patience()));
    EXPECT_EQ(Processes::none, processes());
}

TEST_F(Server, OfAnotherDirectoryOnTheSameSocketIsNotOurs)
{
    Node other{sandbox_, "psql2", "psql1"};
    other.create();
    other.start();
    node_.create();
    write(node_.options.pgdata + "/postmaster.pid",
          "999999\n" + node_.options.pgdata + "\n1700000000\n5432\n" + other.directory() + "\n\n\nready\n");
    EXPECT_EQ(Answer::none, node_.postgres().status(patience()).value().first);
    EXPECT_EQ(Answer::ready, other.postgres().status(patience()).value().first);
}

TEST_F(Server, ThatIsStoppedBySignalIsSilentNotAbsent)
{
    node_.create();
    node_.start();
    ASSERT_EQ(0, ::kill(postmaster(), SIGSTOP));
    const auto look = node_.postgres().status(Deadline{500ms});
    ASSERT_EQ(0, ::kill(postmaster(), SIGCONT));
    ASSERT_TRUE(look);
    EXPECT_EQ(Answer::silent, look->first);
    EXPECT_EQ(Processes::postmaster, processes());
}

TEST_F(Server, ThatDoesNotLetUsInIsAlive)
{
    node_.create();
    std::ofstream{node_.options.pgdata + "/pg_hba.conf"} << "local all all reject\n";
    ASSERT_TRUE(node_.server().start(patience()));
    EXPECT_TRUE(eventually([&] { return node_.postgres().status(patience()).value().first == Answer::refused; }));
}

TEST_F(Server, ThatAdmitsNoReplicationIsIdentifiedBySql)
{
    node_.create();
    std::ofstream{node_.options.pgdata + "/pg_hba.conf"} << "local all all trust\n";
    node_.start();
    const auto identity = node_.postgres().identity(patience());
    ASSERT_TRUE(identity) << identity.error().what;
    EXPECT_EQ(Role::primary, identity->role);
    EXPECT_EQ(node_.status().system_identifier, identity->system_identifier);
    EXPECT_EQ((TimelineHistory{Timeline{1}, {}}), identity->history);
}

TEST_F(Server, WithoutAUserOfThatNameIsAnErrorNotAnAnswer)
{
    node_.options.user = "no-such-user";
    EXPECT_FALSE(node_.postgres().status(patience()));
    EXPECT_EQ((Installation{InstallationFault::user_missing, "no-such-user"}), node_.server().installation().value());
}

TEST_F(Server, StandbyConfigurationKeepsWhatOthersSet)
{
    node_.create();
    write(node_.options.pgdata + "/postgresql.auto.conf", "work_mem = '9MB'\nprimary_conninfo = 'host=old'\n");
    node_.options.conninfo_extra = "sslmode=require";
    ASSERT_TRUE(node_.server().write_standby_configuration({Upstream::peer}, patience()));
    ASSERT_TRUE(node_.server().write_standby_configuration({Upstream::peer}, patience()));
    EXPECT_TRUE(directory().has_standby_signal);
    const Settings settings =
        node_.server()
            .settings_on_disk({"work_mem", "primary_conninfo", "primary_slot_name", "synchronous_standby_names"},
                              patience())
            .value();
    EXPECT_EQ("9216", settings.at("work_mem"));
    EXPECT_EQ("ha_slot", settings.at("primary_slot_name"));
    EXPECT_EQ("", settings.at("synchronous_standby_names"));
    const std::string& conninfo = settings.at("primary_conninfo");
    EXPECT_NE(std::string::npos, conninfo.find("application_name='psql1'")) << conninfo;
    EXPECT_TRUE(conninfo.ends_with("sslmode=require")) << conninfo;
    const auto file = sys::look_at(node_.options.pgdata + "/postgresql.auto.conf").value();
    EXPECT_EQ(mode_t{0600}, file->mode);
    EXPECT_EQ(sys::find_user("postgres").value().uid, file->owner);
}

TEST_F(Server, StandbyConfigurationLimitsTheSlot)
{
    node_.create();
    const auto limit = [&]
    {
        return node_.server().settings_on_disk({"max_slot_wal_keep_size"}, patience()).value();
    };
    const Settings unlimited{
        {"max_slot_wal_keep_size", "-1"}
    };
    EXPECT_EQ(unlimited, limit());
    ASSERT_TRUE(node_.server().write_standby_configuration({}, patience()));
    EXPECT_EQ(unlimited, limit());
    ASSERT_TRUE(
        node_.server().write_standby_configuration({Upstream::peer, RecoveryTimeline::latest, 1024}, patience()));
    EXPECT_EQ("1024", limit().at("max_slot_wal_keep_size"));
    node_.options.slot_wal_limit = 64;
    ASSERT_TRUE(
        node_.server().write_standby_configuration({Upstream::peer, RecoveryTimeline::latest, 1024}, patience()));
    EXPECT_EQ("64", limit().at("max_slot_wal_keep_size"));
}

TEST_F(Server, StandbyConfigurationMayNameNobody)
{
    node_.create();
    write(node_.options.pgdata + "/postgresql.auto.conf", "primary_conninfo = 'host=old'\n");
    ASSERT_TRUE(node_.server().write_standby_configuration({Upstream::nobody}, patience()));
    EXPECT_TRUE(directory().has_standby_signal);
    EXPECT_EQ("", node_.server().settings_on_disk({"primary_conninfo"}, patience()).value().at("primary_conninfo"));
}

TEST_F(Server, OfAnAsynchronousPairKeepsItsSynchronousNames)
{
    node_.create();
    write(node_.options.pgdata + "/postgresql.auto.conf", "synchronous_standby_names = 'elsewhere'\n");
    node_.options.sync_names = pg::SyncNames::untouched;
    ASSERT_TRUE(node_.server().write_standby_configuration({Upstream::peer}, patience()));
    EXPECT_EQ("elsewhere", node_.server()
                               .settings_on_disk({"synchronous_standby_names"}, patience())
                               .value()
                               .at("synchronous_standby_names"));
}

TEST_F(Server, InstallationIsChecked)
{
    node_.create();
    const std::string& passfile = node_.options.passfile;
    EXPECT_EQ((Installation{InstallationFault::passfile_missing, passfile}), node_.server().installation().value());
    write(passfile, "*:*:*:postgres:x\n");
    EXPECT_EQ((Installation{InstallationFault::passfile_not_private, passfile}), node_.server().installation().value());
    const auto user = sys::find_user("postgres").value();
    ASSERT_EQ(0, ::chown(passfile.c_str(), user.uid, user.gid));
    fs::permissions(passfile, fs::perms{0600});
    EXPECT_EQ(Installation{}, node_.server().installation().value());
    node_.options.bindir = "/nonexistent";
    EXPECT_EQ(InstallationFault::program_missing, node_.server().installation().value().fault);
}

} // namespace
} // namespace pgtwin::test
