// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "pgtwin/pg/conninfo.hpp"
#include "support/temporary_directory.hpp"

namespace pgtwin::pg
{
namespace
{

TEST(Conninfo, QuotesEveryValue)
{
    EXPECT_EQ("host='psql2' user='it\\'s \\\\ me' dbname=''",
              Conninfo{}.add("host", "psql2").add("user", "it's \\ me").add("dbname", "").text());
}

TEST(Conninfo, TakesFurtherTextAsItIs)
{
    EXPECT_EQ("host='a' sslmode=require", Conninfo{}.add("host", "a").append("sslmode=require").append("").text());
    EXPECT_EQ("sslmode=require", Conninfo{}.append("sslmode=require").text());
}

TEST(Conninfo, IsCheckedByLibpq)
{
    EXPECT_TRUE(check_conninfo(Conninfo{}.add("host", "a' b\\").append("sslmode=require").text()));
    EXPECT_EQ(ErrorKind::malformed, check_conninfo("host='a' nonsense").error().kind);
    EXPECT_EQ(ErrorKind::malformed, check_conninfo("colour=green").error().kind);
}

TEST(Conninfo, MustNotHoldAPassword)
{
    const auto checked = check_conninfo("host=a password=geheim");
    ASSERT_FALSE(checked);
    EXPECT_EQ(std::string::npos, checked.error().what.find("geheim"));
    const auto broken = check_conninfo("password=ge heim");
    ASSERT_FALSE(broken);
    EXPECT_EQ(std::string::npos, broken.error().what.find("heim"));
}

TEST(IgnoredPassfile, IsOneThatIsNotPrivateOrNoFile)
{
    const test::TemporaryDirectory directory;
    const std::string path = directory / "my passfile";
    const std::string conninfo = Conninfo{}.add("host", "a").add("passfile", path).text();
    EXPECT_EQ("", ignored_passfile(conninfo)) << "there is none";
    std::ofstream{path} << "*:*:*:*:secret";
    std::filesystem::permissions(path, std::filesystem::perms{0600});
    EXPECT_EQ("", ignored_passfile(conninfo));
    std::filesystem::permissions(path, std::filesystem::perms{0640});
    EXPECT_EQ(path, ignored_passfile(conninfo));
    EXPECT_EQ(directory.path(), ignored_passfile(Conninfo{}.add("passfile", directory.path()).text()));
    EXPECT_EQ("", ignored_passfile("host=a"));
    EXPECT_EQ("", ignored_passfile("passfile"));
}

TEST(Options, AreThoseThatLibpqKnows)
{
    EXPECT_EQ("", problem_in_options(""));
    EXPECT_EQ("", problem_in_options("sslmode=verify-full sslrootcert=/etc/ssl/ca.pem"));
    EXPECT_EQ("must be options that libpq knows: invalid connection option \"sslmodde\"",
              problem_in_options("sslmodde=require"));
    EXPECT_EQ("must have values that libpq takes: invalid sslmode value: \"require'\"",
              problem_in_options("sslmode=require'"));
    // PostgreSQL 17 puts the option's name in quotation marks, its predecessors do not.
    for (const char* const options : {"connect_timeout=10 keepalives=1 keepalives_idle=' 30 ' keepalives_count=+3",
                                      "keepalives_interval=-1 tcp_user_timeout=30000"})
        EXPECT_EQ("", problem_in_options(options));
    EXPECT_EQ(
        "must have values that libpq takes: invalid integer value \"abc\" for connection option \"connect_timeout\"",
        problem_in_options("connect_timeout=abc"));
    for (const char* const options :
         {"keepalives=on", "keepalives_idle=30s", "keepalives_count=''", "tcp_user_timeout=99999999999"})
        EXPECT_NE("", problem_in_options(options)) << options;
    const std::string version = problem_in_options("ssl_min_protocol_version=TLSv9");
    EXPECT_TRUE(version.starts_with("must have values that libpq takes: invalid ")) << version;
    EXPECT_TRUE(version.ends_with(" value: \"TLSv9\"")) << version;
}

} // namespace
} // namespace pgtwin::pg
