// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "look.hpp"

namespace pgtwin::admin
{
namespace
{

using report::PairFacts;
using report::ServerState;

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
    EXPECT_EQ(facts.standby()->promotion->id, "not-certified");
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

TEST(PairFacts, TellANodeThatTheClusterDoesNotHave)
{
    Target made = target();
    made.peer = "psql3";
    const PairFacts facts = cluster_facts(made, healthy_look(), now);
    EXPECT_FALSE(facts.nodes.at(0).is_deleted);
    EXPECT_TRUE(facts.nodes.at(1).is_deleted);
}

TEST(PairFacts, OfAPrimaryThatSeesNoStandbyKnowThatItsNodeRunsNone)
{
    const auto look =
        look_of(node_state("1", true, attribute("db-run", primary_run), "") + node_state("2", true, "", ""));
    const PairFacts facts = facts_of(look, lonely_looks());
    EXPECT_EQ(facts.nodes[1].server, Seen<ServerState>{ServerState::stopped});
    EXPECT_FALSE(*facts.replication);
}

/// What the facts hold of psql2, asked on psql1, the primary, which has no connection to it.
report::NodeFacts peer_facts(const std::string& attributes, const std::string& operations)
{
    const auto look = look_of(node_state("1", true, attribute("db-run", primary_run), "") +
                              node_state("2", true, attributes, history("db", operations)));
    return facts_of(look, lonely_looks()).nodes.at(1);
}

TEST(PairFacts, OfANodeInRepairHaveNoServerWhateverItsRunSays)
{
    const auto node = peer_facts(attribute("db-run", standby_run) +
                                     attribute("db-resync", "phase=copying percent=1 done=1 total=100 rate=0 left=0"),
                                 operation("start", 5, 0, 0));
    EXPECT_EQ(node.server, Seen<ServerState>{ServerState::repairing});
    EXPECT_EQ(node.role, Seen<std::optional<Role>>{std::optional<Role>{}});
    EXPECT_EQ(node.promotion->id, "rebuilding");
    EXPECT_FALSE(node.end);
}

TEST(PairFacts, OfTheOwnNodeInRepairAreTheSame)
{
    const auto look =
        look_of(node_state("1", true,
                           attribute("db-run", standby_run) +
                               attribute("db-resync", "phase=copying percent=1 done=1 total=100 rate=0 left=0"),
                           "") +
                node_state("2", true, attribute("db-run", primary_run), ""));
    ServerLooks looks;
    looks.server = ServerLook{Processes::none, Answer::none, {}};
    EXPECT_EQ(facts_of(look, looks).nodes.at(0).server, Seen<ServerState>{ServerState::repairing});
    EXPECT_EQ(facts_of(look, standby_looks()).nodes.at(0).server, Seen<ServerState>{ServerState::ready});
}

TEST(PairFacts, OfANodeThatWaitsForDataHaveNoServer)
{
    Position nothing;
    nothing.run = "bbbbbbbbbbbbbbbb";
    nothing.has_data = false;
    const auto node = peer_facts(attribute("db-run", standby_run) + attribute("db-position", nothing.text()),
                                 operation("start", 5, 0, 0));
    EXPECT_EQ(node.server, Seen<ServerState>{ServerState::waiting});
    EXPECT_EQ(node.role, Seen<std::optional<Role>>{std::optional<Role>{}});
}

TEST(PairFacts, DoNotTakeAnInstanceWithoutARunRecordForStopped)
{
    const auto node = peer_facts("", operation("start", 5, 0, 0));
    EXPECT_FALSE(node.server.is_known());
    EXPECT_EQ(node.role, Seen<std::optional<Role>>{std::optional{Role::standby}});
    EXPECT_EQ(peer_facts("", operation("start", 5, 0, 0) + operation("stop", 6, 0, 0)).server,
              Seen<ServerState>{ServerState::stopped});
    EXPECT_EQ(peer_facts("", running("start")).server, Seen<ServerState>{ServerState::starting});
}

/// The same with a standby that ought to run and could not be asked.
report::NodeFacts silent_peer(ErrorKind kind)
{
    ServerLooks looks = primary_looks();
    looks.peer = Seen<Identity>::unknown("connection refused", kind);
    return facts_of(healthy_look(), looks).nodes.at(1);
}

TEST(PairFacts, TellOfAServerThatDoesNotAnswerThisNode)
{
    EXPECT_EQ(silent_peer(ErrorKind::timed_out).server, Seen<ServerState>{ServerState::silent});
    EXPECT_EQ(silent_peer(ErrorKind::unavailable).silence, "connection refused");
    EXPECT_EQ(silent_peer(ErrorKind::denied).server, Seen<ServerState>{ServerState::refusing});
    EXPECT_EQ(silent_peer(ErrorKind::conflict).server, Seen<ServerState>{ServerState::starting});
    EXPECT_TRUE(silent_peer(ErrorKind::conflict).silence.empty());
    EXPECT_EQ(silent_peer(ErrorKind::timed_out).role, Seen<std::optional<Role>>{std::optional{Role::standby}});
}

TEST(PairFacts, OfAUserWhoSeesNoServerHereDoNotAccuseTheOtherOne)
{
    ServerLooks looks;
    looks.server = Seen<ServerLook>::unknown("not allowed");
    looks.peer = Seen<Identity>::unknown("no such user", ErrorKind::denied);
    EXPECT_EQ(facts_of(healthy_look(), looks).nodes.at(1).server, Seen<ServerState>{ServerState::running});
}

TEST(PairFacts, OnAStandbyDoNotTakeTheLagForNoneWhenThePrimaryIsSilent)
{
    ServerStatus status;
    status.receiver = WalReceiver{"streaming", "psql2", Timeline{3}};
    status.end = Lsn{1900};
    status.replayed = Lsn{1900};
    ServerLooks looks = looks_of(status);
    looks.peer = Seen<Identity>::unknown("time-out", ErrorKind::timed_out);
    const auto alone = facts_of(look_on_the_standby(), looks).replication;
    ASSERT_TRUE(alone && *alone);
    EXPECT_FALSE((*alone)->flush_lag.is_known());
    EXPECT_FALSE((*alone)->replay_lag.is_known());
    looks.peer = primary_identity();
    looks.peer_part = primary_part();
    const auto told = facts_of(look_on_the_standby(), looks).replication;
    EXPECT_EQ(*(*told)->flush_lag, 100);
    EXPECT_EQ(*(*told)->address, "192.0.2.11");
}

TEST(PairFacts, ThatAStandbyIsNotCertifiedSayWhetherCommitsWaitForIt)
{
    const auto look = healthy_look("run=cccccccccccccccc mode=sync");
    EXPECT_EQ(facts_of(look, primary_looks()).standby()->promotion->text,
              "commits wait for it, it is not certified yet");
    ServerStatus alone = primary_status();
    alone.sync_standby_names.clear();
    EXPECT_EQ(facts_of(look, looks_of(alone)).standby()->promotion->text,
              "commits do not wait for it, it may lack some");
}

TEST(PairFacts, OfALostNodeDoNotJudgeWhetherItMayBePromoted)
{
    const auto look = look_of(node_state("1", true, attribute("db-run", standby_run), "") +
                              node_state("2", false, attribute("db-run", primary_run), ""));
    EXPECT_FALSE(facts_of(look, standby_looks()).nodes.at(1).promotion.is_known());
}

TEST(PairFacts, TellTheConstraintThatKeepsTheStandbyOff)
{
    const std::string states = node_state("1", true, attribute("db-run", primary_run), "") +
                               node_state("2", true, attribute("db-run", standby_run), "");
    const auto ban = [&](const std::string& more)
    {
        return look_of(states,
                       {{},
                        R"(<rsc_location id="cli-ban-db-clone-on-psql2" rsc="db-clone"><rule id="r" role="Promoted"
score="-INFINITY"><expression id="e" attribute="#uname" operation="eq" value="psql2"/>)" +
                            more + "</rule></rsc_location>",
                        {}});
    };
    const PairFacts banned = facts_of(ban(""), primary_looks());
    EXPECT_EQ(banned.standby()->promotion->id, "left-ban");
    EXPECT_EQ(banned.standby()->promotion->text, "kept off by constraint cli-ban-db-clone-on-psql2");
    ASSERT_EQ(banned.bans->size(), 1U);
    EXPECT_TRUE(banned.bans->front().is_promotion_only);
    const auto over = ban(R"(<date_expression id="d" operation="lt" end="1970-01-01 00:33:20Z"/>)");
    EXPECT_TRUE(facts_of(over, primary_looks()).bans->empty());
    const auto last = ban(R"(<date_expression id="d" operation="lt" end="1970-01-01 00:33:21Z"/>)");
    EXPECT_EQ(facts_of(last, primary_looks()).bans->size(), 1U);
}

TEST(PairFacts, TellWhatAnAdministratorWantsAndWhereThatIsSaid)
{
    const auto with = [](const std::string& name, const std::string& value)
    {
        const auto look = look_of("", {attribute(name, value), {}, {}});
        return cluster_facts(target_in(look), look, now);
    };
    EXPECT_EQ(with("is-managed", "true").management, Seen<report::Management>{report::Management::managed});
    EXPECT_EQ(with("is-managed", "false").management, Seen<report::Management>{report::Management::unmanaged});
    EXPECT_EQ(with("maintenance", "true").management, Seen<report::Management>{report::Management::maintenance});
    EXPECT_EQ(with("is-managed", "false").management_owner, "db-clone");
    EXPECT_EQ(with("target-role", "Stopped").target_role, Seen<report::TargetRole>{report::TargetRole::stopped});
    EXPECT_EQ(with("target-role", "Slave").target_role, Seen<report::TargetRole>{report::TargetRole::unpromoted});
    EXPECT_EQ(with("target-role", "Started").target_role, Seen<report::TargetRole>{report::TargetRole::any});
}

TEST(PairFacts, CountDownUntilCommitsGoOnAloneOnlyWhileAMonitorCounts)
{
    ServerLooks looks = primary_looks();
    Watch watch;
    watch.degrade = DegradeWatch{std::chrono::seconds{100}, std::chrono::seconds{103}, "1.2c"};
    looks.watch = watch;
    looks.now = std::chrono::seconds{104};
    Target pair = target();
    pair.params.sync_degrade_delay = std::chrono::seconds{10};
    const auto look = healthy_look();
    const auto left = [&]
    {
        PairFacts facts = cluster_facts(pair, look, now);
        add_servers(facts, pair, look, looks);
        return facts.delay_left;
    };
    EXPECT_EQ(left(), Seen<std::chrono::seconds>{std::chrono::seconds{6}});
    looks.now = std::chrono::seconds{200};
    EXPECT_FALSE(left().is_known());
    looks.watch = Watch{};
    EXPECT_FALSE(left().is_known());
}

TEST(PairFacts, OnAStandbyTellTheSlotByTheWordOfThePrimary)
{
    ServerLooks looks = standby_looks();
    looks.peer = primary_identity();
    looks.peer_part = primary_part();
    const PairFacts facts = facts_of(look_on_the_standby(), looks);
    EXPECT_EQ((**facts.slot).name, "ha_slot");
    EXPECT_EQ(*facts.nodes[1].started, std::chrono::seconds{100});
    EXPECT_EQ((**facts.slot).held_bytes, 700);
    EXPECT_EQ(*facts.sync_names, "\"psql1\"");
    EXPECT_EQ(*facts.commits_unchanged_since, std::chrono::seconds{500});
}

TEST(PairFacts, OnAStandbyThatIsNotLetInTellWhyTheSlotIsUnknown)
{
    ServerLooks looks = standby_looks();
    looks.peer = primary_identity();
    looks.peer_part = Seen<pg::PeerPart>::unknown("no pg_hba.conf entry");
    const PairFacts facts = facts_of(look_on_the_standby(), looks);
    EXPECT_TRUE(facts.slot.is_unknown());
    EXPECT_EQ(facts.slot.why(), "no pg_hba.conf entry");
    EXPECT_EQ(facts.sync_names.why(), "no pg_hba.conf entry");
}

TEST(PairFacts, KnowSinceWhenCommitsWaitIfThePromotionIsTheLastChange)
{
    ServerLooks looks = standby_looks();
    looks.peer = primary_identity();
    pg::PeerPart part = primary_part();
    part.changes.promoted = std::chrono::seconds{520};
    looks.peer_part = part;
    const PairFacts facts = facts_of(look_on_the_standby(), looks);
    EXPECT_EQ(*facts.commits_since, std::chrono::seconds{520});
    EXPECT_FALSE(facts.commits_unchanged_since.is_known());
}

TEST(PairFacts, OfASavedClusterHaveTheRecordsThatWereSaved)
{
    auto look = look_of("");
    look->source = crm::CibSource::saved;
    look->status = Seen<crm::Cib>::unknown("not connected");
    const PairFacts facts = cluster_facts(target(), look, now);
    EXPECT_EQ(facts.nodes.at(1).record, Seen<DataStatus>{DataStatus::stale});
    EXPECT_TRUE(facts.nodes.at(1).is_record_saved);
    EXPECT_FALSE(facts.nodes.at(1).role.is_known());
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
