// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <map>

#include "pgtwin/admin/options.hpp"
#include "pgtwin/admin/resources.hpp"

namespace pgtwin::admin
{
namespace
{

using namespace std::chrono_literals;

constexpr const char* cib = R"(<cib have-quorum="1"><configuration><crm_config/><nodes><node id="1" uname="psql1"/>
<node id="2" uname="psql2"/></nodes><resources><clone id="db-clone"><primitive id="db" class="ocf" provider="heartbeat"
type="pgtwin"><instance_attributes id="i"><nvpair id="p" name="pgdata" value="/data"/></instance_attributes></primitive>
</clone></resources></configuration><status/></cib>)";

/// Answers by the name of the program.
class Answers final : public crm::Tools
{
public:
    std::map<std::string, crm::ToolAnswer> answers;

    Expected<crm::ToolAnswer> run(const std::string& program, const std::vector<std::string>& /*arguments*/,
                                  const Deadline& /*deadline*/) override
    {
        const auto found = answers.find(program);
        if (found == answers.end())
            return Error{ErrorKind::timed_out, program + " did not answer in time"};
        return found->second;
    }
    void pause(std::chrono::milliseconds /*time*/) override {}
};

TEST(ClusterLook, NamesThisNodeAndTheOtherOne)
{
    Answers tools;
    tools.answers["cibadmin"] = {0, cib, ""};
    tools.answers["crm_node"] = {0, "psql2\n", ""};
    const auto look = look_at_cluster(tools, Deadline{1s});
    ASSERT_TRUE(look);
    EXPECT_EQ(look->source, crm::CibSource::live);
    EXPECT_EQ(look->self, "psql2");
    EXPECT_TRUE(look->status.is_known());
    EXPECT_EQ(find_peer(*look, Params{}), "psql1");
    Params params;
    params.node_list = {"psql2", "named"};
    EXPECT_EQ(find_peer(*look, params), "named");
}

TEST(ClusterLook, GoesOnWithTheHostsNameIfTheClusterDoesNotNameTheNode)
{
    Answers tools;
    tools.answers["cibadmin"] = {0, cib, ""};
    const auto look = look_at_cluster(tools, Deadline{1s});
    ASSERT_TRUE(look);
    EXPECT_EQ(look->self, host_name());
}

TEST(Resources, AreFoundByTheirNameOrAll)
{
    const auto view = crm::ResourceView::parse(cib);
    ASSERT_TRUE(view);
    for (const char* const name : {"", "db", "db-clone"})
    {
        const auto found = find_resources(*view, name);
        ASSERT_TRUE(found) << name;
        EXPECT_EQ(found->front().id, "db");
    }
    const auto other = find_resources(*view, "other");
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().what.find("it has db"), std::string::npos) << other.error().what;
}

TEST(Options, NameThePeerByItsAddressAndItsStandby)
{
    Params params;
    params.node_list = {"psql1", "psql2"};
    params.replication_hosts["psql2"] = "192.0.2.12";
    EXPECT_EQ(peer_of(params, "PSQL1"), "psql2");
    const pg::Options options = options_of(params, {"db", "psql1", "psql2"});
    EXPECT_EQ(options.peer_host, "192.0.2.12");
    EXPECT_EQ(options.peer_application_name, "psql2");
    EXPECT_EQ(options.application_name, "psql1");
}

} // namespace
} // namespace pgtwin::admin
