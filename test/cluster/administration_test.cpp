// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "cluster/scenario.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

class Administration : public PairTest
{
protected:
    static void wait_primary(const std::string& node)
    {
        wait_until("primary on " + node, Deadline{heal_limit},
                   [&]() -> std::string
                   {
                       const ClusterState state = lab().state();
                       return state.primary() == node ? "" : state.summary();
                   });
    }

    /// Puts a node into standby and waits until its server is stopped.
    static void put_into_standby(const std::string& node)
    {
        lab().crm(node, {"node", "standby", node});
        wait_until("no server on " + node, Deadline{heal_limit},
                   [&]() -> std::string
                   {
                       const ClusterState state = lab().state();
                       const std::string& role = state.nodes.at(node).role;
                       return state.nodes.at(node).is_standby && (role.empty() || role == "Stopped") ? ""
                                                                                                     : state.summary();
                   });
    }

    static void set_maintenance(const std::string& value)
    {
        lab().crm(first_node, {"configure", "property", "maintenance-mode=" + value});
        wait_until("maintenance mode " + value, Deadline{heal_limit},
                   [&]() -> std::string
                   { return lab().state().is_maintenance == (value == "true") ? "" : lab().state().summary(); });
    }

    static void restart_stack(const std::string& node)
    {
        lab().stop_stack(node);
        lab().start_stack(node);
    }

    static std::string server_starts()
    {
        return pair().server_start(first_node) + ", " + pair().server_start(second_node);
    }

    /// Whether the agent has reloaded its parameters on a node, by the log of Pacemaker there.
    static bool has_reloaded(const std::string& node)
    {
        return lab()
            .try_exec(node, {"grep", "-q", "postgres-db reload-agent (call .* exited with status 0",
                             "/var/log/pacemaker/pacemaker.log"})
            .ok();
    }
};

TEST_F(Administration, SwitchesOverThereAndBack)
{
    const std::string from = pair().primary();
    const std::string to = peer_of(from);
    begin();
    lab().crm(from, {"resource", "move", "postgres-clone", to});
    wait_primary(to);
    lab().crm(from, {"resource", "clear", "postgres-clone"});
    expect_smooth_recovery("switchover with crm resource move");
    begin();
    lab().exec(from, {"crm_resource", "--move", "--promoted", "-r", "postgres-clone", "-N", from});
    wait_primary(from);
    lab().exec(from, {"crm_resource", "--clear", "-r", "postgres-clone"});
    expect_smooth_recovery("switchover back with crm_resource --move --promoted");
}

TEST_F(Administration, AnswersActionsThatCrmResourceForces)
{
    for (const char* name : {"postgres-db", "postgres-clone"})
        for (const auto& [node, code] : {
                 std::pair{pair().primary(), 8},
                 std::pair{pair().standby(), 0}
        })
        {
            const Ran ran = lab().try_exec(node, {"crm_resource", "--force-check", "-r", name});
            EXPECT_EQ(ran.code, code) << name << " on " << node << ": " << ran.explained();
        }
}

TEST_F(Administration, TakesTheStandbyNodeOutAndBack)
{
    const std::string node = pair().standby();
    begin();
    put_into_standby(node);
    lab().crm(node, {"node", "online", node});
    expect_smooth_recovery("crm node standby and online of the standby");
}

TEST_F(Administration, TakesThePrimaryNodeOutAndBack)
{
    const std::string node = pair().primary();
    begin();
    put_into_standby(node);
    lab().crm(node, {"node", "online", node});
    expect_smooth_recovery("crm node standby and online of the primary");
    EXPECT_EQ(pair().primary(), peer_of(node));
}

TEST_F(Administration, RebuildsAStandbyWhoseDataWereWiped)
{
    const std::string node = pair().standby();
    begin();
    put_into_standby(node);
    lab().exec(node, {"rm", "-r", data_directory});
    lab().crm(node, {"node", "online", node});
    expect_smooth_recovery("data of the stopped standby wiped");
}

TEST_F(Administration, RestartsPacemakerOnTheStandby)
{
    begin();
    restart_stack(pair().standby());
    expect_smooth_recovery("Pacemaker restarted on the standby");
}

TEST_F(Administration, RestartsPacemakerOnThePrimary)
{
    begin();
    restart_stack(pair().primary());
    expect_smooth_recovery("Pacemaker restarted on the primary");
}

// Before the restarts of Pacemaker: an instance that it only found by a probe is probed again and not reloaded (seen on
// 3.0.0).
TEST_F(Administration, ReloadsAParameterWithoutARestart)
{
    const std::string starts = server_starts();
    begin();
    lab().crm(first_node, {"resource", "param", "postgres-db", "set", "sync_degrade_delay", "8"});
    for (const std::string node : {first_node, second_node})
        wait_until("reload-agent on " + node, Deadline{seconds{30}},
                   [&]() -> std::string { return has_reloaded(node) ? "" : "no such line in pacemaker.log"; });
    expect_smooth_recovery("parameter reloaded");
    EXPECT_EQ(server_starts(), starts);
}

TEST_F(Administration, LeavesTheServersAloneInMaintenanceMode)
{
    const std::string starts = server_starts();
    begin();
    set_maintenance("true");
    pair().wait_commit_after(std::chrono::steady_clock::now(), seconds{10});
    set_maintenance("false");
    expect_smooth_recovery("maintenance mode on and off");
    EXPECT_EQ(server_starts(), starts);
}

TEST_F(Administration, LeavesTheServersAloneWhenPacemakerRestartsInMaintenanceMode)
{
    const std::string starts = server_starts();
    const std::string primary = pair().primary();
    begin();
    set_maintenance("true");
    restart_stack(primary);
    restart_stack(peer_of(primary));
    wait_until("both nodes online", Deadline{heal_limit},
               []() -> std::string
               {
                   const ClusterState state = lab().state();
                   const bool are_online =
                       std::all_of(state.nodes.begin(), state.nodes.end(),
                                   [](const auto& node) { return node.second.is_online && !node.second.is_pending; });
                   return are_online ? "" : state.summary();
               });
    set_maintenance("false");
    expect_smooth_recovery("Pacemaker restarted on both nodes in maintenance mode");
    EXPECT_EQ(server_starts(), starts);
    EXPECT_EQ(pair().primary(), primary);
}

TEST_F(Administration, LedgersAreEqualInTheEnd)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
