// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/pg/postmaster_pid.hpp"
#include "pgtwin/pg/programs.hpp"
#include "pgtwin/pg/status.hpp"

namespace pgtwin::pg
{
namespace
{

TEST(PostmasterPid, OfARunningServerHasPortAndSocket)
{
    const auto file = parse_postmaster_pid("4711\n/var/lib/postgresql/15/main\n1700000000\n5433\n/run/postgresql\n"
                                           "localhost\n  5432001    32768\nready   \n");
    EXPECT_EQ((PostmasterPid{4711, 5433, "/run/postgresql"}), file.value());
}

TEST(PostmasterPid, OfAStartingServerIsShorter)
{
    EXPECT_EQ((PostmasterPid{4711, 0, ""}), parse_postmaster_pid("4711\n/data\n1700000000\n").value());
    EXPECT_EQ((PostmasterPid{4711, 5432, ""}), parse_postmaster_pid("4711\n/data\n1\n5432\n\n*\n").value());
}

TEST(PostmasterPid, OfASingleUserServerIsNegative)
{
    EXPECT_EQ(4711, parse_postmaster_pid("-4711\n/data\n").value().pid);
}

TEST(PostmasterPid, ThatIsNoneIsMalformed)
{
    EXPECT_FALSE(parse_postmaster_pid(""));
    EXPECT_FALSE(parse_postmaster_pid("0\n"));
    EXPECT_FALSE(parse_postmaster_pid("abc\n"));
    EXPECT_FALSE(parse_postmaster_pid("1\n\n\nport\n"));
}

TEST(Version, IsReadFromReleasesAndPreReleases)
{
    EXPECT_EQ(15, program_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"));
    EXPECT_EQ(18, program_version("postgres (PostgreSQL) 18beta1\n"));
    EXPECT_EQ(18, program_version("postgres (PostgreSQL) 18devel\n"));
    EXPECT_EQ(0, program_version("postgres 15\n"));
    EXPECT_EQ(17, data_version("17\n"));
    EXPECT_EQ(0, data_version("x"));
    EXPECT_EQ(0, data_version(""));
}

TEST(Progress, IsReadFromTheLinesOfPgBasebackup)
{
    EXPECT_EQ((port::Progress{12345 * 1024, 67890 * 1024}), parse_progress("  12345/67890 kB (18%), 0/1 tablespace"));
    EXPECT_EQ((port::Progress{0, 0}), parse_progress("0/0 kB (100%), 1/1 tablespace (/var/lib/x)"));
    EXPECT_EQ(std::nullopt, parse_progress("waiting for checkpoint"));
    EXPECT_EQ(std::nullopt, parse_progress("12345/67890 MB"));
    EXPECT_EQ(std::nullopt, parse_progress(""));
}

TEST(PlainPath, SurvivesTheShellOfPgCtl)
{
    EXPECT_TRUE(is_plain_path("/var/lib/postgresql/my data"));
    for (const char* const path : {"data", "/a'b", "/a\"b", "/a`b", "/a$b", "/a\\b", "/a\nb"})
        EXPECT_FALSE(is_plain_path(path)) << path;
}

Row primary_row()
{
    return {"f",          "7710902465043115751",
            "0000000A",   "0/3000060",
            std::nullopt, "f",
            "f",          "\"psql2\"",
            "",           "4712",
            "streaming",  "sync",
            "0/3000060",  "0/3000000",
            "f",          std::nullopt,
            std::nullopt, std::nullopt,
            "t",          "t",
            "reserved",   "96",
            "4711",       "f",
            "0/3000040",  "f",
            "f"};
}

std::optional<sys::ProcessInfo> sleeps(pid_t /*process*/)
{
    sys::ProcessInfo process;
    process.state = 'S';
    return process;
}

std::optional<sys::ProcessInfo> is_stopped(pid_t /*process*/)
{
    sys::ProcessInfo process;
    process.state = 'T';
    return process;
}

TEST(Status, OfAPrimaryIsReadColumnByColumn)
{
    const auto status =
        parse_status({primary_row()}, [](pid_t process) { return process == 4711 ? sleeps(process) : std::nullopt; });
    ASSERT_TRUE(status) << status.error().what;
    ServerStatus expected;
    expected.role = Role::primary;
    expected.system_identifier = 7710902465043115751U;
    expected.timeline = Timeline{10};
    expected.end = Lsn{0x3000060};
    expected.sync_standby_names = "\"psql2\"";
    expected.peer_sender = WalSender{"streaming", "sync", Lsn{0x3000060}, Lsn{0x3000000}};
    expected.slot = Slot{true, "reserved", 96};
    expected.is_checkpointer_idle = true;
    expected.flushed = Lsn{0x3000040};
    EXPECT_EQ(expected, *status);
}

TEST(Status, KnowsAnIdleCheckpointerByItsEventAndItsSleep)
{
    Row row = primary_row();
    EXPECT_FALSE(parse_status({row}, is_stopped).value().is_checkpointer_idle);
    row[22] = std::nullopt;
    EXPECT_FALSE(parse_status({row}, sleeps).value().is_checkpointer_idle);
}

TEST(Status, DoesNotBelieveAStoppedWalSender)
{
    EXPECT_EQ("stopped", parse_status({primary_row()}, is_stopped).value().peer_sender->state);
    Row row = primary_row();
    row[9] = std::nullopt;
    EXPECT_FALSE(parse_status({row}, is_stopped).value().peer_sender);
}

TEST(Status, WithoutItsShapeIsMalformed)
{
    EXPECT_FALSE(parse_status({}, sleeps));
    EXPECT_FALSE(parse_status({primary_row(), primary_row()}, sleeps));
    Row row = primary_row();
    row.pop_back();
    EXPECT_FALSE(parse_status({row}, sleeps));
}

TEST(Status, WithAnUnknownValueIsMalformed)
{
    for (const std::size_t column : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 9U, 12U, 13U, 14U, 17U, 18U, 21U, 22U, 23U, 24U, 25U})
    {
        Row row = primary_row();
        row[column] = "?";
        EXPECT_FALSE(parse_status({row}, sleeps)) << column;
    }
}

TEST(SystemIdentifier, IsTheSameSignedAndUnsigned)
{
    EXPECT_EQ(parse_system_identifier("10000000000000000000"), parse_system_identifier("-8446744073709551616"));
    EXPECT_EQ(std::nullopt, parse_system_identifier(""));
}

TEST(IdentifySystem, IsRead)
{
    const auto identity = parse_identity({
        {"7710902465043115751", "3", "0/5000000", std::nullopt}
    });
    ASSERT_TRUE(identity);
    EXPECT_EQ(Timeline{3}, identity->history.timeline);
    EXPECT_EQ(Lsn{0x5000000}, identity->end);
    EXPECT_FALSE(parse_identity({}));
    EXPECT_FALSE(parse_identity({
        {"7710902465043115751", "0", "0/5000000"}
    }));
}

TEST(BaseBackup, TellsTheSizesOfItsParts)
{
    const auto parts = parse_parts({
        {"16400",      "/srv/space",      "12"},
        {"16401",      "pg_tblspc/16401", "2" },
        {std::nullopt, std::nullopt,      "30"}
    });
    ASSERT_TRUE(parts) << parts.error().what;
    EXPECT_EQ((std::vector<BackupPart>{
                  {"/srv/space", 12288},
                  {"",           2048 },
                  {"",           30720}
    }),
              *parts);
    EXPECT_FALSE(parse_parts({}));
    EXPECT_FALSE(parse_parts({
        {"16400", "/srv/space", "?"}
    }));
}

} // namespace
} // namespace pgtwin::pg
