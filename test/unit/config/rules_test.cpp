// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/config/rules.hpp"

namespace pgtwin::config
{
namespace
{

TEST(Ipv4, IsFourNumbers)
{
    for (const char* const good : {"0.0.0.0", "192.0.2.20", "255.255.255.255"})
        EXPECT_TRUE(is_ipv4(good)) << good;
    for (const char* const bad :
         {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1..3.4", "1.2.3.4 ", "a.b.c.d", "1.2.3.1000"})
        EXPECT_FALSE(is_ipv4(bad)) << bad;
}

TEST(Ipv6, IsEightGroupsWithAtMostOneGap)
{
    for (const char* const good :
         {"::", "::1", "fe80::1", "2001:db8::192.0.2.1", "1:2:3:4:5:6:7:8", "1::", "1:2:3:4:5:6:1.2.3.4"})
        EXPECT_TRUE(is_ipv6(good)) << good;
    for (const char* const bad : {"", ":", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
                                  "12345::", "g::", "1:2:3:4:5:6:7::8", "1.2.3.4::", ":1:2", "1:2:", "fe80::1%eth0"})
        EXPECT_FALSE(is_ipv6(bad)) << bad;
}

TEST(Rate, IsWhatABaseBackupTakes)
{
    for (const char* const good : {"", "32", "32k", "1048576", "1M", "1024M", "50M"})
        EXPECT_EQ(may_be_rate(good), "") << good;
    for (const char* const bad : {"31", "31k", "1025M", "0M", "1G", "50 M", "M", "-50M", "1.5M", "1048577"})
        EXPECT_NE(may_be_rate(bad), "") << bad;
}

TEST(Node, IsOneNameOrNone)
{
    EXPECT_EQ(may_be_node(""), "");
    EXPECT_EQ(may_be_node("psql2.example.org"), "");
    EXPECT_NE(may_be_node("psql1 psql2"), "");
}

TEST(Words, AreSeparatedByBlanksAndCommas)
{
    EXPECT_EQ(words_of("  a, b\tc"), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_TRUE(words_of(" ,, ").empty());
    EXPECT_TRUE(words_of("").empty());
}

TEST(Pairs, AreSplitAtTheFirstEqualsSign)
{
    EXPECT_EQ(pairs_of("a=1 b c=x=y"), (std::map<std::string, std::string>{
                                           {"a", "1"  },
                                           {"b", ""   },
                                           {"c", "x=y"}
    }));
}

} // namespace
} // namespace pgtwin::config
