// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <map>

#include "cluster/document.hpp"
#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;
using std::chrono::steady_clock;

/// The patience with a certified standby that nobody promotes, a monitor, and two restarts.
constexpr seconds banned_gap{75};

/// A recurring monitor as Pacemaker's executor calls it, under strace. The arguments are the node and the interval.
constexpr const char* trace_monitor = R"(env -i OCF_ROOT=/usr/lib/ocf OCF_RESOURCE_INSTANCE=postgres-db \
    OCF_RESOURCE_PROVIDER=heartbeat OCF_RESOURCE_TYPE=pgtwin HA_LOGFACILITY=none HA_LOGFILE=/dev/null \
    OCF_RESKEY_pgdata=/var/lib/postgresql/data OCF_RESKEY_pgpassfile=/var/lib/postgresql/.pgpass \
    OCF_RESKEY_rep_mode=sync OCF_RESKEY_node_list='psql1 psql2' OCF_RESKEY_vip=192.0.2.20 \
    OCF_RESKEY_CRM_meta_on_node="$1" OCF_RESKEY_CRM_meta_interval="$2" OCF_RESKEY_CRM_meta_timeout=60000 \
    strace -f -qq -o /run/monitor.calls -e trace=execve,connect,sendto \
    /usr/lib/ocf/resource.d/heartbeat/pgtwin monitor || true
cat /run/monitor.calls)";

constexpr const char* delete_resource = R"(for scope in resources constraints; do
    cibadmin --query --scope $scope >/tmp/$scope.xml || exit
done
cibadmin --replace --scope constraints --xml-text '<constraints/>' &&
    cibadmin --delete --xpath "//clone[@id='postgres-clone']")";
constexpr const char* create_resource = R"(for scope in resources constraints; do
    cibadmin --replace --scope $scope --xml-file /tmp/$scope.xml || exit
done)";

std::size_t count(const std::string& text, const std::string& what)
{
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        ++found;
    return found;
}

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

    static void make_primary(const std::string& node)
    {
        if (pair().primary() != node)
            switch_over(lab(), node);
        pair().wait_healthy(heal_limit);
    }

    static std::string server_starts()
    {
        return pair().server_start(first_node) + ", " + pair().server_start(second_node);
    }

    /// How often the agent has reloaded its parameters on a node, by the log of Pacemaker there.
    static int reloads_on(const std::string& node)
    {
        return std::stoi(lab().exec(node, {"sh", "-c",
                                           "grep -c 'postgres-db reload-agent (call .* exited with status 0' "
                                           "/var/log/pacemaker/pacemaker.log || true"}));
    }

    /// Changes the limit of the slots by crmsh, and waits until both nodes have reloaded it and both servers have it.
    static void reload_slot_limit(const Arguments& change, const std::string& limit)
    {
        std::map<std::string, int> before;
        for (const std::string node : {first_node, second_node})
            before[node] = reloads_on(node);
        Arguments command{"resource", "param", "postgres-db"};
        command.insert(command.end(), change.begin(), change.end());
        lab().crm(first_node, command);
        for (const std::string node : {first_node, second_node})
            wait_until("a reload to " + limit + " on " + node, Deadline{seconds{30}},
                       [&]() -> std::string
                       {
                           const std::string present = lab().sql(node, "SHOW max_slot_wal_keep_size");
                           if (reloads_on(node) <= before[node])
                               return "no new line in pacemaker.log";
                           return present == limit ? "" : "the server has " + present;
                       });
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

TEST_F(Administration, RestartsBothServers)
{
    const std::string starts = server_starts();
    begin();
    follow(lab(), pair().primary(), Block{"doc/operations.md", "restart-both"});
    expect_recovery("both servers restarted, stopped and started", seconds{90});
    EXPECT_NE(server_starts(), starts);
    EXPECT_EQ(lab().state().failures, std::vector<std::string>{});
}

TEST_F(Administration, RestartsBothServersByPcs)
{
    const std::string starts = server_starts();
    begin();
    follow(lab(), pair().primary(), Block{"doc/operations.md", "restart-both-with-pcs"});
    expect_recovery("both servers restarted, disabled and enabled by pcs", seconds{90});
    EXPECT_NE(server_starts(), starts);
    EXPECT_EQ(lab().state().failures, std::vector<std::string>{});
}

TEST_F(Administration, KeepsTheInstanceOffANode)
{
    make_primary(first_node);
    const std::string start = pair().server_start(second_node);
    begin();
    follow(lab(), first_node, Block{"doc/operations.md", "keep-the-instance-off"});
    expect_smooth_recovery("crm resource ban and clear of the standby");
    EXPECT_NE(pair().server_start(second_node), start);
}

TEST_F(Administration, KeepsThePrimaryOffANode)
{
    make_primary(first_node);
    begin();
    follow(lab(), first_node, Block{"doc/operations.md", "keep-the-primary-off"});
    expect_smooth_recovery("crm_resource --ban --promoted");
    EXPECT_EQ(pair().primary(), second_node);
}

/// What `crm resource ban` and `move` leave behind. The last primary waits half a minute for the certified standby.
TEST_F(Administration, ComesBackWhereItWasIfTheStandbyMayNotBePromoted)
{
    const std::string primary = pair().primary();
    begin();
    lab().exec(primary, {"crm_resource", "--ban", "--promoted", "-r", "postgres-clone", "-N", peer_of(primary)});
    pair().kill_postmaster(primary);
    const auto killed = steady_clock::now();
    pair().wait_commit_after(killed, 2 * heal_limit);
    EXPECT_EQ(pair().primary(), primary);
    lab().exec(primary, {"crm_resource", "--clear", "-r", "postgres-clone"});
    expect_recovery("crash of the primary while its standby is banned", banned_gap, 2 * heal_limit);
}

TEST_F(Administration, StartsAServerAgainThatWasStoppedByHand)
{
    const std::string node = pair().standby();
    const std::string start = pair().server_start(node);
    begin();
    follow(lab(), node, Block{"doc/operations.md", "stop-by-hand"});
    expect_recovery("crm_resource --force-stop of the standby");
    EXPECT_NE(pair().server_start(node), start);
}

TEST_F(Administration, SurvivesThatTheServerOfThePrimaryIsKilledByHand)
{
    const std::string node = pair().primary();
    begin();
    follow(lab(), node, Block{"doc/operations.md", "kill-by-hand"});
    expect_recovery("pkill -9 of all of the primary's server, cleanup");
    EXPECT_EQ(pair().primary(), peer_of(node));
}

/// Pacemaker demotes and stops what it has no parameters of any more.
TEST_F(Administration, StopsBothServersWhenTheResourceIsDeletedWhileTheyRun)
{
    begin();
    lab().exec(first_node, {"sh", "-c", delete_resource});
    for (const std::string node : {first_node, second_node})
        wait_until("no server on " + node, Deadline{heal_limit},
                   [&]() -> std::string {
                       return lab().try_exec(node, {"pgrep", "-u", "postgres"}).out.empty() ? "" : "it runs";
                   });
    lab().exec(first_node, {"sh", "-c", create_resource});
    expect_recovery("resource deleted while it ran, and created again", seconds{60});
    EXPECT_EQ(lab().state().failures, std::vector<std::string>{});
}

TEST_F(Administration, MakesAReport)
{
    follow(lab(), pair().primary(), Block{"doc/operations.md", "make-a-report"});
    EXPECT_NE(lab().exec(pair().primary(), {"sh", "-c", "ls /root/report.tar.*"}), "");
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
    reload_slot_limit({"set", "max_slot_wal_keep_size", "512"}, "512MB");
    reload_slot_limit({"set", "max_slot_wal_keep_size", "768"}, "768MB");
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

/// Now and then a monitor compares itself with the cluster; the others ask the server once: login, query, goodbye.
TEST_F(Administration, SteadyMonitorsStartNoProgramAndConnectOnce)
{
    const std::string primary = pair().primary();
    for (const std::string& node : {primary, peer_of(primary)})
        wait_until("a monitor on " + node + " that only asks the server", Deadline{seconds{30}},
                   [&]() -> std::string
                   {
                       const std::string interval = node == primary ? "3000" : "10000";
                       const std::string calls = lab().exec(node, {"sh", "-c", trace_monitor, "sh", node, interval});
                       const bool is_lean = count(calls, "execve(") == 1 && count(calls, ".s.PGSQL.") == 1 &&
                                            count(calls, "sendto(") == 3;
                       return is_lean ? "" : calls;
                   });
}

TEST_F(Administration, LedgersAreEqualInTheEnd)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
