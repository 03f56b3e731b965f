// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <functional>

#include "pair.hpp"
#include "pgtwin/report/assessment.hpp"

namespace pgtwin::report
{
namespace
{

struct Row
{
    const char* name;
    std::function<void(PairFacts&)> spoil;
    Verdict verdict;
    const char* id;
};

class Spoilt : public testing::TestWithParam<Row>
{
};

TEST(Assessment, FindsNothingWrongWithAHealthyPair)
{
    const Assessment assessment = assess(healthy_pair());
    EXPECT_EQ(assessment.verdict, Verdict::healthy);
    EXPECT_TRUE(assessment.problems.empty()) << assessment.problems.front().text;
}

TEST(Assessment, OfAPrimaryAloneIsDegraded)
{
    const Assessment assessment = assess(primary_alone());
    EXPECT_EQ(assessment.verdict, Verdict::degraded);
}

TEST(Assessment, OfNothingKnownIsUnknown)
{
    const Assessment assessment = assess(unknown_pair());
    EXPECT_EQ(assessment.verdict, Verdict::unknown);
}

TEST(Assessment, PutsTheGravestFirst)
{
    PairFacts facts = healthy_pair();
    facts.cluster.is_maintenance = true;
    facts.nodes[0].role = std::optional{Role::standby};
    const Assessment assessment = assess(facts);
    ASSERT_GE(assessment.problems.size(), 2U);
    EXPECT_EQ(assessment.problems.front().id, "no-primary");
    EXPECT_EQ(assessment.verdict, Verdict::down);
}

TEST(Assessment, EndsWhatEndsWithABootWhereItIsWritten)
{
    PairFacts facts = healthy_pair();
    facts.nodes[1].is_standby_mode = true;
    facts.nodes[1].is_standby_until_reboot = true;
    EXPECT_EQ(assess(facts).problems.front().hint, "crm_standby --node psql2 --lifetime reboot --delete");
    facts.nodes[1].is_standby_mode = false;
    facts.nodes[1].is_maintenance = true;
    facts.nodes[1].is_maintenance_until_reboot = true;
    EXPECT_EQ(assess(facts).problems.front().hint,
              "crm_attribute --node psql2 --name maintenance --lifetime reboot --delete");
}

TEST(Assessment, FencesNobodyForAServerThatDoesNotAnswer)
{
    PairFacts facts = healthy_pair();
    facts.nodes[1].role = std::optional{Role::primary};
    facts.nodes[1].server = ServerState::silent;
    const Assessment assessment = assess(facts);
    EXPECT_EQ(assessment.problems.front().id, "two-primaries");
    EXPECT_EQ(assessment.problems.front().hint.find("look before you fence anything, on psql2"), 0U)
        << assessment.problems.front().hint;
}

TEST_P(Spoilt, IsNamed)
{
    PairFacts facts = healthy_pair();
    GetParam().spoil(facts);
    const Assessment assessment = assess(facts);
    EXPECT_EQ(assessment.verdict, GetParam().verdict);
    std::string ids;
    for (const Problem& problem : assessment.problems)
        ids += problem.id + " ";
    EXPECT_NE(ids.find(GetParam().id), std::string::npos) << ids;
}

INSTANTIATE_TEST_SUITE_P(
    Facts, Spoilt,
    testing::Values(
        Row{"TwoPrimaries", [](PairFacts& facts) { facts.nodes[1].role = std::optional{Role::primary}; }, Verdict::down,
            "two-primaries"},
        Row{"PrimaryThatDoesNotAnswer", [](PairFacts& facts) { facts.nodes[0].server = ServerState::silent; },
            Verdict::unknown, "server-silent"},
        Row{"EverythingStopped", [](PairFacts& facts) { facts.cluster.is_all_stopped = true; }, Verdict::degraded,
            "all-stopped"},
        Row{"OneRoleUnknownAndNoPrimary",
            [](PairFacts& facts) { facts.nodes[0].role = Seen<std::optional<Role>>::unknown(); }, Verdict::unknown,
            "primary-unknown"},
        Row{"NoQuorum", [](PairFacts& facts) { facts.cluster.has_quorum = false; }, Verdict::degraded, "no-quorum"},
        Row{"NoFencing", [](PairFacts& facts) { facts.cluster.has_fencing = false; }, Verdict::degraded,
            "fencing-disabled"},
        Row{"NoFencingDevice", [](PairFacts& facts) { facts.cluster.fencing_devices = std::vector<FencingDevice>{}; },
            Verdict::degraded, "fencing-missing"},
        Row{"Maintenance", [](PairFacts& facts) { facts.cluster.is_maintenance = true; }, Verdict::degraded,
            "maintenance"},
        Row{"ClusterStopped", [](PairFacts& facts) { facts.cluster.silence = Silence::stopped; }, Verdict::degraded,
            "cluster-stopped"},
        Row{"ClusterDeniedAndNothingSynchronous",
            [](PairFacts& facts)
            {
                facts.cluster.silence = Silence::denied;
                facts.sync_names = std::string{};
            },
            Verdict::unknown, "cluster-denied"},
        Row{"ClusterDenied", [](PairFacts& facts) { facts.cluster.silence = Silence::denied; }, Verdict::unknown,
            "cluster-denied"},
        Row{"NodeInMaintenance", [](PairFacts& facts) { facts.nodes[1].is_maintenance = true; }, Verdict::degraded,
            "node-maintenance"},
        Row{"Unmanaged", [](PairFacts& facts) { facts.management = Management::unmanaged; }, Verdict::degraded,
            "unmanaged"},
        Row{"StoppedByAnAdministrator", [](PairFacts& facts) { facts.target_role = TargetRole::stopped; },
            Verdict::degraded, "resource-stopped"},
        Row{"NoPrimaryWanted", [](PairFacts& facts) { facts.target_role = TargetRole::unpromoted; }, Verdict::degraded,
            "promotion-forbidden"},
        Row{"LeftBan",
            [](PairFacts& facts)
            {
                facts.bans = std::vector<BanFacts>{
                    {"cli-ban-postgres-clone-on-psql2", "psql2", true, true, {}}
                };
            },
            Verdict::degraded, "left-ban"},
        Row{"BanOfPeople",
            [](PairFacts& facts)
            {
                facts.bans = std::vector<BanFacts>{
                    {"never", "psql2", false, false, {}}
                };
            },
            Verdict::degraded, "banned"},
        Row{"DeviceDisabled",
            [](PairFacts& facts)
            {
                facts.cluster.fencing_devices = std::vector<FencingDevice>{
                    {"fence", DeviceState::disabled, {}}
                };
            },
            Verdict::degraded, "fencing-device-disabled"},
        Row{"DeviceFailed",
            [](PairFacts& facts)
            {
                facts.cluster.fencing_devices = std::vector<FencingDevice>{
                    {"fence", DeviceState::failed, "start"}
                };
            },
            Verdict::degraded, "fencing-device-failed"},
        Row{"RepairHeldUp",
            [](PairFacts& facts)
            { facts.nodes[1].repair = std::optional{Repair::parse("phase=waiting cause=rebuild-denied why=no")}; },
            Verdict::degraded, "repair-held-up"},
        Row{"RepairFailed",
            [](PairFacts& facts)
            { facts.nodes[1].repair = std::optional{Repair::parse("phase=failed cause=rebuild-copy-failed why=no")}; },
            Verdict::degraded, "repair-failed"},
        Row{"ServerSilent", [](PairFacts& facts) { facts.nodes[1].server = ServerState::silent; }, Verdict::degraded,
            "server-silent"},
        Row{"ServerRefuses", [](PairFacts& facts) { facts.nodes[1].server = ServerState::refusing; }, Verdict::degraded,
            "no-login"},
        Row{"DiskLow", [](PairFacts& facts) { facts.disks[0].free_bytes = std::int64_t{1} << 30; }, Verdict::degraded,
            "disk-low"},
        Row{"SlotNearItsLimit",
            [](PairFacts& facts)
            {
                SlotFacts slot{"ha_slot", false, "extended", 900};
                slot.left_bytes = 100;
                facts.slot = std::optional{slot};
            },
            Verdict::degraded, "slot-near-limit"},
        Row{"ReplayBehind",
            [](PairFacts& facts)
            {
                Replication stream = **facts.replication;
                stream.replay_lag = std::int64_t{2} << 30;
                facts.replication = std::optional{stream};
            },
            Verdict::degraded, "replay-behind"},
        Row{"ClusterHung", [](PairFacts& facts) { facts.cluster.silence = Silence::hung; }, Verdict::degraded,
            "cluster-hung"},
        Row{"NodeLost", [](PairFacts& facts) { facts.nodes[1].membership = Membership::unclean; }, Verdict::degraded,
            "node-away"},
        Row{"NodeTakenOut", [](PairFacts& facts) { facts.nodes[1].is_standby_mode = true; }, Verdict::degraded,
            "node-standby"},
        Row{"Repair", [](PairFacts& facts) { facts.nodes[1].repair = std::optional{Repair::parse("waiting")}; },
            Verdict::degraded, "repair"},
        Row{"ReplayPaused", [](PairFacts& facts) { facts.nodes[1].is_replay_paused = true; }, Verdict::degraded,
            "replay-paused"},
        Row{"Override", [](PairFacts& facts) { facts.nodes[1].has_override = true; }, Verdict::degraded, "override"},
        Row{"CatchingUp",
            [](PairFacts& facts)
            {
                Replication stream;
                stream.state = "catchup";
                facts.replication = std::optional{stream};
            },
            Verdict::degraded, "not-streaming"},
        Row{"NotPromotable",
            [](PairFacts& facts) {
                facts.nodes[1].promotion = Promotion{false, "stale-alone", "it lacks some"};
            },
            Verdict::degraded, "not-promotable"},
        Row{"NotCertified",
            [](PairFacts& facts) {
                facts.nodes[1].promotion = Promotion{false, "not-certified", "commits do not wait for it"};
            },
            Verdict::degraded, "not-certified"},
        Row{"PromotionUnknown", [](PairFacts& facts) { facts.nodes[1].promotion = Seen<Promotion>::unknown(); },
            Verdict::unknown, "promotion-unknown"},
        Row{"SlotLost",
            [](PairFacts& facts)
            {
                facts.slot = std::optional{
                    SlotFacts{"ha_slot", false, "lost", 0}
                };
            },
            Verdict::degraded, "slot-lost"},
        Row{"AddressElsewhere", [](PairFacts& facts) { facts.addresses[0].node = std::string{"psql2"}; },
            Verdict::degraded, "address-elsewhere"},
        Row{"AddressStopped", [](PairFacts& facts) { facts.addresses[0].node = std::string{}; }, Verdict::degraded,
            "address-stopped"},
        Row{"ActionFailed", [](PairFacts& facts) { facts.events[0].has_failed = true; }, Verdict::degraded,
            "action-failed"}),
    [](const auto& row) { return std::string{row.param.name}; });

const Problem* find(const Assessment& assessment, std::string_view id)
{
    for (const Problem& problem : assessment.problems)
        if (problem.id == id)
            return &problem;
    return nullptr;
}

/// A pair whose standby has gone while commits wait for it.
PairFacts waiting_pair()
{
    PairFacts facts = healthy_pair();
    facts.nodes[0].is_local = true;
    facts.nodes[1].is_local = false;
    facts.replication = std::optional<Replication>{};
    facts.waiting = Waiting{3, std::chrono::seconds{42}};
    return facts;
}

struct Wait
{
    const char* name;
    std::function<void(PairFacts&)> make;
    Verdict verdict;
    const char* text;
    const char* hint;
};

class Waits : public testing::TestWithParam<Wait>
{
};

TEST_P(Waits, ComeFirstWithTheirCause)
{
    PairFacts facts = waiting_pair();
    GetParam().make(facts);
    const Assessment assessment = assess(facts);
    ASSERT_FALSE(assessment.problems.empty());
    const Problem& first = assessment.problems.front();
    EXPECT_EQ(first.id, "commits-blocked");
    EXPECT_EQ(first.verdict, GetParam().verdict);
    EXPECT_NE(first.text.find(GetParam().text), std::string::npos) << first.text;
    EXPECT_NE(first.hint.find(GetParam().hint), std::string::npos) << first.hint;
}

void lose_standby(PairFacts& facts, std::vector<FencingFacts> fencing)
{
    facts.nodes[1].membership = Membership::unclean;
    facts.cluster.fencing = std::move(fencing);
}

INSTANTIATE_TEST_SUITE_P(
    Commits, Waits,
    testing::Values(
        Wait{"WhileFencingFails",
             [](PairFacts& facts)
             {
                 lose_standby(facts, {
                                         {"psql2", "reboot", "psql1", FencingState::running, {},        {}},
                                         {"psql2", "reboot", "psql1", FencingState::failed,  facts.now, {}}
                 });
             },
             Verdict::down, "(3 sessions, for 42 s): it is lost, and fencing it fails",
             "stonith_admin --confirm psql2"},
        Wait{"WhileTheNodeIsFenced",
             [](PairFacts& facts)
             {
                 facts.waiting = Waiting{1, std::chrono::seconds{2}};
                 lose_standby(facts, {
                                         {"psql2", "reboot", "psql1", FencingState::running, {}, {}}
                 });
             },
             Verdict::degraded, "(1 session, for 2.0 s): it is lost, and is being fenced", "wait"},
        Wait{"InMaintenanceMode", [](PairFacts& facts) { facts.cluster.is_maintenance = true; }, Verdict::down,
             "the cluster is in maintenance mode", "crm_attribute --name maintenance-mode --update false"},
        Wait{"WithAnUnmanagedResource", [](PairFacts& facts) { facts.management = Management::unmanaged; },
             Verdict::down, "does not manage", "crm_resource -r postgres-clone --meta --set-parameter is-managed"},
        Wait{"InStrictMode", [](PairFacts& facts) { facts.mode = ReplicationMode::strict; }, Verdict::down,
             "rep_mode is strict", "--set-parameter rep_mode --parameter-value sync"},
        Wait{"UntilTheDelayIsOver",
             [](PairFacts& facts)
             {
                 facts.waiting = Waiting{1, std::chrono::seconds{5}};
                 facts.delay_left = std::chrono::seconds{6};
             },
             Verdict::degraded, "they go on in 6.0 s", "wait"},
        Wait{"ForAStandbyThatHangs", [](PairFacts& facts) { facts.replication = healthy_pair().replication; },
             Verdict::down, "does not confirm them", "crm_standby --node psql2"},
        Wait{"WithPacemakerStopped", [](PairFacts& facts) { facts.cluster.silence = Silence::stopped; }, Verdict::down,
             "Pacemaker does not run here", "systemctl start pacemaker"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(Assessment, DoesNotTakeAShortWaitForABlock)
{
    PairFacts facts = healthy_pair();
    facts.waiting = Waiting{20, std::chrono::milliseconds{800}};
    EXPECT_EQ(assess(facts).verdict, Verdict::healthy);
}

TEST(Assessment, OfAFailedStartSaysWhyAndWhatHelps)
{
    PairFacts facts = primary_alone();
    facts.events.insert(
        facts.events.begin(),
        {facts.now, "psql2", "start failed", "not started, wrong setting: max_wal_senders = 1", true, "wrong-setting"});
    const Assessment assessment = assess(facts);
    const Problem* const problem = find(assessment, "action-failed");
    ASSERT_NE(problem, nullptr);
    EXPECT_EQ(problem->text, "start failed on node psql2: not started, wrong setting: max_wal_senders = 1");
    EXPECT_EQ(problem->label(), "wrong-setting");
    EXPECT_NE(problem->hint.find("crm_resource --cleanup -r postgres-clone"), std::string::npos) << problem->hint;
    EXPECT_EQ(problem, &assessment.problems.front()) << "before what follows from it";
}

PairFacts two_standbys()
{
    PairFacts facts = healthy_pair();
    facts.nodes[0].role = std::optional{Role::standby};
    facts.nodes[0].promotion = Promotion{true, "compared", "its data goes furthest"};
    facts.replication = {};
    facts.sync_names = {};
    return facts;
}

TEST(Assessment, WhileAPromotionRunsSaysSo)
{
    PairFacts facts = two_standbys();
    facts.running = {
        {"psql2", "promote", facts.now - std::chrono::seconds{3}}
    };
    const Assessment assessment = assess(facts);
    EXPECT_EQ(assessment.verdict, Verdict::down);
    EXPECT_EQ(assessment.problems.front().text,
              "no node is the primary: nobody can write; promote runs on psql2, for 3 s");
    EXPECT_EQ(find(assessment, "address-stopped"), nullptr);
}

TEST(Assessment, OfAServerThatIsKeptFromItTellsNothingWhileTheOtherOneMayBePromoted)
{
    PairFacts facts = two_standbys();
    facts.nodes[1].promotion = Promotion{false, "peer-position-better", "the other node has more of the data"};
    EXPECT_EQ(find(assess(facts), "not-promoted"), nullptr);
    facts.nodes[0].promotion = Promotion{false, "diverged", "the two nodes have diverged"};
    EXPECT_NE(find(assess(facts), "not-promoted"), nullptr);
    facts.running = {
        {"psql1", "demote", facts.now}
    };
    EXPECT_EQ(find(assess(facts), "not-promoted"), nullptr);
}

TEST(Assessment, OfARepairThatIsHeldUpDoesNotTellTwiceThatThePrimaryIsNotReached)
{
    PairFacts facts = healthy_pair();
    facts.nodes[0].server = ServerState::refusing;
    facts.nodes[1].repair = std::optional{Repair::parse("phase=waiting cause=rebuild-denied why=not let in")};
    EXPECT_EQ(find(assess(facts), "no-login"), nullptr);
    EXPECT_NE(find(assess(facts), "repair-held-up"), nullptr);
    facts.nodes[1].is_local = false;
    EXPECT_NE(find(assess(facts), "no-login"), nullptr);
}

TEST(Assessment, OfAnAddressThatIsBeingStartedIsNoProblem)
{
    PairFacts facts = healthy_pair();
    facts.addresses[0].node = std::string{};
    facts.addresses[0].is_starting = true;
    EXPECT_EQ(assess(facts).verdict, Verdict::healthy);
}

TEST(Assessment, OfAStandbyThatIsWithheldNamesTheCommandThatAcceptsTheLoss)
{
    PairFacts facts = healthy_pair();
    NodeFacts& gone = facts.nodes[0];
    gone = NodeFacts{};
    gone.name = "psql1";
    gone.membership = Membership::offline;
    gone.role = std::optional<Role>{};
    gone.server = ServerState::stopped;
    gone.record = DataStatus::primary;
    facts.nodes[1].record = DataStatus::stale;
    facts.nodes[1].promotion =
        Promotion{false, "stale-alone", "commits may be missing here, and the other node is away"};
    facts.replication = {};
    facts.sync_names = {};
    const Assessment assessment = assess(facts);
    const Problem* const problem = find(assessment, "not-promoted");
    ASSERT_NE(problem, nullptr);
    EXPECT_EQ(problem->label(), "stale-alone");
    EXPECT_NE(problem->text.find("psql1 recorded primary; psql2 recorded stale, goes to 3:0/5000148"),
              std::string::npos)
        << problem->text;
    EXPECT_NE(problem->hint.find("bring psql1 back"), std::string::npos) << problem->hint;
    EXPECT_NE(problem->hint.find("on psql2: pgtwin accept-data-loss postgres-db"), std::string::npos) << problem->hint;
}

TEST(Assessment, OfALostPrimaryTellsThatItMayStillRun)
{
    PairFacts facts = two_standbys();
    lose_standby(facts, {});
    facts.nodes[1].role = {};
    const Assessment assessment = assess(facts);
    EXPECT_EQ(assessment.verdict, Verdict::unknown);
    const Problem* const problem = find(assessment, "primary-unknown");
    ASSERT_NE(problem, nullptr);
    EXPECT_NE(problem->text.find("psql2 is lost, and may still run"), std::string::npos) << problem->text;
}

TEST(Assessment, TellsOfAFencingThatFailsOnlyWhileTheNodeIsLost)
{
    PairFacts facts = healthy_pair();
    facts.cluster.fencing = std::vector<FencingFacts>{
        {"psql2", "reboot", "psql1", FencingState::failed, facts.now, {}}
    };
    EXPECT_EQ(find(assess(facts), "fencing-fails"), nullptr);
    facts.nodes[1].membership = Membership::unclean;
    EXPECT_NE(find(assess(facts), "fencing-fails"), nullptr);
    facts.cluster.fencing = std::vector<FencingFacts>{
        {"psql2", "reboot", "psql1", FencingState::running, {},                                {}},
        {"psql2", "reboot", "psql1", FencingState::failed,  facts.now - std::chrono::hours{5}, {}}
    };
    EXPECT_NE(find(assess(facts), "fencing-runs"), nullptr);
}

TEST(Assessment, OfALostNodeIsNotHealthyBecauseItWasFencedOnce)
{
    PairFacts facts = healthy_pair();
    facts.nodes[1].membership = Membership::unclean;
    facts.cluster.fencing = std::vector<FencingFacts>{
        {"psql2", "reboot", "psql1", FencingState::done, facts.now - std::chrono::hours{5}, {}}
    };
    EXPECT_NE(find(assess(facts), "node-away"), nullptr);
}

TEST(Repair, ThatAnotherVersionPublishesIsATextForPeople)
{
    for (const char* const text : {"waiting: nobody is primary", "base backup: 42 %, 4200 of 10000 bytes", ""})
    {
        EXPECT_FALSE(Repair::parse(text).is_copying()) << text;
        EXPECT_EQ(Repair::parse(text).text, text);
    }
}

TEST(Repair, IsReadFromTheRecord)
{
    const Repair copying = Repair::parse("phase=copying percent=25 done=250 total=1000 rate=2048 left=15");
    EXPECT_EQ(copying.what(), "base backup");
    EXPECT_EQ(copying.done_bytes, 250);
    EXPECT_EQ(copying.total_bytes, 1000);
    EXPECT_EQ(copying.rate, 2048);
    EXPECT_EQ(copying.left, std::chrono::seconds{15});
    const Repair waiting = Repair::parse("phase=waiting cause=rebuild-denied why=not let in: password=wrong");
    EXPECT_TRUE(waiting.what().empty());
    EXPECT_EQ(waiting.phase, ResyncPhase::waiting);
    EXPECT_EQ(waiting.cause, "rebuild-denied");
    EXPECT_EQ(waiting.text, "not let in: password=wrong");
}

} // namespace
} // namespace pgtwin::report
