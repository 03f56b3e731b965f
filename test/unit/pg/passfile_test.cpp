// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/pg/passfile.hpp"

namespace pgtwin::pg
{
namespace
{

TEST(Passfile, NamesTheUserOfTheFirstMatchingEntry)
{
    constexpr const char* text = "# psql2:5432:replication:comment:secret\n"
                                 "psql1:5432:replication:one:secret\n"
                                 "psql2:5433:replication:other_port:secret\n"
                                 "psql2:5432:mydb:other_database:secret\n"
                                 "psql2:5432:replication:repl:secret\n"
                                 "*:*:*:everybody:secret\n";
    EXPECT_EQ("repl", replication_user_in(text, "psql2", 5432));
    EXPECT_EQ("everybody", replication_user_in(text, "psql3", 5432));
}

TEST(Passfile, MatchesWildcardsAndAllDatabases)
{
    EXPECT_EQ("r", replication_user_in("*:5432:replication:r:x", "psql2", 5432));
    EXPECT_EQ("r", replication_user_in("psql2:*:*:r:x\n", "psql2", 5432));
    EXPECT_EQ(std::nullopt, replication_user_in("psql2:5432:*:r:x\n", "psql22", 5432));
}

TEST(Passfile, ResolvesEscapesAsLibpqDoes)
{
    EXPECT_EQ("a:b\\c", replication_user_in("fe80\\:\\:1:5432:replication:a\\:b\\\\c:p\\:w\n", "fe80::1", 5432));
}

TEST(Passfile, WithoutAUserOfItsOwnNamesNobody)
{
    EXPECT_EQ(std::nullopt, replication_user_in("", "psql2", 5432));
    EXPECT_EQ(std::nullopt, replication_user_in("*:*:*:*:secret\n", "psql2", 5432));
    EXPECT_EQ(std::nullopt, replication_user_in("psql2:5432:replication:no_password", "psql2", 5432));
    EXPECT_EQ(std::nullopt, replication_user_in("garbage\n\n:::\n", "psql2", 5432));
}

} // namespace
} // namespace pgtwin::pg
