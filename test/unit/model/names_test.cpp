// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/model/names.hpp"

namespace pgtwin
{
namespace
{

TEST(SlotName, IsLowerCaseLettersDigitsAndUnderscore)
{
    EXPECT_TRUE(is_slot_name("ha_slot"));
    EXPECT_TRUE(is_slot_name("9"));
    EXPECT_FALSE(is_slot_name("Ha_slot"));
    EXPECT_FALSE(is_slot_name("ha-slot"));
    EXPECT_FALSE(is_slot_name("x\"; --"));
}

TEST(SlotName, HasOneTo63Bytes)
{
    EXPECT_FALSE(is_slot_name(""));
    EXPECT_TRUE(is_slot_name(std::string(63, 'a')));
    EXPECT_FALSE(is_slot_name(std::string(64, 'a')));
}

TEST(ApplicationName, MayHaveUpperCaseLetters)
{
    EXPECT_TRUE(is_application_name("Psql_2"));
    EXPECT_FALSE(is_application_name("psql-2"));
    EXPECT_FALSE(is_application_name("psql 2"));
    EXPECT_FALSE(is_application_name(""));
    EXPECT_FALSE(is_application_name(std::string(64, 'a')));
}

TEST(ApplicationNameOfANode, IsTheShortNameInLowerCase)
{
    EXPECT_EQ("psql2", application_name_of("psql2"));
    EXPECT_EQ("psql2", application_name_of("PSQL2.example.org"));
    EXPECT_EQ("node_2_a", application_name_of("node-2+a"));
}

TEST(ApplicationNameOfANode, IsCutTo63Bytes)
{
    EXPECT_EQ(std::string(63, 'n'), application_name_of(std::string(80, 'N')));
    EXPECT_TRUE(is_application_name(application_name_of(std::string(80, '-'))));
}

TEST(SameNode, DisregardsCase)
{
    EXPECT_TRUE(same_node("Psql1", "psql1"));
    EXPECT_FALSE(same_node("psql1", "psql2"));
    EXPECT_FALSE(same_node("psql1", "psql11"));
}

} // namespace
} // namespace pgtwin
