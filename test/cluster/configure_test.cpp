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

/// What `pgtwin configure` prints, run as it is by a shell of a node.
class Configure : public testing::TestWithParam<const char*>
{
protected:
    void SetUp() override { lab_.prepare_postgres(); }

    void TearDown() override
    {
        if (HasFailure())
            std::cout << "logs: " << lab_.collect_logs(std::string{"Configure."} + GetParam()) << std::endl;
    }

    [[nodiscard]] std::string script() const
    {
        return lab_.exec(first_node, {agent, "configure", GetParam(), "--node", first_node, "--node", second_node,
                                      "--pgdata", data_directory, "--vip", std::string{vip_address} + "/24",
                                      "--pgpassfile", "/var/lib/postgresql/.pgpass", "--primary-conninfo-opt",
                                      "keepalives_idle=60 keepalives_interval=5", "--fencing-hint"});
    }

    void wait_for_primary_and_address() const
    {
        wait_until("the primary on psql1 behind the virtual address", Deadline{seconds{60}},
                   [this]() -> std::string
                   {
                       const ClusterState state = lab_.state();
                       return state.primary() == first_node && state.vip_node == first_node ? "" : state.summary();
                   });
    }

    /// What Pacemaker holds of one parameter, whatever the shell did to its quotes.
    [[nodiscard]] std::string parameter(const std::string& name) const
    {
        const std::string value =
            lab_.exec(first_node, {"crm_resource", "--resource", "postgres-db", "--get-parameter", name});
        return value.substr(0, value.find('\n'));
    }

    Lab lab_{Lab::name_for("configure")};
};

TEST_P(Configure, PrintsAScriptThatMakesACompletePair)
{
    EXPECT_EQ(lab_.try_exec(first_node, {agent, "configure", GetParam(), "--node", first_node}).code, 2);
    lab_.exec(first_node, {"sh", "-ec", script()}, seconds{120});
    wait_for_primary_and_address();
    wait_until("primary and synchronous standby", Deadline{seconds{60}}, [this]() { return ailment_of(lab_); });
    EXPECT_EQ(lab_.state().failures, std::vector<std::string>{});
    EXPECT_EQ(parameter("primary_conninfo_opt"), "keepalives_idle=60 keepalives_interval=5");
    EXPECT_EQ(parameter("node_list"), "psql1 psql2");
    EXPECT_EQ(lab_.try_exec(first_node, {"crm_verify", "--live-check"}).out, "");
}

INSTANTIATE_TEST_SUITE_P(Shell, Configure, testing::Values("crm", "pcs"),
                         [](const auto& shell) { return std::string{shell.param}; });

} // namespace
} // namespace pgtwin::test
