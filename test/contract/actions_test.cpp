// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "contract/node.hpp"

namespace pgtwin::test
{
namespace
{

TEST(Agent, PassesOcfTester)
{
    const Ran ran = run_with_database("ocf-tester -n pg -o pgdata=/srv/db/data -o node_list='psql1 psql2' $agent");
    EXPECT_TRUE(ran.ok()) << ran.explained();
    EXPECT_NE(ran.out.find("passed all tests"), std::string::npos) << ran.out;
}

TEST(Agent, IsValidatedByPacemaker)
{
    const std::string validate = "crm_resource --validate --class ocf --provider heartbeat --agent pgtwin ";
    const Ran accepted = run_with_database(validate + "--option pgdata=/srv/db/data");
    if (accepted.err.find("dbus_connection_send") != std::string::npos)
        GTEST_SKIP() << "crm_resource of this release aborts without a message bus";
    EXPECT_EQ(accepted.code, 0) << accepted.explained();
    const Ran refused = run_with_database(validate + "--option pgdata=/srv/db/data --option pgport=abc");
    EXPECT_EQ(refused.code, 6) << refused.explained();
    EXPECT_NE((refused.out + refused.err).find("must be an integer from 1 to 65535"), std::string::npos)
        << refused.explained();
}

TEST(Agent, AnswersThreeToAnUnknownAction)
{
    for (const char* const action : {"restart", "status", ""})
    {
        const Ran ran = run_on_node(std::string{"$agent "} + action);
        EXPECT_EQ(ran.code, 3) << action;
        EXPECT_NE(ran.err.find("Usage: pgtwin ACTION"), std::string::npos) << ran.err;
        EXPECT_EQ(ran.out, "");
    }
}

TEST(Agent, ShowsHelpWithoutFailing)
{
    for (const char* const word : {"--help", "help", "usage"})
    {
        const Ran ran = run_on_node(std::string{"$agent "} + word);
        EXPECT_EQ(ran.code, 0);
        EXPECT_NE(ran.out.find("Parameters:"), std::string::npos);
    }
}

/// Runs the actions one after the other; the answer is their codes.
std::string codes_of(const std::string& prepare, const std::string& actions)
{
    const Ran ran =
        run_with_database(prepare + "\nset +e\nfor action in " + actions + "; do $agent $action >&2; echo $?; done");
    EXPECT_EQ(ran.code, 0) << ran.explained();
    std::string codes = ran.out;
    std::replace(codes.begin(), codes.end(), '\n', ' ');
    EXPECT_TRUE(codes.find_first_not_of("0789 ") == std::string::npos) << ran.err;
    return codes;
}

TEST(AgentByHand, RunsThroughItsLife)
{
    EXPECT_EQ(codes_of("",
                       "monitor start monitor start promote monitor promote start monitor notify reload-agent demote "
                       "monitor demote promote stop monitor stop demote"),
              "7 0 0 0 0 8 0 0 8 0 0 0 0 0 0 0 7 0 0 ");
}

TEST(AgentByHand, NeedsNothingButTheDataDirectory)
{
    EXPECT_EQ(codes_of("unset OCF_RESKEY_node_list", "validate-all start monitor promote monitor demote monitor stop"),
              "0 0 0 0 8 0 0 0 ");
}

TEST(AgentByHand, ProbesWithoutLeavingATrace)
{
    const Ran ran =
        run_with_database("$agent monitor || true\n"
                          "find /srv /var/lib /run /var/log -newer /tmp/agent.log -print 2>/dev/null || true\n"
                          "ls -d /var/lib/pgtwin /run/pgtwin 2>/dev/null || true");
    EXPECT_TRUE(ran.ok()) << ran.explained();
    EXPECT_EQ(ran.out, "");
}

} // namespace
} // namespace pgtwin::test
