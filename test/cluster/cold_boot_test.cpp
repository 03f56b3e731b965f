// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr seconds any_gap{600};
constexpr const char* status = "postgres-db-data-status";

class StaleStandby : public PairTest
{
protected:
    static NodeState seen(const std::string& node) { return lab().state_seen_by(node).nodes.at(node); }

    /// The node is alone, holds no mark, and a promotion is refused for that reason. `recorded` is what its own copy of
    /// the CIB says of it: one that was off when the primary went on alone has not heard of it.
    static void expect_refused(const std::string& node, const std::string& recorded)
    {
        wait_peer_gone(lab(), node);
        wait_withheld(lab(), node);
        EXPECT_EQ(seen(node).attribute(status), recorded);
        EXPECT_NE(seen(node).attribute("postgres-db-position").find("alone=no"), std::string::npos);
        expect_refusal(lab(), node, "commits may be missing here, and the other node is away");
    }
};

class ColdBoot : public PairTest
{
protected:
    /// Makes `node` the last primary before the lights go out.
    static void make_primary(const std::string& node)
    {
        if (pair().primary() == node)
            return;
        switch_over(lab(), node);
        pair().wait_healthy(heal_limit);
    }

    static void expect_still_refused(const std::string& node, const std::string& reason)
    {
        wait_peer_gone(lab(), node);
        wait_withheld(lab(), node);
        expect_refusal(lab(), node, reason);
    }
};

TEST_F(StaleStandby, ReturningFirstIsNotPromotedUntilThePrimaryIsBack)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    take_out(lab(), standby);
    wait_commits(pair(), 200, seconds{20});
    lab().unplug(primary);
    wait_peer_gone(lab(), standby);
    bring_back(lab(), standby);
    expect_refused(standby, "stale");
    lab().power_on(primary);
    expect_recovery("stale standby alone, primary back", any_gap);
    EXPECT_EQ(pair().primary(), primary);
}

TEST_F(StaleStandby, BootedAloneIsNotPromotedUntilThePrimaryIsBack)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    lab().unplug(standby);
    wait_peer_gone(lab(), primary);
    wait_commits(pair(), 200, seconds{20});
    lab().unplug(primary);
    boot_alone(lab(), standby);
    expect_refused(standby, "in-sync");
    lab().power_on(primary);
    expect_recovery("stale standby booted alone, primary back", any_gap);
    EXPECT_EQ(pair().primary(), primary);
}

TEST_F(ColdBoot, OfTheLastInSyncStandbyAloneWaitsForThePrimary)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    on_both(lab(), &Lab::unplug);
    boot_alone(lab(), standby);
    expect_still_refused(standby, "commits may be missing here, and the other node is away");
    lab().power_on(primary);
    expect_recovery("cold boot of the in-sync standby alone, then of the primary", any_gap);
    EXPECT_EQ(pair().primary(), primary);
}

TEST_F(ColdBoot, OfTheLastPrimaryAloneServesAfterQuorumIsReleased)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    lab().unplug(standby);
    wait_peer_gone(lab(), primary);
    wait_commits(pair(), 200, seconds{20});
    lab().unplug(primary);
    boot_alone(lab(), primary);
    wait_commits(pair(), 200, heal_limit);
    EXPECT_EQ(pair().primary(), primary);
    lab().power_on(standby);
    expect_recovery("cold boot of the primary that was alone, then of the standby", any_gap);
    EXPECT_EQ(pair().primary(), primary);
}

enum class Order
{
    together,
    primary_first,
    standby_first,
};

class ColdBootOfBoth : public ColdBoot
{
protected:
    /// With `primary` as the last primary each time.
    void expect_survived(const std::string& primary, std::initializer_list<Order> orders)
    {
        for (const Order order : orders)
        {
            make_primary(primary);
            on_both(lab(), &Lab::unplug);
            boot(primary, order);
            wait_both_online(lab());
            begin();
            expect_recovery("cold boot of both, counted from both online");
            EXPECT_EQ(pair().primary(), primary);
        }
    }

private:
    static void boot(const std::string& primary, Order order)
    {
        if (order == Order::together)
            return on_both(lab(), &Lab::power_on);
        const std::string first = order == Order::primary_first ? primary : peer_of(primary);
        lab().power_on(first);
        wait_without_quorum(lab(), first);
        EXPECT_EQ(lab().state_seen_by(first).primary(), std::nullopt);
        lab().power_on(peer_of(first));
    }
};

TEST_F(ColdBootOfBoth, MakesTheLastPrimaryPrimaryIfItWasTheFirstNode)
{
    expect_survived(first_node, {Order::together, Order::primary_first, Order::standby_first});
}

TEST_F(ColdBootOfBoth, MakesTheLastPrimaryPrimaryIfItWasTheSecondNode)
{
    expect_survived(second_node, {Order::together, Order::primary_first, Order::standby_first});
}

class ColdBootEnd : public PairTest
{
};

TEST_F(ColdBootEnd, LedgersAreEqual)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
