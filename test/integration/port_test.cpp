// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "port_pair.hpp"

/// What the ports of PostgreSQL promise, asked of PostgreSQL and of the fakes: whoever changes one of them learns here
/// that they differ.
namespace pgtwin::test
{
namespace
{

template <typename Kind>
class Ports : public testing::Test
{
protected:
    Kind pair;
    InstancePorts first = pair.first();
    InstancePorts second = pair.second();

    [[nodiscard]] static std::optional<ServerStatus> status(const InstancePorts& node)
    {
        const auto look = node.postgres.status(patience());
        return look && look->first == Answer::ready ? look->second : std::nullopt;
    }
    [[nodiscard]] static bool becomes(const InstancePorts& node, Role role)
    {
        return eventually(
            [&]
            {
                const auto seen = status(node);
                return seen && seen->role == role;
            });
    }
    static void start_standby(const InstancePorts& node)
    {
        ASSERT_TRUE(node.server.write_standby_configuration({Upstream::peer}, patience()));
        ASSERT_TRUE(node.server.start(patience()));
        ASSERT_TRUE(becomes(node, Role::standby));
    }
    void make_primary()
    {
        start_standby(first);
        ASSERT_TRUE(first.server.promote(patience()));
        ASSERT_TRUE(becomes(first, Role::primary));
        ASSERT_TRUE(first.postgres.ensure_slot(patience()));
    }
    void clone()
    {
        ASSERT_TRUE(second.server.base_backup(
            {}, [](port::Progress) {}, patience()));
        ASSERT_TRUE(second.server.swap_directories(OldCopy::usable, patience()));
        pair.settle_second();
        start_standby(second);
    }
    [[nodiscard]] bool does_second_stream()
    {
        return eventually(
            [&]
            {
                const auto standby = status(second);
                const auto primary = status(first);
                return standby && primary && standby->receiver && standby->receiver->status == "streaming" &&
                       primary->peer_sender && primary->peer_sender->state == "streaming";
            });
    }
};

using Kinds = testing::Types<RealPair, FakeInstances>;
class KindNames
{
public:
    template <typename Kind>
    static std::string GetName(int /*index*/)
    {
        return std::is_same_v<Kind, RealPair> ? "PostgreSQL" : "Fake";
    }
};
TYPED_TEST_SUITE(Ports, Kinds, KindNames);

TYPED_TEST(Ports, KnowAStoppedServer)
{
    const auto look = this->first.postgres.status(patience());
    ASSERT_TRUE(look);
    EXPECT_EQ(look->first, Answer::none);
    EXPECT_FALSE(look->second);
    EXPECT_EQ(this->first.server.processes().value(), Processes::none);
    EXPECT_FALSE(this->first.postgres.identity(patience()));
    EXPECT_FALSE(this->second.postgres.peer_identity(patience()));
    const Directory directory = this->first.server.directory(patience()).value();
    EXPECT_EQ(directory.kind, DirectoryKind::data);
    EXPECT_EQ(directory.control->state, ControlState::shut_down);
    EXPECT_FALSE(directory.has_standby_signal);
}

TYPED_TEST(Ports, KnowAMissingDirectory)
{
    EXPECT_EQ(this->second.server.directory(patience()).value().kind, DirectoryKind::absent);
    EXPECT_FALSE(this->second.server.start(patience()));
    EXPECT_EQ(this->second.server.processes().value(), Processes::none);
}

TYPED_TEST(Ports, StartAStandbyWhereItsSignalIs)
{
    this->start_standby(this->first);
    const auto seen = this->status(this->first);
    EXPECT_EQ(seen->timeline, Timeline::none);
    EXPECT_TRUE(eventually([&] { return this->status(this->first)->is_waiting_for_wal; }));
    EXPECT_FALSE(seen->receiver);
    EXPECT_TRUE(this->first.server.directory(patience()).value().has_standby_signal);
    EXPECT_EQ(this->first.server.processes().value(), Processes::postmaster);
    EXPECT_EQ(this->first.postgres.identity(patience()).value().role, Role::standby);
}

TYPED_TEST(Ports, MakeATimelineByPromotion)
{
    this->make_primary();
    const Identity identity = this->first.postgres.identity(patience()).value();
    EXPECT_EQ(identity.history.timeline, Timeline{2});
    ASSERT_EQ(identity.history.ancestors.size(), 1U);
    EXPECT_EQ(identity.history.ancestors[0].timeline, Timeline{1});
    EXPECT_FALSE(this->first.server.directory(patience()).value().has_standby_signal);
    EXPECT_EQ(this->status(this->first)->timeline, Timeline{2});
    EXPECT_EQ(this->second.postgres.peer_identity(patience()).value().history, identity.history);
}

TYPED_TEST(Ports, ReadTheNamesBack)
{
    this->make_primary();
    ASSERT_TRUE(this->first.postgres.set_sync_standby_names("\"psql2\"", patience()));
    EXPECT_EQ(this->status(this->first)->sync_standby_names, "\"psql2\"");
    ASSERT_TRUE(this->first.postgres.set_sync_standby_names("", patience()));
    EXPECT_EQ(this->status(this->first)->sync_standby_names, "");
}

TYPED_TEST(Ports, MakeAndDropTheSlotHoweverOften)
{
    this->make_primary();
    ASSERT_TRUE(this->first.postgres.ensure_slot(patience()));
    ASSERT_TRUE(this->status(this->first)->slot);
    EXPECT_FALSE(this->status(this->first)->slot->active);
    ASSERT_TRUE(this->first.postgres.drop_slot(patience()));
    ASSERT_TRUE(this->first.postgres.drop_slot(patience()));
    EXPECT_FALSE(this->status(this->first)->slot);
    ASSERT_TRUE(this->second.postgres.ensure_peer_slot(patience()));
    EXPECT_TRUE(this->status(this->first)->slot);
}

TYPED_TEST(Ports, CopyOnlyFromARunningPeer)
{
    EXPECT_FALSE(this->second.server.base_backup(
        {}, [](port::Progress) {}, patience()));
    EXPECT_FALSE(this->second.postgres.ensure_peer_slot(patience()));
    EXPECT_EQ(this->second.server.directory(patience()).value().kind, DirectoryKind::absent);
}

TYPED_TEST(Ports, MakeAStandbyThatStreams)
{
    this->make_primary();
    this->clone();
    ASSERT_TRUE(this->does_second_stream());
    EXPECT_EQ(this->status(this->second)->receiver->received_timeline, Timeline{2});
    EXPECT_EQ(this->status(this->first)->peer_sender->sync_state, "async");
    ASSERT_TRUE(this->first.postgres.set_sync_standby_names("\"psql2\"", patience()));
    EXPECT_TRUE(eventually([&] { return this->status(this->first)->peer_sender->sync_state == "sync"; }));
    ASSERT_TRUE(this->second.server.dispose_old_directory(OldCopy::usable, patience()));
}

TYPED_TEST(Ports, SendEverythingBeforeAFastShutdownEnds)
{
    this->make_primary();
    this->clone();
    ASSERT_TRUE(this->does_second_stream());
    ASSERT_TRUE(this->first.server.stop(port::StopMode::fast, patience()));
    EXPECT_EQ(this->first.server.processes().value(), Processes::none);
    const Directory directory = this->first.server.directory(patience()).value();
    EXPECT_EQ(directory.control->state, ControlState::shut_down);
    EXPECT_TRUE(eventually(
        [&] { return this->second.postgres.identity(patience()).value().end > directory.control->checkpoint; }));
    ASSERT_TRUE(this->second.server.stop(port::StopMode::fast, patience()));
    EXPECT_EQ(this->second.server.directory(patience()).value().control->state, ControlState::shut_down_in_recovery);
}

TYPED_TEST(Ports, LeaveNothingAlive)
{
    this->start_standby(this->first);
    ASSERT_TRUE(this->first.server.kill_all(patience()));
    EXPECT_EQ(this->first.server.processes().value(), Processes::none);
    EXPECT_EQ(this->first.postgres.status(patience()).value().first, Answer::none);
    this->start_standby(this->first);
    ASSERT_TRUE(this->first.server.stop(port::StopMode::immediate, patience()));
    EXPECT_EQ(this->first.server.processes().value(), Processes::none);
}

} // namespace
} // namespace pgtwin::test
