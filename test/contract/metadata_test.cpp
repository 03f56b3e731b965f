// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "contract/node.hpp"

namespace pgtwin::test
{
namespace
{

/// Programs of a node print nothing on standard error unless something is wrong.
void expect_silent_success(const Ran& ran)
{
    EXPECT_TRUE(ran.ok()) << ran.explained();
    EXPECT_EQ(ran.err, "");
}

TEST(MetaData, IsTheCommittedFile)
{
    const Ran ran = run_on_node("$agent meta-data");
    std::ostringstream committed;
    committed << std::ifstream{PGTWIN_SOURCE_DIR "/metadata/pgtwin.xml"}.rdbuf();
    expect_silent_success(ran);
    EXPECT_EQ(ran.out, committed.str());
}

TEST(MetaData, IsValidByTheDtdOfTheResourceAgents)
{
    expect_silent_success(run_on_node("$agent meta-data >agent.xml\n"
                                      "cp /usr/share/resource-agents/ra-api-1.dtd .\n"
                                      "xmllint --nonet --noout --valid agent.xml"));
}

TEST(MetaData, IsValidByPacemakersSchema)
{
    const Ran ran = run_on_node("$agent meta-data >agent.xml\n"
                                "schema=/usr/share/pacemaker/api/ocf-ra-1.1.rng\n"
                                "test -e $schema || exit 77\n"
                                "xmllint --nonet --noout --relaxng $schema agent.xml");
    if (ran.code == 77)
        GTEST_SKIP() << "this release of Pacemaker has no schema for meta-data";
    EXPECT_TRUE(ran.ok()) << ran.explained();
}

TEST(MetaData, IsWellFormedForPacemakersDaemons)
{
    const Ran ran = run_on_node("PCMK_service=pacemaker-execd $agent meta-data | tee agent.xml\n"
                                "xmllint --nonet --noout agent.xml");
    expect_silent_success(ran);
    EXPECT_EQ(ran.out.find("<!ATTLIST"), std::string::npos);
}

TEST(MetaData, IsShownByPacemaker)
{
    const Ran ran = run_on_node("crm_resource --show-metadata ocf:heartbeat:pgtwin");
    EXPECT_TRUE(ran.ok()) << ran.explained();
    EXPECT_NE(ran.out.find("<version>1.1</version>"), std::string::npos);
}

TEST(MetaData, IsUnderstoodByCrmsh)
{
    const Ran ran = run_on_node("crm ra info ocf:heartbeat:pgtwin");
    EXPECT_TRUE(ran.ok()) << ran.explained();
    EXPECT_NE(ran.out.find("pgdata* (string"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("interval=3s depth=0 role=Promoted"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("reload-agent"), std::string::npos) << ran.out;
}

TEST(MetaData, IsUnderstoodByPcs)
{
    const Ran ran = run_on_node("pcs resource describe ocf:heartbeat:pgtwin");
    EXPECT_TRUE(ran.ok()) << ran.explained();
    EXPECT_NE(ran.out.find("pgdata (required)"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("role=Promoted"), std::string::npos) << ran.out;
}

TEST(MetaData, NeedsNeitherRootNorEnvironmentNorPostgres)
{
    const Ran ran = run_on_node("rm -rf /usr/lib/postgresql /etc/postgresql /var/lib/postgresql\n"
                                "exec setpriv --reuid=nobody --regid=nogroup --clear-groups env -i $agent meta-data");
    expect_silent_success(ran);
    EXPECT_NE(ran.out.find("</resource-agent>"), std::string::npos);
}

TEST(MetaData, NamesTheVersionThatTheProgramReports)
{
    const Ran ran = run_on_node("$agent --version");
    expect_silent_success(ran);
    const std::string version = ran.out.substr(std::string{"pgtwin "}.size(), ran.out.find('\n') - 7);
    EXPECT_NE(run_on_node("$agent meta-data").out.find("<resource-agent name=\"pgtwin\" version=\"" + version + "\">"),
              std::string::npos);
}

/// The limit is meant for the static executable; a dynamic one spends its time in the linker.
TEST(MetaData, TakesAtMostThreeMilliseconds)
{
    const char* const executable = std::getenv("PGTWIN_EXECUTABLE");
    ASSERT_NE(executable, nullptr);
    const Ran ldd = run_program({"ldd", executable}, Deadline{std::chrono::seconds{10}});
    if (ldd.out.find(" => ") != std::string::npos)
        GTEST_SKIP() << executable << " is a dynamic executable";
    auto best = std::chrono::steady_clock::duration::max();
    for (int run = 0; run < 50; ++run)
    {
        const auto begin = std::chrono::steady_clock::now();
        ASSERT_TRUE(run_program({executable, "meta-data"}, Deadline{std::chrono::seconds{10}}).ok());
        best = std::min(best, std::chrono::steady_clock::now() - begin);
    }
    EXPECT_LE(std::chrono::duration_cast<std::chrono::microseconds>(best).count(), 3000);
}

} // namespace
} // namespace pgtwin::test
