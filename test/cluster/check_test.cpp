// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <iostream>

#include "cluster/pair.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr const char* agent = "/usr/lib/ocf/resource.d/heartbeat/pgtwin";
constexpr const char* passfile = "/var/lib/postgresql/.pgpass";

/// `pgtwin check` on a pair in which nothing is wrong, then in one in which much is.
class Check : public testing::Test
{
protected:
    void SetUp() override
    {
        lab_.prepare_postgres();
        set("max_slot_wal_keep_size", "4GB");
        set("wal_keep_size", "1GB");
        lab_.configure();
        wait_until("primary and synchronous standby", Deadline{seconds{90}}, [this]() { return ailment_of(lab_); });
    }

    void TearDown() override
    {
        if (HasFailure())
            std::cout << "logs: " << lab_.collect_logs("Check") << std::endl;
    }

    void set(const std::string& setting, const std::string& value) const
    {
        lab_.exec(first_node,
                  {"sh", "-c", "echo \"" + setting + " = '" + value + "'\" >>" + data_directory + "/postgresql.conf"});
    }

    [[nodiscard]] Ran check(const std::string& node, const Arguments& options = {}) const
    {
        Arguments command{agent, "check"};
        command.insert(command.end(), options.begin(), options.end());
        return lab_.try_exec(node, command, seconds{40});
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
        lab_.exec(first_node, {"sh", "-c", command});
        const Ran cleared = check(first_node);
        EXPECT_EQ(cleared.code, 0) << command << "\n" << cleared.out;
    }

    /// A change of the cluster, as an administrator makes it.
    void crm(const Arguments& command) const { (void)lab_.crm(first_node, command); }

    Lab lab_{Lab::name_for("check")};
};

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

    lab_.exec(second_node, {"chmod", "0644", passfile});
    const Ran broken = check(second_node);
    EXPECT_EQ(broken.code, 2) << broken.out;
    EXPECT_NE(broken.out.find("[passfile-not-private]"), std::string::npos) << broken.out;
    EXPECT_NE(broken.out.find(std::string{"chmod 0600 "} + passfile), std::string::npos) << broken.out;
    EXPECT_EQ(check(second_node, {"--fix"}).code, 0);
    EXPECT_EQ(lab_.exec(second_node, {"stat", "-c", "%a", passfile}), "600\n");

    expect_that_left_constraints_are_found();

    crm({"configure", "property", "stonith-enabled=false"});
    crm({"configure", "property", "no-quorum-policy=ignore"});
    crm({"resource", "meta", "postgres-clone", "set", "clone-max", "3"});
    crm({"configure", "delete", "postgres-promote-then-vip"});
    lab_.exec(first_node, {"runuser", "-u", "postgres", "--", "psql", "-Xqc",
                           "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text, boolean, boolean) FROM replicator"});
    (void)lab_.sql(first_node, "ALTER SYSTEM SET wal_keep_size = 0");
    (void)lab_.sql(first_node, "SELECT pg_reload_conf()");
    const Ran spoilt = check(first_node, {"--json", "postgres-db"});
    EXPECT_EQ(spoilt.code, 2) << spoilt.out << spoilt.err;
    for (const char* const id : {"fencing-off", "quorum-ignored", "clone-max", "address-before-promotion",
                                 "no-wal-kept", "rewind-not-granted"})
        EXPECT_NE(spoilt.out.find(std::string{"\"id\": \""} + id + "\""), std::string::npos) << id << "\n"
                                                                                             << spoilt.out;

    lab_.exec(second_node, {"mv", passfile, "/root/pgpass"});
    const Ran missing = check(second_node);
    EXPECT_NE(missing.out.find("[passfile-missing]"), std::string::npos) << missing.out;
    EXPECT_NE(missing.out.find("[no-login]"), std::string::npos) << missing.out;
}

} // namespace
} // namespace pgtwin::test
