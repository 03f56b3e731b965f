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
using std::chrono::steady_clock;

/// The default of sync_degrade_delay, and 10 s.
constexpr seconds degrade_gap{20};
/// wal_sender_timeout of the lab, the default of sync_degrade_delay, and three monitors.
constexpr seconds unreachable_gap{15 + 10 + 10};

/// Detection, the shares that demote and stop give to a server that does not react, and the promotion.
constexpr seconds hung_primary_gap{90};

/// Something lives and does not answer. A server that hangs costs most of the timeouts of demote and stop, which are
/// 30 s here.
class Stall : public PairTest
{
protected:
    void SetUp() override
    {
        PairTest::SetUp();
        lab().crm(first_node, {"configure", "filter", "sed s/timeout=120s/timeout=30s/g", "postgres-db"});
    }

    /// Stops what `selection` names on the primary; the standby takes over.
    void expect_takeover(const char* selection, const std::string& what)
    {
        const std::string node = pair().primary();
        begin();
        const Frozen frozen{lab(), node, selection};
        wait_state(lab(), "the standby takes over", 2 * heal_limit,
                   [&](const ClusterState& state) { return state.primary() == peer_of(node) ? "" : "not yet"; });
        expect_recovery(what, hung_primary_gap, 2 * heal_limit);
    }

    static void wait_ailing()
    {
        wait_until("the pair ails", Deadline{heal_limit},
                   []() -> std::string { return pair().ailment().empty() ? "it is healthy" : ""; });
    }
};

TEST_F(Stall, OfThePostmasterOfTheStandbyIsSurvived)
{
    const std::string primary = pair().primary();
    const std::string old_start = pair().server_start(peer_of(primary));
    begin();
    const Frozen frozen{lab(), peer_of(primary), postmaster};
    wait_until("another server on the standby", Deadline{2 * heal_limit},
               [&]() -> std::string
               {
                   const Ran start = lab().try_sql(peer_of(primary), "SELECT pg_postmaster_start_time()");
                   return start.ok() && start.out != old_start + "\n" ? "" : start.explained();
               });
    expect_recovery("postmaster of the standby stopped", degrade_gap, 2 * heal_limit);
    EXPECT_EQ(pair().primary(), primary);
}

TEST_F(Stall, OfTheWholeStandbyServerIsSurvived)
{
    const std::string primary = pair().primary();
    begin();
    const Frozen frozen{lab(), peer_of(primary), whole_server};
    wait_stale(lab(), peer_of(primary));
    wait_commits(pair(), 100, unreachable_gap);
    expect_recovery("all processes of the standby server stopped", unreachable_gap, 2 * heal_limit);
    EXPECT_EQ(pair().primary(), primary);
}

TEST_F(Stall, OfThePostmasterOfThePrimaryIsSurvived)
{
    expect_takeover(postmaster, "postmaster of the primary stopped");
}

TEST_F(Stall, OfTheWholePrimaryServerIsSurvived)
{
    expect_takeover(whole_server, "all processes of the primary server stopped");
}

TEST_F(Stall, OfThePrimaryNodeIsFenced)
{
    const std::string node = pair().primary();
    begin();
    const FrozenNode frozen{lab(), node};
    wait_primary(lab(), peer_of(node));
    expect_recovery("primary node frozen and fenced");
}

TEST_F(Stall, OfThePrimaryNodeThatNobodyCanFenceLosesNothing)
{
    const std::string node = pair().primary();
    const std::string standby = peer_of(node);
    begin();
    lab().set_fencing("fails");
    auto frozen = std::make_unique<FrozenNode>(lab(), node);
    wait_until("the standby sees a lost node", Deadline{heal_limit},
               [&]() -> std::string
               { return lab().state_seen_by(standby).nodes.at(node).is_unclean ? "" : "it is not unclean"; });
    expect_throughout("nobody is promoted beside a node that may live", seconds{15},
                      [&]() -> std::string
                      { return lab().sql(standby, "SELECT pg_is_in_recovery()") == "t" ? "" : "promoted"; });
    frozen.reset();
    lab().set_fencing("works");
    expect_recovery("primary node frozen while fencing failed, then awake", heal_limit);
}

TEST_F(Stall, OfTheStandbyNodeIsFenced)
{
    const std::string primary = pair().primary();
    begin();
    const FrozenNode frozen{lab(), peer_of(primary)};
    wait_ailing();
    expect_recovery("standby node frozen and fenced");
    EXPECT_EQ(pair().primary(), primary);
}

class FrozenDaemon : public PairTest
{
protected:
    /// A crash of the primary's server while a daemon of Pacemaker on `node` does not answer for a while.
    void expect_crash_survived(const std::string& node, const char* daemon, const std::string& what)
    {
        begin();
        auto frozen = std::make_unique<Frozen>(lab(), node, daemon);
        pair().kill_postmaster(pair().primary());
        const auto killed = steady_clock::now();
        expect_one_primary_at_most(lab(), seconds{8});
        frozen.reset();
        pair().wait_commit_after(killed, heal_limit);
        expect_recovery(what, heal_limit);
    }
};

TEST_F(FrozenDaemon, OfAttributesOnThePrimaryIsSurvived)
{
    expect_crash_survived(pair().primary(), attribute_daemon, "crash of the primary, its attribute daemon frozen");
}

TEST_F(FrozenDaemon, OfAttributesOnTheStandbyIsSurvived)
{
    expect_crash_survived(pair().standby(), attribute_daemon,
                          "crash of the primary, the peer's attribute daemon frozen");
}

TEST_F(FrozenDaemon, OfTheCibOnThePrimaryIsSurvived)
{
    expect_crash_survived(pair().primary(), cib_daemon, "crash of the primary, its CIB daemon frozen");
}

TEST_F(FrozenDaemon, OfTheCibOnTheStandbyIsSurvived)
{
    expect_crash_survived(pair().standby(), cib_daemon, "crash of the primary, the peer's CIB daemon frozen");
}

// The run of the standby stays in the CIB: that it has stopped is known from Pacemaker's history only.
TEST_F(FrozenDaemon, OfAttributesWhileTheStandbyIsStoppedKeepsNoPrimaryDown)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    auto frozen = std::make_unique<Frozen>(lab(), standby, attribute_daemon);
    take_out(lab(), standby);
    // It would kill the daemon after half a minute, which takes all attributes of the node away.
    auto supervisor = std::make_unique<Frozen>(lab(), standby, "pgrep -x pacemakerd");
    wait_stale(lab(), standby);
    wait_commits(pair(), 100, heal_limit);
    pair().kill_postmaster(primary);
    pair().wait_commit_after(steady_clock::now(), heal_limit);
    EXPECT_EQ(pair().primary(), primary);
    EXPECT_NE(lab().state().nodes.at(standby).attribute("postgres-db-run"), "");
    frozen.reset();
    supervisor.reset();
    bring_back(lab(), standby);
    expect_recovery("standby stopped while its attribute daemon was frozen, crash of the primary alone", heal_limit);
    EXPECT_EQ(pair().primary(), primary);
}

class StallEnd : public PairTest
{
};

TEST_F(StallEnd, LedgersAreEqual)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
