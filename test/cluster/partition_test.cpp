// SPDX-License-Identifier: GPL-2.0-or-later
#include <memory>

#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"
#include "cluster/trouble.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

/// How long the client cannot reach a survivor whose own port is down is the test's choice.
constexpr seconds any_gap{600};
/// wal_sender_timeout of the lab, the default of sync_degrade_delay, and three monitors; the delay begins anew (H8) if
/// the machine that carries both nodes stalls for the token of 1 s, once.
constexpr seconds unreachable_gap{15 + 10 + 10 + 13};
/// A standby that hears nothing asks at half its wal_receiver_timeout, and wal_sender_timeout begins anew.
constexpr seconds deaf_standby_gap = unreachable_gap + seconds{8};

/// Nothing but this pair's own rules stands between the nodes; both still reach the application.
class Parted
{
public:
    explicit Parted(const Lab& lab)
        : first_{lab, first_node, traffic_with_peer(first_node)},
          second_{lab, second_node, traffic_with_peer(second_node)}
    {
    }

private:
    Blocked first_;
    Blocked second_;
};

class Partition : public PairTest
{
protected:
    /// Waits until one node has fenced the other: the one that is left.
    static std::string wait_survivor()
    {
        std::string survivor;
        wait_until("one node has fenced the other", Deadline{heal_limit},
                   [&]() -> std::string
                   {
                       for (const std::string node : {first_node, second_node})
                           if (is_alone(node))
                               survivor = node;
                       return survivor.empty() ? "no node sees its peer off" : "";
                   });
        return survivor;
    }

    static void expect_nobody_writes(const std::string& standby, seconds time)
    {
        const std::size_t before = pair().ledger().count();
        expect_throughout("nobody acknowledges a commit, nobody is promoted", time,
                          [&]() -> std::string
                          {
                              if (pair().ledger().count() != before)
                                  return std::to_string(pair().ledger().count() - before) + " commits";
                              return lab().sql(standby, "SELECT pg_is_in_recovery()") == "t" ? "" : "promoted";
                          });
    }

    /// Pacemaker gives up after ten failures; the operator goes on.
    static void fence_by_hand(const std::string& node)
    {
        lab().set_fencing("works");
        lab().exec(peer_of(node), {"stonith_admin", "--reboot", node, "--timeout", "30"}, seconds{40});
    }

private:
    static bool is_alone(const std::string& node)
    {
        try
        {
            const ClusterState state = lab().state_seen_by(node);
            const NodeState& peer = state.nodes.at(peer_of(node));
            return state.has_dc && !peer.is_online && !peer.is_unclean;
        }
        catch (const LabError&)
        {
            return false;
        }
    }
};

TEST_F(Partition, InWhichTheStandbyIsCutOffIsSurvived)
{
    const std::string node = pair().standby();
    begin();
    lab().cut(node);
    const std::string survivor = wait_survivor();
    lab().mend(node);
    expect_recovery("standby cut off, " + survivor + " survived", any_gap);
}

TEST_F(Partition, InWhichThePrimaryIsCutOffIsSurvived)
{
    const std::string node = pair().primary();
    begin();
    lab().cut(node);
    const std::string survivor = wait_survivor();
    lab().mend(node);
    expect_recovery("primary cut off, " + survivor + " survived", any_gap);
}

TEST_F(Partition, InWhichTheClientReachesBothNodesIsSurvived)
{
    begin();
    auto parted = std::make_unique<Parted>(lab());
    const std::string survivor = wait_survivor();
    wait_commits(pair(), 100, gap_limit);
    parted.reset();
    expect_recovery("nodes parted, both in reach of the client, " + survivor + " survived");
}

TEST_F(Partition, WithoutFencingBlocksCommitsUntilTheStandbyIsFenced)
{
    const std::string primary = pair().primary();
    begin();
    lab().set_fencing("fails");
    auto parted = std::make_unique<Parted>(lab());
    pair().wait_silence(seconds{20});
    expect_nobody_writes(peer_of(primary), seconds{20});
    fence_by_hand(peer_of(primary));
    wait_commits(pair(), 100, seconds{20});
    parted.reset();
    expect_recovery("nodes parted, no fencing for a while, then the standby fenced", any_gap);
    EXPECT_EQ(pair().primary(), primary);
}

TEST_F(Partition, LeavesNoWrongRecordWhenTheFencedPrimaryBringsANewerCib)
{
    const std::string old_primary = pair().primary();
    const std::string standby = peer_of(old_primary);
    begin();
    lab().set_fencing("fails");
    auto parted = std::make_unique<Parted>(lab());
    pair().wait_silence(seconds{20});
    for (int i = 0; i < 20; ++i)
        lab().exec(old_primary, {"crm_attribute", "-n", "lab-epoch", "-v", std::to_string(i), "-t", "crm_config"});
    expect_nobody_writes(standby, seconds{5});
    fence_by_hand(old_primary);
    wait_commits(pair(), 100, heal_limit);
    parted.reset();
    expect_recovery("the fenced primary came back with a newer CIB", any_gap);
    EXPECT_EQ(pair().primary(), standby);
    const ClusterState state = lab().state();
    EXPECT_EQ(state.nodes.at(standby).attribute("postgres-db-data-status"), "primary");
    EXPECT_EQ(state.nodes.at(old_primary).attribute("postgres-db-data-status"), "in-sync");
}

class ReplicationBlocked : public PairTest
{
protected:
    using RuleFor = Arguments (*)(const std::string& node);

    /// The rules stand on the standby's node. Commits go on without the standby, and it is certified again afterwards.
    void expect_survived(const std::vector<RuleFor>& rules_for, const std::string& what, seconds longest_gap)
    {
        const std::string primary = pair().primary();
        std::vector<Arguments> rules;
        for (const RuleFor rule : rules_for)
            rules.push_back(rule(peer_of(primary)));
        begin();
        auto blocked = std::make_unique<Blocked>(lab(), peer_of(primary), rules);
        wait_stale(lab(), peer_of(primary));
        wait_commits(pair(), 100, longest_gap);
        blocked.reset();
        expect_recovery(what, longest_gap);
        EXPECT_EQ(pair().primary(), primary);
    }
};

TEST_F(ReplicationBlocked, TowardsTheStandbyIsSurvived)
{
    expect_survived({replication_from_peer}, "replication port blocked towards the standby", deaf_standby_gap);
}

TEST_F(ReplicationBlocked, TowardsThePrimaryIsSurvived)
{
    expect_survived({replication_to_peer}, "replication port blocked towards the primary", unreachable_gap);
}

TEST_F(ReplicationBlocked, InBothDirectionsIsSurvived)
{
    expect_survived({replication_from_peer, replication_to_peer}, "replication port blocked in both directions",
                    unreachable_gap);
}

/// Two looks lie further apart than half of sync_degrade_delay, unless one monitor looks on.
TEST_F(ReplicationBlocked, IsSurvivedWhereMonitorsComeSeldom)
{
    lab().crm(first_node, {"configure", "filter", "sed 's/interval=3s/interval=11s/'", "postgres-db"});
    expect_survived({replication_from_peer, replication_to_peer}, "replication port blocked, a monitor each 11 s",
                    unreachable_gap + seconds{11});
    lab().crm(first_node, {"configure", "filter", "sed 's/interval=11s/interval=3s/'", "postgres-db"});
}

class SlowNetwork : public PairTest
{
};

TEST_F(SlowNetwork, OnlySlowsCommitsDownAndAFailoverSucceeds)
{
    if (pair().primary() == first_node)
    {
        switch_over(lab(), second_node);
        pair().wait_healthy(heal_limit);
    }
    begin();
    const Delayed both_directions{lab(), second_node, std::chrono::milliseconds{100}};
    const auto delayed = std::chrono::steady_clock::now();
    expect_throughout("the pair stays healthy", seconds{15}, []() { return pair().ailment(); });
    expect_smooth_recovery("round trip of 200 ms");
    EXPECT_GE(pair().ledger().count_between(delayed, std::chrono::steady_clock::now()), 20U);
    EXPECT_EQ(pair().primary(), second_node);
    begin();
    pair().kill_postmaster(second_node);
    // Pacemaker needs a dozen steps one after the other, each with a round trip or two.
    expect_recovery("round trip of 200 ms, postmaster of the primary killed", 3 * gap_limit);
    EXPECT_EQ(pair().primary(), first_node);
}

class PartitionEnd : public PairTest
{
};

TEST_F(PartitionEnd, LedgersAreEqual)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
