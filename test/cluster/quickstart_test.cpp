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

/// A shell for clusters, and what the documents have for it.
struct Shell
{
    const char* name;
    Block configuration;
    Block looks;
    Block housekeeping;
    Block every_day;
};

constexpr Shell crm{
    "crm",
    Block{"README.md",         "quick-start-crm"    },
    Block{"doc/operations.md", "look-at-the-cluster"},
    Block{"doc/operations.md", "housekeeping"       },
    Block{"doc/operations.md", "every-day-crm"      },
};

constexpr Shell pcs{
    "pcs",
    Block{"README.md",         "quick-start-pcs"      },
    Block{"doc/operations.md", "look-with-pcs"        },
    Block{"doc/operations.md", "housekeeping-with-pcs"},
    Block{"doc/operations.md", "every-day-pcs"        },
};

void PrintTo(const Shell& shell, std::ostream* out)
{
    *out << shell.name;
}

/// What changes nothing, whatever the shell.
constexpr Block looks[] = {
    Block{"doc/operations.md",      "look-at-the-pair"   },
    Block{"doc/operations.md",      "metrics"            },
    Block{"doc/operations.md",      "look-by-other-means"},
    Block{"doc/operations.md",      "check"              },
    Block{"doc/operations.md",      "look-at-the-servers"},
    Block{"doc/operations.md",      "what-was-said"      },
    Block{"doc/operations.md",      "agent-by-hand"      },
    Block{"doc/troubleshooting.md", "look-for-trouble"   },
    Block{"doc/troubleshooting.md", "try-the-login"      },
};

/// Follows README.md on nodes that have a cluster with fencing, and nothing else.
class QuickStart : public testing::TestWithParam<Shell>
{
protected:
    void TearDown() override
    {
        if (HasFailure())
            std::cout << "logs: " << lab_.collect_logs(std::string{"QuickStart."} + GetParam().name) << std::endl;
    }

    /// README.md names the directory of the PostgreSQL in Debian 13; a lab of another Debian has another version.
    void run(const std::string& node, const Block& block) const
    {
        const std::string found = lab_.exec(node, {"sh", "-c", "echo /usr/lib/postgresql/*/bin"});
        follow(lab_, node, block,
               {
                   {"/usr/lib/postgresql/17/bin", found.substr(0, found.find('\n'))}
        });
    }

    /// What README.md leaves to the application: its line in pg_hba.conf.
    void let_the_application_in()
    {
        lab_.exec(first_node,
                  {"sh", "-c",
                   std::string{"echo 'host app app 192.0.2.0/24 scram-sha-256' >>"} + data_directory + "/pg_hba.conf"});
    }

    void wait_for_primary_and_address()
    {
        wait_until("the primary on psql1 behind the virtual address", Deadline{seconds{60}},
                   [this]() -> std::string
                   {
                       const ClusterState state = lab_.state();
                       return state.primary() == first_node && state.vip_node == first_node ? "" : state.summary();
                   });
    }

    void create_the_application_database()
    {
        lab_.exec(first_node, {"runuser", "-u", "postgres", "--", "psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-c",
                               "CREATE ROLE app LOGIN PASSWORD 'app'", "-c", "CREATE DATABASE app OWNER app"});
        (void)lab_.sql(first_node, "SET ROLE app; CREATE TABLE ledger (id bigint PRIMARY KEY)");
    }

    void expect_commits_on_both_nodes()
    {
        Client client{lab_.client_pid()};
        wait_until("commits through the virtual address", Deadline{seconds{20}},
                   [&]() -> std::string { return client.ledger().count() >= 10 ? "" : client.trouble(); });
        client.stop();
        for (const std::string node : {first_node, second_node})
            wait_until("every acknowledged commit on " + node, Deadline{seconds{15}},
                       [&]() -> std::string
                       {
                           const auto missing = client.missing(node);
                           if (!missing)
                               return missing.error().what;
                           return missing->empty() ? "" : std::to_string(missing->size()) + " are missing";
                       });
    }

    /// The lab has put the agent in its place; README.md begins with a copy in a folder of root's.
    void install()
    {
        for (const char* const node : {first_node, second_node})
        {
            lab_.exec(node, {"mv", "/usr/lib/ocf/resource.d/heartbeat/pgtwin", "/root/pgtwin"});
            run(node, Block{"README.md", "install"});
        }
    }

    void follow_what_looks()
    {
        run(first_node, Block{"README.md", "configure-and-check"});
        for (const char* const node : {first_node, second_node})
        {
            for (const Block& block : looks)
                run(node, block);
            run(node, GetParam().looks);
            const Ran monitor = try_follow(lab_, node, Block{"doc/operations.md", "monitor-by-hand"});
            EXPECT_EQ(monitor.out, node == std::string{first_node} ? "8\n" : "0\n") << monitor.explained();
            EXPECT_NE(lab_.exec(node, {"cat", "/var/lib/prometheus/node-exporter/pgtwin.prom"}), "");
        }
    }

    void wait_complete()
    {
        wait_until("primary and synchronous standby", Deadline{seconds{60}}, [this]() { return ailment_of(lab_); });
    }

    /// The commands for administrators work, and the pair is complete afterwards; they have moved the primary.
    void follow_the_operations()
    {
        // What node_exporter's package brings.
        for (const char* const node : {first_node, second_node})
            lab_.exec(node, {"mkdir", "-p", "/var/lib/prometheus/node-exporter"});
        follow_what_looks();
        run(first_node, GetParam().housekeeping);
        wait_complete();
        run(first_node, GetParam().every_day);
        wait_complete();
        EXPECT_EQ(lab_.state().primary(), second_node);
        EXPECT_EQ(lab_.exec(first_node, {"crm_resource", "-r", "postgres-db", "-g", "sync_degrade_delay"}), "12\n");
    }

    Lab lab_{Lab::name_for("quickstart")};
};

TEST_P(QuickStart, OfTheReadmeMakesACompletePair)
{
    install();
    run(first_node, Block{"README.md", "prepare-password-file"});
    run(second_node, Block{"README.md", "prepare-password-file"});
    run(first_node, Block{"README.md", "prepare-database"});
    let_the_application_in();
    run(first_node, GetParam().configuration);
    wait_for_primary_and_address();
    create_the_application_database();
    wait_complete();
    EXPECT_EQ(lab_.state().primary(), first_node);
    EXPECT_EQ(lab_.state().failures, std::vector<std::string>{});
    expect_commits_on_both_nodes();
    follow_the_operations();
}

INSTANTIATE_TEST_SUITE_P(Shell, QuickStart, testing::Values(crm, pcs),
                         [](const auto& shell) { return std::string{shell.param.name}; });

} // namespace
} // namespace pgtwin::test
