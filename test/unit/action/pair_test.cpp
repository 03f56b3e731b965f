// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pair.hpp"
#include "pgtwin/action/sentinel.hpp"

namespace pgtwin::test
{
namespace
{

using namespace std::chrono_literals;

class Pair : public testing::Test
{
protected:
    FakePair pair;
    FakeNode& alpha = pair.alpha;
    FakeNode& beta = pair.beta;

    [[nodiscard]] bool is_certified(const FakeNode& node)
    {
        const NodeView& view = pair.cib.of(node.name);
        return view.run && view.certificate && view.certificate->run == view.run->run;
    }
    [[nodiscard]] bool is_synchronous(const FakeNode& primary)
    {
        return primary.instance.is_primary() && primary.instance.sync_standby_names == primary.context.peer_sync_names;
    }
    void order(FakeNode& node)
    {
        pair.cib.of(node.name).has_override = true;
        EXPECT_EQ(node.run(Goal::promote).reason, Reason::promoted_alone_by_operator);
    }
    /// One after the other, each while the other one was off; both wrote on.
    void promote_both_by_order()
    {
        pair.bring_up();
        pair.fence(alpha);
        pair.fence(beta);
        for (FakeNode* node : {&beta, &alpha})
        {
            restart(*node);
            order(*node);
            node->instance.write(500);
            pair.fence(*node);
        }
        ASSERT_EQ(alpha.instance.directory.history, beta.instance.directory.history);
    }
    /// Alpha went on alone and was lost; beta was promoted by order, wrote on, and was lost too.
    void pass_over_alpha()
    {
        pair.bring_up();
        pair.fence(beta);
        pair.monitor(2);
        alpha.instance.write(700);
        pair.fence(alpha);
        restart(beta);
        order(beta);
        beta.instance.write(500);
        pair.fence(beta);
    }
    /// The CIB of alpha's time wins when the nodes meet.
    void bring_older_record_back()
    {
        pair.cib.of("alpha").data_status = DataStatus::primary;
        pair.cib.of("beta").data_status = DataStatus::stale;
    }
    void restart(FakeNode& node)
    {
        pair.boot(node);
        (void)node.run(Goal::start);
    }
};

TEST_F(Pair, ComesUpFromOneDirectoryAndNone)
{
    pair.bring_up();
    EXPECT_TRUE(alpha.instance.is_primary());
    EXPECT_TRUE(beta.instance.streams_from(alpha.instance));
    EXPECT_TRUE(is_synchronous(alpha));
    EXPECT_TRUE(is_certified(beta));
    EXPECT_EQ(pair.cib.of("beta").data_status, DataStatus::in_sync);
    EXPECT_EQ(pair.cib.of("beta").score, decide::score_certified);
    EXPECT_FALSE(alpha.store.state.alone);
}

TEST_F(Pair, StartsTheServerWithStandbySignalOnly)
{
    (void)alpha.run(Goal::start);
    EXPECT_TRUE(alpha.instance.is_standby());
    EXPECT_LT(alpha.journal.place_of("write standby configuration"), alpha.journal.place_of("start"));
    EXPECT_LT(alpha.journal.place_of("publish run"), alpha.journal.place_of("start"));
}

TEST_F(Pair, PromotesOnlyAfterRecordMarkAndRun)
{
    pair.bring_up();
    pair.fence(alpha);
    beta.journal.clear();
    EXPECT_EQ(beta.run(Goal::promote).reason, Reason::promoted);
    const Journal& journal = beta.journal;
    EXPECT_LT(journal.place_of("save state"), journal.place_of("record")) << "that it can be saved is tried first";
    EXPECT_LT(journal.place_of("record"), journal.last_place_of("save state"));
    EXPECT_LT(journal.last_place_of("save state"), journal.place_of("publish run"));
    EXPECT_LT(journal.place_of("publish run"), journal.place_of("promote"));
    EXPECT_TRUE(beta.store.state.alone);
}

TEST_F(Pair, PromotesTheFirstNodeBeforeTheSecondHasEverStarted)
{
    (void)alpha.run(Goal::start);
    pair.monitor();
    EXPECT_EQ(alpha.run(Goal::promote).reason, Reason::promoted);
    EXPECT_EQ(pair.cib.of("beta").data_status, DataStatus::stale);
}

TEST_F(Pair, PromotesTheFirstNodeAfterAPromoteThatWasCutOff)
{
    (void)alpha.run(Goal::start);
    pair.monitor();
    alpha.journal.always_fail("publish run");
    EXPECT_EQ(alpha.run(Goal::promote).reason, Reason::cannot_record);
    alpha.journal.fail("publish run", 0);
    EXPECT_EQ(alpha.run(Goal::promote).reason, Reason::promoted);
}

TEST_F(Pair, PromotesTheRecordedPrimaryWhosePeerCannotStart)
{
    pair.bring_up();
    pair.fence(alpha);
    pair.fence(beta);
    restart(alpha);
    pair.boot(beta);
    beta.journal.always_fail("start");
    EXPECT_EQ(beta.run(Goal::start).reason, Reason::cannot_start);
    (void)beta.run(Goal::stop);
    pair.monitor();
    EXPECT_EQ(alpha.run(Goal::promote).reason, Reason::promoted);
}

TEST_F(Pair, CertifiesInTheRightOrder)
{
    pair.bring_up();
    const Journal& journal = alpha.journal;
    EXPECT_LT(journal.place_of("set names"), journal.place_of("grant certificate"));
    EXPECT_LT(journal.place_of("grant certificate"), journal.place_of("set score of the peer"));
}

TEST_F(Pair, KeepsTheDataThroughASwitchover)
{
    pair.bring_up();
    alpha.instance.write(1000);
    pair.monitor();
    EXPECT_EQ(alpha.run(Goal::demote).reason, Reason::demoted);
    (void)beta.run(Goal::notify);
    EXPECT_EQ(beta.run(Goal::promote).reason, Reason::promoted);
    pair.monitor(6);
    EXPECT_TRUE(alpha.instance.streams_from(beta.instance));
    EXPECT_TRUE(is_synchronous(beta));
    EXPECT_TRUE(is_certified(alpha));
    EXPECT_FALSE(alpha.journal.has("base backup"));
}

TEST_F(Pair, PromotesTheCertifiedStandbyOfAFencedPrimary)
{
    pair.bring_up();
    pair.fence(alpha);
    EXPECT_EQ(beta.run(Goal::promote).reason, Reason::promoted);
    restart(alpha);
    pair.monitor(6);
    EXPECT_TRUE(alpha.instance.streams_from(beta.instance));
    EXPECT_TRUE(is_certified(alpha));
}

TEST_F(Pair, RebuildsAnOldPrimaryThatWroteOn)
{
    pair.bring_up();
    pair.fence(alpha);
    alpha.instance.write(5000);
    (void)beta.run(Goal::promote);
    restart(alpha);
    pair.monitor(8);
    EXPECT_TRUE(alpha.journal.has("base backup"));
    EXPECT_TRUE(alpha.instance.streams_from(beta.instance));
    EXPECT_TRUE(is_certified(alpha));
    EXPECT_FALSE(alpha.instance.displaced_directory);
}

TEST_F(Pair, GoesAloneOnlyAfterItsStandbyLostTheCertificate)
{
    pair.bring_up();
    alpha.journal.clear();
    pair.fence(beta);
    pair.monitor(2);
    EXPECT_TRUE(alpha.instance.sync_standby_names.empty());
    EXPECT_TRUE(alpha.store.state.alone);
    EXPECT_EQ(pair.cib.of("beta").data_status, DataStatus::stale);
    EXPECT_LT(alpha.journal.place_of("save state"), alpha.journal.place_of("empty names"));
}

TEST_F(Pair, WaitsTheDelayForAStandbyThatIsOnline)
{
    pair.bring_up();
    beta.instance.is_cut_off = true;
    pair.monitor(2);
    EXPECT_FALSE(is_certified(beta));
    EXPECT_TRUE(is_synchronous(alpha));
    alpha.journal.clear();
    pair.monitor(4);
    EXPECT_TRUE(alpha.journal.has("empty names"));
}

TEST_F(Pair, BlocksCommitsWhileTheStandbyIsUnclean)
{
    pair.bring_up();
    beta.instance.crash();
    pair.cib.of("beta").membership = Membership::unclean;
    pair.monitor(10);
    EXPECT_TRUE(is_synchronous(alpha));
    EXPECT_FALSE(alpha.store.state.alone);
}

TEST_F(Pair, RefusesAStaleStandbyOfAPrimaryThatIsGone)
{
    pair.bring_up();
    pair.fence(beta);
    pair.monitor(2);
    pair.fence(alpha);
    restart(beta);
    pair.monitor();
    EXPECT_EQ(beta.run(Goal::promote).reason, Reason::stale_alone);
    EXPECT_EQ(pair.cib.of("beta").score, -decide::infinity);
}

TEST_F(Pair, BringsALonePrimaryBackAlone)
{
    pair.bring_up();
    pair.fence(beta);
    pair.monitor(2);
    pair.fence(alpha);
    restart(alpha);
    pair.monitor();
    EXPECT_EQ(alpha.run(Goal::promote).reason, Reason::promoted);
}

TEST_F(Pair, PromotesTheRightNodeAfterBothWereLost)
{
    pair.bring_up();
    pair.fence(beta);
    pair.monitor(2);
    alpha.instance.write(777);
    pair.fence(alpha);
    restart(beta);
    restart(alpha);
    pair.monitor(2);
    EXPECT_EQ(beta.run(Goal::promote).reason, Reason::peer_position_better);
    EXPECT_EQ(alpha.run(Goal::promote).reason, Reason::promoted);
}

TEST_F(Pair, LetsTheOperatorAcceptALossOnce)
{
    pair.bring_up();
    pair.fence(beta);
    pair.monitor(2);
    pair.fence(alpha);
    restart(beta);
    pair.cib.of("beta").has_override = true;
    const decide::Outcome outcome = beta.run(Goal::promote);
    EXPECT_EQ(outcome.reason, Reason::promoted_alone_by_operator);
    EXPECT_EQ(outcome.detail, "this node had 2:0/1000000, how far the other one had come is not known");
    EXPECT_FALSE(pair.cib.of("beta").has_override);
}

TEST_F(Pair, PromotesTheChosenNodeAgainThoughTheOneItPassedOverHasAMark)
{
    pass_over_alpha();
    restart(alpha);
    restart(beta);
    pair.monitor(2);
    EXPECT_EQ(alpha.run(Goal::promote).reason, Reason::peer_position_better);
    EXPECT_EQ(beta.run(Goal::promote).reason, Reason::promoted);
    pair.monitor(8);
    EXPECT_TRUE(alpha.instance.streams_from(beta.instance));
    EXPECT_TRUE(is_certified(alpha));
}

TEST_F(Pair, DoesNotPromoteThePassedOverNodeBesideTheStoppedChosenOne)
{
    pass_over_alpha();
    bring_older_record_back();
    pair.boot(beta);
    (void)beta.run(Goal::probe);
    restart(alpha);
    pair.monitor();
    EXPECT_EQ(alpha.run(Goal::promote).reason, Reason::peer_position_better);
}

TEST_F(Pair, DoesNotPromoteAFormerAsynchronousPrimaryByAnOlderRecord)
{
    for (FakeNode* node : {&alpha, &beta})
        node->context.params.rep_mode = ReplicationMode::async;
    pair.bring_up();
    pair.fence(alpha);
    EXPECT_EQ(beta.run(Goal::promote).reason, Reason::promoted);
    beta.instance.write(500);
    pair.fence(beta);
    bring_older_record_back();
    restart(alpha);
    EXPECT_EQ(alpha.run(Goal::promote).reason, Reason::stale_alone);
}

TEST_F(Pair, StreamsFromNobodyAfterBothNodesWerePromotedByOrder)
{
    promote_both_by_order();
    restart(alpha);
    restart(beta);
    pair.monitor(2);
    EXPECT_TRUE(alpha.instance.is_standby() && beta.instance.is_standby());
    EXPECT_FALSE(alpha.instance.names_peer);
    EXPECT_FALSE(beta.instance.names_peer);
    EXPECT_EQ(alpha.run(Goal::promote).reason, Reason::diverged);
    EXPECT_EQ(beta.run(Goal::promote).reason, Reason::diverged);
}

TEST_F(Pair, FillsTheOneThatWasNotChosenAnewAndKeepsItsWalUntilThen)
{
    promote_both_by_order();
    restart(alpha);
    restart(beta);
    pair.monitor();
    order(beta);
    (void)alpha.run(Goal::notify);
    EXPECT_FALSE(alpha.instance.names_peer);
    EXPECT_TRUE(alpha.worker.is_alive);
    pair.monitor(8);
    EXPECT_TRUE(alpha.journal.has("base backup"));
    EXPECT_TRUE(alpha.instance.streams_from(beta.instance));
    EXPECT_TRUE(is_certified(alpha));
}

TEST_F(Pair, KnowsThatAPromotionIsSharedOnceTheStandbyFollows)
{
    pair.bring_up();
    EXPECT_EQ(alpha.store.state.unshared, Timeline::none);
    pair.fence(alpha);
    (void)beta.run(Goal::promote);
    EXPECT_EQ(beta.store.state.unshared, beta.instance.directory.history.timeline);
    restart(alpha);
    EXPECT_TRUE(alpha.instance.names_peer);
    pair.monitor(2);
    EXPECT_EQ(beta.store.state.unshared, Timeline::none);
}

TEST_F(Pair, ExpectsTheEndOfAServerThatItIsAboutToStopUntilTheNextOneIsWatched)
{
    pair.bring_up();
    beta.journal.always_fail("stop fast");
    (void)beta.run(Goal::stop);
    EXPECT_TRUE(beta.sentinel.is_expected);
    (void)beta.run(Goal::stop);
    (void)beta.run(Goal::start);
    EXPECT_TRUE(beta.instance.is_standby());
    EXPECT_FALSE(beta.sentinel.is_expected);
}

TEST_F(Pair, TakesTheEndOfAServerThatNobodyStopsForAFailure)
{
    pair.bring_up();
    beta.instance.crash();
    auto ports = beta.ports();
    action::watch(ports, beta.context);
    EXPECT_TRUE(beta.journal.has("report failure"));
}

TEST_F(Pair, ReportsNoEndThatIsExpected)
{
    pair.bring_up();
    (void)beta.sentinel.expect_end();
    beta.instance.crash();
    auto ports = beta.ports();
    action::watch(ports, beta.context);
    EXPECT_FALSE(beta.journal.has("report failure"));
}

TEST_F(Pair, StopsInGoodOrder)
{
    pair.bring_up();
    EXPECT_EQ(beta.run(Goal::stop).reason, Reason::stopped);
    EXPECT_EQ(alpha.run(Goal::demote).reason, Reason::demoted);
    EXPECT_EQ(alpha.run(Goal::stop).reason, Reason::stopped);
    EXPECT_FALSE(pair.cib.of("alpha").run);
    EXPECT_FALSE(pair.cib.of("beta").run);
    EXPECT_EQ(alpha.run(Goal::stop).reason, Reason::already_stopped);
}

TEST_F(Pair, ComesBackAfterAnOrderlyStopOfBoth)
{
    pair.bring_up();
    (void)beta.run(Goal::stop);
    pair.monitor(2);
    (void)alpha.run(Goal::demote);
    (void)alpha.run(Goal::stop);
    (void)alpha.run(Goal::start);
    (void)beta.run(Goal::start);
    pair.monitor(2);
    EXPECT_EQ(alpha.run(Goal::promote).reason, Reason::promoted);
    pair.monitor(6);
    EXPECT_TRUE(is_certified(beta));
}

TEST_F(Pair, RefusesASecondPrimary)
{
    pair.bring_up();
    EXPECT_EQ(beta.run(Goal::promote).reason, Reason::peer_is_primary);
    EXPECT_TRUE(beta.instance.is_standby());
}

TEST_F(Pair, HasNothingToSayWhenAllIsWell)
{
    pair.bring_up();
    alpha.log.lines.clear();
    beta.log.lines.clear();
    alpha.journal.clear();
    pair.monitor(3);
    EXPECT_EQ(alpha.log.spoken(), std::vector<std::string>{});
    EXPECT_EQ(beta.log.spoken(), std::vector<std::string>{});
    EXPECT_EQ(alpha.journal.changes(), std::vector<std::string>{});
}

TEST_F(Pair, AsksLittleInTheMonitorOfAHealthyStandby)
{
    pair.bring_up();
    beta.journal.looks.clear();
    EXPECT_EQ(beta.run(Goal::monitor).reason, Reason::running_standby);
    const std::map<std::string, int> expected{
        {"processes", 2},
        {"state",     1},
        {"status",    1},
        {"watch",     1},
        {"worker",    1}
    };
    EXPECT_EQ(beta.journal.looks, expected);
}

} // namespace
} // namespace pgtwin::test
