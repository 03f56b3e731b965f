// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/pg/conninfo.hpp"

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

TEST(Options, AreThoseThatLibpqKnows)
{
    EXPECT_EQ("", problem_in_options(""));
    EXPECT_EQ("", problem_in_options("sslmode=verify-full sslrootcert=/etc/ssl/ca.pem"));
    EXPECT_EQ("must be options that libpq knows: invalid connection option \"sslmodde\"",
              problem_in_options("sslmodde=require"));
}

} // namespace
} // namespace pgtwin::pg
