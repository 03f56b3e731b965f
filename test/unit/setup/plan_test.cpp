// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <sstream>

#include "pgtwin/config/actions.hpp"
#include "pgtwin/config/checks.hpp"
#include "pgtwin/setup/plan.hpp"

namespace pgtwin::setup
{
namespace
{

Wish wish_for(Shell shell)
{
    Wish wish;
    wish.shell = shell;
    wish.nodes = {"psql1", "psql2"};
    wish.vip = "192.0.2.20/24";
    wish.parameters = {
        {"pgdata", "/var/lib/postgresql/data"}
    };
    return wish;
}

std::string problem_of(const Wish& wish)
{
    const auto plan = plan_of(wish);
    return plan ? "" : plan.error().what;
}

std::string script_for(const Wish& wish)
{
    const auto plan = plan_of(wish);
    return plan ? script_of(*plan) : plan.error().what;
}

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

TEST(Plan, NamesTheCloneAndTheAddressAfterTheResource)
{
    Wish wish = wish_for(Shell::crm);
    EXPECT_EQ(plan_of(wish)->clone, "postgres-clone");
    EXPECT_EQ(plan_of(wish)->address, "postgres-vip");
    wish.resource = "orders";
    EXPECT_EQ(plan_of(wish)->clone, "orders-clone");
    wish.resource = "-db";
    EXPECT_TRUE(has(problem_of(wish), "--resource is '-db': must begin with a letter"));
}

TEST(Plan, WantsTwoDifferentNodes)
{
    Wish wish = wish_for(Shell::crm);
    wish.nodes = {"psql1"};
    EXPECT_TRUE(has(problem_of(wish), "--node has to be given twice"));
    wish.nodes = {"psql1", "PSQL1"};
    EXPECT_TRUE(has(problem_of(wish), "two different nodes"));
    wish.nodes = {"psql1", "psql2; reboot"};
    EXPECT_TRUE(has(problem_of(wish), "node_list"));
}

TEST(Plan, WantsAnAddressWithItsPrefixLength)
{
    Wish wish = wish_for(Shell::crm);
    for (const char* const wrong : {"192.0.2.20", "192.0.2.20/", "192.0.2.20/33", "192.0.2.20/0", "192.0.2.20/24x",
                                    "192.0.2/24", "name/24", "2001:db8::1/129"})
    {
        wish.vip = wrong;
        EXPECT_TRUE(has(problem_of(wish), "must be an address with its prefix length")) << wrong;
    }
    wish.vip = "";
    EXPECT_TRUE(has(problem_of(wish), "--vip has to be given"));
    wish.vip = "2001:db8::1/64";
    EXPECT_EQ(problem_of(wish), "");
}

TEST(Plan, RefusesWhatTheAgentWouldRefuse)
{
    Wish wish = wish_for(Shell::crm);
    wish.parameters.emplace_back("pgport", "many");
    EXPECT_TRUE(has(problem_of(wish), "parameter pgport is 'many'"));
    wish.parameters.clear();
    EXPECT_EQ(problem_of(wish), "parameter pgdata must be set");
}

class Script : public testing::TestWithParam<Shell>
{
};

TEST_P(Script, HasEveryOperationOfTheActionTable)
{
    const std::string text = script_for(wish_for(GetParam()));
    for (const char* const operation :
         {"op start timeout=120s interval=0", "op stop timeout=120s interval=0", "op promote timeout=120s interval=0",
          "op demote timeout=120s interval=0", "op monitor timeout=60s interval=10s role=Unpromoted",
          "op monitor timeout=60s interval=3s role=Promoted", "op notify timeout=90s interval=0"})
        EXPECT_TRUE(has(text, operation)) << operation;
    EXPECT_FALSE(has(text, "meta-data"));
    EXPECT_FALSE(has(text, "op validate-all"));
}

TEST_P(Script, ConfiguresAPromotableCloneWithNotifications)
{
    const std::string text = script_for(wish_for(GetParam()));
    EXPECT_TRUE(has(text, "notify=true clone-max=2 clone-node-max=1 promoted-max=1 promoted-node-max=1"));
    EXPECT_TRUE(has(text, "interleave=true failure-timeout=60s"));
    EXPECT_TRUE(has(text, "ip=192.0.2.20 cidr_netmask=24"));
    const bool is_crm = GetParam() == Shell::crm;
    EXPECT_TRUE(has(text, is_crm ? "Mandatory: postgres-clone:promote postgres-vip:start symmetrical=false"
                                 : "order promote postgres-clone then start postgres-vip symmetrical=false"));
    EXPECT_TRUE(has(text, is_crm
                              ? "Optional: postgres-clone:demote postgres-vip:stop symmetrical=false"
                              : "order demote postgres-clone then stop postgres-vip kind=Optional symmetrical=false"));
}

TEST_P(Script, SaysWhatHasToBeTrueFirst)
{
    Wish wish = wish_for(GetParam());
    wish.parameters.emplace_back("replication_hosts", "psql1=10.0.0.1 psql2=10.0.0.2");
    wish.parameters.emplace_back("pgport", "5433");
    wish.parameters.emplace_back("rep_user", "follower");
    const std::string text = script_for(wish);
    for (const char* const part :
         {"stonith-enabled=true", "stonith_admin --reboot psql2", "two_node: 1", "wait_for_all: 1", "no-quorum-policy",
          "10.0.0.1:5433:*:follower:PASSWORD", "host  replication follower 10.0.0.2/32", "port = 5433",
          "CREATE ROLE \"follower\" REPLICATION LOGIN", "pg_read_binary_file(text, bigint, bigint, boolean)"})
        EXPECT_TRUE(has(text, part)) << part;
}

TEST_P(Script, ShowsFencingDevicesOnlyIfAsked)
{
    Wish wish = wish_for(GetParam());
    EXPECT_FALSE(has(script_for(wish), "fence_ipmilan"));
    wish.fencing = FencingExample::shown;
    EXPECT_TRUE(has(script_for(wish), "fence_ipmilan"));
    EXPECT_TRUE(has(script_for(wish), "pcmk_delay_base=5s"));
}

TEST_P(Script, FitsIntoAHundredAndTwentyColumns)
{
    Wish wish = wish_for(GetParam());
    wish.fencing = FencingExample::shown;
    std::istringstream lines{script_for(wish)};
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 120U) << line;
}

INSTANTIATE_TEST_SUITE_P(Shells, Script, testing::Values(Shell::crm, Shell::pcs),
                         [](const auto& shell) { return shell.param == Shell::crm ? "crm" : "pcs"; });

TEST(Script, QuotesValuesForItsShell)
{
    Wish wish = wish_for(Shell::crm);
    wish.parameters.emplace_back("restore_command", "cp '/my archive/%f' \"%p\"");
    EXPECT_TRUE(has(script_for(wish), R"(restore_command="cp '/my archive/%f' \"%p\"")"));
    wish.shell = Shell::pcs;
    EXPECT_TRUE(has(script_for(wish), R"(restore_command='cp '\''/my archive/%f'\'' "%p"')"));
}

TEST(ServerSettings, PassTheChecksOfAStart)
{
    Settings settings;
    std::istringstream lines{std::string{server_settings()}};
    for (std::string line; std::getline(lines, line);)
        settings[line.substr(0, line.find(' '))] = line.substr(line.find("= ") + 2);
    const auto plan = plan_of(wish_for(Shell::crm));
    for (const config::Finding& finding : config::check_settings(settings, Role::primary, plan->params))
        EXPECT_EQ(finding.severity, config::FindingSeverity::warning) << finding.line();
}

} // namespace
} // namespace pgtwin::setup
