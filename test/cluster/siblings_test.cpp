// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr const char* second_data = "/var/lib/postgresql/data2";

/// A second pair of servers on the same nodes, its data directory beside the first one's.
class Siblings : public PairTest
{
protected:
    void SetUp() override
    {
        PairTest::SetUp();
        if (lab().try_exec(pair().primary(), {"test", "-d", second_data}).ok())
            return;
        for (const std::string node : {first_node, second_node})
            run(node, "sed 's/:5432:/:5433:/' .pgpass >.more && cat .more >>.pgpass && rm .more");
        run(first_node, create);
        run(first_node, configure);
        wait_second_healthy();
    }

    static void wait_second_healthy()
    {
        wait_state(lab(), "the second pair is complete", 2 * heal_limit,
                   [](const ClusterState& state) -> std::string
                   {
                       const std::string primary = second_primary(state);
                       if (primary.empty())
                           return "no primary of the second pair";
                       const NodeState& standby = state.nodes.at(peer_of(primary));
                       const std::string certificate = standby.attribute("second-db-certified");
                       const std::string run = standby.attribute("second-db-run");
                       const bool is_certified = !certificate.empty() &&
                                                 run.rfind(certificate.substr(0, certificate.find(' ')) + " ", 0) == 0;
                       return is_certified ? "" : "certificate '" + certificate + "', run '" + run + "'";
                   });
    }

    static std::string second_primary(const ClusterState& state)
    {
        for (const auto& [name, node] : state.nodes)
            if (node.attribute("second-db-run").find("role=primary") != std::string::npos)
                return name;
        return "";
    }

    static std::string second_primary() { return second_primary(lab().state()); }

    static std::string second_sql(const std::string& node, const std::string& text)
    {
        const std::string out = lab().exec(
            node, {"runuser", "-u", "postgres", "--", "psql", "-XAtq", "-p", "5433", "-d", "postgres", "-c", text});
        return out.empty() ? "" : out.substr(0, out.find('\n'));
    }

private:
    static void run(const std::string& node, const std::string& script)
    {
        lab().exec(node, {"sh", "-ec", "cd /var/lib/postgresql; bin=$(echo /usr/lib/postgresql/*/bin); " + script},
                   seconds{60});
    }

    static constexpr const char* create =
        "runuser -u postgres -- $bin/initdb --no-sync --auth-local=peer --auth-host=scram-sha-256 -D data2 >/dev/null;"
        "cp data/pg_hba.conf data2/;"
        "sed -e \"s/^log_filename.*/log_filename = 'second.log'/\" data/postgresql.conf >data2/postgresql.conf;"
        "echo 'port = 5433' >>data2/postgresql.conf;"
        "echo \"CREATE ROLE replicator REPLICATION LOGIN PASSWORD 'replicator'\" | runuser -u postgres -- "
        "$bin/postgres --single -c logging_collector=off -D data2 postgres >/dev/null";

    static constexpr const char* configure = R"(crm configure load update - <<END
primitive second-db ocf:heartbeat:pgtwin params pgdata=/var/lib/postgresql/data2 pg_bindir=$bin pgport=5433 \
    rep_mode=sync node_list="psql1 psql2" pgpassfile=/var/lib/postgresql/.pgpass \
    op start timeout=120s interval=0 op stop timeout=120s interval=0 \
    op promote timeout=120s interval=0 op demote timeout=120s interval=0 \
    op monitor timeout=60s interval=10s role=Unpromoted op monitor timeout=60s interval=3s role=Promoted \
    op notify timeout=90s interval=0
clone second-clone second-db meta promotable=true notify=true clone-max=2 clone-node-max=1 \
    promoted-max=1 promoted-node-max=1 interleave=true failure-timeout=60s
END
)";
};

TEST_F(Siblings, AreShownTogetherOrByName)
{
    const auto pgtwin = [](const Arguments& arguments)
    {
        Arguments command{"/usr/lib/ocf/resource.d/heartbeat/pgtwin"};
        command.insert(command.end(), arguments.begin(), arguments.end());
        return lab().try_exec(first_node, command, seconds{40});
    };
    const auto has = [](const Ran& ran, const std::string& text)
    {
        return (ran.out + ran.err).find(text) != std::string::npos;
    };
    const Ran both = pgtwin({"status"});
    EXPECT_EQ(both.code, 0) << both.out << both.err;
    EXPECT_TRUE(has(both, "postgres-db  HEALTHY") && has(both, "\nsecond-db  HEALTHY")) << both.out;
    EXPECT_FALSE(has(pgtwin({"status", "postgres-db"}), "second-db"));
    EXPECT_FALSE(has(pgtwin({"status", "second-clone"}), "postgres-db"));
    EXPECT_TRUE(has(pgtwin({"status", "third-db"}), "it has postgres-db, second-db"));
    const Ran checked = pgtwin({"check", "--json"});
    EXPECT_TRUE(has(checked, "\"resource\": \"postgres-db\"") && has(checked, "\"resource\": \"second-db\""))
        << checked.out;
    const Ran refused = pgtwin({"accept-data-loss", "--yes"});
    EXPECT_NE(refused.code, 0);
    EXPECT_TRUE(has(refused, "postgres-db") && has(refused, "second-db")) << refused.err;
}

TEST_F(Siblings, FailOverWithoutEachOther)
{
    const std::string second_at = second_primary();
    const std::string started = second_sql(second_at, "SELECT pg_postmaster_start_time()");
    const std::string first_at = pair().primary();
    begin();
    pair().kill_postmaster(first_at);
    expect_recovery("postmaster of one of two pairs killed");
    EXPECT_EQ(pair().primary(), peer_of(first_at));
    EXPECT_EQ(second_primary(), second_at);
    EXPECT_EQ(second_sql(second_at, "SELECT pg_postmaster_start_time()"), started);
}

TEST_F(Siblings, SurviveTheLossOfANodeTogether)
{
    const std::string lost = second_primary();
    (void)second_sql(lost, "CREATE TABLE kept AS SELECT 42 AS answer");
    if (pair().primary() != lost)
    {
        switch_over(lab(), lost);
        pair().wait_healthy(heal_limit);
    }
    begin();
    lab().power_off(lost);
    expect_recovery("node with both primaries lost", 2 * gap_limit);
    wait_second_healthy();
    EXPECT_EQ(pair().primary(), peer_of(lost));
    EXPECT_EQ(second_primary(), peer_of(lost));
    EXPECT_EQ(second_sql(peer_of(lost), "SELECT answer FROM kept"), "42");
}

TEST_F(Siblings, DoNotTouchEachOthersDataInARebuild)
{
    const std::string standby = peer_of(second_primary());
    const std::string first_standby_start = pair().server_start(standby);
    begin();
    lab().exec(standby, {"sh", "-c", std::string{"cd "} + second_data + " && rm -rf ./*"});
    wait_state(lab(), "the second pair has noticed", 2 * heal_limit,
               [&](const ClusterState& state)
               { return state.nodes.at(standby).attribute("second-db-certified").empty() ? "" : "it is certified"; });
    wait_second_healthy();
    expect_recovery("data of the second pair's standby wiped");
    EXPECT_EQ(pair().server_start(standby), first_standby_start);
    EXPECT_EQ(second_sql(standby, "SELECT answer FROM kept"), "42");
}

TEST_F(Siblings, LedgersAreEqualInTheEnd)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
