// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/admin/gather.hpp"
#include "pgtwin/admin/promotion.hpp"

namespace pgtwin::admin
{
namespace
{

using report::PairFacts;
using report::ServerState;

constexpr const char* primary_run = "run=aaaaaaaaaaaaaaaa role=primary timeline=3 word=aaaaaaaaaaaaaaaa";
constexpr const char* standby_run = "run=bbbbbbbbbbbbbbbb role=standby timeline=3 word=aaaaaaaaaaaaaaaa";

std::string attribute(const std::string& name, const std::string& value)
{
    return "<nvpair id=\"i-" + name + "\" name=\"" + name + "\" value=\"" + value + "\"/>";
}

/// A node that is a member, or that was lost.
std::string node_state(const std::string& id, bool is_member, const std::string& attributes, const std::string& history)
{
    const std::string state = is_member ? "in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\""
                                        : "in_ccm=\"false\" crmd=\"offline\" join=\"member\" expected=\"member\"";
    return "<node_state id=\"" + id + "\" uname=\"psql" + id + "\" " + state + "><transient_attributes id=\"" + id +
           "\"><instance_attributes id=\"a" + id + "\">" + attributes +
           "</instance_attributes></transient_attributes><lrm id=\"" + id + "\"><lrm_resources>" + history +
           "</lrm_resources></lrm></node_state>";
}

std::string operation(const std::string& name, int call, int code, int expected)
{
    return "<lrm_rsc_op id=\"" + name + std::to_string(call) + "\" operation=\"" + name +
           "\" transition-key=\"1:1:" + std::to_string(expected) + ":x\" call-id=\"" + std::to_string(call) +
           "\" rc-code=\"" + std::to_string(code) + "\" op-status=\"0\" interval=\"0\" last-rc-change=\"" +
           std::to_string(1000 + call) + "\" exec-time=\"5\" exit-reason=\"why\"/>";
}

std::string history(const std::string& resource, const std::string& operations)
{
    return "<lrm_resource id=\"" + resource + "\">" + operations + "</lrm_resource>";
}

Expected<ClusterLook> look_of(const std::string& states)
{
    const std::string xml =
        "<cib have-quorum=\"1\"><configuration><crm_config/><nodes><node id=\"1\" uname=\"psql1\"/>"
        "<node id=\"2\" uname=\"psql2\"><instance_attributes id=\"n2\"><nvpair id=\"n2-d\" name=\"db-data-status\" "
        "value=\"stale\"/></instance_attributes></node></nodes><resources><clone id=\"db-clone\"><primitive id=\"db\" "
        "class=\"ocf\" "
        "provider=\"heartbeat\" type=\"pgtwin\"/></clone><primitive id=\"vip\" class=\"ocf\" provider=\"heartbeat\" "
        "type=\"IPaddr2\"/></resources><constraints><rsc_colocation id=\"c\" rsc=\"vip\" with-rsc=\"db-clone\" "
        "with-rsc-role=\"Promoted\"/></constraints></configuration><status>" +
        states + "</status></cib>";
    auto resources = crm::ResourceView::parse(xml);
    auto status = crm::Cib::parse(xml);
    if (!resources || !status)
        return Error{ErrorKind::malformed, "the test's CIB"};
    return ClusterLook{crm::CibSource::live, {}, "psql1", *std::move(resources), *std::move(status)};
}

Target target()
{
    Target made;
    made.resource.id = "db";
    made.resource.clone = "db-clone";
    made.params.slot_name = "ha_slot";
    made.self = "psql1";
    made.peer = "psql2";
    return made;
}

Expected<ClusterLook> healthy_look(const std::string& certified = "run=bbbbbbbbbbbbbbbb mode=sync")
{
    return look_of(
        node_state("1", true, attribute("db-run", primary_run), history("vip", operation("start", 9, 0, 0))) +
        node_state("2", true, attribute("db-run", standby_run) + attribute("db-certified", certified), ""));
}

ServerLooks primary_looks()
{
    ServerStatus status;
    status.role = Role::primary;
    status.timeline = Timeline{3};
    status.end = Lsn{2000};
    status.sync_standby_names = "\"psql2\"";
    status.peer_sender = WalSender{"streaming", "sync", Lsn{1900}, Lsn{1500}};
    status.slot = Slot{true, "reserved", 500};
    ServerLooks looks;
    looks.server = ServerLook{Processes::postmaster, Answer::ready, status};
    return looks;
}

PairFacts facts_of(const Expected<ClusterLook>& look, const ServerLooks& looks)
{
    PairFacts facts = cluster_facts(target(), look);
    add_servers(facts, target(), look, looks);
    return facts;
}

TEST(PairFacts, OfAHealthyPairComeFromBothNodes)
{
    const auto look = healthy_look();
    ASSERT_TRUE(look);
    const PairFacts facts = facts_of(look, primary_looks());
    ASSERT_NE(facts.primary(), nullptr);
    EXPECT_EQ(facts.primary()->name, "psql1");
    EXPECT_EQ(facts.primary()->server, Seen<ServerState>{ServerState::ready});
    ASSERT_NE(facts.standby(), nullptr);
    EXPECT_EQ(facts.standby()->server, Seen<ServerState>{ServerState::running});
    EXPECT_EQ(facts.standby()->promotion->id, "certified");
    EXPECT_EQ(*(**facts.replication).flush_lag, 100);
    EXPECT_EQ(*(**facts.replication).replay_lag, 500);
    EXPECT_EQ((**facts.slot).name, "ha_slot");
    ASSERT_EQ(facts.addresses.size(), 1U);
    EXPECT_EQ(*facts.addresses[0].node, "psql1");
}

TEST(PairFacts, SayWhyAStandbyIsNotPromotable)
{
    const auto look = healthy_look("run=cccccccccccccccc mode=sync");
    ASSERT_TRUE(look);
    const PairFacts facts = facts_of(look, primary_looks());
    ASSERT_TRUE(facts.standby()->promotion.is_known());
    EXPECT_FALSE(facts.standby()->promotion->is_allowed);
    EXPECT_EQ(facts.standby()->promotion->id, "stale-alone");
}

TEST(PairFacts, TellNothingOfTheServerOfALostNode)
{
    const auto look = look_of(node_state("1", true, attribute("db-run", standby_run), "") +
                              node_state("2", false, attribute("db-run", primary_run), ""));
    ASSERT_TRUE(look);
    const PairFacts facts = facts_of(look, {});
    EXPECT_EQ(facts.nodes[1].membership, Seen<Membership>{Membership::unclean});
    EXPECT_FALSE(facts.nodes[1].role.is_known());
    EXPECT_EQ(facts.primary(), nullptr);
}

TEST(PairFacts, TakeAFailureForAProblemUntilSomethingSucceeds)
{
    const auto failed = look_of(node_state("1", true, "", history("db", operation("start", 5, 1, 0))));
    const auto healed =
        look_of(node_state("1", true, "", history("db", operation("start", 5, 1, 0) + operation("promote", 6, 0, 0))));
    ASSERT_TRUE(failed && healed);
    const auto before = cluster_facts(target(), failed).events;
    ASSERT_EQ(before.size(), 1U);
    EXPECT_TRUE(before[0].has_failed);
    EXPECT_EQ(before[0].outcome, "why");
    const auto after = cluster_facts(target(), healed).events;
    ASSERT_EQ(after.size(), 2U);
    EXPECT_EQ(after[0].what, "promote");
    EXPECT_FALSE(after[1].has_failed);
    EXPECT_EQ(after[1].what, "start failed");
}

ServerLooks standby_looks()
{
    ServerStatus status;
    status.role = Role::standby;
    ServerLooks looks;
    looks.server = ServerLook{Processes::postmaster, Answer::ready, status};
    return looks;
}

Expected<ClusterLook> look_on_the_standby()
{
    return look_of(node_state("1", true, attribute("db-run", standby_run), "") +
                   node_state("2", true, attribute("db-run", primary_run), ""));
}

TEST(PairFacts, OnAStandbyTellTheSlotByTheWordOfThePrimary)
{
    ServerLooks looks = standby_looks();
    looks.primary_part = pg::PrimaryPart{
        "\"psql1\"", Slot{true, "extended", 700},
         std::chrono::seconds{500}
    };
    const PairFacts facts = facts_of(look_on_the_standby(), looks);
    EXPECT_EQ((**facts.slot).name, "ha_slot");
    EXPECT_EQ((**facts.slot).held_bytes, 700);
    EXPECT_EQ(*facts.sync_names, "\"psql1\"");
    EXPECT_EQ(*facts.commits_unchanged_since, std::chrono::seconds{500});
}

TEST(PairFacts, OnAStandbyThatIsNotLetInTellWhyTheSlotIsUnknown)
{
    ServerLooks looks = standby_looks();
    looks.primary_part = Seen<pg::PrimaryPart>::unknown("no pg_hba.conf entry");
    const PairFacts facts = facts_of(look_on_the_standby(), looks);
    EXPECT_TRUE(facts.slot.is_unknown());
    EXPECT_EQ(facts.slot.why(), "no pg_hba.conf entry");
    EXPECT_EQ(facts.sync_names.why(), "no pg_hba.conf entry");
}

HistoryEntry entry(int when, const std::string& action, std::vector<std::string> steps = {})
{
    HistoryEntry made;
    made.when = std::chrono::seconds{when};
    made.action = action;
    made.steps = std::move(steps);
    return made;
}

TEST(PairFacts, TellWhatTheNodeRemembersAndTheClusterDoesNot)
{
    const auto look =
        look_of(node_state("1", true, attribute("db-run", primary_run), history("db", operation("promote", 6, 0, 0))));
    ASSERT_TRUE(look);
    PairFacts facts = facts_of(look, primary_looks());
    add_history(facts,
                {entry(900, "promote"), entry(950, "demote"), entry(1006, "promote"),
                 entry(1020, "monitor", {"commits wait for the standby: synchronous_standby_names is \"psql2\""})});
    std::vector<std::string> told;
    for (const report::Event& event : facts.events)
        told.push_back(std::to_string(event.when.count()) + " " + event.node + " " + event.what);
    EXPECT_EQ(told, (std::vector<std::string>{"1020 psql1 commits wait for the standby", "1006 psql1 promote",
                                              "950 psql1 demote", "900 psql1 promote"}));
    EXPECT_EQ(*facts.commits_since, std::chrono::seconds{1020});
}

TEST(PairFacts, OfAStandbyDoNotTakeItsOwnPastForThatOfThePrimary)
{
    ServerLooks looks = standby_looks();
    looks.primary_part = pg::PrimaryPart{"\"psql1\"", {}, {}};
    PairFacts facts = facts_of(look_on_the_standby(), looks);
    add_history(facts, {entry(900, "monitor", {"commits wait for the standby"})});
    EXPECT_FALSE(facts.commits_since.is_known());
}

TEST(PairFacts, WithoutAClusterRestOnTheServers)
{
    ServerLooks looks = primary_looks();
    Identity peer;
    peer.role = Role::standby;
    peer.history.timeline = Timeline{3};
    peer.end = Lsn{1900};
    looks.peer = peer;
    const Expected<ClusterLook> none = Error{ErrorKind::timed_out, "cibadmin did not answer in time"};
    const PairFacts facts = facts_of(none, looks);
    EXPECT_EQ(facts.cluster.silence, report::Silence::hung);
    ASSERT_NE(facts.standby(), nullptr);
    EXPECT_EQ(facts.standby()->name, "psql2");
    EXPECT_EQ(*facts.standby()->end, Lsn{1900});
    EXPECT_FALSE(facts.standby()->promotion.is_known());
    EXPECT_FALSE(facts.nodes[0].membership.is_known());
}

} // namespace
} // namespace pgtwin::admin
