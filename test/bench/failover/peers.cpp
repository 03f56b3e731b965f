// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/failover/contenders.hpp"
#include "support/wait.hpp"

namespace pgtwin::bench
{
namespace
{

using std::chrono::seconds;

constexpr seconds script_limit{90};
constexpr seconds patience{90};

/// What both agents want of PostgreSQL before the cluster begins; the arguments are the own node and the other one.
constexpr const char* functions = R"(set -e
data=/var/lib/postgresql/data
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
as() { (cd /var/lib/postgresql && runuser -u postgres -- "$@"); }
name_self()
{
    cat >>$data/postgresql.conf <<END
restart_after_crash = on
primary_conninfo = 'host=192.0.2.20 user=replicator password=replicator application_name=$1'
END
}
copy_from()
{
    rm -rf $data
    as env PGPASSWORD=replicator "$bin/pg_basebackup" -h "$1" -U replicator -D $data -X stream -c fast
    rm -f $data/standby.signal
}
)";

constexpr const char* start_server = "as \"$bin/pg_ctl\" -D $data -w -s -l /dev/null start\n";
constexpr const char* stop_server = "as \"$bin/pg_ctl\" -D $data -w -s -m fast stop\n";

void run(const Lab& lab, const std::string& node, const std::string& script)
{
    lab.exec(node, {"bash", "-c", functions + script}, script_limit);
}

void wait_for(const std::string& what, const test::Missing& missing)
{
    test::wait_until(what, Deadline{patience}, missing);
}

/// An agent whose standby is filled by hand, before and after a failover.
class Peer : public Contender
{
public:
    std::string ailment(const Lab& lab) const override
    {
        if (auto lacking = cluster_ailment(lab); !lacking.empty())
            return lacking;
        const auto seen = lab.try_sql(primary_of(lab), "SELECT state FROM pg_stat_replication");
        return seen.out == "streaming\n" ? "" : "no standby streams: " + seen.explained();
    }

    /// Their manuals have the former primary rebuilt by hand; a standby comes back by itself.
    void repair(const Lab& lab, const std::string& lost) const override
    {
        try
        {
            test::wait_until("the pair mends itself", Deadline{seconds{20}}, [&]() { return ailment(lab); });
        }
        catch (const test::NotReached&)
        {
            rebuild(lab, lost);
        }
    }

protected:
    /// What else has to go before the agent starts again.
    [[nodiscard]] virtual std::string left_over() const { return ""; }

private:
    void rebuild(const Lab& lab, const std::string& lost) const
    {
        wait_for(lost + " is back",
                 [&]() -> std::string { return lab.state().nodes[lost].is_online ? "" : lab.state().summary(); });
        // The other node is asked: the lost one may be fenced once more, since it cannot be started.
        const std::string other = test::peer_of(lost);
        lab.exec(other, {"crm_standby", "--node", lost, "--update", "on"});
        wait_for("no server on " + lost,
                 [&]() -> std::string
                 {
                     const std::string role = lab.state().nodes[lost].role;
                     return role.empty() || role == "Stopped" ? "" : "role " + role;
                 });
        // A stop that fails has the node fenced in the middle of it.
        wait_for("a copy on " + lost,
                 [&]()
                 {
                     run(lab, lost, "copy_from 192.0.2.20; name_self " + lost + "\n" + left_over());
                     return std::string{};
                 });
        lab.exec(other, {"crm_standby", "--node", lost, "--delete"});
        lab.exec(other, {"crm_resource", "--cleanup", "--resource", "postgres-clone"});
    }
};

/// PostgreSQL Automatic Failover, as its "Quick Start Debian" says; replication is asynchronous as there.
class Paf final : public Peer
{
public:
    std::string name() const override { return "PAF"; }

    void deploy(const Lab& lab) const override
    {
        lab.prepare_postgres();
        run(lab, test::first_node, std::string{start_server});
        create_ledger(lab, test::first_node);
        run(lab, test::second_node, "copy_from 192.0.2.11; name_self psql2\n");
        run(lab, test::first_node, stop_server + std::string{"name_self psql1\n"});
        load_configuration(lab, with_address(primitive(lab), "Mandatory") +
                                    "rsc_defaults migration-threshold=5 resource-stickiness=10\n");
    }

private:
    static std::string primitive(const Lab& lab)
    {
        const std::string bindir = lab.exec(test::first_node, {"sh", "-c", "ls -d /usr/lib/postgresql/*/bin"});
        return "primitive postgres-db ocf:heartbeat:pgsqlms params bindir=" + bindir.substr(0, bindir.find('\n')) +
               " pgdata=/var/lib/postgresql/data pghost=/run/postgresql \\\n"
               "op start timeout=60s interval=0 op stop timeout=60s interval=0 \\\n"
               "op promote timeout=30s interval=0 op demote timeout=120s interval=0 \\\n"
               "op monitor timeout=10s interval=10s role=Unpromoted op monitor timeout=10s interval=3s role=Promoted "
               "\\\n"
               "op notify timeout=60s interval=0";
    }
};

/// The agent pgsql of resource-agents with rep_mode=sync, as in the wiki of ClusterLabs.
class Pgsql final : public Peer
{
public:
    std::string name() const override { return "pgsql"; }

    /// Before it says so, the standby would not be promoted.
    std::string ailment(const Lab& lab) const override
    {
        if (auto lacking = Peer::ailment(lab); !lacking.empty())
            return lacking;
        const std::string standby = test::peer_of(primary_of(lab));
        const std::string status = lab.state().nodes[standby].attribute("postgres-db-data-status");
        return status == "STREAMING|SYNC" ? "" : "data status " + status;
    }

    void deploy(const Lab& lab) const override
    {
        lab.prepare_postgres();
        for (const char* node : {test::first_node, test::second_node})
            run(lab, node,
                "install -d -o postgres -g postgres /var/lib/pgsql/tmp\n"
                "echo '192.0.2.20:*:*:replicator:replicator' >>/var/lib/postgresql/.pgpass\n");
        lab.exec(test::second_node, {"crm_standby", "--node", test::second_node, "--update", "on"});
        load_configuration(lab, with_address(primitive(lab)) +
                                    "rsc_defaults migration-threshold=1 resource-stickiness=INFINITY\n");
        wait_for("a primary",
                 [&]() -> std::string
                 { return lab.state().vip_node == test::first_node ? "" : lab.state().summary(); });
        create_ledger(lab, test::first_node);
        run(lab, test::second_node, "copy_from 192.0.2.11\n");
        lab.exec(test::second_node, {"crm_standby", "--node", test::second_node, "--delete"});
    }

protected:
    std::string left_over() const override { return "rm -f /var/lib/pgsql/tmp/PGSQL.lock\n"; }

private:
    static std::string primitive(const Lab& lab)
    {
        const std::string found = lab.exec(test::first_node, {"sh", "-c", "ls -d /usr/lib/postgresql/*/bin"});
        const std::string bindir = found.substr(0, found.find('\n'));
        return "primitive postgres-db ocf:heartbeat:pgsql params pgctl=" + bindir + "/pg_ctl psql=" + bindir +
               "/psql pgdata=/var/lib/postgresql/data rep_mode=sync node_list=\"psql1 psql2\" repuser=replicator \\\n"
               "restore_command=/bin/false master_ip=192.0.2.20 restart_on_promote=false socketdir=/run/postgresql \\\n"
               "primary_conninfo_opt=\"keepalives_idle=60 keepalives_interval=5 keepalives_count=5\" \\\n"
               "op start timeout=60s interval=0 op stop timeout=60s interval=0 \\\n"
               "op promote timeout=60s interval=0 op demote timeout=60s interval=0 \\\n"
               "op monitor timeout=60s interval=10s role=Unpromoted op monitor timeout=60s interval=3s role=Promoted "
               "\\\n"
               "op notify timeout=60s interval=0";
    }
};

} // namespace

std::unique_ptr<Contender> make_paf()
{
    return std::make_unique<Paf>();
}

std::unique_ptr<Contender> make_pgsql()
{
    return std::make_unique<Pgsql>();
}

} // namespace pgtwin::bench
