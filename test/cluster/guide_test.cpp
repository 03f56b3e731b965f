// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <iostream>

#include "cluster/document.hpp"
#include "cluster/pair.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

/// What a guide to ocf:heartbeat:pgsql on Debian says, with the other agent's name; @V is the version of PostgreSQL.
constexpr const char* resource = R"sh(
pcs resource create postgres-db ocf:heartbeat:pgtwin \
    pgctl="/usr/lib/postgresql/@V/bin/pg_ctl" \
    pgdata="/var/lib/postgresql/@V/main" \
    config="/etc/postgresql/@V/main/postgresql.conf" \
    rep_mode="sync" \
    node_list="psql1 psql2" \
    primary_conninfo_opt="keepalives_idle=60 keepalives_interval=5 keepalives_count=5" \
    master_ip="192.0.2.20" \
    restore_command="cp /var/lib/postgresql/archive/%f %p" \
    op start timeout=60s \
    op stop timeout=60s \
    op promote timeout=60s \
    op demote timeout=60s \
    op monitor interval=10s role=@Promoted timeout=30s \
    op monitor interval=30s role=@Unpromoted timeout=30s
pcs resource promotable postgres-db \
    promoted-max=1 promoted-node-max=1 clone-max=2 clone-node-max=1 notify=true
pcs resource create postgres-vip ocf:heartbeat:IPaddr2 ip=192.0.2.20 cidr_netmask=24 op monitor interval=10s
pcs constraint colocation add postgres-vip with @Promoted postgres-db-clone INFINITY
pcs constraint order promote postgres-db-clone then start postgres-vip
)sh";

/// The same on both nodes: Debian's layout, the settings of the guide, and what pgtwin needs beside them.
constexpr const char* settings = R"sh(
pg_createcluster @V main >/dev/null
install -d -o postgres -g postgres -m 0700 /var/lib/postgresql/archive
cat >>/etc/postgresql/@V/main/postgresql.conf <<'END'
listen_addresses = '*'
wal_level = replica
max_wal_senders = 5
wal_keep_size = 1GB
synchronous_commit = on
synchronous_standby_names = '"wallix-a2"'
hot_standby = on
archive_mode = on
archive_command = 'cp %p /var/lib/postgresql/archive/%f'
primary_conninfo = 'host=192.0.2.11 port=5432 user=replicator password=replicator application_name=wallix-a2'
primary_slot_name = 'wallix_a2_slot'
restart_after_crash = off
END
cat >>/etc/postgresql/@V/main/pg_hba.conf <<'END'
host    replication     replicator      192.0.2.0/24         scram-sha-256
END
lab-prepare-postgres pgpass
)sh";

constexpr const char* role = "CREATE ROLE replicator WITH REPLICATION LOGIN PASSWORD 'replicator';";

class Guide : public testing::Test
{
protected:
    void TearDown() override
    {
        if (HasFailure())
            std::cout << "logs: " << lab_.collect_logs("Guide") << std::endl;
    }

    void run(const std::string& node, const std::string& script) const
    {
        std::string text = replaced(script, "@V", version());
        text = replaced(text, "@Promoted", is_older_pcs() ? "Master" : "Promoted");
        text = replaced(text, "@Unpromoted", is_older_pcs() ? "Slave" : "Unpromoted");
        lab_.exec(node, {"bash", "-ec", text}, seconds{120});
    }

    [[nodiscard]] std::string version() const
    {
        const std::string path = lab_.exec(first_node, {"sh", "-c", "echo /usr/lib/postgresql/*"});
        return path.substr(path.rfind('/') + 1, path.find('\n') - path.rfind('/') - 1);
    }

    /// pcs 0.12 refuses the older names of the roles.
    [[nodiscard]] bool is_older_pcs() const
    {
        return lab_.exec(first_node, {"pcs", "--version"}).rfind("0.11", 0) == 0;
    }

    Lab lab_{Lab::name_for("guide")};
};

TEST_F(Guide, ToPgsqlMakesACompletePairWithTheAgentsNameReplaced)
{
    for (const char* const node : {first_node, second_node})
        run(node, settings);
    run(second_node, "rm -rf /var/lib/postgresql/@V/main/*");
    run(first_node, std::string{"echo \""} + role +
                        "\" | runuser -u postgres -- /usr/lib/postgresql/@V/bin/postgres --single -c archive_mode=off "
                        "-c synchronous_standby_names= -D /var/lib/postgresql/@V/main "
                        "-c config_file=/etc/postgresql/@V/main/postgresql.conf postgres");
    run(first_node, resource);
    wait_until("a primary on psql1", Deadline{seconds{90}},
               [this]() -> std::string
               {
                   const ClusterState state = lab_.state();
                   return state.primary() == first_node && state.vip_node == first_node ? "" : state.summary();
               });
    lab_.exec(first_node, {"runuser", "-u", "postgres", "--", "createdb", "app"});
    wait_until("primary and synchronous standby", Deadline{seconds{120}}, [this]() { return ailment_of(lab_); });
    EXPECT_EQ(lab_.state().failures, std::vector<std::string>{});
    EXPECT_EQ(lab_.sql(second_node, "SHOW config_file"), "/etc/postgresql/" + version() + "/main/postgresql.conf");
}

} // namespace
} // namespace pgtwin::test
