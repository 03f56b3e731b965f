// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <iostream>

#include "cluster/client.hpp"
#include "cluster/pair.hpp"
#include "cluster/steps.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

// What the documents of the bash agent of the same name tell people to type: its readme, and the page about
// notifications. The nodes have systemd and sudo.

/// What the readme takes for granted: PostgreSQL in /var/lib/pgsql, as in the predecessor's quick start.
constexpr const char* granted = R"sh(
systemctl disable --now postgresql >/dev/null 2>&1 || true
install -d -o postgres -g postgres /var/lib/pgsql
mv /var/lib/postgresql/.pgpass /var/lib/pgsql/
usermod -d /var/lib/pgsql postgres
mv /usr/lib/ocf/resource.d/heartbeat/pgtwin /root/pgtwin
[ -e /var/lib/postgresql/data ] || exit 0
mv /var/lib/postgresql/data /var/lib/pgsql/data
sed -i -e "s/^log_directory.*/log_directory = 'log'/" -e "s/^log_filename.*/log_filename = 'postgresql-%a.log'/" \
    /var/lib/pgsql/data/postgresql.conf
)sh";

constexpr const char* installation = R"sh(
sudo cp pgtwin /usr/lib/ocf/resource.d/heartbeat/
sudo chmod +x /usr/lib/ocf/resource.d/heartbeat/pgtwin
sudo /usr/lib/ocf/resource.d/heartbeat/pgtwin meta-data
)sh";

constexpr const char* quick_start = R"sh(
sudo crm configure primitive postgres-db pgtwin \
  params pgdata="/var/lib/pgsql/data" rep_mode="sync" node_list="psql1 psql2"
sudo crm configure clone postgres-clone postgres-db \
  meta promotable=true notify=true
sudo crm configure location prefer-psql1 postgres-clone role=Promoted 100: psql1
sudo crm configure location prefer-psql2 postgres-clone role=Promoted 50: psql2
sudo crm status
)sh";

constexpr const char* production = R"sh(
sudo crm configure primitive postgres-db pgtwin \
  params \
    pgdata="/var/lib/pgsql/data" \
    pgport="5432" \
    pguser="postgres" \
    rep_mode="sync" \
    node_list="psql1 psql2" \
    slot_name="ha_slot" \
    backup_before_basebackup="true" \
    basebackup_timeout="3600" \
    pgpassfile="/var/lib/pgsql/.pgpass" \
    max_slot_wal_keep_size="1024" \
  op start timeout="120s" interval="0" \
  op stop timeout="120s" interval="0" \
  op monitor interval="10s" timeout="60s" role="Unpromoted" \
  op monitor interval="3s" timeout="60s" role="Promoted" \
  op promote timeout="120s" interval="0" \
  op demote timeout="120s" interval="0" \
  op notify timeout="90s" interval="0"
)sh";

/// Without notify=true, as before the predecessor's version 1.6.6.
constexpr const char* clone_without_notify = R"sh(
crm configure clone postgres-clone postgres-db meta promotable=true clone-max=2 clone-node-max=1 promoted-max=1 \
    promoted-node-max=1
)sh";

/// crmsh edits on a terminal only.
constexpr const char* edit_notify_in = R"sh(
export EDITOR="sed -i 's/promotable=true/notify=\"true\" promotable=true/'"
script -qec "crm configure edit postgres-clone" /dev/null
crm configure verify
crm configure show postgres-clone | grep notify
)sh";

/// The application's address, which the readme leaves to another document.
constexpr const char* address = R"sh(
crm configure primitive postgres-vip ocf:heartbeat:IPaddr2 params ip=192.0.2.20 cidr_netmask=24 op monitor interval=10s
crm configure colocation postgres-vip-with-primary inf: postgres-vip postgres-clone:Promoted
)sh";

constexpr const char* switch_over_to_psql2 = R"sh(
sudo crm resource move postgres-clone psql2
sudo crm resource clear postgres-clone
)sh";

/// For the node of the primary; what follows a log ends after a second.
constexpr const char* looks_at_the_primary = R"sh(
sudo crm status
sudo -u postgres psql -x -c "SELECT * FROM pg_stat_replication;"
sudo -u postgres psql -c "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) / 1024 / 1024 AS lag_mb FROM pg_stat_replication;"
sudo -u postgres psql -c "SHOW synchronous_standby_names;"
sudo -u postgres psql -c "SELECT application_name, sync_state FROM pg_stat_replication;"
sudo timeout 1 journalctl -u pacemaker -f || [ $? = 124 ]
sudo timeout 1 sh -c 'tail -f /var/lib/pgsql/data/log/postgresql-*.log' || [ $? = 124 ]
crm configure show postgres-clone | grep notify
crm configure show postgres-db | grep rep_mode
crm ra info ocf:heartbeat:pgtwin | grep "notify.*timeout"
sudo journalctl -u pacemaker | grep -i notify
ls -l /var/lib/pgsql/.pgpass
)sh";

/// What the page about notifications has for alerts: true while commits wait for nobody.
constexpr const char* alert =
    "SELECT pg_is_in_recovery() = false AND current_setting('synchronous_standby_names') = ''";

constexpr const char* agent_by_hand = R"sh(
sudo OCF_ROOT=/usr/lib/ocf \
  OCF_RESKEY_pgdata=/var/lib/pgsql/data \
  /usr/lib/ocf/resource.d/heartbeat/pgtwin meta-data >/dev/null
sudo OCF_ROOT=/usr/lib/ocf \
  OCF_RESKEY_pgdata=/var/lib/pgsql/data \
  /usr/lib/ocf/resource.d/heartbeat/pgtwin monitor
)sh";

class Seeds : public testing::Test
{
protected:
    void SetUp() override
    {
        lab_.prepare_postgres();
        let_ssh_reach_both(lab_);
        on_both(granted);
        on_both(installation);
    }

    void TearDown() override
    {
        if (HasFailure())
            std::cout << "logs: " << lab_.collect_logs("Seeds") << std::endl;
    }

    std::string run(const std::string& node, const std::string& script) const
    {
        return lab_.exec(node, {"bash", "-ec", "cd /root\n" + script}, seconds{90});
    }

    void on_both(const std::string& script) const
    {
        for (const char* const node : {first_node, second_node})
            run(node, script);
    }

    [[nodiscard]] Ran pgtwin(const std::string& command) const
    {
        return lab_.try_exec(first_node, {"/usr/lib/ocf/resource.d/heartbeat/pgtwin", command}, seconds{40});
    }

    void wait_primary_on(const std::string& node) const
    {
        wait_state(lab_, "a primary on " + node, seconds{60},
                   [&](const ClusterState& state) { return state.primary() == node ? "" : state.summary(); });
    }

    void wait_complete() const
    {
        wait_until("primary and synchronous standby", Deadline{seconds{90}}, [this]() { return ailment_of(lab_); });
    }

    /// Waits until the primary's server has these names, quoted as pgtwin writes them.
    void wait_names(const std::string& primary, const std::string& names) const
    {
        wait_until("synchronous_standby_names = '" + names + "'", Deadline{seconds{60}},
                   [&]() -> std::string
                   {
                       const std::string present = lab_.sql(primary, "SHOW synchronous_standby_names");
                       return present == names ? "" : "they are '" + present + "'";
                   });
        EXPECT_EQ(lab_.sql(primary, alert), names.empty() ? "t" : "f");
    }

    void make_the_production_pair() const
    {
        run(first_node, production);
        run(first_node, clone_without_notify);
        wait_failure(lab_, "notify", seconds{60});
        run(first_node, edit_notify_in);
        run(first_node, "crm resource cleanup postgres-clone");
        run(first_node, address);
        wait_complete();
        (void)lab_.sql(first_node, "SET ROLE app; CREATE TABLE ledger (id bigint PRIMARY KEY)");
    }

    Lab lab_{Lab::name_for("seeds")};
};

/// crmsh adds the operations of the agent's meta-data before version 5, and none from then on.
TEST_F(Seeds, QuickStartOfTheReadmeMakesAPairThatCheckCompletes)
{
    run(first_node, quick_start);
    wait_primary_on(first_node);
    const Ran checked = pgtwin("check");
    const std::string start = "crmsh: crm configure monitor ";
    std::string commands;
    for (auto at = checked.out.find(start); at != std::string::npos; at = checked.out.find(start, at + 1))
        commands += checked.out.substr(at + 7, checked.out.find('\n', at) - at - 7) + "\n";
    EXPECT_EQ(commands.empty(), checked.out.find("[no-monitor]") == std::string::npos) << checked.out;
    run(first_node, commands);
    run(first_node, address);
    wait_complete();
    EXPECT_EQ(pgtwin("check").out.find("[no-monitor]"), std::string::npos);
}

TEST_F(Seeds, CommandsOfTheReadmeAndOfThePageAboutNotificationsWork)
{
    make_the_production_pair();
    Client client{lab_.client_pid()};
    run(first_node, looks_at_the_primary);
    run(second_node, "sudo -u postgres psql -c \"SELECT pg_is_in_recovery();\"");
    EXPECT_EQ(lab_.try_exec(first_node, {"bash", "-c", agent_by_hand}).code, 8);
    EXPECT_EQ(lab_.try_exec(second_node, {"bash", "-c", agent_by_hand}).code, 0);
    EXPECT_NE(lab_.try_exec(first_node, {"bash", "-n", "/usr/lib/ocf/resource.d/heartbeat/pgtwin"}).code, 0)
        << "doc/migration.md says that this does not work";

    // Scenario 1, maintenance of the standby.
    run(first_node, "crm node standby psql2");
    wait_names(first_node, "");
    run(first_node, "crm node online psql2");
    wait_names(first_node, "\"psql2\"");
    wait_complete();

    // Scenario 2, the standby fails.
    lab_.power_off(second_node);
    wait_names(first_node, "");
    wait_complete();
    wait_names(first_node, "\"psql2\"");

    // Scenario 3, a planned failover.
    run(first_node, switch_over_to_psql2);
    wait_primary_on(second_node);
    wait_names(second_node, "\"psql1\"");
    wait_complete();

    client.stop();
    for (const std::string node : {first_node, second_node})
        wait_until("every commit on " + node, Deadline{seconds{30}},
                   [&]() -> std::string
                   {
                       const auto missing = client.missing(node);
                       return missing && missing->empty() ? "" : "some are missing";
                   });
}

} // namespace
} // namespace pgtwin::test
