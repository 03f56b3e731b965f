// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "cluster/client.hpp"
#include "cluster/document.hpp"
#include "cluster/pair.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr const char* pacemaker_log = "/var/log/pacemaker/pacemaker.log";

/// A pair of ocf:heartbeat:pgsql, as the wiki of ClusterLabs has it.
constexpr const char* pgsql_pair = R"sh(crm configure load update - <<END
primitive postgres-db ocf:heartbeat:pgsql params pgctl=$bin/pg_ctl psql=$bin/psql pgdata=/var/lib/postgresql/data \
    rep_mode=sync node_list="psql1 psql2" repuser=replicator restore_command=/bin/false master_ip=192.0.2.20 \
    restart_on_promote=false socketdir=/run/postgresql \
    op start timeout=60s interval=0 op stop timeout=60s interval=0 op promote timeout=60s interval=0 \
    op demote timeout=60s interval=0 op notify timeout=60s interval=0 \
    op monitor timeout=60s interval=10s role=Unpromoted op monitor timeout=60s interval=3s role=Promoted
clone postgres-clone postgres-db meta promotable=true notify=true clone-max=2 clone-node-max=1 promoted-max=1 \
    promoted-node-max=1 interleave=true
primitive postgres-vip ocf:heartbeat:IPaddr2 params ip=192.0.2.20 cidr_netmask=24 op monitor interval=10s timeout=20s
colocation postgres-vip-with-primary inf: postgres-vip postgres-clone:Promoted
order postgres-promote-then-vip Mandatory: postgres-clone:promote postgres-vip:start symmetrical=false
order postgres-demote-then-vip Optional: postgres-clone:demote postgres-vip:stop symmetrical=false
END
)sh";

/// A pair of PostgreSQL Automatic Failover, as its quick start has it.
constexpr const char* paf_pair = R"sh(crm configure load update - <<END
primitive postgres-db ocf:heartbeat:pgsqlms params bindir=$bin pgdata=/var/lib/postgresql/data pghost=/run/postgresql \
    op start timeout=60s interval=0 op stop timeout=60s interval=0 op promote timeout=30s interval=0 \
    op demote timeout=120s interval=0 op notify timeout=60s interval=0 \
    op monitor timeout=10s interval=10s role=Unpromoted op monitor timeout=10s interval=3s role=Promoted
clone postgres-clone postgres-db meta promotable=true notify=true
primitive postgres-vip ocf:heartbeat:IPaddr2 params ip=192.0.2.20 cidr_netmask=24 op monitor interval=10s timeout=20s
colocation postgres-vip-with-primary inf: postgres-vip postgres-clone:Promoted
order postgres-promote-then-vip Mandatory: postgres-clone:promote postgres-vip:start symmetrical=false
order postgres-demote-then-vip Mandatory: postgres-clone:demote postgres-vip:stop symmetrical=false
END
)sh";

/// The production configuration of the bash agent, with the preferences of its quick start. Its servers run already.
constexpr const char* bash_pair = R"sh(crm configure load update - <<END
property maintenance-mode=true
primitive postgres-db pgtwin params pgdata=/var/lib/postgresql/data pgport=5432 pguser=postgres rep_mode=sync \
    node_list="psql1 psql2" slot_name=ha_slot backup_before_basebackup=true basebackup_timeout=3600 \
    pgpassfile=/var/lib/postgresql/.pgpass max_slot_wal_keep_size=1024 \
    op start timeout=120s interval=0 op stop timeout=120s interval=0 op promote timeout=120s interval=0 \
    op demote timeout=120s interval=0 op notify timeout=90s interval=0 \
    op monitor timeout=60s interval=10s role=Unpromoted op monitor timeout=60s interval=3s role=Promoted
clone postgres-clone postgres-db meta promotable=true notify=true
location prefer-psql1 postgres-clone role=Promoted 100: psql1
location prefer-psql2 postgres-clone role=Promoted 50: psql2
primitive postgres-vip ocf:heartbeat:IPaddr2 params ip=192.0.2.20 cidr_netmask=24 op monitor interval=10s timeout=20s
colocation postgres-vip-with-primary inf: postgres-vip postgres-clone:Promoted
END
)sh";

/// Primary, slot and standby as that agent keeps them, and what it leaves beside the data directory.
constexpr const char* bash_standby = R"sh(cd /var/lib/postgresql
runuser -u postgres -- $bin/pg_basebackup -h 192.0.2.11 -U replicator -D data -X stream -c fast -S ha_slot
cat >data/postgresql.auto.conf <<END
primary_conninfo = 'host=192.0.2.11 port=5432 user=replicator application_name=psql2 sslmode=prefer passfile=/var/lib/postgresql/.pgpass'
primary_slot_name = 'ha_slot'
END
touch data/standby.signal
chown postgres:postgres data/standby.signal
echo 0 >.pgtwin_basebackup_rc
runuser -u postgres -- $bin/pg_ctl -D data -w -s -l /dev/null start
)sh";

class Migration : public testing::Test
{
protected:
    void SetUp() override
    {
        lab_.prepare_postgres();
        for (const char* const node : {first_node, second_node})
            run(node, "install -d -o postgres -g postgres /var/lib/pgsql/tmp\n"
                      "sed -i /restart_after_crash/d /var/lib/postgresql/data/postgresql.conf 2>/dev/null || true\n"
                      "echo '192.0.2.20:*:*:replicator:replicator' >>/var/lib/postgresql/.pgpass\n"
                      "ln -s /usr/lib/ocf/resource.d/heartbeat/pgtwin /usr/sbin/pgtwin\n");
    }

    void copy_to_the_second_node() const
    {
        run(second_node,
            "cd /var/lib/postgresql; runuser -u postgres -- $bin/pg_basebackup -h 192.0.2.11 -U replicator "
            "-D data -X stream -c fast");
    }

    void create_the_ledger() const
    {
        (void)lab_.sql(first_node, "SET ROLE app; CREATE TABLE ledger (id bigint PRIMARY KEY)");
    }

    /// Debian 12: crm_attribute of Pacemaker 2.1.5 takes the score of resource-agents' helper for options, and no
    /// instance of pgsql starts.
    void let_scores_be_set() const
    {
        for (const char* const node : {first_node, second_node})
            run(node,
                "if ! OCF_RESOURCE_INSTANCE=trial crm_attribute -p -v -INFINITY; then\n"
                "  sed -i 's/crm_attribute -p $@/crm_master -l reboot $@/' /usr/lib/ocf/lib/heartbeat/ocf-shellfuncs\n"
                "fi\n"
                "OCF_RESOURCE_INSTANCE=trial crm_attribute -p -D || true\n");
    }

    void begin_with_pgsql() const
    {
        let_scores_be_set();
        run(second_node, "crm_standby --node psql2 --update on");
        run(first_node, pgsql_pair);
        wait_for_address();
        create_the_ledger();
        copy_to_the_second_node();
        run(second_node, "crm_standby --node psql2 --delete");
        wait_for_pgsql();
    }

    void begin_with_paf() const
    {
        const std::string control = "cd /var/lib/postgresql; runuser -u postgres -- $bin/pg_ctl -D data -w -s ";
        run(first_node, control + "-l /dev/null start");
        create_the_ledger();
        copy_to_the_second_node();
        run(first_node, control + "-m fast stop");
        for (const std::string node : {first_node, second_node})
            run(node, "echo \"primary_conninfo = 'host=192.0.2.20 user=replicator passfile=/var/lib/postgresql/.pgpass "
                      "application_name=" +
                          node + "'\" >>/var/lib/postgresql/data/postgresql.conf");
        run(first_node, paf_pair);
        wait_for_paf();
    }

    /// What a pair of the bash agent looks like when its script has been replaced in maintenance mode.
    void begin_as_the_bash_agent() const
    {
        run(first_node, "cd /var/lib/postgresql; runuser -u postgres -- $bin/pg_ctl -D data -w -s -l /dev/null start; "
                        "ip address add 192.0.2.20/24 dev eth0");
        create_the_ledger();
        (void)lab_.sql(first_node, "SELECT pg_create_physical_replication_slot('ha_slot')");
        run(second_node, bash_standby);
        (void)lab_.sql(first_node, "ALTER SYSTEM SET synchronous_standby_names = 'psql2'");
        (void)lab_.sql(first_node, "SELECT pg_reload_conf()");
        for (const std::string node : {first_node, second_node})
            run(node, "attrd_updater -n postgres-replication-failures -U 0");
        run(first_node, bash_pair);
        wait_for_address();
    }

    void TearDown() override
    {
        if (HasFailure())
            std::cout << "logs: " << lab_.collect_logs("Migration") << std::endl;
    }

    void run(const std::string& node, const std::string& script) const
    {
        lab_.exec(node, {"bash", "-ec", "bin=$(echo /usr/lib/postgresql/*/bin); cd /root; " + script}, seconds{90});
    }

    void follow_on_both(const Block& block) const
    {
        for (const char* const node : {first_node, second_node})
            follow(lab_, node, block);
    }

    void wait_for_address() const
    {
        wait_until("a primary behind the address", Deadline{seconds{60}},
                   [this]() -> std::string
                   {
                       const ClusterState state = lab_.state();
                       return state.primary() && state.vip_node == *state.primary() ? "" : state.summary();
                   });
    }

    void wait_for_pgsql() const
    {
        wait_for_address();
        wait_until("a synchronous standby of pgsql", Deadline{seconds{60}},
                   [this]() -> std::string
                   {
                       const ClusterState state = lab_.state();
                       if (!state.primary())
                           return state.summary();
                       const std::string status =
                           state.nodes.at(peer_of(*state.primary())).attribute("postgres-db-data-status");
                       return status == "STREAMING|SYNC" ? "" : "data status " + status;
                   });
    }

    /// Its replication is asynchronous.
    void wait_for_paf() const
    {
        wait_for_address();
        wait_until("a standby that streams", Deadline{seconds{60}},
                   [this]() -> std::string
                   {
                       const Ran seen = lab_.try_sql(*lab_.state().primary(), "SELECT state FROM pg_stat_replication");
                       return seen.out == "streaming\n" ? "" : seen.explained();
                   });
    }

    void take_over(const Client& client) const
    {
        follow(lab_, first_node, Block{"doc/migration.md", "pgtwin-begin"});
        wait_until("primary and synchronous standby", Deadline{seconds{60}}, [this]() { return ailment_of(lab_); });
        EXPECT_EQ(lab_.state().failures, std::vector<std::string>{});
        expect_all_commits(client, "with pgtwin");
        const Ran check = lab_.try_exec(first_node, {"pgtwin", "check"}, seconds{40});
        EXPECT_LE(check.code, 1) << check.out << check.err;
        std::cout << check.out << std::endl;
    }

    void give_back() const
    {
        follow(lab_, first_node, Block{"doc/migration.md", "pgtwin-leave"});
        follow_on_both(Block{"doc/migration.md", "pgtwin-files"});
    }

    void drop_the_slot() const
    {
        follow_on_both(Block{"doc/migration.md", "pgtwin-slot"});
        EXPECT_EQ(lab_.sql(*lab_.state().primary(), "SELECT count(*) FROM pg_replication_slots"), "0");
    }

    /// Commits flow through the address, and none that was acknowledged is missing on either node.
    static void expect_all_commits(const Client& client, const std::string& when)
    {
        const std::size_t before = client.ledger().count();
        wait_until("commits " + when, Deadline{seconds{30}},
                   [&]() -> std::string { return client.ledger().count() > before + 10 ? "" : client.trouble(); });
        const std::vector<Id> acknowledged = client.ledger().ids();
        for (const std::string node : {first_node, second_node})
            wait_until("every commit on " + node + " " + when, Deadline{seconds{15}},
                       [&]() -> std::string
                       {
                           const auto held = client.ids_on(node);
                           if (!held)
                               return held.error().what;
                           const bool has_all =
                               std::includes(held->begin(), held->end(), acknowledged.begin(), acknowledged.end());
                           return has_all ? "" : "some are missing";
                       });
    }

    Lab lab_{Lab::name_for("migration")};
};

TEST_F(Migration, FromPgsqlAndBackByTheManualLosesNoCommit)
{
    begin_with_pgsql();
    Client client{lab_.client_pid()};
    expect_all_commits(client, "with pgsql");
    follow(lab_, first_node, Block{"doc/migration.md", "pgsql-leave"});
    follow_on_both(Block{"doc/migration.md", "pgsql-files"});
    take_over(client);

    give_back();
    follow(lab_, first_node, Block{"doc/migration.md", "pgsql-begin"});
    wait_for_pgsql();
    expect_all_commits(client, "with pgsql again");
    drop_the_slot();
    client.stop();
}

TEST_F(Migration, FromTheBashAgentByTheManualLosesNoCommit)
{
    begin_as_the_bash_agent();
    Client client{lab_.client_pid()};
    expect_all_commits(client, "before pgtwin");
    follow(lab_, first_node, Block{"doc/migration.md", "bash-leave"});
    follow_on_both(Block{"doc/migration.md", "bash-files"});
    follow(lab_, first_node, Block{"doc/migration.md", "bash-stop"});
    take_over(client);
    give_back();
    client.stop();
}

TEST_F(Migration, APairOfTheBashAgentIsTakenOverWhereOnlyTheScriptWasReplaced)
{
    begin_as_the_bash_agent();
    Client client{lab_.client_pid()};
    expect_all_commits(client, "before pgtwin");
    (void)lab_.crm(first_node, {"configure", "property", "maintenance-mode=false"});
    wait_until("a word about a server that would not start again", Deadline{seconds{60}},
               [this]() -> std::string
               {
                   const Ran found = lab_.try_exec(
                       first_node, {"grep", "nobody takes over if it fails.*restart_after_crash", pacemaker_log});
                   return found.ok() ? "" : "nothing in the log";
               });
    EXPECT_EQ(lab_.state().failures, std::vector<std::string>{});
    expect_all_commits(client, "with settings that forbid a start");
    follow_on_both(Block{"doc/migration.md", "bash-files"});
    wait_until("primary and synchronous standby", Deadline{seconds{60}}, [this]() { return ailment_of(lab_); });
    expect_all_commits(client, "with pgtwin");
    client.stop();
}

TEST_F(Migration, FromPafAndBackByTheManualLosesNoCommit)
{
    begin_with_paf();
    Client client{lab_.client_pid()};
    expect_all_commits(client, "with PAF");
    follow(lab_, first_node, Block{"doc/migration.md", "paf-leave"});
    follow_on_both(Block{"doc/migration.md", "paf-files"});
    take_over(client);

    give_back();
    follow_on_both(Block{"doc/migration.md", "paf-settings"});
    follow(lab_, first_node, Block{"doc/migration.md", "paf-begin"});
    wait_for_paf();
    expect_all_commits(client, "with PAF again");
    drop_the_slot();
    client.stop();
}

} // namespace
} // namespace pgtwin::test
