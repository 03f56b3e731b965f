// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "pgtwin/pg/connection.hpp"
#include "pgtwin/pg/conninfo.hpp"
#include "support/temporary_directory.hpp"

namespace pgtwin::pg
{
namespace
{

using namespace std::chrono_literals;

struct Case
{
    const char* name;
    const char* message;
    Answer answer;
    ErrorKind kind;
};

class FailedConnection : public testing::TestWithParam<Case>
{
};

TEST_P(FailedConnection, MeansWhatTheServerSaid)
{
    const Refusal refusal = refusal_of(GetParam().message);
    EXPECT_EQ(GetParam().answer, refusal.answer);
    EXPECT_EQ(GetParam().kind, refusal.error.kind);
    EXPECT_EQ(std::string::npos, refusal.error.what.find('\n'));
    EXPECT_EQ(std::string::npos, refusal.error.what.find("LOCATION"));
}

#define ON_SOCKET "connection to server on socket \"/var/run/postgresql/.s.PGSQL.5432\" failed: "

INSTANTIATE_TEST_SUITE_P(
    Messages, FailedConnection,
    testing::Values(
        Case{"starting",
             ON_SOCKET "FATAL:  57P03: the database system is starting up\nLOCATION:  ProcessStartupPacket\n",
             Answer::starting, ErrorKind::conflict},
        Case{"starting_in_german", ON_SOCKET "FATAL:  57P03: das Datenbanksystem startet\nORT:  x\n", Answer::starting,
             ErrorKind::conflict},
        Case{"saturated", ON_SOCKET "FATAL:  53300: sorry, too many clients already\n", Answer::saturated,
             ErrorKind::conflict},
        Case{"no_entry", ON_SOCKET "FATAL:  28000: no pg_hba.conf entry for host \"[local]\"\n", Answer::refused,
             ErrorKind::denied},
        Case{"password", ON_SOCKET "FATAL:  28P01: password authentication failed for user \"x\"\n", Answer::refused,
             ErrorKind::denied},
        Case{"no_password", ON_SOCKET "fe_sendauth: no password supplied\n", Answer::refused, ErrorKind::denied},
        Case{"no_database", ON_SOCKET "FATAL:  3D000: database \"postgres\" does not exist\n", Answer::refused,
             ErrorKind::denied},
        Case{"no_socket",
             ON_SOCKET "No such file or directory\n\tIs the server running locally and accepting connections?\n",
             Answer::none, ErrorKind::unavailable},
        Case{"nobody_listens", ON_SOCKET "Connection refused\n", Answer::none, ErrorKind::unavailable},
        Case{"cut_off", ON_SOCKET "server closed the connection unexpectedly\n", Answer::silent,
             ErrorKind::unavailable}),
    [](const auto& row) { return row.param.name; });

TEST(Sqlstate, IsFoundOnlyWhereTheServerPutsIt)
{
    EXPECT_EQ("57P03", sqlstate_in("FATAL:  57P03: the database system is starting up"));
    EXPECT_EQ("", sqlstate_in("FATAL:  the database system is starting up"));
    EXPECT_EQ("", sqlstate_in("FATAL:  57P03"));
    EXPECT_EQ("", sqlstate_in("ABCDE: x"));
    EXPECT_EQ("", sqlstate_in(""));
}

/// A socket that takes connections and never says a word, like a stopped postmaster.
class SilentServer
{
public:
    SilentServer()
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
        socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface
        EXPECT_EQ(0, ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address));
        EXPECT_EQ(0, ::listen(socket_, 5));
    }
    SilentServer(const SilentServer&) = delete;
    SilentServer& operator=(const SilentServer&) = delete;
    SilentServer(SilentServer&&) = delete;
    SilentServer& operator=(SilentServer&&) = delete;
    ~SilentServer() { ::close(socket_); }
    [[nodiscard]] const std::string& directory() const { return directory_.path(); }

private:
    [[nodiscard]] std::string path() const { return directory_ / ".s.PGSQL.5432"; }

    test::TemporaryDirectory directory_;
    int socket_ = -1;
};

TEST(Connection, ToASilentServerEndsAtTheDeadline)
{
    const SilentServer server;
    const auto start = Deadline::clock::now();
    const auto session = Connection::open("host=" + server.directory() + " port=5432 user=x dbname=x", Deadline{100ms});
    ASSERT_TRUE(std::holds_alternative<Refusal>(session));
    EXPECT_EQ(Answer::silent, std::get<Refusal>(session).answer);
    EXPECT_EQ(ErrorKind::timed_out, std::get<Refusal>(session).error.kind);
    EXPECT_LT(Deadline::clock::now() - start, 5s);
}

TEST(Connection, WithAPasswordFileThatOthersCanReadSaysSoItself)
{
    const test::TemporaryDirectory directory;
    std::ofstream{directory / "passfile"} << "*:*:*:*:secret";
    std::filesystem::permissions(directory / "passfile", std::filesystem::perms{0644});
    testing::internal::CaptureStderr();
    const auto session = Connection::open(
        Conninfo{}.add("host", "/nonexistent").add("user", "x").add("passfile", directory / "passfile").text(),
        Deadline{1s});
    EXPECT_EQ("", testing::internal::GetCapturedStderr()) << "which belongs to the exit reason";
    const std::string said = std::get<Refusal>(session).error.what;
    EXPECT_NE(std::string::npos, said.find("passfile was not used, because it is not private")) << said;
}

TEST(Connection, WithoutASocketFindsNobody)
{
    const auto session = Connection::open("host=/nonexistent port=5432 user=x", Deadline{1s});
    ASSERT_TRUE(std::holds_alternative<Refusal>(session));
    EXPECT_EQ(Answer::none, std::get<Refusal>(session).answer);
}

} // namespace
} // namespace pgtwin::pg
