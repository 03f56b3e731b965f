// SPDX-License-Identifier: GPL-2.0-or-later
#include <future>

#include "cluster/scenario.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

class FirstDeployment : public PairTest
{
protected:
    void SetUp() override { renew(); }
};

class Fault : public PairTest
{
};

/// Waits for a healthy pair; tells whether the progress of a base backup was visible on `node` meanwhile.
bool is_progress_seen(Pair& pair, const std::string& node)
{
    bool is_seen = false;
    wait_until("primary and synchronous standby", Deadline{heal_limit},
               [&]()
               {
                   is_seen = is_seen || !pair.lab().state().nodes[node].attribute("postgres-db-resync").empty();
                   return pair.ailment();
               });
    return is_seen;
}

TEST_F(FirstDeployment, FillsTheEmptyNodeByItself)
{
    pair().configure();
    EXPECT_TRUE(is_progress_seen(pair(), second_node)) << "no progress of the base backup in a node attribute";
    EXPECT_EQ(pair().primary(), first_node);
    EXPECT_EQ(lab().state().failures, std::vector<std::string>{});
    begin();
    expect_recovery("first deployment");
}

TEST_F(Fault, KilledPostmasterOfThePrimaryIsSurvived)
{
    begin();
    pair().kill_postmaster(pair().primary());
    expect_recovery("postmaster of the primary killed");
}

TEST_F(Fault, KilledPostmasterOfTheStandbyIsSurvived)
{
    begin();
    pair().kill_postmaster(pair().standby());
    expect_recovery("postmaster of the standby killed");
}

TEST_F(Fault, PowerLossOfThePrimaryIsSurvived)
{
    const std::string lost = pair().primary();
    begin();
    lab().power_off(lost);
    expect_recovery("primary powered off and back");
    EXPECT_EQ(pair().primary(), peer_of(lost));
}

TEST_F(Fault, PowerLossOfTheStandbyIsSurvived)
{
    const std::string primary = pair().primary();
    begin();
    lab().power_off(peer_of(primary));
    expect_recovery("standby powered off and back");
    EXPECT_EQ(pair().primary(), primary);
}

TEST_F(Fault, WipedDataOfTheRunningStandbyIsRebuilt)
{
    const std::string node = pair().standby();
    const std::string old_start = pair().server_start(node);
    begin();
    lab().exec(node, {"find", data_directory, "-mindepth", "1", "-delete"});
    wait_until("a new server with data on " + node, Deadline{seconds{120}},
               [&]() -> std::string
               {
                   const Ran start = lab().try_sql(node, "SELECT pg_postmaster_start_time()");
                   return start.ok() && start.out != old_start + "\n" ? "" : start.explained();
               });
    expect_recovery("data of the running standby wiped");
}

TEST_F(Fault, PowerLossOfBothNodesIsSurvived)
{
    const auto on_both = [](void (Lab::*action)(const std::string&) const)
    {
        auto first = std::async(std::launch::async, [=]() { (lab().*action)(first_node); });
        (lab().*action)(second_node);
        first.get();
    };
    on_both(&Lab::power_off);
    on_both(&Lab::power_on);
    wait_until("both nodes online", Deadline{heal_limit},
               []() -> std::string
               {
                   const Ran shown = lab().try_exec(first_node, {"crm_mon", "-1"}, seconds{5});
                   return shown.out.find("Online: [ psql1 psql2 ]") != std::string::npos ? "" : shown.explained();
               });
    begin();
    expect_recovery("both nodes powered off and back, counted from both online");
}

TEST_F(Fault, LedgersAreEqualInTheEnd)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
