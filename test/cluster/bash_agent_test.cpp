// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/migration.hpp"
#include "cluster/pair.hpp"
#include "cluster/steps.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr const char* pacemaker_log = "/var/log/pacemaker/pacemaker.log";

/// Starts, stops, promotes and demotes as the bash agent does, and sets the names of the standby in its monitor.
constexpr const char* bash_agent = R"sh(#!/bin/bash
data=$OCF_RESKEY_pgdata
bin=$(echo /usr/lib/postgresql/*/bin)
as_postgres() { (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$@" </dev/null >/dev/null 2>&1); }
sql() { (cd / && setpriv --reuid=postgres --regid=postgres --init-groups psql -XAtqc "$1"); }
control() { as_postgres $bin/pg_ctl -D $data -w "$@"; }
monitor()
{
    control status || return 7
    [ "$(sql 'SELECT pg_is_in_recovery()')" = f ] || return 0
    [ "$(sql 'SHOW synchronous_standby_names')" ] ||
        sql "SELECT application_name FROM pg_stat_replication WHERE application_name <> 'pg_basebackup'" |
            while read -r name; do
                sql "ALTER SYSTEM SET synchronous_standby_names = '$name'"
                sql 'SELECT pg_reload_conf()' >/dev/null
            done
    return 8
}
case $1 in
start) control -l /dev/null start ;;
stop) ! control status || control -m fast stop ;;
promote) [ "$(sql 'SELECT pg_is_in_recovery()')" = f ] || control promote ;;
demote) control -m fast stop && as_postgres touch $data/standby.signal && control -l /dev/null start ;;
monitor) monitor ;;
notify | validate-all) ;;
meta-data)
    echo '<?xml version="1.0"?><resource-agent name="pgtwin" version="1.0"><version>1.0</version>'
    echo '<longdesc lang="en">imitation</longdesc><shortdesc lang="en">imitation</shortdesc><parameters>'
    for name in pgdata pgport pguser rep_mode node_list slot_name backup_before_basebackup basebackup_timeout \
        pgpassfile max_slot_wal_keep_size; do
        echo "<parameter name='$name'><longdesc lang='en'>$name</longdesc><shortdesc lang='en'>$name</shortdesc>"
        echo "<content type='string'/></parameter>"
    done
    echo '</parameters><actions>'
    for name in start stop promote demote monitor notify validate-all meta-data; do
        echo "<action name='$name' timeout='60s'/>"
    done
    echo '</actions></resource-agent>'
    ;;
esac
)sh";

/// The production configuration of the bash agent, with the preferences of its quick start.
constexpr const char* bash_pair = R"sh(crm configure load update - <<END
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

/// The standby as that agent keeps it, and what it leaves beside the data directory.
constexpr const char* bash_standby = R"sh(cd /var/lib/postgresql
runuser -u postgres -- $bin/pg_basebackup -h 192.0.2.11 -U replicator -D data -X stream -c fast -S ha_slot
cat >data/postgresql.auto.conf <<END
primary_conninfo = 'host=192.0.2.11 port=5432 user=replicator application_name=psql2 sslmode=prefer passfile=/var/lib/postgresql/.pgpass'
primary_slot_name = 'ha_slot'
END
touch data/standby.signal
chown postgres:postgres data/standby.signal
echo 0 >.pgtwin_basebackup_rc
crm_standby --node psql2 --delete
)sh";

/// A pair of the bash agent of the same name. An imitation of that script stands where pgtwin will stand; pgtwin waits
/// in /root.
class BashAgent : public MigrationTest
{
protected:
    void SetUp() override
    {
        MigrationTest::SetUp();
        for (const char* const node : {first_node, second_node})
            run(node, "mv /usr/lib/ocf/resource.d/heartbeat/pgtwin /root/pgtwin\n"
                      "cat >/usr/lib/ocf/resource.d/heartbeat/pgtwin <<'SCRIPT'\n" +
                          std::string{bash_agent} +
                          "SCRIPT\n"
                          "chmod 0755 /usr/lib/ocf/resource.d/heartbeat/pgtwin\n"
                          "attrd_updater -n postgres-replication-failures -U 0\n");
        run(second_node, "crm_standby --node psql2 --update on");
        run(first_node, bash_pair);
        wait_for_address();
        create_the_ledger();
        (void)lab_.sql(first_node, "SELECT pg_create_physical_replication_slot('ha_slot')");
        run(second_node, bash_standby);
        wait_for_stream("sync");
    }

    void replace_the_script() const
    {
        by_the_page(first_node, Block{"doc/migration.md", "bash-leave"});
        by_the_page_on_both(Block{"doc/migration.md", "bash-install"});
    }
};

TEST_F(BashAgent, IsReplacedInPlaceAndCommitsGoOn)
{
    Client client{lab_.client_pid()};
    expect_all_commits(client, "before pgtwin");
    replace_the_script();
    by_the_page_on_both(Block{"doc/migration.md", "bash-settings"});
    by_the_page(first_node, Block{"doc/migration.md", "bash-in-place"});
    wait_for_pgtwin();
    expect_all_commits(client, "with pgtwin");
    by_the_page(first_node, Block{"doc/migration.md", "bash-complete"});
    wait_for_pgtwin();
    EXPECT_EQ(lab_.state().failures, std::vector<std::string>{});
    expect_no_error_by_check();
    client.stop();
}

TEST_F(BashAgent, IsReplacedInPlaceThoughASettingForbidsAStart)
{
    Client client{lab_.client_pid()};
    expect_all_commits(client, "before pgtwin");
    replace_the_script();
    by_the_page(first_node, Block{"doc/migration.md", "bash-in-place"});
    wait_until("a word about a server that would not start again", Deadline{seconds{60}},
               [this]() -> std::string
               {
                   const Ran found = lab_.try_exec(
                       first_node, {"grep", "nobody takes over if it fails.*restart_after_crash", pacemaker_log});
                   return found.ok() ? "" : "nothing in the log";
               });
    EXPECT_EQ(lab_.state().failures, std::vector<std::string>{});
    expect_all_commits(client, "with settings that forbid a start");
    by_the_page_on_both(Block{"doc/migration.md", "bash-settings"});
    wait_for_pgtwin();
    expect_all_commits(client, "with pgtwin");
    client.stop();
}

TEST_F(BashAgent, IsReplacedWithANewConfigurationAndPutBack)
{
    Client client{lab_.client_pid()};
    expect_all_commits(client, "before pgtwin");
    replace_the_script();
    by_the_page_on_both(Block{"doc/migration.md", "bash-settings"});
    by_the_page(first_node, Block{"doc/migration.md", "bash-stop"});
    take_over(client);

    if (lab_.state().primary() == first_node)
        switch_over(lab_, second_node);
    wait_for_pgtwin();
    by_the_page(first_node, Block{"doc/migration.md", "bash-primary"});
    wait_for_pgtwin();
    EXPECT_EQ(lab_.state().primary(), first_node);
    by_the_page(first_node, Block{"doc/migration.md", "pgtwin-leave"});
    by_the_page_on_both(Block{"doc/migration.md", "bash-back"});
    by_the_page(first_node, Block{"doc/migration.md", "bash-begin"});
    wait_for_stream("sync");
    EXPECT_EQ(lab_.state().primary(), first_node);
    expect_all_commits(client, "with the script again");
    for (const char* const node : {first_node, second_node})
        EXPECT_EQ(run(node, "ls -A /var/lib/pgtwin"), "");
    client.stop();
}

} // namespace
} // namespace pgtwin::test
