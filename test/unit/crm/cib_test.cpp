// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "pgtwin/crm/cib.hpp"

namespace
{

using namespace pgtwin;
using crm::AttributeNames;
using crm::change_of_nodes;
using crm::Cib;

const AttributeNames names{"db"};

/// The output of `cibadmin --query` on psql1: bookworm has Pacemaker 2.1.5, trixie 3.0.0.
std::string captured(const std::string& name)
{
    std::ifstream file{std::string{PGTWIN_TEST_DATA} + "/cib/" + name + ".xml"};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

struct Scenario
{
    const char* name;
    Membership peer;

    friend void PrintTo(const Scenario& scenario, std::ostream* out) { *out << scenario.name; }
};

class CapturedCib : public testing::TestWithParam<std::tuple<std::string, Scenario>>
{
};

/// What crm_mon said at the same time: online, OFFLINE, pending, UNCLEAN (offline).
TEST_P(CapturedCib, ShowsThePeerAsCrmMonDid)
{
    const auto& [suite, scenario] = GetParam();
    const auto cib = Cib::parse(captured(suite + "-" + scenario.name));
    ASSERT_TRUE(cib) << cib.error().what;
    const auto view = view_of(*cib, names, "psql1", "");
    ASSERT_TRUE(view) << view.error().what;
    EXPECT_EQ(view->peer.name, "psql2");
    EXPECT_EQ(view->peer.membership, scenario.peer);
    EXPECT_EQ(view->self.membership, Membership::online);
    EXPECT_TRUE(view->has_quorum);
    EXPECT_TRUE(view->has_fencing);
}

const Scenario scenarios[] = {
    {"running", Membership::online },
    {"left",    Membership::offline},
    {"joining", Membership::pending},
    {"lost",    Membership::unclean},
    {"fenced",  Membership::offline},
};

INSTANTIATE_TEST_SUITE_P(Versions, CapturedCib,
                         testing::Combine(testing::Values(std::string{"bookworm"}, std::string{"trixie"}),
                                          testing::ValuesIn(scenarios)),
                         [](const auto& row) { return std::get<0>(row.param) + "_" + std::get<1>(row.param).name; });

class RunningCib : public testing::TestWithParam<std::string>
{
protected:
    Expected<ClusterView> view() const { return view_of(*Cib::parse(text_), names, "psql1", "psql2"); }

    std::string text_ = captured(GetParam() + "-running");
};

TEST_P(RunningCib, HoldsAllRecords)
{
    const auto seen = view();
    ASSERT_TRUE(seen) << seen.error().what;
    EXPECT_EQ(seen->self.run, (RunRecord{"00ff00ff00ff00ff", Role::primary, Timeline{7}, "1234123412341234"}));
    EXPECT_EQ(seen->self.data_status, DataStatus::primary);
    EXPECT_EQ(seen->self.score, 10);
    EXPECT_EQ(seen->peer.certificate, (Certificate{"aaaaaaaaaaaaaaaa", CertificateMode::sync}));
    EXPECT_EQ(seen->peer.position->lsn, *Lsn::parse("16/B374D848"));
    EXPECT_EQ(seen->peer.data_status, DataStatus::in_sync);
    EXPECT_TRUE(seen->peer.has_override);
    EXPECT_FALSE(seen->self.has_override);
    EXPECT_FALSE(seen->peer.is_standby_mode);
    EXPECT_FALSE(seen->is_maintenance);
}

/// Pacemaker's history says "demote" of psql2, whose attribute is another test's to change.
TEST_P(RunningCib, HoldsThatPacemakerDemotedThePeer)
{
    EXPECT_EQ(Cib::parse(text_)->find("psql2")->ends.at("db"), crm::InstanceEnd::demoted);
    EXPECT_FALSE(Cib::parse(text_)->find("psql1")->ends.contains("db"));
}

TEST_P(RunningCib, KnowsThePrimitiveInTheClone)
{
    EXPECT_EQ(Cib::parse(text_)->clones.at("db-clone"), "db");
}

TEST_P(RunningCib, IsMalformedWhenCut)
{
    for (std::size_t length = 0; length < text_.find("</cib>"); length += 41)
        EXPECT_FALSE(Cib::parse(text_.substr(0, length))) << length;
}

TEST_P(RunningCib, IsReadOrRefusedButNeverBreaksWhenBytesChange)
{
    std::mt19937 random{1};
    for (int round = 0; round < 500; ++round)
    {
        std::string changed = text_;
        for (int byte = 0; byte < 3; ++byte)
            changed[random() % changed.size()] = static_cast<char>(random());
        if (const auto cib = Cib::parse(changed))
            static_cast<void>(view_of(*cib, names, "psql1", ""));
    }
}

INSTANTIATE_TEST_SUITE_P(Versions, RunningCib, testing::Values(std::string{"bookworm"}, std::string{"trixie"}),
                         [](const auto& row) { return row.param; });

/// A CIB of psql1 and others, in parts that tests put together.
struct Parts
{
    std::string options{};
    std::string own{};  ///< content of psql1's node element
    std::string more{}; ///< further node elements
    std::string status{};

    [[nodiscard]] std::string text() const
    {
        return "<cib have-quorum=\"1\"><configuration><crm_config>" + options +
               "</crm_config><nodes><node id=\"1\" uname=\"psql1\">" + own + "</node>" + more +
               "</nodes></configuration><status>" + status + "</status></cib>";
    }
    [[nodiscard]] Cib cib() const { return *Cib::parse(text()); }
    [[nodiscard]] ClusterView view() const { return *view_of(cib(), names, "psql1", ""); }
};

const std::string psql2 = R"(<node id="2" uname="psql2"/>)";

std::string option(const std::string& name, const std::string& value, const std::string& set = "cib-bootstrap-options")
{
    return "<cluster_property_set id=\"" + set + "\"><nvpair id=\"x\" name=\"" + name + "\" value=\"" + value +
           "\"/></cluster_property_set>";
}

std::string attributes(const std::string& name, const std::string& value)
{
    return "<instance_attributes id=\"set\"><nvpair id=\"" + name + "-id\" name=\"" + name + "\" value=\"" + value +
           "\"/></instance_attributes>";
}

std::string state(const std::string& id, const std::string& name, const std::string& value)
{
    return "<node_state id=\"" + id + "\" in_ccm=\"true\" crmd=\"online\" join=\"member\"><transient_attributes id=\"" +
           id + "\">" + attributes(name, value) + "</transient_attributes></node_state>";
}

TEST(ViewOfCib, HasFencingUnlessItIsSwitchedOff)
{
    EXPECT_TRUE(Parts{}.view().has_fencing);
    EXPECT_FALSE(Parts{option("stonith-enabled", "false")}.view().has_fencing);
    EXPECT_FALSE(Parts{option("fencing-enabled", "false")}.view().has_fencing);
    EXPECT_TRUE((Parts{option("fencing-enabled", "true") + option("stonith-enabled", "false")}.view().has_fencing));
}

TEST(ViewOfCib, TakesTheDefaultSetOfOptionsFirst)
{
    const std::string both = option("maintenance-mode", "false", "other") + option("maintenance-mode", "true");
    EXPECT_TRUE(Parts{both}.view().is_maintenance);
}

TEST(ViewOfCib, CallsANodeThatNobodyEverSawUncleanIfThereIsFencing)
{
    EXPECT_EQ((Parts{{}, {}, psql2}.view().peer.membership), Membership::unclean);
    EXPECT_EQ((Parts{option("stonith-enabled", "off"), {}, psql2}.view().peer.membership), Membership::offline);
}

TEST(ViewOfCib, TellsANodeWhosePacemakerHasEndedFromOneThatJoins)
{
    const auto peer = [](const std::string& crmd, const std::string& join, const std::string& expected)
    {
        const std::string state = "<node_state id=\"2\" in_ccm=\"true\" crmd=\"" + crmd + "\" join=\"" + join +
                                  "\" expected=\"" + expected + "\"/>";
        return Parts{{}, {}, psql2, state}.view().peer.membership;
    };
    EXPECT_EQ(peer("offline", "down", "down"), Membership::left);
    EXPECT_EQ(peer("0", "down", "down"), Membership::left);
    EXPECT_EQ(peer("online", "down", "down"), Membership::pending);
    EXPECT_EQ(peer("offline", "member", "member"), Membership::pending);
    EXPECT_EQ(peer("offline", "down", "member"), Membership::pending);
}

TEST(ViewOfCib, HasNoPeerInAClusterOfOne)
{
    EXPECT_EQ(Parts{}.view().peer.name, "");
}

TEST(ViewOfCib, KnowsANamedPeerThatTheClusterDoesNot)
{
    const auto view = view_of(Parts{}.cib(), names, "psql1", "psql2");
    EXPECT_EQ(view->peer.name, "psql2");
    EXPECT_EQ(view->peer.membership, Membership::unclean);
}

TEST(ViewOfCib, LeavesOutNodesThatRunNoCorosync)
{
    const std::string remote = R"(<node id="r" uname="r" type="remote"/><node id="p" uname="p" type="ping"/>)";
    EXPECT_EQ((Parts{{}, {}, remote + psql2}.view().peer.name), "psql2");
}

TEST(ViewOfCib, DoesNotChooseAPeerOutOfTwo)
{
    const Parts three{{}, {}, psql2 + R"(<node id="3" uname="psql3"/>)", {}};
    EXPECT_EQ(view_of(three.cib(), names, "psql1", "").error().kind, ErrorKind::conflict);
    EXPECT_EQ(view_of(three.cib(), names, "psql1", "psql3")->peer.name, "psql3");
}

TEST(ViewOfCib, ComparesNodeNamesWithoutCase)
{
    EXPECT_EQ(view_of(Parts{{}, {}, psql2}.cib(), names, "PSQL1", "Psql2")->peer.name, "psql2");
}

TEST(ViewOfCib, IsAConflictForANodeOutsideTheCluster)
{
    EXPECT_EQ(view_of(Parts{}.cib(), names, "psql7", "").error().kind, ErrorKind::conflict);
}

TEST(ViewOfCib, SeesStandbyModeForeverAndUntilReboot)
{
    EXPECT_TRUE((Parts{{}, attributes("standby", "on")}.view().self.is_standby_mode));
    EXPECT_TRUE((Parts{{}, {}, {}, state("1", "standby", "true")}.view().self.is_standby_mode));
    EXPECT_FALSE((Parts{{}, attributes("standby", "off")}.view().self.is_standby_mode));
}

/// psql2 by its own word, and what Pacemaker says of its instance's last operation.
NodeView peer_with(const std::string& run, const std::string& operation, const std::string& exit,
                   const std::string& status = "0")
{
    std::string node = state("2", "db-run", run);
    const std::string history =
        R"(<lrm id="2"><lrm_resources><lrm_resource id="db"><lrm_rsc_op id="db_last_0" operation=")" + operation +
        "\" rc-code=\"" + exit + "\" op-status=\"" + status + "\"/></lrm_resource></lrm_resources></lrm>";
    node.insert(node.find("</node_state>"), history);
    return Parts{{}, {}, psql2, node}.view().peer;
}

NodeView peer_after(const std::string& operation, const std::string& exit, const std::string& status = "0")
{
    return peer_with("run=1 role=primary timeline=3 word=2", operation, exit, status);
}

NodeView standby_after(const std::string& operation, const std::string& exit, const std::string& status = "0")
{
    return peer_with("run=1 role=standby timeline=3 word=2", operation, exit, status);
}

TEST(ViewOfCib, KnowsThatAPrimaryHasStoppedThoughItsRunIsThere)
{
    EXPECT_FALSE(peer_after("stop", "0").run);
    EXPECT_FALSE(peer_after("monitor", "7").run);
    EXPECT_EQ(peer_after("demote", "0").run, (RunRecord{"1", Role::standby, Timeline::none, {}}));
}

TEST(ViewOfCib, KnowsThatAStandbyHasStoppedThoughItsRunIsThere)
{
    EXPECT_FALSE(standby_after("stop", "0").run);
    EXPECT_FALSE(standby_after("monitor", "7").run);
    for (const auto& view :
         {standby_after("demote", "0"), standby_after("stop", "1"), standby_after("stop", "193", "-1"),
          standby_after("start", "193", "-1"), standby_after("start", "0")})
        EXPECT_EQ(view.run, (RunRecord{"1", Role::standby, Timeline{3}, "2"}));
}

TEST(ViewOfCib, BelievesARunThatPacemakerDoesNotContradict)
{
    for (const auto& view : {peer_after("stop", "1"), peer_after("stop", "193", "-1"), peer_after("demote", "1"),
                             peer_after("promote", "0"), peer_after("promote", "193", "-1"), peer_after("monitor", "8"),
                             peer_after("start", "0")})
        EXPECT_EQ(view.run->role, Role::primary);
}

TEST(ViewOfCib, NamesTheRecordThatDoesNotParse)
{
    for (const char* const attribute : {"db-run", "db-certified"})
    {
        const auto view = view_of(Parts{{}, {}, psql2, state("2", attribute, "run=")}.cib(), names, "psql1", "");
        EXPECT_EQ(view.error().kind, ErrorKind::malformed);
        EXPECT_NE(view.error().what.find(attribute), std::string::npos);
    }
}

TEST(ViewOfCib, IsUnknownIfAnotherVersionWroteThePeersRunOrCertificate)
{
    const std::string run = "run=1 role=standby timeline=3 word=2 ";
    EXPECT_EQ(view_of(Parts{{}, {}, psql2, state("2", "db-run", run + "new=x")}.cib(), names, "psql1", "").error().what,
              "attribute db-run of node psql2: run record: another version of pgtwin wrote the key new");
    EXPECT_FALSE(
        view_of(Parts{{}, {}, psql2, state("2", "db-certified", "run=1 mode=sync new=x")}.cib(), names, "psql1", ""));
    EXPECT_EQ((Parts{{}, {}, psql2, state("2", "db-run", run + "x-new=x")}.view().peer.run->run), "1");
}

TEST(ViewOfCib, TakesOwnRecordsOfAnotherVersionForThoseOfNoRun)
{
    EXPECT_EQ((Parts{{}, {}, {}, state("1", "db-run", "run=1 new=x")}.view().self.run), RunRecord{});
    EXPECT_EQ((Parts{{}, {}, {}, state("1", "db-certified", "run=1 mode=sync new=x")}.view().self.certificate),
              Certificate{});
}

TEST(ViewOfCib, TellsAPositionOfAnotherVersionFromNone)
{
    const NodeView own = Parts{{}, {}, {}, state("1", "db-position", "run=1 new=x")}.view().self;
    EXPECT_FALSE(own.position);
    EXPECT_TRUE(own.is_position_unreadable);
    const NodeView peer = Parts{{}, {}, psql2, state("2", "db-position", "run=1 new=x")}.view().peer;
    EXPECT_FALSE(peer.position);
    EXPECT_TRUE(peer.is_position_unreadable);
    EXPECT_FALSE((Parts{{}, {}, psql2}.view().peer.is_position_unreadable));
}

TEST(ViewOfCib, ReadsAnUnknownDataStatusAsTheOneThatPermitsLeast)
{
    const Parts parts{{},
                      attributes("db-data-status", "LATEST"),
                      "<node id=\"2\" uname=\"psql2\">" + attributes("db-data-status", "LATEST") + "</node>",
                      {}};
    EXPECT_EQ(parts.view().self.data_status, DataStatus::stale);
    EXPECT_EQ(parts.view().peer.data_status, DataStatus::primary);
}

TEST(ViewOfCib, HasNoQuorumUnlessTheCibSaysSo)
{
    std::string text = Parts{}.text();
    text.replace(text.find("\"1\""), 3, "\"0\"");
    EXPECT_FALSE(view_of(*Cib::parse(text), names, "psql1", "")->has_quorum);
}

TEST(Cib, IsMalformedWithoutItsSections)
{
    for (const char* const text :
         {"", "<cib/>", "<cib><configuration/></cib>", "<other/>", "not XML", "<cib><status/>"})
        EXPECT_EQ(Cib::parse(text).error().kind, ErrorKind::malformed) << text;
}

TEST(ChangeOfNodes, CreatesTheUsualSet)
{
    const Cib cib = Parts{}.cib();
    EXPECT_EQ(change_of_nodes("db-data-status",
                              {
                                  {cib.find("psql1"), "stale"}
    }),
              R"(<nodes><node id="1"><instance_attributes id="nodes-1"><nvpair id="nodes-1-db-data-status" )"
              R"(name="db-data-status" value="stale"/></instance_attributes></node></nodes>)");
}

TEST(ChangeOfNodes, UsesTheSetThatIsThere)
{
    const Cib cib = Parts{{}, attributes("standby", "off")}.cib();
    const std::string change = change_of_nodes("db-data-status", {
                                                                     {cib.find("psql1"), "stale"}
    });
    EXPECT_NE(change.find(R"(<instance_attributes id="set"><nvpair id="set-db-data-status")"), std::string::npos);
}

TEST(ChangeOfNodes, ChangesAnAttributeInPlace)
{
    const Cib cib = Parts{{}, attributes("db-data-status", "primary")}.cib();
    const std::string change = change_of_nodes("db-data-status", {
                                                                     {cib.find("psql1"), "stale"}
    });
    EXPECT_NE(change.find(R"(<nvpair id="db-data-status-id" name="db-data-status" value="stale"/>)"),
              std::string::npos);
}

TEST(ChangeOfNodes, IsEmptyIfNothingChanges)
{
    const Cib cib = Parts{{}, attributes("db-data-status", "stale")}.cib();
    EXPECT_EQ(change_of_nodes("db-data-status",
                              {
                                  {cib.find("psql1"), "stale"}
    }),
              "");
}

TEST(ChangeOfNodes, QuotesWhatXmlWouldMisread)
{
    const Cib cib = Parts{}.cib();
    EXPECT_NE(change_of_nodes("a",
                              {
                                  {cib.find("psql1"), "<&\">"}
    })
                  .find("&lt;&amp;&quot;&gt;"),
              std::string::npos);
}

} // namespace
