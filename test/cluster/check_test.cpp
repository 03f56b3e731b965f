// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <iostream>
#include <memory>

#include "cluster/pair.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr const char* agent = "/usr/lib/ocf/resource.d/heartbeat/pgtwin";
constexpr const char* passfile = "/var/lib/postgresql/.pgpass";

/// What makes a finding on the first node: a command of the shell, or a setting.
struct Spoilt
{
    const char* id;
    const char* cause;
};

/// Either shell mends these. While they are there the cluster is in maintenance mode, so that nothing comes of them.
/// What crmsh takes for an error goes first, and comes last.
constexpr Spoilt spoilt_configuration[] = {
    {"unknown-parameter",        "crm_resource -r postgres-db -p rep_mod -v sync"                                   },
    {"fencing-off",              "crm_attribute -n stonith-enabled -v false"                                        },
    {"quorum-ignored",           "crm_attribute -n no-quorum-policy -v ignore"                                      },
    {"unmanaged",                "crm_resource -r postgres-clone --meta -p is-managed -v false"                     },
    {"clone-max",                "crm_resource -r postgres-clone --meta -p clone-max -v 3"                          },
    {"promoted-max",             "crm_resource -r postgres-clone --meta -p promoted-max -v 2"                       },
    {"all-stopped",              "crm_attribute -n stop-all-resources -v true"                                      },
    {"migration-threshold",      "crm_resource -r postgres-clone --meta -p migration-threshold -v 3"                },
    {"on-fail",                  "cibadmin -M -X \"<op id='postgres-db-stop-0' on-fail='block'/>\""                 },
    {"disabled-operation",       "cibadmin -M -X \"<op id='postgres-db-demote-0' enabled='false'/>\""               },
    {"notify-off",               "crm_resource -r postgres-clone --meta -p notify -v false"                         },
    {"no-failure-timeout",       "crm_resource -r postgres-clone --meta -d failure-timeout"                         },
    {"address-before-promotion", "cibadmin --delete-all --force --xpath //rsc_order"                                },
    {"another-address",          "crm_resource -r postgres-db -p vip -v 192.0.2.21"                                 },
    {"force-promotion",          "crm_resource -r postgres-db -p force_promotion -v true"                           },
    {"no-monitor",               "cibadmin --delete-all --force --xpath \"//op[@name='monitor'][@role='Promoted']\""},
    {"short-timeout",            "crm configure set postgres-db.monitor.10s.timeout 30s"                            },
    {"default-timeout",          "cibadmin --delete-all --force --xpath \"//op[@name='notify']\""                   },
};

/// One command mends these, in either shell.
constexpr Spoilt spoilt_servers[] = {
    {"no-wal-kept",               "wal_keep_size = 0"               },
    {"wal-sender-timeout",        "wal_sender_timeout = 0"          },
    {"wal-receiver-timeout",      "wal_receiver_timeout = 0"        },
    {"commits-do-not-wait",       "synchronous_commit = local"      },
    {"full-page-writes-off",      "full_page_writes = off"          },
    {"standby-holds-vacuum-back", "hot_standby_feedback = on"       },
    {"unlimited-standby-delay",   "max_standby_streaming_delay = -1"},
    {"delayed-standby",           "recovery_min_apply_delay = 1000" },
};

/// `pgtwin check` on a pair in which nothing is wrong, then in one in which much is.
class Check : public testing::Test
{
protected:
    static void SetUpTestSuite()
    {
        shared_lab() = std::make_unique<Lab>(Lab::name_for("check"));
        lab().prepare_postgres();
        set("max_slot_wal_keep_size", "4GB");
        set("wal_keep_size", "1GB");
        lab().configure();
        wait_healthy();
    }

    static void TearDownTestSuite() { shared_lab().reset(); }

    void TearDown() override
    {
        if (HasFailure())
            std::cout << "logs: " << lab().collect_logs("Check") << std::endl;
    }

    static void set(const std::string& setting, const std::string& value)
    {
        lab().exec(first_node,
                   {"sh", "-c", "echo \"" + setting + " = '" + value + "'\" >>" + data_directory + "/postgresql.conf"});
    }

    [[nodiscard]] Ran check(const std::string& node, const Arguments& options = {}) const
    {
        Arguments command{agent, "check"};
        command.insert(command.end(), options.begin(), options.end());
        return lab().try_exec(node, command, seconds{40});
    }

    static void shell(const std::string& node, const std::string& command)
    {
        lab().exec(node, {"bash", "-c", command}, seconds{60});
    }

    /// As user postgres, without the lab's database.
    static void sql(const std::string& node, const std::string& statement)
    {
        shell(node, "cd / && runuser -u postgres -- psql -Xqd postgres -c \"" + statement + "\"");
    }

    static std::string named(const std::string& id) { return " [" + id + "]\n"; }

    /// What is printed behind the label of a finding, as it stands there: "fix", or "crmsh" or "pcs".
    static std::string remedy_in(const std::string& printed, const std::string& id, const std::string& label)
    {
        const std::size_t begin = printed.find(named(id));
        if (begin == std::string::npos)
            return {};
        const std::string finding = printed.substr(begin, printed.find("\n\n", begin) - begin);
        const std::string margin = "\n         ";
        std::size_t at = finding.find(margin + label + ":");
        if (at == std::string::npos)
            at = finding.find(margin + "fix:");
        if (at == std::string::npos)
            return {};
        const std::size_t command = at + margin.size() + 7;
        return finding.substr(command,
                              label == "pcs" ? std::string::npos : finding.find(margin + "pcs:", command) - command);
    }

    /// Types what is printed for the finding, on the node where it was looked for.
    static void follow(const std::string& node, const std::string& printed, const std::string& id,
                       const std::string& label)
    {
        const std::string command = remedy_in(printed, id, label);
        ASSERT_FALSE(command.empty()) << id << " is not found\n" << printed;
        const Ran ran = lab().try_exec(node, {"bash", "-c", command}, seconds{90});
        EXPECT_TRUE(ran.ok()) << id << ": " << command << "\n" << ran.explained();
    }

    void expect_gone(const std::string& node, const std::string& id) const
    {
        const Ran after = check(node);
        EXPECT_EQ(after.out.find(named(id)), std::string::npos) << after.out;
    }

    void expect_nothing_left() const
    {
        wait_healthy();
        for (const char* const node : {first_node, second_node})
        {
            const Ran after = check(node);
            EXPECT_EQ(after.code, 0) << after.out;
        }
    }

    void expect_configuration_mended_by(const std::string& label) const
    {
        shell(first_node, "crm_attribute -n maintenance-mode -v true");
        for (auto each = std::rbegin(spoilt_configuration); each != std::rend(spoilt_configuration); ++each)
            shell(first_node, each->cause);
        const Ran found = check(first_node);
        for (const Spoilt& each : spoilt_configuration)
            follow(first_node, found.out, each.id, label);
        for (const Spoilt& each : spoilt_configuration)
            expect_gone(first_node, each.id);
        follow(first_node, found.out, "maintenance-mode", label);
        expect_nothing_left();
    }

    /// Beside a monitor that is missing there are no two with one interval.
    void expect_intervals_mended() const
    {
        shell(first_node, "crm_attribute -n maintenance-mode -v true");
        const std::string monitor = "//op[@name='monitor'][@role='Promoted']";
        shell(first_node, "cibadmin --modify --xml-text \"$(cibadmin --query --xpath \"" + monitor +
                              "\" | sed 's/interval=\"[^\"]*\"/interval=\"10s\"/')\"");
        const Ran found = check(first_node);
        follow(first_node, found.out, "same-interval", "crmsh");
        expect_gone(first_node, "same-interval");
        follow(first_node, found.out, "maintenance-mode", "crmsh");
        expect_nothing_left();
    }

    /// A setting that waits for the restart of the standby's server, which is one of taking the node out and back.
    void expect_restarted_by(const std::string& label, const std::string& value) const
    {
        sql(second_node, "ALTER SYSTEM SET max_files_per_process = " + value);
        sql(second_node, "SELECT pg_reload_conf()");
        Ran found;
        wait_until("the setting waits for a restart", Deadline{seconds{20}},
                   [&]
                   {
                       found = check(second_node);
                       return found.out.find(named("pending-restart")) == std::string::npos ? found.out : "";
                   });
        follow(second_node, found.out, "pending-restart", label);
        expect_nothing_left();
    }

    /// What a move and a ban leave behind, and what clears it by the commands that are named: none of it outlives this.
    void expect_that_left_constraints_are_found() const
    {
        crm({"resource", "move", "postgres-vip", first_node, "force"});
        const Ran moved = check(second_node);
        EXPECT_EQ(moved.code, 1) << moved.out;
        EXPECT_NE(moved.out.find("[left-move]"), std::string::npos) << moved.out;
        expect_to_clear_by(moved, "crmsh: ");
        crm({"resource", "ban", "postgres-vip", second_node});
        const Ran banned = check(second_node);
        EXPECT_EQ(banned.code, 2) << banned.out;
        EXPECT_NE(banned.out.find("keeps postgres-vip off psql2 [left-ban]"), std::string::npos) << banned.out;
        expect_to_clear_by(banned, "pcs:   ");
    }

    void expect_to_clear_by(const Ran& found, const std::string& label) const
    {
        const std::size_t at = found.out.find(label);
        ASSERT_NE(at, std::string::npos) << found.out;
        const std::string command = found.out.substr(at + label.size(), found.out.find('\n', at) - at - label.size());
        lab().exec(first_node, {"sh", "-c", command});
        const Ran cleared = check(first_node);
        EXPECT_EQ(cleared.code, 0) << command << "\n" << cleared.out;
    }

    /// Before the next start refuses it.
    void expect_that_another_directory_is_found() const
    {
        set("data_directory", "/srv/other");
        const Ran found = check(first_node);
        EXPECT_NE(found.out.find("data_directory is /srv/other [another-data-directory]"), std::string::npos)
            << found.out;
        shell(first_node, std::string{"sed -i /^data_directory/d "} + data_directory + "/postgresql.conf");
        expect_gone(first_node, "another-data-directory");
    }

    /// A change of the cluster, as an administrator makes it.
    void crm(const Arguments& command) const { (void)lab().crm(first_node, command); }

    static std::unique_ptr<Lab>& shared_lab()
    {
        static std::unique_ptr<Lab> lab;
        return lab;
    }

    static Lab& lab() { return *shared_lab(); }

    static void wait_healthy()
    {
        wait_until("primary and synchronous standby", Deadline{seconds{90}}, [] { return ailment_of(lab()); });
    }
};

TEST_F(Check, IsDoneWithWhenItsCommandsWereTypedForCrmsh)
{
    expect_configuration_mended_by("crmsh");
    expect_intervals_mended();
    expect_restarted_by("crmsh", "901");
}

TEST_F(Check, IsDoneWithWhenItsCommandsWereTypedForPcs)
{
    expect_configuration_mended_by("pcs");
    expect_restarted_by("pcs", "902");
}

TEST_F(Check, IsDoneWithWhenItsCommandsWereTypedForTheServers)
{
    for (const Spoilt& each : spoilt_servers)
        sql(first_node, std::string{"ALTER SYSTEM SET "} + each.cause);
    sql(first_node, "ALTER ROLE replicator NOREPLICATION");
    sql(first_node, "SELECT pg_create_physical_replication_slot('former', true)");
    sql(first_node, "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_read_binary_file(text) FROM replicator");
    shell(first_node, std::string{"sed -i /replicator/d "} + data_directory + "/pg_hba.conf");
    sql(first_node, "SELECT pg_reload_conf()");
    shell(second_node, std::string{"chmod 0644 "} + passfile);
    std::vector<std::string> ids{"replication-role", "unused-slot", "rewind-not-granted", "peer-not-admitted",
                                 "rewind-not-admitted"};
    for (const Spoilt& each : spoilt_servers)
        ids.emplace_back(each.id);
    Ran found;
    for (const std::string& id : ids)
        wait_until(id + " is found", Deadline{seconds{20}},
                   [&]
                   {
                       found = check(first_node);
                       return found.out.find(named(id)) == std::string::npos ? found.out : "";
                   });
    for (const std::string& id : ids)
        follow(first_node, found.out, id, "fix");
    follow(second_node, check(second_node).out, "passfile-not-private", "fix");
    for (const std::string& id : ids)
        wait_until(id + " is gone", Deadline{seconds{20}},
                   [&]
                   {
                       found = check(first_node);
                       return found.out.find(named(id)) == std::string::npos ? "" : found.out;
                   });
    expect_nothing_left();
}

TEST_F(Check, FindsNothingThenWhatIsWrongThenNothingAgain)
{
    for (const char* const node : {first_node, second_node})
    {
        const Ran healthy = check(node);
        EXPECT_EQ(healthy.code, 0) << healthy.out << healthy.err;
    }

    const Ran unknown = check(first_node, {"another-db"});
    EXPECT_EQ(unknown.code, 3);
    EXPECT_NE(unknown.err.find("it has postgres-db"), std::string::npos) << unknown.err;

    lab().exec(second_node, {"chmod", "0644", passfile});
    const Ran broken = check(second_node);
    EXPECT_EQ(broken.code, 2) << broken.out;
    EXPECT_NE(broken.out.find("[passfile-not-private]"), std::string::npos) << broken.out;
    EXPECT_NE(broken.out.find(std::string{"chmod 0600 "} + passfile), std::string::npos) << broken.out;
    EXPECT_EQ(check(second_node, {"--fix"}).code, 0);
    EXPECT_EQ(lab().exec(second_node, {"stat", "-c", "%a", passfile}), "600\n");

    expect_that_left_constraints_are_found();
    expect_that_another_directory_is_found();

    crm({"configure", "property", "stonith-enabled=false"});
    crm({"configure", "property", "no-quorum-policy=ignore"});
    crm({"resource", "meta", "postgres-clone", "set", "clone-max", "3"});
    shell(first_node, "cibadmin --delete-all --force --xpath //rsc_order");
    lab().exec(first_node, {"runuser", "-u", "postgres", "--", "psql", "-Xqc",
                            "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text, boolean, boolean) FROM replicator"});
    (void)lab().sql(first_node, "ALTER SYSTEM SET wal_keep_size = 0");
    (void)lab().sql(first_node, "SELECT pg_reload_conf()");
    const Ran spoilt = check(first_node, {"--json", "postgres-db"});
    EXPECT_EQ(spoilt.code, 2) << spoilt.out << spoilt.err;
    for (const char* const id : {"fencing-off", "quorum-ignored", "clone-max", "address-before-promotion",
                                 "no-wal-kept", "rewind-not-granted"})
        EXPECT_NE(spoilt.out.find(std::string{"\"id\": \""} + id + "\""), std::string::npos) << id << "\n"
                                                                                             << spoilt.out;

    lab().exec(second_node, {"mv", passfile, "/root/pgpass"});
    const Ran missing = check(second_node);
    EXPECT_NE(missing.out.find("[passfile-missing]"), std::string::npos) << missing.out;
    EXPECT_NE(missing.out.find("[no-login]"), std::string::npos) << missing.out;
}

} // namespace
} // namespace pgtwin::test
