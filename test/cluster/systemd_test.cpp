// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/repairs.hpp"
#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr seconds repaired_within{180};
constexpr seconds any_gap{600};

/// Nodes whose service manager is systemd (PGTWIN_LAB_EXTRA_PACKAGES="systemd ssh sudo").
class ServiceManager : public PairTest
{
protected:
    /// Identity of the worker: its process, and when that began.
    static std::string worker_on(const std::string& node)
    {
        return script(lab(), node, "cat /run/pgtwin/postgres-db/rebuild.pid");
    }

    /// The unit of systemd that a process belongs to; `find` prints its PID.
    static std::string unit_of(const std::string& node, const std::string& find)
    {
        return script(lab(), node, "sed -n 's,^0::.*/,,p' /proc/$(" + find + ")/cgroup");
    }

    static std::string unit_of_server(const std::string& node)
    {
        return unit_of(node, std::string{"head -n 1 "} + data_directory + "/postmaster.pid");
    }

    static void expect_scope(const std::string& unit)
    {
        EXPECT_TRUE(unit.starts_with("run-") && unit.ends_with(".scope\n")) << unit;
    }

    static void set_maintenance(const std::string& value)
    {
        lab().crm(first_node, {"configure", "property", "maintenance-mode=" + value});
        wait_state(lab(), "maintenance mode " + value, heal_limit,
                   [&](const ClusterState& state)
                   { return state.is_maintenance == (value == "true") ? "" : "another mode"; });
    }

    /// What the shells reach the other node with: root's ssh, and pcsd with a password.
    static void let_shells_reach_both()
    {
        let_ssh_reach_both(lab());
        for (const char* const node : {first_node, second_node})
            script(lab(), node, "systemctl start pcsd; echo hacluster:hacluster | chpasswd");
        lab().exec(first_node, {"pcs", "host", "auth", first_node, second_node, "-u", "hacluster", "-p", "hacluster"},
                   seconds{60});
    }

    static void wait_stopped(const std::string& node)
    {
        wait_until("no cluster and no server on " + node, Deadline{heal_limit},
                   [&]() -> std::string
                   { return script(lab(), node, "pgrep -l 'corosync|pacemakerd|postgres' || true"); });
    }

    static void wait_off(const std::string& node)
    {
        wait_until(node + " is off", Deadline{heal_limit},
                   [&]() -> std::string { return lab().is_on(node) ? "it runs" : ""; });
    }
};

TEST_F(ServiceManager, LetsARepairOutliveARestartOfPacemaker)
{
    const std::string node = pair().standby();
    const SlowCopies slow{lab()};
    take_out(lab(), node);
    order_base_backup(lab(), node);
    begin();
    lab().crm(node, {"node", "online", node});
    wait_resync(lab(), node, "phase=copying", heal_limit);
    const std::string worker = worker_on(node);
    expect_scope(unit_of(node, "sed -n s/^pid=//p /run/pgtwin/postgres-db/rebuild.pid"));
    set_maintenance("true");
    lab().exec(node, {"systemctl", "restart", "pacemaker"}, seconds{60});
    wait_both_online(lab());
    wait_resync(lab(), node, "phase=copying", heal_limit);
    EXPECT_EQ(worker_on(node), worker);
    set_maintenance("false");
    expect_recovery("systemctl restart pacemaker amid a base backup", gap_limit, repaired_within);
    expect_scope(unit_of_server(node));
}

TEST_F(ServiceManager, LeavesTheServerToPacemakerWhenTheNodeIsSwitchedOff)
{
    const std::string node = pair().standby();
    begin();
    switch_over(lab(), node);
    expect_smooth_recovery("switchover to a server in a scope");
    expect_scope(unit_of_server(node));
    begin();
    lab().exec(node, {"systemctl", "poweroff"});
    wait_off(node);
    wait_primary(lab(), peer_of(node));
    lab().power_on(node);
    lab().start_stack(node);
    expect_recovery("systemctl poweroff of the primary's node");
    EXPECT_EQ(pair().primary(), peer_of(node));
    // What SIGTERM asks for, which systemd sends to what is left in a unit.
    EXPECT_EQ(script(lab(), node, "grep -c 'smart shutdown' /var/log/postgresql/postgresql.log || true"), "0\n");
}

TEST_F(ServiceManager, MovesThePrimaryWhenItsStackIsStopped)
{
    const std::string primary = pair().primary();
    begin();
    lab().exec(primary, {"systemctl", "stop", "pacemaker", "corosync"}, seconds{60});
    wait_primary(lab(), peer_of(primary));
    lab().exec(primary, {"systemctl", "start", "corosync", "pacemaker"}, seconds{60});
    expect_recovery("systemctl stop and start of the primary's cluster stack");
}

TEST_F(ServiceManager, StopsAndStartsBothNodesAtTheWordOfEitherShell)
{
    let_shells_reach_both();
    for (const std::string shell : {"crm", "pcs"})
    {
        const std::string primary = pair().primary();
        begin();
        lab().exec(first_node, {shell, "cluster", "stop", "--all"}, seconds{120});
        for (const char* const node : {first_node, second_node})
            wait_stopped(node);
        lab().exec(first_node, {shell, "cluster", "start", "--all"}, seconds{120});
        wait_both_online(lab());
        expect_recovery(shell + " cluster stop --all, start --all", any_gap);
        EXPECT_EQ(pair().primary(), primary);
    }
}

TEST_F(ServiceManager, RestartsTheStackOfOneNodeByEitherShell)
{
    for (const std::string restart : {"crm cluster restart", "pcs cluster stop && pcs cluster start"})
    {
        const std::string node = pair().standby();
        begin();
        lab().exec(node, {"sh", "-c", restart}, seconds{120});
        wait_both_online(lab());
        expect_recovery(restart + " on the standby's node");
        EXPECT_EQ(pair().primary(), peer_of(node));
    }
}

TEST_F(ServiceManager, IsToldIfTheDistributionStartsTheServerToo)
{
    const std::string node = pair().standby();
    const std::string cluster = "/etc/postgresql/17/main";
    script(lab(), node,
           "mkdir -p " + cluster + "; echo \"data_directory = '" + data_directory + "'\" >" + cluster +
               "/postgresql.conf; systemctl enable postgresql");
    const Arguments check{"/usr/lib/ocf/resource.d/heartbeat/pgtwin", "check"};
    const Ran told = lab().try_exec(node, check, seconds{40});
    EXPECT_NE(std::string::npos, told.out.find("[starts-at-boot]")) << told.explained();
    script(lab(), node, "echo manual >/etc/postgresql/17/main/start.conf && systemctl daemon-reload");
    const Ran then = lab().try_exec(node, check, seconds{40});
    EXPECT_EQ(std::string::npos, then.out.find("[starts-at-boot]")) << then.explained();
    script(lab(), node, "rm -r /etc/postgresql/17");
}

TEST_F(ServiceManager, KeepsInTheJournalWhatWasSaid)
{
    const std::string journal = script(lab(), pair().primary(), "journalctl --no-pager _COMM=pgtwin");
    EXPECT_NE(std::string::npos, journal.find("pgtwin(postgres-db)[")) << journal;
    EXPECT_NE(std::string::npos, journal.find("INFO: promote: the server is the primary now [promoted]")) << journal;
}

class ServiceManagerEnd : public PairTest
{
};

TEST_F(ServiceManagerEnd, LedgersAreEqual)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
