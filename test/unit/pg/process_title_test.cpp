// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/pg/process_title.hpp"

namespace pgtwin::pg
{
namespace
{

TEST(ProcessTitle, NamesTheFileThatIsRecovered)
{
    constexpr const char* file = "000000020000000000000013";
    EXPECT_EQ(wal_file_in("postgres: startup recovering 000000020000000000000013"), file);
    EXPECT_EQ(wal_file_in("postgres: startup waiting for 000000020000000000000013"), file);
    EXPECT_EQ(wal_file_in("postgres: 15/main: startup waiting for 000000020000000000000013 "), file);
}

TEST(ProcessTitle, NamesNoneInAnyOtherCase)
{
    for (const char* const title :
         {"", "postgres: startup ", "postgres: checkpointer ", "postgres: startup recovering ",
          "postgres: startup recovering 00000002", "postgres: startup recovering 0000000200000000000000130",
          "vi postgres: startup recovering 000000020000000000000013", "postgres: walreceiver streaming 0/13000000"})
        EXPECT_EQ(wal_file_in(title), "") << title;
}

} // namespace
} // namespace pgtwin::pg
