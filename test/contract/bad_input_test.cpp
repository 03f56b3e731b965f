// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "contract/node.hpp"

namespace pgtwin::test
{
namespace
{

/// A way to be wrong: what is done to the sound node before, the action, and what it must answer.
struct Wrong
{
    const char* label;
    const char* prepare; ///< shell
    const char* action;
    int code;
    const char* reason; ///< part of the exit reason; empty: there must be none
};

constexpr const char* no_directory = "unset OCF_RESKEY_pgdata";
constexpr const char* relative = "export OCF_RESKEY_pgdata=data";
constexpr const char* bad_port = "export OCF_RESKEY_pgport=abc";
constexpr const char* bad_port_later = "export OCF_RESKEY_pgport=abc OCF_RESKEY_CRM_meta_interval=3000";
constexpr const char* no_pgdata_later = "unset OCF_RESKEY_pgdata; export OCF_RESKEY_CRM_meta_interval=3000";
constexpr const char* container = "export OCF_RESKEY_container_mode=true";
constexpr const char* prefix_in_vip = "export OCF_RESKEY_vip=192.0.2.20/24";
constexpr const char* unknown_option = "export OCF_RESKEY_primary_conninfo_opt=sslmodde=require";
constexpr const char* password = "export OCF_RESKEY_primary_conninfo_opt=password=geheim";
constexpr const char* relative_socket = "export OCF_RESKEY_pghost=run/postgresql";
constexpr const char* no_target = "export OCF_RESKEY_restore_command='cp /wal/%f /tmp'";
constexpr const char* other_hosts =
    "unset OCF_RESKEY_node_list; "
    "export OCF_RESKEY_CRM_meta_on_node=psql3 OCF_RESKEY_replication_hosts='psql1=1.2.3.4 psql2=1.2.3.5'";
constexpr const char* three_nodes = "export OCF_RESKEY_node_list='a b c'";
constexpr const char* no_user = "export OCF_RESKEY_pguser=ghost";
constexpr const char* no_passfile = "rm /var/lib/postgresql/.pgpass";
constexpr const char* no_programs = "rm -rf /usr/lib/postgresql /usr/bin/pg_ctl /usr/bin/postgres";
constexpr const char* bindir = "export OCF_RESKEY_pg_bindir=/opt/pgsql/bin";
constexpr const char* usual_bindir = "export OCF_RESKEY_pg_bindir=/usr/bin";
constexpr const char* pgctl = "export OCF_RESKEY_pgctl=/opt/pgsql/bin/pg_ctl";
constexpr const char* no_base_backup = "rm /usr/lib/postgresql/*/bin/pg_basebackup";
constexpr const char* foreign = "rm /srv/db/data/PG_VERSION";
constexpr const char* another_version = "echo 9 >/srv/db/data/PG_VERSION";
constexpr const char* not_ours = "chown root:root /srv/db/data && chmod 0700 /srv/db/data";
constexpr const char* open_passfile = "chmod 0644 /var/lib/postgresql/.pgpass";
constexpr const char* torn_pid_file = "echo torn >/srv/db/data/postmaster.pid";
constexpr const char* on_psql3 = "export OCF_RESKEY_CRM_meta_on_node=psql3";
constexpr const char* no_notify = "export OCF_RESKEY_CRM_meta_notify=false";
constexpr const char* crash_restart = "echo 'restart_after_crash = on' >>/srv/db/data/postgresql.conf";
constexpr const char* a_file = "rm -rf /srv/db/data && touch /srv/db/data";
constexpr const char* through_a_file = "touch /srv/db/file; export OCF_RESKEY_pgdata=/srv/db/file/data";
constexpr const char* in_a_circle = "ln -s circle /srv/db/circle; export OCF_RESKEY_pgdata=/srv/db/circle/data";
constexpr const char* foreign_of_root = "rm /srv/db/data/PG_VERSION; chown root:root /srv/db/data";
constexpr const char* open_directory = "chmod 0755 /srv/db/data";
constexpr const char* no_setpriv = "rm /usr/bin/setpriv";
constexpr const char* passfile_is_directory = "rm /var/lib/postgresql/.pgpass; mkdir /var/lib/postgresql/.pgpass";
constexpr const char* closed_passfile = "chmod 0000 /var/lib/postgresql/.pgpass";
constexpr const char* nonsense = "echo nonsense >>/srv/db/data/postgresql.conf";
constexpr const char* no_config_file = "export OCF_RESKEY_config_file=/etc/nowhere.conf";
constexpr const char* minimal = "printf 'wal_level = minimal\nmax_wal_senders = 0\n' >>/srv/db/data/postgresql.conf";

constexpr const char* elsewhere = "cp -a /srv/db/data /srv/db/other; "
                                  "echo \"data_directory = '/srv/db/other'\" >>/srv/db/data/postgresql.conf";
constexpr const char* elsewhere_by_file =
    "cp -a /srv/db/data /srv/db/other; cp /srv/db/data/postgresql.conf /srv/db/main.conf; "
    "chmod 0644 /srv/db/main.conf; echo \"data_directory = '/srv/db/other'\" >>/srv/db/main.conf; "
    "export OCF_RESKEY_config_file=/srv/db/main.conf";
constexpr const char* linked = "ln -s data /srv/db/link; "
                               "echo \"data_directory = '/srv/db/link'\" >>/srv/db/data/postgresql.conf";
constexpr const char* closed_control = "chmod 0000 /srv/db/data/global/pg_control";
constexpr const char* closed_version = "chown root:root /srv/db/data/PG_VERSION; chmod 0600 /srv/db/data/PG_VERSION";
constexpr const char* like_ours = "rm -rf /srv/db/data/*; touch /srv/db/data/pg_dumpall.sql";
constexpr const char* no_run_directory = "rm -rf /run/pgtwin; touch /run/pgtwin";
constexpr const char* no_version = ": >/srv/db/data/PG_VERSION";
constexpr const char* wrong_value = "echo \"lc_messages = 'xx_YY'\" >>/srv/db/data/postgresql.conf";

/// Wrong in the configuration of the cluster.
const std::vector<Wrong>& wrong_parameters()
{
    static const std::vector<Wrong> rows{
        {"no_pgdata",            no_directory,    "start",        2, "pgdata must be set"           },
        {"relative_pgdata",      relative,        "start",        2, "must be an absolute path"     },
        {"stop_relative_pgdata", relative,        "stop",         0, ""                             },
        {"port",                 bad_port,        "start",        2, "pgport is 'abc': must be"     },
        {"probe_port",           bad_port,        "monitor",      7, ""                             },
        {"recurring_port",       bad_port_later,  "monitor",      7, ""                             },
        {"reload_port",          bad_port,        "reload-agent", 0, "pgport is 'abc': must be"     },
        {"probe_no_pgdata",      no_directory,    "monitor",      7, ""                             },
        {"recurring_no_pgdata",  no_pgdata_later, "monitor",      1, "pgdata must be set"           },
        {"stop_port",            bad_port,        "stop",         0, ""                             },
        {"notify_port",          bad_port,        "notify",       0, ""                             },
        {"container",            container,       "start",        2, "not in a container"           },
        {"vip_with_prefix",      prefix_in_vip,   "validate-all", 6, "192.0.2.20"                   },
        {"unknown_option",       unknown_option,  "start",        2, "option \"sslmodde\""          },
        {"check_option",         unknown_option,  "validate-all", 6, "option \"sslmodde\""          },
        {"stop_option",          unknown_option,  "stop",         0, ""                             },
        {"password",             password,        "start",        2, "_opt must not hold a password"},
        {"relative_socket",      relative_socket, "start",        2, "must be an absolute path"     },
        {"no_target",            no_target,       "start",        2, "command must contain %p"      },
        {"other_hosts",          other_hosts,     "start",        2, "must name this node"          },
        {"three_nodes",          three_nodes,     "start",        2, "pgtwin is for pairs"          },
        {"node_not_listed",      on_psql3,        "start",        2, "must name this node"          },
        {"no_notify",            no_notify,       "start",        2, "notify=true"                  },
    };
    return rows;
}

/// Wrong on the node.
const std::vector<Wrong>& wrong_nodes()
{
    static const std::vector<Wrong> rows{
        {"foreign_directory",    foreign,               "start",        2, "not PostgreSQL's"                   },
        {"probe_foreign",        foreign,               "monitor",      7, ""                                   },
        {"stop_foreign",         foreign,               "stop",         0, ""                                   },
        {"another_version",      another_version,       "start",        2, "another major version"              },
        {"probe_version",        another_version,       "monitor",      7, ""                                   },
        {"stop_version",         another_version,       "stop",         0, ""                                   },
        {"not_ours",             not_ours,              "start",        4, "chmod it to 0700"                   },
        {"stop_not_ours",        not_ours,              "stop",         0, ""                                   },
        {"probe_torn_pid_file",  torn_pid_file,         "monitor",      7, ""                                   },
        {"stop_torn_pid_file",   torn_pid_file,         "stop",         0, ""                                   },
        {"file",                 a_file,                "start",        2, "not PostgreSQL's"                   },
        {"stop_file",            a_file,                "stop",         0, ""                                   },
        {"below_file",           through_a_file,        "start",        4, "/srv/db/file; chown it"             },
        {"stop_below_file",      through_a_file,        "stop",         0, ""                                   },
        {"probe_below_file",     through_a_file,        "monitor",      7, ""                                   },
        {"stop_in_a_circle",     in_a_circle,           "stop",         0, ""                                   },
        {"foreign_of_root",      foreign_of_root,       "start",        2, "not PostgreSQL's"                   },
        {"open_directory",       open_directory,        "start",        4, "chmod it to 0700"                   },
        {"no_setpriv",           no_setpriv,            "start",        5, "/usr/bin/setpriv"                   },
        {"nonsense",             nonsense,              "start",        2, "configuration: syntax error in file"},
        {"validate_nonsense",    nonsense,              "validate-all", 2, "configuration: syntax error in file"},
        {"no_config_file",       no_config_file,        "start",        2, "cannot read its configuration"      },
        {"no_programs",          no_programs,           "start",        5, "program is missing"                 },
        {"validate_no_programs", no_programs,           "validate-all", 5, "program is missing"                 },
        {"bindir",               bindir,                "start",        5, "/opt/pgsql/bin/postgres"            },
        {"validate_bindir",      bindir,                "validate-all", 5, "/opt/pgsql/bin/postgres"            },
        {"usual_bindir",         usual_bindir,          "validate-all", 0, ""                                   },
        {"pgctl",                pgctl,                 "start",        5, "/opt/pgsql/bin/postgres"            },
        {"probe_bindir",         bindir,                "monitor",      7, ""                                   },
        {"stop_bindir",          bindir,                "stop",         0, ""                                   },
        {"no_base_backup",       no_base_backup,        "start",        5, "bin/pg_basebackup"                  },
        {"probe_no_programs",    no_programs,           "monitor",      7, ""                                   },
        {"stop_no_programs",     no_programs,           "stop",         0, ""                                   },
        {"no_user",              no_user,               "start",        5, "user of the server is missing"      },
        {"stop_no_user",         no_user,               "stop",         0, ""                                   },
        {"no_passfile",          no_passfile,           "start",        2, "password file is missing"           },
        {"passfile_directory",   passfile_is_directory, "start",        2, "password file is missing"           },
        {"closed_passfile",      closed_passfile,       "start",        4, "chmod it to 0600"                   },
        {"open_passfile",        open_passfile,         "start",        4, "chmod it to 0600"                   },
        {"restart_after_crash",  crash_restart,         "start",        2, "after_crash = on, set restart"      },
        {"wrong_value",          wrong_value,           "validate-all", 2, "invalid value for parameter"        },
        {"elsewhere",            elsewhere,             "start",        2, "data_directory = /srv/db/other, rem"},
        {"validate_elsewhere",   elsewhere,             "validate-all", 2, "data_directory = /srv/db/other, rem"},
        {"elsewhere_by_file",    elsewhere_by_file,     "start",        2, "data_directory = /srv/db/other, rem"},
        {"linked",               linked,                "validate-all", 0, ""                                   },
        {"closed_control",       closed_control,        "start",        4, "global/pg_control: Permission denie"},
        {"probe_closed_control", closed_control,        "monitor",      7, ""                                   },
        {"stop_closed_control",  closed_control,        "stop",         0, ""                                   },
        {"closed_version",       closed_version,        "start",        4, "data/PG_VERSION: Permission denied" },
        {"like_ours",            like_ours,             "start",        2, "not PostgreSQL's"                   },
        {"stop_no_run",          no_run_directory,      "stop",         0, ""                                   },
        {"no_version",           no_version,            "start",        1, "PG_VERSION holds no version; check" },
        {"minimal_wal",          minimal,               "start",        2, "wal_level = minimal"                },
        {"validate_setting",     crash_restart,         "validate-all", 2, "after_crash = on, set restart"      },
    };
    return rows;
}

/// Names the row in the list of tests.
void PrintTo(const Wrong& wrong, std::ostream* out) // NOLINT(readability-identifier-naming): GoogleTest's name
{
    *out << wrong.label;
}

class BadInput : public testing::TestWithParam<Wrong>
{
};

TEST_P(BadInput, GetsOneLineAndTheRightCodeAndChangesNothing)
{
    const Wrong& wrong = GetParam();
    const Ran ran = run_with_database(std::string{wrong.prepare} +
                                      "\nstate() { find /srv/db -printf '%p %m %u %s %T@\\n' | sort | md5sum; }\n"
                                      "before=$(state)\n"
                                      "code=0\n"
                                      "$agent " +
                                      wrong.action +
                                      " || code=$?\n"
                                      "test \"$before\" = \"$(state)\" || echo 'the data directory has changed'\n"
                                      "exit $code");
    EXPECT_EQ(ran.code, wrong.code) << ran.explained();
    EXPECT_EQ(ran.out, "");
    const std::string prefix = "ocf-exit-reason:";
    if (std::string{wrong.reason}.empty())
    {
        EXPECT_EQ(ran.err, "");
        return;
    }
    EXPECT_EQ(ran.err.rfind(prefix, 0), 0U) << ran.err;
    EXPECT_NE(ran.err.find(wrong.reason), std::string::npos) << ran.err;
    EXPECT_EQ(ran.err.find('\n'), ran.err.size() - 1) << ran.err;
    EXPECT_LE(ran.err.size(), prefix.size() + 128) << ran.err;
}

/// The log of a start with `prepare` done before.
std::string log_of(const std::string& prepare, const std::string& action)
{
    return run_with_database(prepare + "\n$agent " + action + " || true\ncat /tmp/agent.log").out;
}

TEST(Warnings, NameAMisspeltParameterAndTheOneThatIsMeant)
{
    for (const char* const action : {"start", "validate-all"})
    {
        const std::string log = log_of("export OCF_RESKEY_pgprot=5433 OCF_RESKEY_crm_feature_set=3.19.0", action);
        EXPECT_NE(log.find("WARNING: " + std::string{action} +
                           ": pgtwin has no parameter of this name, correct or "
                           "remove it: pgprot (pgport is meant?)\n"),
                  std::string::npos)
            << log;
    }
}

TEST(Warnings, TellThatARewindWillNotBePossible)
{
    for (const char* const action : {"start", "validate-all"})
    {
        const std::string log = log_of("rm /usr/lib/postgresql/*/bin/pg_rewind", action);
        EXPECT_NE(log.find("/bin/pg_rewind is missing on this node, so that a former primary comes back by a base "
                           "backup; install it [rewind-missing]\n"),
                  std::string::npos)
            << log;
    }
}

TEST(Warnings, NameTheMachineThatIsNeitherNode)
{
    const std::string log = log_of("hostname psql9", "validate-all");
    EXPECT_NE(log.find("this machine is called psql9"), std::string::npos) << log;
    EXPECT_EQ(log_of("hostname psql2", "validate-all").find("this machine"), std::string::npos);
}

std::string name_of(const testing::TestParamInfo<Wrong>& row)
{
    return row.param.label;
}

INSTANTIATE_TEST_SUITE_P(Parameters, BadInput, testing::ValuesIn(wrong_parameters()), name_of);
INSTANTIATE_TEST_SUITE_P(Node, BadInput, testing::ValuesIn(wrong_nodes()), name_of);

} // namespace
} // namespace pgtwin::test
