// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr const char* log_file = "/var/log/pacemaker/pacemaker.log";

/// The process that waits for the end of a server (doc/decisions/0011-sentinel.md).
class Sentinel : public PairTest
{
protected:
    static std::string sentinels_on(const std::string& node)
    {
        return lab().try_exec(node, {"pgrep", "-f", "[/]pgtwin sentinel"}).out;
    }

    static void wait_watched(const std::string& node)
    {
        wait_until("one sentinel on " + node, Deadline{seconds{15}},
                   [&]() -> std::string
                   {
                       const std::string pids = sentinels_on(node);
                       return std::count(pids.begin(), pids.end(), '\n') == 1 ? "" : "processes " + pids;
                   });
    }

    static void wait_unwatched(const std::string& node)
    {
        wait_until("no sentinel on " + node, Deadline{seconds{15}},
                   [&]() -> std::string
                   {
                       const std::string pids = sentinels_on(node);
                       return pids.empty() ? "" : "processes " + pids;
                   });
    }

    /// What sentinels have said on a node so far.
    static std::string words_on(const std::string& node)
    {
        return lab().try_exec(node, {"grep", "-c", "the server has ended unexpectedly", log_file}).out;
    }

    static void set_maintenance(const std::string& value)
    {
        lab().crm(first_node, {"configure", "property", "maintenance-mode=" + value});
        wait_state(lab(), "maintenance mode " + value, heal_limit,
                   [&](const ClusterState& state)
                   { return state.is_maintenance == (value == "true") ? "" : "another mode"; });
    }
};

TEST_F(Sentinel, IsGoneAfterAnIntendedStopOfWhichItSaysNothing)
{
    const std::string standby = pair().standby();
    wait_watched(standby);
    const std::string words = words_on(standby);
    begin();
    take_out(lab(), standby);
    wait_unwatched(standby);
    bring_back(lab(), standby);
    expect_smooth_recovery("standby stopped and started on purpose");
    wait_watched(standby);
    EXPECT_EQ(words_on(standby), words);
}

TEST_F(Sentinel, TellsOfTheEndOfAServerOnce)
{
    const std::string standby = pair().standby();
    wait_watched(standby);
    const std::string words = words_on(standby);
    begin();
    pair().kill_postmaster(standby);
    expect_recovery("postmaster of the standby killed, told by the sentinel");
    EXPECT_EQ(std::stoi(words_on(standby)), std::stoi(words) + 1);
    clean_up(lab(), standby);
}

TEST_F(Sentinel, DoesNothingInMaintenanceMode)
{
    const std::string primary = pair().primary();
    wait_watched(primary);
    const std::string words = words_on(primary);
    begin();
    set_maintenance("true");
    pair().kill_postmaster(primary);
    wait_unwatched(primary);
    EXPECT_EQ(words_on(primary), words);
    EXPECT_EQ(lab().state().nodes.at(primary).attribute("master-postgres-db"), "1000");
    set_maintenance("false");
    expect_recovery("postmaster of the primary killed in maintenance mode", seconds{40});
    clean_up(lab(), primary);
}

TEST_F(Sentinel, EndsWithItsServerWherePacemakerIsDown)
{
    const std::string standby = pair().standby();
    wait_watched(standby);
    begin();
    set_maintenance("true");
    lab().stop_stack(standby);
    pair().kill_postmaster(standby);
    wait_unwatched(standby);
    lab().start_stack(standby);
    wait_both_online(lab());
    set_maintenance("false");
    expect_recovery("postmaster of the standby killed while Pacemaker was down there", seconds{60});
    clean_up(lab(), standby);
}

TEST_F(Sentinel, MayDieWithoutHarm)
{
    const std::string primary = pair().primary();
    wait_watched(primary);
    lab().exec(primary, {"pkill", "-KILL", "-f", "[/]pgtwin sentinel"});
    wait_unwatched(primary);
    begin();
    pair().kill_postmaster(primary);
    expect_recovery("postmaster of the primary killed, found by a monitor", seconds{20});
    clean_up(lab(), primary);
}

TEST_F(Sentinel, IsNotThereIfItIsNotWanted)
{
    const std::string standby = pair().standby();
    lab().crm(first_node, {"resource", "param", "postgres-db", "set", "sentinel", "false"});
    begin();
    take_out(lab(), standby);
    bring_back(lab(), standby);
    expect_smooth_recovery("a standby without a sentinel");
    wait_unwatched(standby);
    lab().crm(first_node, {"resource", "param", "postgres-db", "set", "sentinel", "true"});
}

} // namespace
} // namespace pgtwin::test
