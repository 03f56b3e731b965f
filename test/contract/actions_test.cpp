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
    for (const char* const action : {"restart", "state", ""})
    {
        const Ran ran = run_on_node(std::string{"$agent "} + action);
        EXPECT_EQ(ran.code, 3) << action;
        EXPECT_NE(ran.err.find("Usage: pgtwin COMMAND"), std::string::npos) << ran.err;
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
    EXPECT_TRUE(codes.find_first_not_of("01789 ") == std::string::npos) << ran.err;
    return codes;
}

TEST(AgentByHand, RunsThroughItsLife)
{
    EXPECT_EQ(codes_of("",
                       "monitor start monitor start promote monitor promote start monitor notify reload-agent demote "
                       "monitor demote promote stop monitor stop demote"),
              "7 0 0 0 0 8 0 0 8 0 0 0 0 0 0 0 7 0 0 ");
}

TEST(AgentByHand, CallsAnInstanceDegradedThatWaitsForItsData)
{
    const std::string empty = "rm -rf /srv/db/data";
    EXPECT_EQ(codes_of(empty, "monitor start monitor stop monitor"), "7 0 190 0 7 ");
    EXPECT_EQ(codes_of(empty + "\nexport OCF_RESKEY_CRM_meta_interval=15000", "monitor start monitor stop monitor"),
              "7 0 190 0 7 ");
    EXPECT_EQ(codes_of(empty + "\n$agent start\n" +
                           "export OCF_RESKEY_CRM_meta_interval=15000 OCF_RESKEY_CRM_meta_on_node=psql1",
                       "monitor"),
              "0 ")
        << "Pacemaker would keep a 190 as a failed action";
}

TEST(AgentByHand, NeedsNothingButTheDataDirectory)
{
    EXPECT_EQ(codes_of("unset OCF_RESKEY_node_list", "validate-all start monitor promote monitor demote monitor stop"),
              "0 0 0 0 8 0 0 0 ");
}

TEST(AgentByHand, StopsADeadServerAndStartsItAsAStandby)
{
    const std::string kill = "$agent start && $agent promote && pkill -9 postgres\n"
                             "while pgrep -x postgres >/dev/null; do :; done\n";
    EXPECT_EQ(codes_of(kill, "monitor stop start monitor stop"), "7 0 0 0 0 ") << "a probe";
    EXPECT_EQ(codes_of(kill + "export OCF_RESKEY_CRM_meta_interval=3000", "monitor stop start monitor stop"),
              "9 0 0 0 0 ")
        << "a recurring monitor";
}

TEST(AgentByHand, SaysThatTheServerDoesNotLetItIn)
{
    for (const char* const line : {"local all all scram-sha-256", "local all all reject"})
    {
        const Ran ran = run_with_database("echo '" + std::string{line} +
                                          "' >/srv/db/data/pg_hba.conf\ncode=0\n"
                                          "timeout 30 $agent start || code=$?\n$agent stop\nexit $code");
        EXPECT_EQ(ran.code, 2) << ran.explained();
        EXPECT_NE(ran.err.find("does not let pgtwin in; pg_hba.conf needs"), std::string::npos) << ran.err;
    }
}

TEST(AgentByHand, SaysWhyTheServerDoesNotStart)
{
    const Ran ran = run_with_database("echo \"shared_preload_libraries = 'nolib'\" >>/srv/db/data/postgresql.conf\n"
                                      "$agent start");
    EXPECT_EQ(ran.code, 1) << ran.explained();
    EXPECT_NE(ran.err.find("the server does not start: could not access file \"nolib\": No such file or directory;"),
              std::string::npos)
        << ran.err;
}

TEST(AgentByHand, KeepsADemotedServerFromRestartingItself)
{
    const Ran ran = run_with_database("$agent start && $agent promote\n"
                                      "echo 'restart_after_crash = on' >>/srv/db/data/postgresql.conf\n"
                                      "$agent demote\n"
                                      "as_postgres \"$bin/psql\" -XAt -d postgres -c 'SHOW restart_after_crash'\n"
                                      "$agent stop");
    EXPECT_EQ(ran.out, "off\n") << ran.explained();
}

TEST(AgentByHand, SetsWhatItsServerNeedsThoughAlterSystemIsForbidden)
{
    const Ran ran = run_with_database("test \"$(basename \"${bin%/bin}\")\" -lt 17 ||\n"
                                      "    echo 'allow_alter_system = off' >>/srv/db/data/postgresql.conf\n"
                                      "$agent start\n"
                                      "as_postgres \"$bin/psql\" -X -d postgres -c 'ALTER SYSTEM RESET work_mem'\n"
                                      "$agent stop");
    EXPECT_EQ(ran.out, "ALTER SYSTEM\n") << ran.explained();
}

/// After the preparation, which spoils something under a running server, `stop` has to succeed and to have ended it.
void expect_stopped(const std::string& spoil)
{
    const Ran ran = run_with_database("$agent start && $agent promote\n" + spoil +
                                      "\ncode=0; $agent monitor || code=$?; test $code != 7\n"
                                      "$agent stop && ! pgrep -a postgres");
    EXPECT_EQ(ran.code, 0) << ran.explained();
}

TEST(AgentByHand, StopsARunningServerInSpiteOfAWrongParameter)
{
    expect_stopped("export OCF_RESKEY_pgport=abc OCF_RESKEY_sync_degrade_delay=never");
}

TEST(AgentByHand, StopsARunningServerWhoseFilesAreGone)
{
    expect_stopped("rm -rf /srv/db/data /usr/lib/postgresql");
    expect_stopped("mv /srv/db/data /srv/db/moved && mkdir /srv/db/data");
}

TEST(AgentByHand, EndsWithinTheTimeOfTheOperation)
{
    // Half as much again for a machine that is busy with other tests; waits that add up take more.
    const Ran ran = run_with_database("$agent start && $agent promote\n"
                                      "kill -STOP $(head -1 /srv/db/data/postmaster.pid)\n"
                                      "set +e\n"
                                      "for action in monitor demote stop; do\n"
                                      "    OCF_RESKEY_CRM_meta_timeout=8000 timeout 12 $agent $action >&2; echo $?\n"
                                      "done");
    EXPECT_EQ(ran.out, "1\n1\n0\n") << ran.explained();
}

TEST(AgentByHand, FollowsTheOtherNodeNeverItself)
{
    const Ran ran = run_with_database("for node in psql1 PSQL2.example.org; do\n"
                                      "    hostname $node\n"
                                      "    export OCF_RESKEY_node_list='psql1 psql2.example.org'\n"
                                      "    $agent start && $agent stop\n"
                                      "    grep -o \"host=''[^']*\\|application_name=''[^']*\" "
                                      "/srv/db/data/postgresql.auto.conf\n"
                                      "done");
    EXPECT_EQ(ran.out, "host=''psql2.example.org\napplication_name=''psql1\n"
                       "host=''psql1\napplication_name=''psql2\n")
        << ran.explained();
}

TEST(AgentByHand, KeepsTwoInstancesApart)
{
    const Ran ran = run_with_database(
        "cp -a /srv/db/data /srv/db/data2\n"
        "echo 'port = 5433' >>/srv/db/data2/postgresql.conf\n"
        "set +e\n"
        "one() { OCF_RESOURCE_INSTANCE=one $agent $1 >&2; echo $?; }\n"
        "two() { OCF_RESOURCE_INSTANCE=two OCF_RESKEY_pgdata=/srv/db/data2 OCF_RESKEY_pgport=5433 $agent $1 >&2; "
        "echo $?; }\n"
        "one start; two start; one promote; one monitor; two monitor\n"
        "one stop; one monitor; two monitor; two promote\n"
        "kill -9 $(head -1 /srv/db/data2/postmaster.pid); OCF_RESKEY_CRM_meta_interval=3000 two monitor\n"
        "one start; two stop; one monitor");
    std::string codes = ran.out;
    std::replace(codes.begin(), codes.end(), '\n', ' ');
    EXPECT_EQ(codes, "0 0 0 8 0 0 7 0 0 9 0 0 0 ") << ran.explained();
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
