// SPDX-License-Identifier: GPL-2.0-or-later
#include "guard.hpp"
#include "pgtwin/base/table.hpp"
#include "pgtwin/decide/goals.hpp"
#include "pgtwin/decide/upkeep.hpp"
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

class UnsettledPeer : public testing::TestWithParam<GuardRow>
{
};

TEST_P(UnsettledPeer, Row)
{
    EXPECT_EQ(judged(GetParam().scene), text(GetParam().judgement));
}

/// Alpha is down as a primary that had gone on alone in this membership; only beta's Pacemaker has ended.
Scene a_marked_standby_that_stayed()
{
    Scene scene = a_lonely_standby();
    scene.state.alone = a_mark();
    scene.self().data_status = DataStatus::primary;
    publish_own_position(scene);
    scene.peer().membership = Membership::left;
    scene.self().alone_in = scene.membership;
    return scene;
}

const auto stayed_rows = table_of(
    row("a_peer_without_pacemaker_cannot_have_passed_it_over_while_it_stayed", a_marked_standby_that_stayed(),
        Rule::alone),
    row("a_peer_without_pacemaker_may_have_passed_it_over_in_another_membership",
        with(a_marked_standby_that_stayed(), [](Scene& s) { s.membership = "ring 12"; }), Reason::not_a_member),
    row("a_peer_without_pacemaker_may_have_passed_it_over_before_it_came",
        with(a_marked_standby_that_stayed(), [](Scene& s) { s.self().alone_in.clear(); }), Reason::not_a_member),
    row("an_unknown_membership_is_another_one",
        with(a_marked_standby_that_stayed(), [](Scene& s) { s.unknown = {Subject::membership}; }),
        Reason::not_a_member),
    row("without_pacemaker_a_run_of_the_peer_is_a_riddle",
        with(a_marked_standby_that_stayed(),
             [](Scene& s) {
                 s.peer().run = RunRecord{"run-beta", Role::standby, Timeline::none, {}};
             }),
        Reason::not_a_member),
    row("beside_a_peer_without_pacemaker_it_needs_its_mark",
        with(a_marked_standby_that_stayed(), [](Scene& s) { s.state.alone.reset(); }), Reason::not_a_member),
    row("beside_a_peer_without_pacemaker_the_record_is_a_veto",
        with(a_marked_standby_that_stayed(), [](Scene& s) { s.peer().data_status = DataStatus::primary; }),
        Reason::peer_recorded_primary));

/// Alpha has its mark, and beta's server recovers.
Scene a_marked_standby_beside_recovery()
{
    Scene scene = two_standbys();
    scene.state.alone = a_mark();
    publish_own_position(scene);
    scene.peer().position->timeline = Timeline{2};
    scene.peer().position->word.clear();
    scene.peer().position->is_final = false;
    return scene;
}

const auto recovery_rows =
    table_of(row("a_mark_does_not_wait_for_the_end_of_a_recovery", a_marked_standby_beside_recovery(), Rule::compared),
             row("without_a_mark_the_end_of_a_recovery_is_waited_for",
                 with(a_marked_standby_beside_recovery(),
                      [](Scene& s)
                      {
                          s.state.alone.reset();
                          publish_own_position(s);
                      }),
                 Reason::peer_position_missing),
             row("a_recovery_with_a_mark_is_waited_for",
                 with(a_marked_standby_beside_recovery(), [](Scene& s) { s.peer().position->is_alone = true; }),
                 Reason::peer_position_missing),
             row("a_recovery_on_a_timeline_that_we_lack_is_waited_for",
                 with(a_marked_standby_beside_recovery(), [](Scene& s) { s.peer().position->timeline = Timeline{4}; }),
                 Reason::peer_position_missing),
             row("a_recovery_of_another_promotion_is_waited_for",
                 with(a_marked_standby_beside_recovery(),
                      [](Scene& s)
                      {
                          s.peer().position->timeline = timeline;
                          s.peer().position->word = "word-other";
                      }),
                 Reason::peer_position_missing),
             row("a_recovery_of_another_system_is_waited_for",
                 with(a_marked_standby_beside_recovery(), [](Scene& s) { s.peer().position->system_identifier = 9; }),
                 Reason::peer_position_missing),
             row("a_recovery_of_an_earlier_run_tells_nothing",
                 with(a_marked_standby_beside_recovery(), [](Scene& s) { s.peer().position->run = "run-beta-0"; }),
                 Reason::peer_position_missing));

const Lsn further{0x5000001};

TEST(StoppedPosition, IsOrderlyOnlyIfTheServerWasShutDown)
{
    LocalState state = two_standbys().state;
    state.is_orderly = true;
    Directory directory = a_stopped_primary().directory;
    EXPECT_TRUE(position_of(state, directory)->is_orderly);
    directory.control->state = ControlState::in_production;
    EXPECT_FALSE(position_of(state, directory)->is_orderly);
    directory.control->state = ControlState::shut_down_in_recovery;
    EXPECT_TRUE(position_of(state, directory)->is_orderly);
    state.is_orderly = false;
    EXPECT_FALSE(position_of(state, directory)->is_orderly);
}

/// The mark is at the end of timeline 3, and the promotion to timeline 4 was announced.
LocalState announced_state()
{
    LocalState state = two_standbys().state;
    state.role = Role::primary;
    state.alone = a_mark();
    state.unshared = Timeline{4};
    state.remember(timeline, "word-3");
    state.remember(Timeline{4}, "word-4");
    return state;
}

LocalState yielded_state()
{
    LocalState state = announced_state();
    state.alone.reset();
    return state;
}

/// The announcement is forgotten, too.
LocalState handed_over_state()
{
    LocalState state = yielded_state();
    state.unshared = Timeline::none;
    state.forget_after(timeline);
    return state;
}

/// Alpha's server never opened and is stopped; beta runs as a standby and has everything.
Scene a_failed_promotion()
{
    Scene scene = two_standbys();
    scene.processes = Processes::none;
    scene.directory = a_stopped_standby().directory;
    scene.state = announced_state();
    scene.self().certificate = Certificate{"run-alpha-0", CertificateMode::sync};
    scene.attempts.note(EndWorker{}, true);
    return scene;
}

const auto keeps_mark = takes<PublishPosition>();

const auto yielding_rows =
    table_of(row("a_mark_is_given_up_before_anybody_is_told", a_failed_promotion(), takes(SaveState{yielded_state()})),
             row(
                 "then_the_peer_is_the_recorded_primary_again", a_failed_promotion(),
                 [](Scene& s)
                 {
                     s.state = yielded_state();
                     s.done<SaveState>();
                 },
                 takes(decide::Record{DataStatus::stale, DataStatus::primary})),
             row(
                 "a_stop_that_was_killed_before_that_is_made_up_for_by_the_next", a_failed_promotion(),
                 [](Scene& s)
                 {
                     s.state = yielded_state();
                     s.state.run.clear();
                     s.peer().run.reset();
                     s.peer().membership = Membership::offline;
                 },
                 takes(decide::Record{DataStatus::stale, DataStatus::primary})),
             row(
                 "then_the_announcement_is_forgotten", a_failed_promotion(),
                 [](Scene& s)
                 {
                     s.state = yielded_state();
                     s.done<SaveState>().done<decide::Record>();
                 },
                 takes(SaveState{handed_over_state()})),
             row(
                 "without_the_record_it_is_remembered", a_failed_promotion(),
                 [](Scene& s)
                 {
                     s.state = yielded_state();
                     s.done<SaveState>().failed<decide::Record>();
                 },
                 keeps_mark),
             row(
                 "in_the_end_it_is_told_how_far_this_directory_goes", a_failed_promotion(),
                 [](Scene& s)
                 {
                     s.state = handed_over_state();
                     s.done<SaveState>(2).done<decide::Record>();
                 },
                 takes<PublishPosition>()),
             row(
                 "a_server_that_was_opened_hands_nothing_over", a_failed_promotion(),
                 [](Scene& s)
                 {
                     s.state = yielded_state();
                     s.directory.history = history_of(Timeline{4});
                 },
                 keeps_mark),
             row(
                 "a_timeline_that_came_about_before_is_not_forgotten", a_failed_promotion(),
                 [](Scene& s) { s.state.unshared = timeline; }, takes(SaveState{yielded_state()})),
             row(
                 "a_mark_that_cannot_be_removed_is_kept", a_failed_promotion(), [](Scene& s) { s.failed<SaveState>(); },
                 keeps_mark),
             row(
                 "a_server_that_was_opened_has_everything", a_failed_promotion(),
                 [](Scene& s) { s.directory.history = history_of(Timeline{4}); }, keeps_mark),
             row(
                 "a_history_file_tells_of_a_record_that_pg_control_may_lack", a_failed_promotion(),
                 [](Scene& s) { s.directory.newest_timeline = Timeline{4}; }, keeps_mark),
             row(
                 "a_mark_that_announced_nothing_is_kept", a_failed_promotion(),
                 [](Scene& s) { s.state.forget_after(timeline); }, keeps_mark),
             row(
                 "nobody_else_has_everything_beside_another_primary", a_failed_promotion(),
                 [](Scene& s) { s.peer().run->role = Role::primary; }, keeps_mark),
             row(
                 "a_peer_with_a_mark_of_its_own_is_no_former_primary", a_failed_promotion(),
                 [](Scene& s) { s.peer().position->is_alone = true; }, keeps_mark),
             row(
                 "one_that_was_never_certified_is_perhaps_the_only_candidate", a_failed_promotion(),
                 [](Scene& s) { s.self().certificate.reset(); }, keeps_mark),
             row(
                 "a_mark_of_a_primary_is_kept", a_failed_promotion(),
                 [](Scene& s) { s.state.unshared = Timeline::none; }, keeps_mark),
             row(
                 "nobody_else_has_everything_if_the_peer_has_less", a_failed_promotion(),
                 [](Scene& s) { s.state.alone->lsn = further; }, keeps_mark),
             row(
                 "nobody_else_has_everything_if_the_peer_is_stopped", a_failed_promotion(),
                 [](Scene& s) { s.peer().run.reset(); }, keeps_mark),
             row(
                 "nobody_else_has_everything_if_the_peer_is_lost", a_failed_promotion(),
                 [](Scene& s) { s.peer().membership = Membership::unclean; }, keeps_mark),
             row(
                 "an_earlier_run_of_the_peer_tells_nothing", a_failed_promotion(),
                 [](Scene& s) { s.peer().position->run = "run-beta-0"; }, keeps_mark),
             row(
                 "a_peer_that_recovers_may_end_sooner", a_failed_promotion(),
                 [](Scene& s) { s.peer().position->is_final = false; }, keeps_mark),
             row(
                 "another_promotion_is_another_history", a_failed_promotion(),
                 [](Scene& s) { s.peer().position->word = "word-other"; }, keeps_mark),
             row(
                 "a_peer_on_another_timeline_is_another_history", a_failed_promotion(),
                 [](Scene& s) { s.peer().position->timeline = Timeline{2}; }, keeps_mark));

const auto lone_primary_rows =
    table_of(row(
                 "a_lone_primary_says_where_it_is_beside_a_peer_without_pacemaker", a_lone_primary(),
                 [](Scene& s) { s.peer().membership = Membership::left; }, takes(PublishAloneIn{"ring 8"})),
             row(
                 "it_says_so_as_soon_as_the_instance_of_the_peer_is_stopped", a_lone_primary(),
                 [](Scene& s)
                 {
                     s.peer().membership = Membership::online;
                     s.peer().run.reset();
                 },
                 takes(PublishAloneIn{"ring 8"})),
             row(
                 "it_need_not_say_so_beside_an_instance_that_runs", a_lone_primary(),
                 [](Scene& s)
                 {
                     s.peer().membership = Membership::online;
                     s.peer().run = RunRecord{"run-beta", Role::standby, Timeline::none, {}};
                 },
                 does_nothing()),
             row(
                 "it_says_so_again_in_another_membership", a_lone_primary(),
                 [](Scene& s)
                 {
                     s.peer().membership = Membership::left;
                     s.self().alone_in = "ring 4";
                 },
                 takes(PublishAloneIn{"ring 8"})),
             row(
                 "it_says_so_once", a_lone_primary(),
                 [](Scene& s)
                 {
                     s.peer().membership = Membership::left;
                     s.self().alone_in = "ring 8";
                 },
                 does_nothing()),
             row(
                 "it_does_not_say_what_it_does_not_know", a_lone_primary(),
                 [](Scene& s)
                 {
                     s.peer().membership = Membership::left;
                     s.unknown = {Subject::membership};
                 },
                 does_nothing()),
             row(
                 "a_primary_without_a_mark_takes_it_back", a_primary(), [](Scene& s) { s.self().alone_in = "ring 8"; },
                 takes(PublishAloneIn{})),
             row(
                 "it_takes_it_back_before_it_certifies_anybody", a_primary(),
                 [](Scene& s)
                 {
                     s.self().alone_in = "ring 8";
                     s.peer().certificate.reset();
                     s.watch.certify =
                         CertifyWatch{"run-beta", "run-alpha", s.now - std::chrono::seconds{2}, true, Lsn{0x4f00000}};
                 },
                 takes(PublishAloneIn{})));

/// Nothing but the start of a server that recovers is left.
Scene a_start_that_recovers()
{
    Scene scene = a_standby();
    scene.context.fresh = scene.state.run;
    scene.answer = Answer::starting;
    scene.peer().run.reset();
    scene.self().position.reset();
    scene.attempts.note(PublishRun{}, true);
    return scene.done<SetOwnScore>().done<WriteStandbyConfiguration>().done<StartServer>();
}

const auto long_recovery_rows =
    table_of(row("a_recovery_that_ends_soon_is_not_told", a_start_that_recovers(), waits()),
             row(
                 "one_that_goes_on_is_told", a_start_that_recovers(), [](Scene& s) { s.done<Wait>(20); },
                 takes<PublishPosition>()),
             row(
                 "one_that_goes_on_for_long_is_left_to_the_monitors", a_start_that_recovers(),
                 [](Scene& s)
                 {
                     s.done<Wait>(60).done<PublishPosition>();
                     s.elapsed = 16s;
                 },
                 ends(Reason::started_recovering)),
             row(
                 "it_is_told_once", a_start_that_recovers(), [](Scene& s) { s.done<Wait>(20).done<PublishPosition>(); },
                 waits()));

const auto sentence_of = [](const auto& each)
{
    return each.param.sentence;
};

INSTANTIATE_TEST_SUITE_P(WithoutPacemaker, UnsettledPeer, testing::ValuesIn(stayed_rows), sentence_of);
INSTANTIATE_TEST_SUITE_P(InRecovery, UnsettledPeer, testing::ValuesIn(recovery_rows), sentence_of);
PGTWIN_DECISION_TABLE(FailedPromotion, stop, yielding_rows);
PGTWIN_DECISION_TABLE(LonePrimary, primary_upkeep, lone_primary_rows);
PGTWIN_DECISION_TABLE(LongRecovery, start, long_recovery_rows);

} // namespace
} // namespace pgtwin::test
