// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "pgtwin/config/actions.hpp"
#include "pgtwin/config/reading.hpp"
#include "pgtwin/report/checkup.hpp"
#include "schema.hpp"

namespace pgtwin::report
{
namespace
{

using std::chrono::seconds;

/// A pair of which nothing is to be said.
CheckupFacts good_pair()
{
    CheckupFacts facts;
    facts.resource = "postgres-db";
    facts.clone = "postgres-clone";
    facts.params = config::read_params({
                                           {"OCF_RESKEY_pgdata",    "/data"      },
                                           {"OCF_RESKEY_node_list", "psql1 psql2"},
                                           {"OCF_RESKEY_vip",       "192.0.2.20" }
    })
                       .params;
    facts.meta = {
        {"promotable",      "true"},
        {"notify",          "true"},
        {"clone-max",       "2"   },
        {"failure-timeout", "60s" }
    };
    facts.fencing_devices = 1;
    facts.cluster_nodes = {"psql1", "psql2"};
    for (const config::ActionSpec& spec : config::action_table())
        facts.operations.push_back({std::string{spec.name}, std::string{spec.role}, spec.interval, spec.timeout,
                                    "db-" + std::string{spec.name} + std::string{spec.role}});
    facts.addresses = {
        {"postgres-vip", "192.0.2.20", true}
    };
    facts.quorum = QuorumFact{true, true};
    facts.token = std::chrono::milliseconds{1000};
    facts.nodes = {
        {"psql1", Installation{}, Settings{}, Role::primary, Login{}}
    };
    return facts;
}

OperationFact& operation(CheckupFacts& facts, const std::string& name, const std::string& role = "")
{
    return *std::find_if(facts.operations.begin(), facts.operations.end(),
                         [&](const OperationFact& each) { return each.name == name && each.role == role; });
}

TEST(Checkup, WantsNeitherTwoNodeNorWaitForAllBesideAThirdVote)
{
    CheckupFacts facts = good_pair();
    facts.quorum = QuorumFact{false, false, true};
    EXPECT_EQ(exit_code(check_pair(facts)), 0) << text_of(check_pair(facts));
    facts.quorum = QuorumFact{false, false};
    facts.cluster_nodes.emplace_back("arbiter");
    EXPECT_EQ(exit_code(check_pair(facts)), 0) << text_of(check_pair(facts));
}

TEST(Checkup, AllowsWhatRecoversAfterAFailure)
{
    CheckupFacts facts = good_pair();
    facts.meta["migration-threshold"] = "INFINITY";
    operation(facts, "monitor", "Promoted").on_fail = "demote";
    operation(facts, "monitor", "Unpromoted").on_fail = "fence";
    EXPECT_EQ(exit_code(check_pair(facts)), 0) << text_of(check_pair(facts));
}

TEST(Checkup, FindsNothingInAGoodPair)
{
    const Checkup checkup = check_pair(good_pair());
    EXPECT_EQ(text_of(checkup), "postgres-db: nothing to change\n");
    EXPECT_EQ(exit_code(checkup), 0);
}

/// One thing that is wrong, what it is called, and a part of what mends it.
struct Wrong
{
    const char* id;
    AdviceLevel level;
    std::function<void(CheckupFacts&)> spoil;
    const char* remedy;
};

std::string name_of_row(const testing::TestParamInfo<Wrong>& row)
{
    std::string name = row.param.id;
    std::replace(name.begin(), name.end(), '-', '_');
    return name + "_" + std::to_string(row.index);
}

class CheckupOf : public testing::TestWithParam<Wrong>
{
};

TEST_P(CheckupOf, AWrongPairNamesItAndWhatHelps)
{
    CheckupFacts facts = good_pair();
    GetParam().spoil(facts);
    const Checkup checkup = check_pair(facts);
    ASSERT_EQ(checkup.advice.size(), 1U) << text_of(checkup);
    const Advice& advice = checkup.advice.front();
    EXPECT_EQ(advice.id, GetParam().id);
    EXPECT_EQ(advice.level, GetParam().level);
    EXPECT_NE((advice.crm + "\n" + advice.pcs).find(GetParam().remedy), std::string::npos) << text_of(checkup);
    EXPECT_FALSE(advice.what.empty() || advice.why.empty());
    EXPECT_EQ(exit_code(checkup), GetParam().level == AdviceLevel::error ? 2 : 1);
}

constexpr AdviceLevel error = AdviceLevel::error;
constexpr AdviceLevel warning = AdviceLevel::warning;

INSTANTIATE_TEST_SUITE_P(
    Cluster, CheckupOf,
    testing::Values(
        Wrong{"fencing-off", error, [](CheckupFacts& facts) { facts.properties["stonith-enabled"] = "false"; },
              "pcs property set stonith-enabled=true"},
        Wrong{"no-fencing-device", error, [](CheckupFacts& facts) { facts.fencing_devices = 0; }, "--fencing-hint"},
        Wrong{"quorum-ignored", error, [](CheckupFacts& facts) { facts.properties["no-quorum-policy"] = "ignore"; },
              "crm configure property no-quorum-policy=stop"},
        Wrong{"two-node-off", error,
              [](CheckupFacts& facts) {
                  facts.quorum = QuorumFact{false, true};
              },
              "two_node: 1"},
        Wrong{"wait-for-all-off", warning,
              [](CheckupFacts& facts) {
                  facts.quorum = QuorumFact{true, false};
              },
              "pcs quorum update wait_for_all=1"},
        Wrong{"maintenance-mode", warning, [](CheckupFacts& facts) { facts.properties["maintenance-mode"] = "true"; },
              "maintenance-mode=false"},
        Wrong{"node-maintenance", warning,
              [](CheckupFacts& facts)
              {
                  facts.nodes_aside = {
                      {"psql2", "maintenance", false}
                  };
              },
              "crm_attribute --node psql2 --name maintenance --delete"},
        Wrong{"node-standby", warning,
              [](CheckupFacts& facts)
              {
                  facts.nodes_aside = {
                      {"psql2", "standby", true}
                  };
              },
              "crm_attribute --node psql2 --name standby --lifetime reboot --delete"},
        Wrong{"all-stopped", error, [](CheckupFacts& facts) { facts.properties["stop-all-resources"] = "TRUE"; },
              "crm configure property stop-all-resources=false"},
        Wrong{"unknown-node", error,
              [](CheckupFacts& facts) {
                  facts.cluster_nodes = {"psql1", "psql3"};
              },
              "node_list"},
        Wrong{"delay-below-token", error, [](CheckupFacts& facts) { facts.token = std::chrono::milliseconds{5000}; },
              "set sync_degrade_delay 13"}),
    name_of_row);

INSTANTIATE_TEST_SUITE_P(
    Resource, CheckupOf,
    testing::Values(
        Wrong{"wrong-parameter", error,
              [](CheckupFacts& facts) { facts.wrong_parameters.emplace_back("parameter pgport is 'x'"); },
              "pcs resource update postgres-db"},
        Wrong{"unknown-parameter", warning,
              [](CheckupFacts& facts)
              {
                  facts.unknown_parameters = {
                      {"pgprot", "pgport"}
                  };
              },
              "crm resource param postgres-db delete pgprot"},
        Wrong{"force-promotion", warning, [](CheckupFacts& facts) { facts.params.force_promotion = true; },
              "delete force_promotion"},
        Wrong{"not-promotable", error, [](CheckupFacts& facts) { facts.meta.erase("promotable"); },
              "crm resource meta postgres-clone set promotable true"},
        Wrong{"notify-off", error, [](CheckupFacts& facts) { facts.meta["notify"] = "false"; },
              "pcs resource meta postgres-clone notify=true"},
        Wrong{"clone-max", warning, [](CheckupFacts& facts) { facts.meta["clone-max"] = "3"; }, "set clone-max 2"},
        Wrong{"promoted-max", error, [](CheckupFacts& facts) { facts.meta["promoted-max"] = "2"; }, "promoted-max 1"},
        Wrong{"unmanaged", warning, [](CheckupFacts& facts) { facts.meta["is-managed"] = "false"; }, "is-managed true"},
        Wrong{"unmanaged", warning,
              [](CheckupFacts& facts)
              {
                  facts.meta["is-managed"] = "false";
                  facts.own_meta["is-managed"] = "false";
              },
              "crm resource meta postgres-db set is-managed true\npcs resource meta postgres-db is-managed=true"},
        Wrong{"unmanaged", warning, [](CheckupFacts& facts) { facts.meta["maintenance"] = "true"; },
              "pcs resource meta postgres-clone maintenance=false"},
        Wrong{"globally-unique", error, [](CheckupFacts& facts) { facts.meta["globally-unique"] = "true"; },
              "crm resource meta postgres-clone set globally-unique false"},
        Wrong{"migration-threshold", warning, [](CheckupFacts& facts) { facts.meta["migration-threshold"] = "3"; },
              "pcs resource meta postgres-clone migration-threshold=INFINITY"},
        Wrong{"no-failure-timeout", warning, [](CheckupFacts& facts) { facts.meta.erase("failure-timeout"); },
              "crm resource meta postgres-clone set failure-timeout 60s\n"
              "pcs resource meta postgres-clone failure-timeout=60s"},
        Wrong{"no-address", warning, [](CheckupFacts& facts) { facts.addresses.clear(); },
              "with Promoted postgres-clone"},
        Wrong{"address-before-promotion", warning,
              [](CheckupFacts& facts) { facts.addresses.front().is_after_promotion = false; },
              "constraint order promote postgres-clone then start postgres-vip"},
        Wrong{"another-address", warning, [](CheckupFacts& facts) { facts.params.vip = "192.0.2.21"; },
              "vip=192.0.2.20"},
        Wrong{"left-ban", error,
              [](CheckupFacts& facts)
              {
                  facts.leftovers = {
                      {"cli-ban-postgres-clone-on-psql1", "postgres-clone", "psql1", true}
                  };
              },
              "crm resource clear postgres-clone\npcs resource clear postgres-clone"},
        Wrong{"left-move", warning,
              [](CheckupFacts& facts)
              {
                  facts.leftovers = {
                      {"cli-prefer-postgres-vip", "postgres-vip", "psql1", false}
                  };
              },
              "crm resource clear postgres-vip"}),
    name_of_row);

INSTANTIATE_TEST_SUITE_P(
    Operations, CheckupOf,
    testing::Values(Wrong{"no-monitor", error,
                          [](CheckupFacts& facts) { operation(facts, "monitor", "Promoted").interval = seconds{0}; },
                          "crm configure monitor postgres-db:Promoted 3s:60s"},
                    Wrong{"default-timeout", warning,
                          [](CheckupFacts& facts) { operation(facts, "notify").timeout.reset(); },
                          "crm configure set postgres-db.notify.timeout 90s\n"
                          "pcs resource update postgres-db op notify timeout=90s interval=0"},
                    Wrong{"default-timeout", warning,
                          [](CheckupFacts& facts) {
                              facts.operations.erase(facts.operations.begin() +
                                                     (&operation(facts, "notify") - facts.operations.data()));
                          },
                          "crm configure filter \"sed '$ s/$/ op notify timeout=90s interval=0/'\" postgres-db\n"},
                    Wrong{"short-timeout", warning,
                          [](CheckupFacts& facts) { operation(facts, "stop").timeout = seconds{30}; },
                          "crm configure set postgres-db.stop.timeout 120s"},
                    Wrong{"short-timeout", warning,
                          [](CheckupFacts& facts)
                          {
                              operation(facts, "monitor", "Promoted").interval = seconds{2};
                              operation(facts, "monitor", "Promoted").timeout = seconds{20};
                          },
                          "crm configure set postgres-db.monitor.2s.timeout 60s\n"
                          "pcs resource update postgres-db op monitor timeout=60s interval=2s role=Promoted"},
                    Wrong{"same-interval", error,
                          [](CheckupFacts& facts) { operation(facts, "monitor", "Unpromoted").interval = seconds{3}; },
                          "cibadmin --modify --xml-text '<op id=\"db-monitorUnpromoted\" interval=\"10s\"/>'"},
                    Wrong{"same-interval", error,
                          [](CheckupFacts& facts)
                          {
                              operation(facts, "monitor", "Promoted").interval = seconds{4};
                              operation(facts, "monitor", "Unpromoted").interval = seconds{4};
                          },
                          "cibadmin --modify --xml-text '<op id=\"db-monitorPromoted\" interval=\"3s\"/>'"},
                    Wrong{"disabled-operation", error,
                          [](CheckupFacts& facts) { operation(facts, "monitor", "Promoted").is_disabled = true; },
                          "cibadmin --modify --xml-text '<op id=\"db-monitorPromoted\" enabled=\"true\"/>'"},
                    Wrong{"on-fail", error, [](CheckupFacts& facts) { operation(facts, "stop").on_fail = "ignore"; },
                          "cibadmin --modify --xml-text '<op id=\"db-stop\" on-fail=\"fence\"/>'"},
                    Wrong{"on-fail", warning,
                          [](CheckupFacts& facts) { operation(facts, "monitor", "Unpromoted").on_fail = "block"; },
                          "cibadmin --modify --xml-text '<op id=\"db-monitorUnpromoted\" on-fail=\"restart\"/>'"},
                    Wrong{"delay-below-interval", warning,
                          [](CheckupFacts& facts) { operation(facts, "monitor", "Promoted").interval = seconds{7}; },
                          "sync_degrade_delay=18"},
                    Wrong{"slow-operation", warning,
                          [](CheckupFacts& facts)
                          {
                              facts.durations = {
                                  {"psql2", "stop", seconds{90}}
                              };
                          },
                          "op stop timeout=270s"}),
    name_of_row);

INSTANTIATE_TEST_SUITE_P(
    Node, CheckupOf,
    testing::Values(
        Wrong{"passfile-not-private", error,
              [](CheckupFacts& facts) {
                  facts.nodes.front().installation = Installation{InstallationFault::passfile_not_private, "/p"};
              },
              "chmod 0600 /p"},
        Wrong{"passfile-missing", error,
              [](CheckupFacts& facts) {
                  facts.nodes.front().installation = Installation{InstallationFault::passfile_missing, "/p"};
              },
              "HOST:5432:*:replicator:PASSWORD"},
        Wrong{"rewind-missing", warning,
              [](CheckupFacts& facts)
              {
                  Installation seen;
                  seen.missing_rewind = "/usr/bin/pg_rewind";
                  facts.nodes.front().installation = seen;
              },
              "install pg_rewind"},
        Wrong{"no-room-for-copy", warning,
              [](CheckupFacts& facts)
              {
                  facts.nodes.front().rooms = std::vector<Room>{
                      {"/srv",  std::int64_t{30} << 30, std::int64_t{40} << 30},
                      {"/data", std::int64_t{30} << 30, std::int64_t{20} << 30}
                  };
              },
              "make room on the file system of /data"},
        Wrong{"starts-at-boot", error,
              [](CheckupFacts& facts)
              {
                  facts.nodes.front().boot_starters = {
                      {"postgresql-17.service", ""}
                  };
              },
              "systemctl disable postgresql-17.service"},
        Wrong{"program-missing", error,
              [](CheckupFacts& facts) {
                  facts.nodes.front().installation =
                      Installation{InstallationFault::program_missing, "/usr/bin/postgres"};
              },
              "pg_bindir"},
        Wrong{
            "restart-after-crash", error,
            [](CheckupFacts& facts)
            {
                facts.nodes.front().settings = Settings{
                    {"restart_after_crash", "on"}
                };
            },
            R"sh(runuser -u postgres -- psql -X -d postgres -p 5432 -c "ALTER SYSTEM SET restart_after_crash = 'off'" -c 'SELECT pg_reload_conf()')sh"},
        Wrong{"timeline-not-latest", error,
              [](CheckupFacts& facts)
              {
                  facts.nodes.front().settings = Settings{
                      {"recovery_target_timeline", "3"             },
                      {"unix_socket_directories",  "/srv/run, /tmp"},
                  };
              },
              R"sh(-p 5432 -h /srv/run -c "ALTER SYSTEM SET recovery_target_timeline = 'latest'")sh"},
        Wrong{"wal-level-minimal", error,
              [](CheckupFacts& facts)
              {
                  facts.params.pg_bindir = "/opt/postgresql/bin";
                  facts.nodes.front().settings = Settings{
                      {"wal_level", "minimal"},
                  };
              },
              R"sh(-- /opt/postgresql/bin/psql -X)sh"},
        Wrong{"pending-restart", warning,
              [](CheckupFacts& facts)
              {
                  facts.nodes.front().settings = Settings{
                      {"settings that wait for a restart", "max_connections"},
                  };
              },
              R"sh(crm --wait node standby psql1 && crm node online psql1
pcs node standby psql1 --wait && pcs node unstandby psql1)sh"},
        Wrong{"unused-slot", warning,
              [](CheckupFacts& facts)
              {
                  facts.nodes.front().settings = Settings{
                      {"slots without use", "backup former"},
                  };
              },
              R"sh(-c "SELECT pg_drop_replication_slot('backup')" -c "SELECT pg_drop_replication_slot('former')")sh"},
        Wrong{"peer-not-admitted", warning,
              [](CheckupFacts& facts)
              {
                  facts.peer_host = "192.0.2.12";
                  facts.nodes.front().settings = Settings{
                      {"hba_file",    "/data/pg_hba.conf"      },
                      {"pg_hba.conf", "does not admit the peer"},
                  };
              },
              R"sh(echo 'host replication replicator 192.0.2.12/32 scram-sha-256' >>/data/pg_hba.conf && runuser)sh"},
        Wrong{"rewind-not-admitted", warning,
              [](CheckupFacts& facts)
              {
                  facts.peer_host = "psql2";
                  facts.nodes.front().settings = Settings{
                      {"hba_file",                  "/data/pg_hba.conf"      },
                      {"pg_hba.conf for pg_rewind", "does not admit the peer"},
                  };
              },
              R"sh(echo 'host postgres replicator samenet scram-sha-256')sh"},
        Wrong{
            "replication-role", warning,
            [](CheckupFacts& facts)
            {
                facts.nodes.front().role = Role::standby;
                facts.nodes.front().settings = Settings{
                    {"replication role", "may not log in"},
                };
            },
            R"sh(on the primary: runuser -u postgres -- psql -X -d postgres -p 5432 -c 'ALTER ROLE "replicator" REPLICATION LOGIN')sh"},
        Wrong{"wal-sender-timeout", warning,
              [](CheckupFacts& facts)
              {
                  facts.nodes.front().settings = Settings{
                      {"wal_sender_timeout", "5000"}
                  };
              },
              "wal_sender_timeout"},
        Wrong{"rewind-not-granted", warning,
              [](CheckupFacts& facts)
              {
                  facts.nodes.front().settings = Settings{
                      {"functions of pg_rewind", "not granted"}
                  };
              },
              "GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_binary_file(text) TO \"replicator\";"},
        Wrong{"no-login", error,
              [](CheckupFacts& facts) { facts.nodes.front().login = Login{"password authentication failed"}; },
              "pg_hba.conf"}),
    name_of_row);

TEST(Checkup, DoesNotSetAgainWhatWaitsForARestart)
{
    CheckupFacts facts = good_pair();
    facts.nodes.front().settings = Settings{
        {"wal_level",                        "minimal"  },
        {"settings that wait for a restart", "wal_level"}
    };
    const Checkup checkup = check_pair(facts);
    ASSERT_EQ(checkup.advice.size(), 2U);
    for (const Advice& advice : checkup.advice)
        EXPECT_EQ(advice.crm, "crm --wait node standby psql1 && crm node online psql1") << advice.id;
}

TEST(Checkup, LeavesTheOtherClustersOfDebianAlone)
{
    CheckupFacts facts = good_pair();
    facts.nodes.front().boot_starters = {
        {"postgresql.service", "17/main"}
    };
    const std::string text = text_of(check_pair(facts));
    EXPECT_NE(text.find("echo manual >/etc/postgresql/17/main/start.conf"), std::string::npos) << text;
}

TEST(Checkup, TellsWhatItCouldNotLookAt)
{
    CheckupFacts facts = good_pair();
    facts.nodes.front().settings = Seen<Settings>::unknown("the server is not running");
    const Checkup checkup = check_pair(facts);
    EXPECT_EQ(exit_code(checkup), 3);
    EXPECT_EQ(text_of(checkup), "postgres-db: nothing to change\n\nNot looked at:\n  settings of the server on psql1: "
                                "the server is not running\n");
}

TEST(Checkup, HasErrorsFirst)
{
    CheckupFacts facts = good_pair();
    facts.properties["maintenance-mode"] = "true";
    facts.meta["notify"] = "false";
    const Checkup checkup = check_pair(facts);
    ASSERT_EQ(checkup.advice.size(), 2U);
    EXPECT_EQ(checkup.advice.front().id, "notify-off");
    EXPECT_EQ(
        text_of(checkup).rfind("postgres-db: 1 error, 1 warning\n\nERROR    notify is not true [notify-off]\n", 0), 0U);
}

TEST(Checkup, IsTheSameAsJson)
{
    CheckupFacts facts = good_pair();
    facts.nodes.front().login = Login{"no \"entry\""};
    const std::string text = json_of({check_pair(facts)});
    EXPECT_NE(text.find("\"id\": \"no-login\""), std::string::npos) << text;
    EXPECT_NE(text.find("\"node\": \"psql1\""), std::string::npos) << text;
    EXPECT_NE(text.find("no \\\"entry\\\""), std::string::npos) << text;
    EXPECT_NE(text.find("\"exit\": 2"), std::string::npos) << text;
    EXPECT_TRUE(obeys(text, "check.schema.json"));
}

TEST(Checkup, ObeysItsSchemaWithAndWithoutFindings)
{
    CheckupFacts half_known = good_pair();
    half_known.quorum = {};
    half_known.meta["notify"] = "false";
    EXPECT_TRUE(obeys(json_of({check_pair(good_pair()), check_pair(half_known)}), "check.schema.json"));
    EXPECT_FALSE(obeys(R"([{"resource": "postgres-db"}])", "check.schema.json"));
}

} // namespace
} // namespace pgtwin::report
