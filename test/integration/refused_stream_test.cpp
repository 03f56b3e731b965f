// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "postgres_node.hpp"

namespace pgtwin::test
{
namespace
{

/// A WAL receiver calls itself "streaming" before its primary has agreed.
TEST(RefusedStream, IsNoStream)
{
    const Sandbox sandbox;
    Node primary{sandbox, "psql1", "psql2"};
    Node standby{sandbox, "psql2", "psql1"};
    primary.create_primary();
    standby.clone_peer();
    standby.options.slot_name = "missing";
    const auto is_streaming = [&]
    {
        const auto receiver = standby.status().receiver;
        return receiver && receiver->status == "streaming";
    };
    ASSERT_TRUE(eventually(is_streaming));
    ASSERT_TRUE(standby.postgres().follow_peer(patience()));
    ASSERT_TRUE(eventually([&] { return !primary.status().peer_sender; }));
    int seen = 0;
    constexpr int tries = 60;
    for (int i = 0; i < tries; ++i)
    {
        ASSERT_TRUE(standby.postgres().follow_peer(patience()));
        seen += is_streaming() ? 1 : 0;
    }
    // On a busy machine an old receiver may be about to ask, and not be waiting for anything.
    EXPECT_LE(seen, tries / 20);
}

} // namespace
} // namespace pgtwin::test
