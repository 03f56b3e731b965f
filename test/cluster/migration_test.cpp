// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/migration.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

/// Where data and settings lie: together, as initdb leaves them, or apart, as Debian's clusters have them.
enum class Layout
{
    together,
    debian,
};

/// A pair of ocf:heartbeat:pgsql, as the wiki of ClusterLabs has it.
constexpr const char* pgsql_pair = R"sh(crm configure load update - <<END
primitive postgres-db ocf:heartbeat:pgsql params pgctl=$bin/pg_ctl psql=$bin/psql pgdata=$data config=$settings/postgresql.conf \
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
primitive postgres-db ocf:heartbeat:pgsqlms params bindir=$bin pgdata=$settings datadir=$data \
    pghost=/run/postgresql \
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

/// Debian's clusters on both nodes, the database of the lab in that of the first one. What the lab has set is left in
/// /root/settings and /root/hba.
constexpr const char* debian_first = R"sh(pg_createcluster $version main >/dev/null
rm -r $data
sed -n "/^listen_addresses = '\*'/,\$p" /var/lib/postgresql/data/postgresql.conf >/root/settings
mv /var/lib/postgresql/data/pg_hba.conf /root/hba
mv /var/lib/postgresql/data $data
rm $data/{postgresql,pg_ident}.conf
)sh";
constexpr const char* debian_second = R"sh(pg_createcluster $version main >/dev/null
rm -r $data
)sh";
/// Pacemaker alone starts the server.
constexpr const char* debian_settings = R"sh(cat /root/settings >>$settings/postgresql.conf
cp /root/hba $settings/pg_hba.conf
echo manual >$settings/start.conf
)sh";

class Migration : public MigrationTest, public testing::WithParamInterface<Layout>
{
protected:
    void SetUp() override
    {
        MigrationTest::SetUp();
        if (GetParam() == Layout::debian)
            lay_out_as_debian();
    }

    void lay_out_as_debian()
    {
        run(first_node, paths() + debian_first);
        run(second_node, paths() + debian_second);
        for (const std::string file : {"/root/settings", "/root/hba"})
            run(second_node, "cat >" + file + " <<'END'\n" + run(first_node, "cat " + file) + "END\n");
        for (const char* const node : {first_node, second_node})
            run(node, paths() + debian_settings);
        const std::string version = run(first_node, "printf %s $version");
        const std::string settings = "/etc/postgresql/" + version + "/main/postgresql.conf";
        const std::string data = "/var/lib/postgresql/" + version + "/main";
        set_differences({
            {"/var/lib/postgresql/data/postgresql.conf", settings                                         },
            {"--pgdata /var/lib/postgresql/data",        "--pgdata " + data + " --config-file " + settings},
            {"/var/lib/postgresql/data",                 data                                             },
        });
    }

    /// `$data` and `$settings` of the layout, for scripts.
    static std::string paths()
    {
        return GetParam() == Layout::debian
                   ? "data=/var/lib/postgresql/$version/main; settings=/etc/postgresql/$version/main\n"
                   : "data=/var/lib/postgresql/data; settings=$data\n";
    }

    void copy_to_the_second_node() const
    {
        run(second_node,
            paths() + "cd /var/lib/postgresql; runuser -u postgres -- $bin/pg_basebackup -h 192.0.2.11 -U replicator "
                      "-D $data -X stream -c fast");
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
        run(first_node, paths() + pgsql_pair);
        wait_for_address();
        create_the_ledger();
        copy_to_the_second_node();
        run(second_node, "crm_standby --node psql2 --delete");
        wait_for_stream("sync");
    }

    void begin_with_paf() const
    {
        const std::string control = paths() + "cd /var/lib/postgresql; runuser -u postgres -- $bin/pg_ctl -D $data "
                                              "-o \"-c config_file=$settings/postgresql.conf\" -w -s ";
        run(first_node, control + "-l /dev/null start");
        create_the_ledger();
        copy_to_the_second_node();
        run(first_node, control + "-m fast stop");
        for (const std::string node : {first_node, second_node})
            run(node, paths() +
                          "echo \"primary_conninfo = 'host=192.0.2.20 user=replicator "
                          "passfile=/var/lib/postgresql/.pgpass application_name=" +
                          node + "'\" >>$settings/postgresql.conf");
        run(first_node, paths() + paf_pair);
        wait_for_stream("async");
    }

    void give_back() const
    {
        by_the_page(first_node, Block{"doc/migration.md", "pgtwin-leave"});
        by_the_page_on_both(Block{"doc/migration.md", "pgtwin-files"});
    }

    void drop_the_slot() const
    {
        by_the_page_on_both(Block{"doc/migration.md", "pgtwin-slot"});
        EXPECT_EQ(lab_.sql(*lab_.state().primary(), "SELECT count(*) FROM pg_replication_slots"), "0");
    }
};

TEST_P(Migration, FromPgsqlAndBackByThePageLosesNoCommit)
{
    begin_with_pgsql();
    Client client{lab_.client_pid()};
    expect_all_commits(client, "with pgsql");
    by_the_page(first_node, Block{"doc/migration.md", "pgsql-leave"});
    by_the_page_on_both(Block{"doc/migration.md", "pgsql-files"});
    take_over(client);

    give_back();
    by_the_page(first_node, Block{"doc/migration.md", "pgsql-begin"});
    wait_for_stream("sync");
    expect_all_commits(client, "with pgsql again");
    drop_the_slot();
    client.stop();
}

TEST_P(Migration, FromPafAndBackByThePageLosesNoCommit)
{
    begin_with_paf();
    Client client{lab_.client_pid()};
    expect_all_commits(client, "with PAF");
    by_the_page(first_node, Block{"doc/migration.md", "paf-leave"});
    by_the_page_on_both(Block{"doc/migration.md", "paf-files"});
    take_over(client);

    give_back();
    by_the_page_on_both(Block{"doc/migration.md", "paf-settings"});
    by_the_page(first_node, Block{"doc/migration.md", "paf-begin"});
    wait_for_stream("async");
    expect_all_commits(client, "with PAF again");
    drop_the_slot();
    client.stop();
}

INSTANTIATE_TEST_SUITE_P(Layouts, Migration, testing::Values(Layout::together, Layout::debian),
                         [](const auto& layout) { return layout.param == Layout::debian ? "OfDebian" : "Together"; });

} // namespace
} // namespace pgtwin::test
