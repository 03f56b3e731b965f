// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/crm/quorum.hpp"

namespace pgtwin::crm
{
namespace
{

TEST(QuorumFlags, AreReadFromTheLineOfFlags)
{
    const auto both =
        parse_quorum_flags("Quorum:           1  \nFlags:            2Node Quorate WaitForAll \n\nMember");
    ASSERT_TRUE(both);
    EXPECT_TRUE(both->is_two_node);
    EXPECT_TRUE(both->waits_for_all);
    const auto none = parse_quorum_flags("Flags:            Quorate \n\n2Node");
    ASSERT_TRUE(none);
    EXPECT_FALSE(none->is_two_node);
    EXPECT_FALSE(none->waits_for_all);
    EXPECT_FALSE(none->has_device);
    EXPECT_TRUE(parse_quorum_flags("Flags:            Quorate Qdevice \n")->has_device);
    EXPECT_EQ(parse_quorum_flags("Cannot initialize QUORUM service").error().kind, ErrorKind::malformed);
}

TEST(Token, IsTheValueOfTheKey)
{
    EXPECT_EQ(parse_token("runtime.config.totem.token (u32) = 1000\n").value(), std::chrono::milliseconds{1000});
    EXPECT_EQ(parse_token("Can't get key").error().kind, ErrorKind::malformed);
}

} // namespace
} // namespace pgtwin::crm
