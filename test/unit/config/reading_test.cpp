// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <ostream>

#include "pgtwin/config/param_table.hpp"
#include "pgtwin/config/reading.hpp"

namespace pgtwin::config
{
namespace
{

using namespace std::chrono_literals;

Environment with(const std::string& name, const std::string& value)
{
    Environment environment{
        {"OCF_RESKEY_pgdata", "/srv/data"}
    };
    environment["OCF_RESKEY_" + name] = value;
    return environment;
}

Params good(const std::string& name, const std::string& value)
{
    const Reading reading = read_params(with(name, value));
    for (const ParamError& error : reading.errors)
        ADD_FAILURE() << error.text();
    return reading.params;
}

std::string fault(const Environment& environment)
{
    const Reading reading = read_params(environment);
    return reading.errors.empty() ? "" : reading.errors.front().text();
}

TEST(Parameters, HaveTheDefaultsOfThePredecessor)
{
    const Params params = good("pgdata", "/srv/data");
    EXPECT_EQ(params.pgport, 5432);
    EXPECT_EQ(params.pguser, "postgres");
    EXPECT_EQ(params.slot_name, "ha_slot");
    EXPECT_EQ(params.max_slot_wal_keep_size, 1024);
    EXPECT_FALSE(params.is_max_slot_wal_keep_size_set);
    EXPECT_EQ(params.rep_mode, ReplicationMode::sync);
    EXPECT_TRUE(params.backup_before_basebackup);
    EXPECT_EQ(params.basebackup_timeout, 3600s);
    EXPECT_EQ(params.replication_failure_threshold, 5);
    EXPECT_EQ(params.pg_bindir, "/usr/bin");
    EXPECT_EQ(params.max_promotion_lag_bytes, 10485760);
    EXPECT_FALSE(params.force_promotion);
    EXPECT_EQ(params.monitor_timeout_promoted, 60s);
    EXPECT_EQ(params.monitor_timeout_unpromoted, 30s);
    EXPECT_EQ(params.sync_degrade_delay, 10s);
    EXPECT_TRUE(params.node_list.empty() && params.replication_hosts.empty());
}

TEST(Parameters, AreAllReadFromTheEnvironment)
{
    EXPECT_EQ(good("pgport", "5433").pgport, 5433);
    EXPECT_EQ(good("rep_mode", "strict").rep_mode, ReplicationMode::strict);
    EXPECT_EQ(good("rep_mode", "Async").rep_mode, ReplicationMode::async);
    EXPECT_EQ(good("max_promotion_lag_bytes", "-1").max_promotion_lag_bytes, -1);
    EXPECT_EQ(good("restore_command", "cp /wal/%f \"%p\"").restore_command, "cp /wal/%f \"%p\"");
    EXPECT_EQ(good("vip", "2001:db8::1").vip, "2001:db8::1");
}

TEST(Parameters, AreWarnedAboutIfTheyAcceptALoss)
{
    ASSERT_EQ(warnings_of(good("force_promotion", "yes")).size(), 1U);
    EXPECT_NE(warnings_of(good("force_promotion", "yes")).front().find("force_promotion"), std::string::npos);
    EXPECT_TRUE(warnings_of(good("force_promotion", "no")).empty());
}

TEST(Parameters, KeepTheirDefaultWhenEmpty)
{
    EXPECT_EQ(good("pgport", "").pgport, 5432);
    EXPECT_EQ(good("pgport", "  ").pgport, 5432);
    EXPECT_EQ(good("slot_name", "").slot_name, "ha_slot");
}

TEST(Parameters, LoseBlanksAroundThem)
{
    EXPECT_EQ(good("pgport", " 5433 ").pgport, 5433);
    EXPECT_EQ(good("pgdata", "/srv/data/ ").pgdata, "/srv/data");
}

TEST(Parameters, HoldTwoNodesAndTheirAddresses)
{
    EXPECT_EQ(good("node_list", " psql1,  psql2 ").node_list, (std::vector<std::string>{"psql1", "psql2"}));
    const auto hosts = good("replication_hosts", "psql1=10.0.0.1 psql2=fd00::2").replication_hosts;
    EXPECT_EQ(hosts, (std::map<std::string, std::string>{
                         {"psql1", "10.0.0.1"},
                         {"psql2", "fd00::2" }
    }));
}

TEST(Booleans, AreReadInEverySpelling)
{
    for (const char* const yes : {"true", "YES", "On", "1"})
        EXPECT_TRUE(good("force_promotion", yes).force_promotion) << yes;
    for (const char* const no : {"false", "No", "OFF", "0"})
        EXPECT_FALSE(good("backup_before_basebackup", no).backup_before_basebackup) << no;
}

TEST(Durations, AreReadInPacemakersUnits)
{
    for (const char* const text : {"120", "120s", "120sec", "2min", "2 m", "120000ms"})
        EXPECT_EQ(good("basebackup_timeout", text).basebackup_timeout, 120s) << text;
    EXPECT_EQ(good("basebackup_timeout", "2h").basebackup_timeout, 2h);
}

struct WrongValue
{
    const char* label;
    const char* name;
    const char* value;
    const char* problem;
};

/// Names the row in the list of tests.
void PrintTo(const WrongValue& wrong, std::ostream* out) // NOLINT(readability-identifier-naming): GoogleTest's name
{
    *out << wrong.label;
}

class WrongParameter : public testing::TestWithParam<WrongValue>
{
};

TEST_P(WrongParameter, IsNamedWithItsValueAndTheRemedy)
{
    const WrongValue& wrong = GetParam();
    EXPECT_EQ(fault(with(wrong.name, wrong.value)),
              std::string{"parameter "} + wrong.name + " is '" + wrong.value + "': " + wrong.problem);
}

constexpr const char* needs_path = "must be an absolute path, such as /var/lib/postgresql";
constexpr const char* needs_plain_path = "must not contain quotes, backslashes or dollar signs";
constexpr const char* needs_port = "must be an integer from 1 to 65535";
constexpr const char* needs_boolean = "must be true or false";
constexpr const char* needs_delay = "must be whole seconds, such as 60s or 2min, from 8 to 600";
constexpr const char* needs_hosts = "must be node=address for each node, such as psql1=10.0.0.1 psql2=10.0.0.2";
constexpr const char* needs_user = "must be the name of the operating system user that owns the data directory";
constexpr const char* needs_two_nodes = "must name two different nodes, or be empty";

INSTANTIATE_TEST_SUITE_P(
    Config, WrongParameter,
    testing::Values(
        WrongValue{"relative_pgdata", "pgdata", "data", needs_path},
        WrongValue{"root_pgdata", "pgdata", "//", needs_path},
        WrongValue{"quoted_pgdata", "pgdata", "/a'b", needs_plain_path},
        WrongValue{"relative_config_file", "config_file", "postgresql.conf", needs_path},
        WrongValue{"word_as_port", "pgport", "abc", needs_port}, WrongValue{"port_zero", "pgport", "0", needs_port},
        WrongValue{"port_too_high", "pgport", "65536", needs_port},
        WrongValue{"port_with_tail", "pgport", "5432x", needs_port},
        WrongValue{"port_beyond_all", "pgport", "99999999999999999999", needs_port},
        WrongValue{"lag_below", "max_promotion_lag_bytes", "-2", "must be an integer of at least -1"},
        WrongValue{"unknown_mode", "rep_mode", "quorum", "must be sync, async or strict"},
        WrongValue{"no_boolean", "force_promotion", "maybe", needs_boolean},
        WrongValue{"short_delay", "sync_degrade_delay", "7s", needs_delay},
        WrongValue{"split_second", "sync_degrade_delay", "3500ms", needs_delay},
        WrongValue{"unknown_unit", "sync_degrade_delay", "3 weeks", needs_delay},
        WrongValue{"negative_delay", "sync_degrade_delay", "-3s", needs_delay},
        WrongValue{"word_as_delay", "sync_degrade_delay", "soon", needs_delay},
        WrongValue{"three_nodes", "node_list", "a b c", "must name two nodes: pgtwin is for pairs"},
        WrongValue{"one_node", "node_list", "psql1", needs_two_nodes},
        WrongValue{"the_same_node", "node_list", "psql1 PSQL1", needs_two_nodes},
        WrongValue{"no_node_name", "node_list", "a;b c", "must be node names as crm_node -l shows them"},
        WrongValue{"host_without_node", "replication_hosts", "10.0.0.1 10.0.0.2", needs_hosts},
        WrongValue{"node_without_host", "replication_hosts", "a= b=10.0.0.2", needs_hosts},
        WrongValue{"the_same_host_twice", "replication_hosts", "a=1.2.3.4 a=1.2.3.5", needs_hosts},
        WrongValue{"one_host", "replication_hosts", "a=1.2.3.4", "must give the address of both nodes, or be empty"},
        WrongValue{"upper_case_slot", "slot_name", "HA",
                   "must be lower case letters, digits and underscores, at most 63"},
        WrongValue{"hyphen_in_name", "application_name", "psql-1",
                   "must be letters, digits and underscores, at most 63, no hyphens"},
        WrongValue{"root_as_user", "pguser", "root", "must not be root: PostgreSQL refuses to run as root"},
        WrongValue{"option_as_user", "pguser", "-x", needs_user},
        WrongValue{"blank_in_user", "pguser", "a b", needs_user},
        WrongValue{"relative_socket", "pghost", "run/postgresql", needs_path},
        WrongValue{"prefix_in_vip", "vip", "10.0.0.1/24",
                   "must be the address alone, without the prefix length: 10.0.0.1"},
        WrongValue{"name_as_vip", "vip", "db.example", "must be an IP address, such as 192.0.2.20"},
        WrongValue{"containers", "container_mode", "Yes",
                   "must be false: pgtwin runs PostgreSQL on the node itself, not in a container; remove it"},
        WrongValue{"word_for_containers", "container_mode", "maybe", needs_boolean}),
    [](const testing::TestParamInfo<WrongValue>& row) { return std::string{row.param.label}; });

std::string option_fault(const std::string& options)
{
    return fault(with("primary_conninfo_opt", options));
}

TEST(RestoreCommand, NamesTheFileAndWhereItGoes)
{
    for (const char* const good_one : {"cp /wal/%f %p", "fetch '%f' \"%p\" %r", "date +%%s; cp /wal/%f %p"})
        EXPECT_EQ(fault(with("restore_command", good_one)), "") << good_one;
    EXPECT_EQ(fault(with("restore_command", "cp /wal/%f /x")),
              "parameter restore_command must contain %p, which PostgreSQL replaces by the path to copy the file to");
    for (const char* const bad : {"cp /wal/x %p", "cp /wal/%%f %p", "cp %", "true"})
        EXPECT_EQ(fault(with("restore_command", bad)), "parameter restore_command must contain %f, which PostgreSQL "
                                                       "replaces by the name of the file to fetch")
            << bad;
}

TEST(SocketDirectory, MayBeAHostOfNoAccount)
{
    EXPECT_EQ(good("pghost", "/run/postgresql").pghost, "/run/postgresql");
    EXPECT_EQ(good("pghost", "db.example.org").pghost, "db.example.org");
}

TEST(ConnectionOptions, MustBeKeywordsAndValues)
{
    for (const char* const text : {"sslmode", "ssl key=a", "postgresql://u:geheim@h/db", "geheim"})
        EXPECT_EQ(option_fault(text), "parameter primary_conninfo_opt must be libpq options, such as "
                                      "sslmode=verify-full sslrootcert=/etc/ssl/ca.pem")
            << text;
}

TEST(ConnectionOptions, NameTheKeywordWhoseValueDoesNotEnd)
{
    for (const char* const text : {"sslmode=require sslkey='/a b", "sslkey=a\\", "sslkey='a\\'"})
        EXPECT_EQ(option_fault(text), "parameter primary_conninfo_opt must end the value of sslkey: a quote or a "
                                      "backslash is left open")
            << text;
}

TEST(ConnectionOptions, DoNotSetWhatPgtwinSets)
{
    for (const char* const keyword : {"host", "hostaddr", "port", "user", "application_name", "dbname", "passfile",
                                      "service", "servicefile", "replication"})
        EXPECT_EQ(option_fault(std::string{keyword} + "=x"), "parameter primary_conninfo_opt must not set " +
                                                                 std::string{keyword} +
                                                                 ": pgtwin sets it from its own parameters");
}

TEST(ConnectionOptions, HoldNoSecretAndAreNotRepeated)
{
    EXPECT_EQ(option_fault("sslmode=require password = geheim"),
              "parameter primary_conninfo_opt must not hold a password: put it into the password file (parameter "
              "pgpassfile)");
    for (const char* const keyword : {"sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"})
    {
        const std::string text = option_fault(std::string{keyword} + "=geheim");
        EXPECT_NE(text.find("must not hold " + std::string{keyword}), std::string::npos) << text;
        EXPECT_EQ(text.find("geheim"), std::string::npos) << text;
    }
}

TEST(ConnectionOptions, MayBeQuotedAndEscaped)
{
    for (const char* const text :
         {"sslmode=verify-full", "sslkey='/a b' sslmode = require", "options=a\\ b", "options='a\\'b'"})
        EXPECT_EQ(good("primary_conninfo_opt", text).primary_conninfo_opt, text);
}

TEST(ParameterErrors, AreWrongForEveryNodeIfTheTextIsImpossible)
{
    const Reading reading = read_params(with("pgport", "abc"));
    ASSERT_EQ(reading.errors.size(), 1U);
    EXPECT_EQ(reading.errors[0].scope, Scope::every_node);
    EXPECT_EQ(params_from(with("pgport", "abc")).error().kind, ErrorKind::malformed);
}

TEST(ParameterErrors, LeaveTheOtherParametersReadable)
{
    Environment environment = with("pgport", "abc");
    environment["OCF_RESKEY_rep_mode"] = "quorum";
    environment["OCF_RESKEY_pguser"] = "pg";
    const Reading reading = read_params(environment);
    EXPECT_EQ(reading.errors.size(), 2U);
    EXPECT_EQ(reading.params.pgdata, "/srv/data");
    EXPECT_EQ(reading.params.pguser, "pg");
    EXPECT_EQ(reading.params.pgport, 5432);
}

TEST(ParameterErrors, NeverPutTheDefaultInThePlaceOfAWrongDataDirectory)
{
    EXPECT_EQ(read_params(with("pgdata", "data")).params.pgdata, "");
    EXPECT_EQ(read_params({}).params.pgdata, "");
}

TEST(ParameterErrors, NameAMissingDataDirectory)
{
    EXPECT_EQ(fault({}), "parameter pgdata must be set");
}

TEST(ParameterErrors, AreOneShortLine)
{
    EXPECT_EQ(fault(with("pgdata", "/srv/a\nb")),
              "parameter pgdata is '/srv/a?b': must not contain line breaks or other "
              "control characters");
    const std::string text = fault(with("vip", std::string(500, 'x')));
    EXPECT_LT(text.size(), 127U);
}

TEST(ParametersTogether, MustNameTheSameNodes)
{
    Environment environment = with("node_list", "psql1 psql2");
    environment["OCF_RESKEY_replication_hosts"] = "PSQL1=10.0.0.1 psql2=10.0.0.2";
    EXPECT_EQ(fault(environment), "");
    environment["OCF_RESKEY_replication_hosts"] = "psql1=10.0.0.1 psql3=10.0.0.3";
    EXPECT_NE(fault(environment).find("psql3 is not one of them"), std::string::npos);
}

TEST(ParametersTogether, RemoveAnOldCopyOnANodeOfThePairOnly)
{
    Environment environment = with("node_list", "psql1 psql2");
    environment["OCF_RESKEY_replace_old_copy_on"] = "psql2";
    EXPECT_EQ(fault(environment), "");
    environment["OCF_RESKEY_replace_old_copy_on"] = "psql3";
    EXPECT_NE(fault(environment).find("must name one of the two nodes, psql1 or psql2"), std::string::npos);
    EXPECT_EQ(read_params(environment).params.replace_old_copy_on, "");
}

TEST(ParamsFrom, AnswersWithTheParameters)
{
    const auto params = params_from(with("pgport", "5433"));
    ASSERT_TRUE(params);
    EXPECT_EQ(params->pgport, 5433);
}

TEST(CheckNode, AcceptsANodeOfTheListInAnyCase)
{
    const Params params = good("node_list", "psql1 psql2");
    EXPECT_EQ(check_node(params, "PSQL2"), std::nullopt);
    EXPECT_EQ(check_node(good("node_list", ""), "anything"), std::nullopt);
}

TEST(CheckNode, RefusesThisNodeOnlyIfTheListLacksIt)
{
    const auto error = check_node(good("node_list", "psql1 psql2"), "psql3");
    ASSERT_TRUE(error);
    EXPECT_EQ(error->scope, Scope::this_node);
    EXPECT_EQ(error->text(), "parameter node_list is 'psql1 psql2': must name this node, which Pacemaker calls psql3");
}

TEST(CheckNode, GoesByTheReplicationHostsIfThereIsNoList)
{
    const Params params = good("replication_hosts", "psql1=10.0.0.1 psql2=10.0.0.2");
    EXPECT_EQ(check_node(params, "psql1"), std::nullopt);
    const auto error = check_node(params, "psql3");
    ASSERT_TRUE(error);
    EXPECT_EQ(error->text(),
              "parameter replication_hosts is 'psql1 psql2': must name this node, which Pacemaker calls psql3");
}

TEST(DoubtOfHost, IsSaidOnlyOfAMachineThatIsNeitherNode)
{
    const Params params = good("node_list", "psql1 psql2");
    EXPECT_EQ(doubt_of_host(params, "PSQL1"), "");
    EXPECT_EQ(doubt_of_host(good("node_list", ""), "psql9"), "");
    EXPECT_EQ(doubt_of_host(params, "psql9"),
              "the parameters name the nodes psql1 and psql2, and this machine is called psql9: correct them unless "
              "Pacemaker has another name for it");
}

Environment clone(const std::string& notify, const std::string& promoted_max)
{
    return {
        {"OCF_RESKEY_CRM_meta_clone_max",    "2"         },
        {"OCF_RESKEY_CRM_meta_notify",       notify      },
        {"OCF_RESKEY_CRM_meta_promoted_max", promoted_max}
    };
}

TEST(CheckClone, AcceptsAPromotableCloneWithNotifications)
{
    EXPECT_EQ(check_clone(clone("true", "1")), std::nullopt);
    EXPECT_EQ(check_clone({
                  {"OCF_RESKEY_CRM_meta_clone_max",  "2"},
                  {"OCF_RESKEY_CRM_meta_master_max", "1"}
    }),
              std::nullopt);
}

TEST(CheckClone, SaysNothingOfAnActionRunByHand)
{
    EXPECT_EQ(check_clone({
                  {"OCF_RESKEY_pgdata", "/srv/data"}
    }),
              std::nullopt);
}

TEST(CheckClone, WantsNotifications)
{
    EXPECT_EQ(check_clone(clone("false", "1"))->text(),
              "parameter notify is 'false': must be true: set the meta attribute notify=true of the clone");
}

TEST(CheckClone, WantsOnePromotedInstance)
{
    EXPECT_EQ(check_clone(clone("true", "2"))->name, "promoted-max");
    EXPECT_EQ(check_clone(clone("true", ""))->name, "promotable");
}

TEST(Parameters, AreShownToEverybodyOnlyIfNoneMayHoldASecret)
{
    const Environment shown = without_secrets({
        {"OCF_RESKEY_pgdata",               "/data"     },
        {"OCF_RESKEY_repuser",              "replicator"},
        {"OCF_RESKEY_primary_conninfo_opt", "password=x"},
        {"OCF_RESKEY_reppassword",          "x"         },
        {"OCF_RESKEY_CRM_meta_timeout",     "60000"     },
        {"PATH",                            "/bin"      }
    });
    EXPECT_EQ(shown, (Environment{
                         {"OCF_RESKEY_pgdata",  "/data"     },
                         {"OCF_RESKEY_repuser", "replicator"}
    }));
}

} // namespace
} // namespace pgtwin::config
