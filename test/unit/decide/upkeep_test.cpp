// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/upkeep.hpp"
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

/// A standby whose last comparison with the cluster is old.
Scene a_checking_standby()
{
    return with(a_standby(), [](Scene& s) { s.watch.cluster_checked = s.now - 31s; });
}

/// It streams for the first time since it was started.
Scene a_new_follower()
{
    Scene scene = a_standby();
    scene.state.followed.clear();
    scene.state.words.clear();
    scene.state.alone = a_mark();
    scene.state.unshared = timeline;
    scene.state.origin = Origin::primary;
    scene.self().run->timeline = Timeline::none;
    scene.self().run->word.clear();
    return scene;
}

LocalState the_following_state()
{
    LocalState state = a_new_follower().state;
    state.alone.reset();
    state.unshared = Timeline::none;
    state.followed = "run-beta";
    state.origin = Origin::standby;
    state.remember(timeline, "word-3");
    return state;
}

/// A primary is there and we do not stream from it.
Scene a_standby_without_stream()
{
    Scene scene = a_standby();
    scene.status.receiver.reset();
    scene.status.is_waiting_for_wal = true;
    return scene;
}

Watch unhealthy_for(int looks)
{
    Watch watch = a_standby().watch;
    watch.unhealthy = looks;
    return watch;
}

Position a_standing_position()
{
    Position position = a_peer_position();
    position.run = "run-alpha";
    return position;
}

Position a_marked_position()
{
    Position position = a_standing_position();
    position.is_alone = true;
    return position;
}

/// The cluster was compared with just now.
Watch a_checked_watch()
{
    Watch watch;
    watch.cluster_checked = 60min;
    watch.checked = "run-alpha:run-beta";
    return watch;
}

RunRecord the_following_run()
{
    return {"run-alpha", Role::standby, timeline, "word-3"};
}

const auto primary_rows =
    table_of(row("a_healthy_primary_has_nothing_to_do", a_primary(), does_nothing()),
             row("a_lone_primary_has_nothing_to_do", a_lone_primary(), does_nothing()),
             row(
                 "a_missing_run_is_published_again", a_primary(),
                 [](Scene& s)
                 {
                     s.self().run.reset();
},
                 takes(PublishRun{RunRecord{"run-alpha", Role::primary, timeline, "word-3"}})),
             row(
                 "an_older_run_is_published_again", a_primary(), [](Scene& s) { s.self().run->run = "run-alpha-0"; },
                 takes<PublishRun>()),
             row(
                 "a_lowered_score_may_tell_of_the_end_of_this_server", a_primary(),
                 [](Scene& s) { s.self().score = -infinity; }, waits()),
             row(
                 "a_server_that_outlives_its_lowered_score_gets_it_again", a_primary(),
                 [](Scene& s)
                 {
                     s.self().score = -infinity;
                     s.done<Wait>();
                 },
                 takes(SetOwnScore{score_primary})),
             row(
                 "its_own_score_is_set_again", a_primary(), [](Scene& s) { s.self().score = score_certified; },
                 takes(SetOwnScore{score_primary})),
             row(
                 "a_record_that_does_not_name_it_primary_is_written_again", a_primary(),
                 [](Scene& s) { s.self().data_status = DataStatus::in_sync; },
                 takes(decide::Record{DataStatus::primary, DataStatus::in_sync})),
             row(
                 "a_peer_that_is_recorded_primary_is_recorded_stale_again", a_lone_primary(),
                 [](Scene& s) { s.peer().data_status = DataStatus::primary; },
                 takes(decide::Record{DataStatus::primary, DataStatus::stale})),
             row(
                 "a_peer_that_is_recorded_in_sync_while_the_names_are_empty_is_recorded_stale_again", a_lone_primary(),
                 [](Scene& s) { s.peer().data_status = DataStatus::in_sync; },
                 takes(decide::Record{DataStatus::primary, DataStatus::stale})),
             row(
                 "a_lost_slot_is_made_anew", a_primary(), [](Scene& s) { s.status.slot->wal_status = "lost"; },
                 takes(EnsureSlot{})),
             row(
                 "a_missing_slot_is_made", a_primary(), [](Scene& s) { s.status.slot.reset(); }, takes(EnsureSlot{})),
             row(
                 "a_position_from_its_time_as_a_standby_is_removed", a_primary(),
                 [](Scene& s) { s.self().position = a_peer_position(); }, takes(PublishPosition{std::nullopt})),
             row(
                 "what_fails_is_left_to_the_next_action", a_primary(),
                 [](Scene& s)
                 {
                     s.self().run.reset();
                     s.self().score.reset();
                     s.status.slot.reset();
                     s.self().position = a_peer_position();
                     s.failed<PublishRun>().failed<SetOwnScore>().failed<EnsureSlot>().failed<PublishPosition>();
                 },
                 does_nothing()),
             row(
                 "an_unknown_cluster_is_left_to_the_next_action", a_primary(),
                 [](Scene& s) { s.unknown = {Subject::cluster}; }, does_nothing()),
             row(
                 "without_a_cluster_there_is_nothing_to_do", a_primary(), [](Scene& s) { s.has_cluster = false; },
                 does_nothing()),
             row(
                 "an_unknown_state_is_left_to_the_next_action", a_lone_primary(),
                 [](Scene& s) { s.unknown = {Subject::state}; }, does_nothing()));

const auto follower_rows = table_of(
    row("a_steady_standby_has_nothing_to_do", a_standby(), does_nothing()),
    row(
        "a_steady_standby_does_not_ask_the_cluster", a_standby(), [](Scene& s) { s.not_asked = {Subject::cluster}; },
        does_nothing()),
    row(
        "every_half_minute_it_compares_itself_with_the_cluster", a_checking_standby(),
        [](Scene& s) { s.not_asked = {Subject::cluster}; }, looks_at(Subject::cluster)),
    row("what_it_compared_is_noted", a_checking_standby(), takes(SaveWatch{a_checked_watch()})),
    row(
        "a_slot_from_its_time_as_primary_is_dropped", a_standby(),
        [](Scene& s) {
            s.status.slot = Slot{false, "reserved", 0};
        },
        takes(DropSlot{})),
    row(
        "a_slot_that_somebody_uses_is_left", a_standby(),
        [](Scene& s) {
            s.status.slot = Slot{true, "reserved", 0};
        },
        does_nothing()),
    row("a_directory_with_the_mark_was_passed_over", a_new_follower(), takes(LaunchWorker{"passed-over"})),
    row(
        "a_directory_that_was_passed_over_never_follows", a_new_follower(), [](Scene& s) { s.done<LaunchWorker>(); },
        does_nothing()),
    row(
        "the_mark_stays_while_the_directory_is_unknown", a_new_follower(),
        [](Scene& s) { s.unknown = {Subject::identity}; }, does_nothing()),
    row(
        "a_void_mark_goes_once_it_is_proven_that_it_follows", a_new_follower(),
        [](Scene& s) { s.state.alone->system_identifier++; }, takes(SaveState{the_following_state()})),
    row(
        "in_async_mode_it_was_passed_over_as_well", a_new_follower(),
        [](Scene& s) { s.context.params.rep_mode = ReplicationMode::async; }, takes(LaunchWorker{"passed-over"})),
    row(
        "a_rewind_is_proven_once_it_streams", a_new_follower(),
        [](Scene& s)
        {
            s.state.alone.reset();
            s.state.rebuild = Rebuild::rewinding;
        },
        takes(SaveState{the_following_state()})),
    row(
        "the_mark_stays_while_it_does_not_stream", a_new_follower(),
        [](Scene& s) { s.status.receiver->status = "waiting"; }, does_nothing()),
    row(
        "the_mark_stays_while_it_streams_another_timeline", a_new_follower(),
        [](Scene& s) { s.status.receiver->received_timeline = Timeline{2}; }, does_nothing()),
    row(
        "the_mark_stays_while_the_primarys_word_is_unknown", a_new_follower(),
        [](Scene& s) { s.peer().run->word.clear(); }, does_nothing()),
    row(
        "a_new_run_of_the_primary_is_followed_anew", a_checking_standby(),
        [](Scene& s) { s.peer().run->run = "run-beta-2"; }, takes<SaveState>()),
    row(
        "a_stream_of_another_promotion_is_given_up", a_checking_standby(),
        [](Scene& s) { s.peer().run->word = "word-other"; }, takes<LaunchWorker>()),
    row(
        "a_promotion_of_its_own_before_that_is_one_of_the_primarys_history", a_checking_standby(),
        [](Scene& s) { s.state.unshared = Timeline{2}; }, takes<SaveState>()),
    row(
        "a_position_is_removed_when_a_primary_is_followed", a_checking_standby(),
        [](Scene& s) { s.self().position = a_peer_position(); }, takes(PublishPosition{std::nullopt})),
    row(
        "the_word_of_a_repair_that_failed_before_is_removed", a_checking_standby(),
        [](Scene& s) { s.self().has_resync = s.context.is_steadiness_enough = true; }, takes<PublishResync>()),
    row(
        "a_missing_run_is_published_again", a_checking_standby(), [](Scene& s) { s.self().run.reset(); },
        takes(PublishRun{the_following_run()})),
    row(
        "what_it_follows_is_published", a_checking_standby(),
        [](Scene& s)
        {
            s.self().run->timeline = Timeline::none;
            s.self().run->word.clear();
        },
        takes(PublishRun{the_following_run()})));

const auto new_run_rows = table_of(row(
    "a_standby_whose_run_has_changed_compares_itself_again", a_standby(),
    [](Scene& s)
    {
        s.state.run = "run-alpha-2";
        s.not_asked = {Subject::cluster};
    },
    looks_at(Subject::cluster)));

Scene a_standby_that_tries_again()
{
    Scene scene = a_standby_without_stream();
    scene.done<FollowPeer>();
    return scene;
}

const auto seeker_rows =
    table_of(row(
                 "a_standby_without_stream_asks_its_primary", a_standby_without_stream(),
                 [](Scene& s) { s.not_asked = {Subject::upstream}; }, looks_at(Subject::upstream)),
             row("a_server_whose_primary_answers_tries_again_at_once", a_standby_without_stream(), takes<FollowPeer>()),
             row(
                 "a_server_that_cannot_be_told_is_left_to_itself", a_standby_without_stream(),
                 [](Scene& s) { s.failed<FollowPeer>(); }, takes(SaveWatch{unhealthy_for(1)})),
             row("a_directory_on_the_primarys_history_waits_for_its_stream", a_standby_that_tries_again(),
                 takes(SaveWatch{unhealthy_for(1)})),
             row(
                 "a_recurring_monitor_waits_a_little_for_the_stream", a_standby_that_tries_again(),
                 [](Scene& s) { s.context.is_steadiness_enough = true; }, waits()),
             row(
                 "a_directory_that_is_ahead_of_the_primary_has_diverged", a_standby_without_stream(),
                 [](Scene& s) { s.upstream.end = Lsn{0x4ffffff}; }, takes<LaunchWorker>()),
             row(
                 "a_directory_that_wrote_on_after_the_fork_has_diverged", a_standby_without_stream(),
                 [](Scene& s)
                 {
                     s.upstream.history = history_of(Timeline{4});
                     s.upstream.end = Lsn{0x9000000};
                 },
                 takes<LaunchWorker>()),
             row(
                 "an_ancestor_of_the_primary_has_not", a_standby_that_tries_again(),
                 [](Scene& s)
                 {
                     s.upstream.history = history_of(Timeline{4});
                     s.upstream.end = Lsn{0x9000000};
                     s.identity.end = Lsn{0x3000000};
                 },
                 takes(SaveWatch{unhealthy_for(1)})),
             row(
                 "what_is_not_replayed_yet_is_not_judged", a_standby_without_stream(),
                 [](Scene& s)
                 {
                     s.upstream.end = Lsn{0x4ffffff};
                     s.status.is_waiting_for_wal = false;
                 },
                 does_nothing()),
             row(
                 "a_stream_that_does_not_come_about_is_given_up_at_the_threshold", a_standby_that_tries_again(),
                 [](Scene& s) { s.watch.unhealthy = 4; }, takes<LaunchWorker>()),
             row(
                 "one_look_counts_once_in_an_action", a_standby_that_tries_again(),
                 [](Scene& s) { s.done<SaveWatch>(); }, does_nothing()),
             row(
                 "a_primary_that_does_not_answer_is_no_reason_to_copy", a_standby_without_stream(),
                 [](Scene& s)
                 {
                     s.watch.unhealthy = 99;
                     s.unknown = {Subject::upstream};
                 },
                 takes<Warn>()),
             row(
                 "a_peer_that_is_not_a_primary_by_its_own_word_is_no_source", a_standby_without_stream(),
                 [](Scene& s)
                 {
                     s.watch.unhealthy = 99;
                     s.upstream.role = Role::standby;
                 },
                 does_nothing()),
             row(
                 "a_peer_of_another_system_is_no_source", a_standby_without_stream(),
                 [](Scene& s)
                 {
                     s.watch.unhealthy = 99;
                     s.upstream.system_identifier = 9;
                 },
                 takes<Warn>()),
             row(
                 "a_worker_is_launched_once_in_an_action", a_standby_without_stream(),
                 [](Scene& s)
                 {
                     s.upstream.end = Lsn{0x4ffffff};
                     s.failed<LaunchWorker>();
                 },
                 does_nothing()));

/// It promoted itself when it was alone, and names nobody since it was started.
Scene an_unshared_standby()
{
    Scene scene = a_standby_without_stream();
    scene.state.unshared = timeline;
    scene.status.primary_conninfo.clear();
    return scene;
}

const auto unshared_rows =
    table_of(row(
                 "a_primary_on_a_higher_timeline_may_hold_another_promotion", an_unshared_standby(),
                 [](Scene& s)
                 {
                     s.upstream.history = history_of(Timeline{4});
                     s.upstream.end = Lsn{0x9000000};
                     s.identity.end = Lsn{0x3000000};
                     s.peer().run->timeline = Timeline{4};
                     s.peer().run->word = "word-4";
                 },
                 takes(LaunchWorker{"other-promotion"})),
             row(
                 "a_primary_with_another_word_holds_another_promotion", an_unshared_standby(),
                 [](Scene& s) { s.peer().run->word = "word-other"; }, takes(LaunchWorker{"other-promotion"})),
             row(
                 "a_primary_without_a_word_proves_nothing", an_unshared_standby(),
                 [](Scene& s) { s.peer().run->word.clear(); }, takes(LaunchWorker{"other-promotion"})),
             row("a_primary_with_the_same_word_is_named", an_unshared_standby(), takes<FollowPeer>()),
             row(
                 "a_promotion_that_never_came_about_is_none", an_unshared_standby(),
                 [](Scene& s)
                 {
                     s.state.unshared = Timeline{4};
                     s.peer().run->word = "word-other";
                 },
                 takes<FollowPeer>()),
             row(
                 "a_directory_that_has_diverged_is_not_told_to_follow", an_unshared_standby(),
                 [](Scene& s) { s.upstream.end = Lsn{0x4ffffff}; }, takes(LaunchWorker{"diverged"})),
             row(
                 "a_peer_that_is_a_standby_by_its_own_word_is_not_named", an_unshared_standby(),
                 [](Scene& s) { s.upstream.role = Role::standby; }, does_nothing()),
             row(
                 "a_peer_that_does_not_answer_is_not_named", an_unshared_standby(),
                 [](Scene& s) { s.unknown = {Subject::upstream}; }, takes<Warn>()),
             row(
                 "before_all_is_replayed_nobody_is_named", an_unshared_standby(),
                 [](Scene& s) { s.status.is_waiting_for_wal = false; }, does_nothing()),
             row(
                 "a_name_that_cannot_be_set_is_tried_once_in_an_action", an_unshared_standby(),
                 [](Scene& s) { s.failed<FollowPeer>(); }, takes(SaveWatch{unhealthy_for(1)})));

/// With the better mark, and a record that names the peer: an older one that won a merge, or that of a promotion by
/// order which the peer has begun. Nobody can tell them apart.
Scene a_marked_standby_with_the_record_of_its_peer()
{
    Scene scene = two_standbys();
    scene.state.alone = a_mark();
    scene.self().data_status = DataStatus::stale;
    scene.peer().data_status = DataStatus::primary;
    publish_own_position(scene);
    return scene;
}

const auto candidate_rows =
    table_of(row("the_better_mark_does_not_change_the_record", a_marked_standby_with_the_record_of_its_peer(),
                 takes<SetOwnScore>()),
             row(
                 "without_a_primary_the_position_is_published", two_standbys(),
                 [](Scene& s) { s.self().position.reset(); }, takes(PublishPosition{a_standing_position()})),
             row(
                 "a_position_that_the_cluster_did_not_take_is_offered_again_by_who_lives_long", two_standbys(),
                 [](Scene& s)
                 {
                     s.self().position.reset();
                     s.failed<PublishPosition>().done<Wait>(15);
                 },
                 takes(PublishPosition{a_standing_position()})),
             row(
                 "a_position_that_is_no_longer_true_is_published_anew", two_standbys(),
                 [](Scene& s) { s.self().position->lsn = Lsn{1}; }, takes(PublishPosition{a_standing_position()})),
             row(
                 "a_position_tells_of_the_mark", two_standbys(), [](Scene& s) { s.state.alone = a_mark(); },
                 takes(PublishPosition{a_marked_position()})),
             row(
                 "a_rewound_directory_counts_once_its_server_is_consistent", two_standbys(),
                 [](Scene& s) { s.state.rebuild = Rebuild::rewinding; }, takes(SaveState{two_standbys().state})),
             row(
                 "what_is_not_replayed_yet_is_not_published", two_standbys(),
                 [](Scene& s)
                 {
                     s.self().position.reset();
                     s.status.is_waiting_for_wal = false;
                 },
                 does_nothing()),
             row(
                 "an_unknown_end_is_not_published", two_standbys(),
                 [](Scene& s)
                 {
                     s.self().position.reset();
                     s.unknown = {Subject::identity};
                 },
                 does_nothing()),
             row(
                 "a_certified_standby_has_no_position", a_certified_standby(),
                 [](Scene& s)
                 {
                     s.watch = Watch{};
                     s.self().position = a_standing_position();
                 },
                 takes(PublishPosition{std::nullopt})),
             row(
                 "a_standby_certified_in_another_mode_has_no_position_either", a_certified_standby(),
                 [](Scene& s)
                 {
                     s.watch = Watch{};
                     s.self().certificate->mode = CertificateMode::async;
                 },
                 does_nothing()),
             row("a_standby_that_may_be_promoted_says_so", two_standbys(), takes(SetOwnScore{score_candidate})),
             row(
                 "a_standby_that_may_not_be_promoted_says_so", two_standbys(),
                 [](Scene& s)
                 {
                     s.self().score = score_candidate;
                     s.peer().position->lsn = Lsn{0x6000000};
                 },
                 takes(SetOwnScore{-infinity})),
             row(
                 "an_override_raises_the_score", a_lonely_standby(), [](Scene& s) { s.self().has_override = true; },
                 takes(SetOwnScore{score_candidate})),
             row(
                 "a_stopped_instance_publishes_nothing", two_standbys(),
                 [](Scene& s)
                 {
                     s.state.run.clear();
                     s.self().position.reset();
                 },
                 does_nothing()),
             row(
                 "an_unknown_cluster_is_left_to_the_next_action", two_standbys(),
                 [](Scene& s) { s.unknown = {Subject::cluster}; }, does_nothing()));

PGTWIN_DECISION_TABLE(PrimaryUpkeep, primary_upkeep, primary_rows);
PGTWIN_DECISION_TABLE(StandbyFollows, standby_upkeep, follower_rows);
PGTWIN_DECISION_TABLE(StandbyFollowsAnew, standby_upkeep, new_run_rows);
PGTWIN_DECISION_TABLE(StandbySeeks, standby_upkeep, seeker_rows);
PGTWIN_DECISION_TABLE(StandbyOfItsOwnPromotion, standby_upkeep, unshared_rows);
PGTWIN_DECISION_TABLE(StandbyStands, standby_upkeep, candidate_rows);

} // namespace
} // namespace pgtwin::test
