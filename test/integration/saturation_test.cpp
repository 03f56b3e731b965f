// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/sys/process.hpp"
#include "postgres_node.hpp"

namespace pgtwin::test
{
namespace
{

/// All connections of the server are taken by clients.
class SaturatedServer : public testing::Test
{
protected:
    Sandbox sandbox_;
    Node node_{sandbox_, "psql1", "psql2"};
};

/// One more client that holds a connection for long. One that finds our own session in its place gives up.
bool take_a_connection(const Node& node)
{
    const sys::Command client{
        {node.options.bindir + "/psql", "-X", "-h", node.directory(), "-U", "postgres", "-c", "SELECT pg_sleep(600)"},
        {"PATH=/usr/bin:/bin"                        }
    };
    return sys::spawn_detached(client, "").has_value();
}

TEST_F(SaturatedServer, SaysSoWhereItHasNoWalSenderLeft)
{
    node_.create("max_connections = 4\nsuperuser_reserved_connections = 1\nmax_wal_senders = 0\nwal_level = minimal\n");
    node_.start();
    EXPECT_TRUE(eventually(
        [&] {
            return take_a_connection(node_) && node_.postgres().status(patience()).value().first == Answer::saturated;
        }));
    EXPECT_EQ(Processes::postmaster, node_.server().processes().value());
}

TEST_F(SaturatedServer, IsAskedAndToldInThePlaceOfAWalSender)
{
    node_.create("max_connections = 4\nsuperuser_reserved_connections = 1\nmax_wal_senders = 2\n");
    node_.start();
    const sys::Command visitor{
        {node_.options.bindir + "/psql", "-X", "-h", node_.directory(), "-U", "postgres", "-c", "SELECT 1"},
        {"PATH=/usr/bin:/bin"                         }
    };
    ASSERT_TRUE(eventually([&] { return take_a_connection(node_) && !sys::output_of(visitor, patience()); }));
    ASSERT_EQ(Answer::ready, node_.postgres().status(patience()).value().first);
    ASSERT_TRUE(node_.postgres().set_sync_standby_names("\"it's $1\"", patience()));
    ASSERT_TRUE(node_.postgres().ensure_slot(patience()));
    const ServerStatus status = node_.status();
    EXPECT_EQ("\"it's $1\"", status.sync_standby_names);
    EXPECT_TRUE(status.slot);
    EXPECT_TRUE(node_.postgres().identity(patience()));
}

} // namespace
} // namespace pgtwin::test
