// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

/// Beta was demoted in good order and runs as a standby; its shutdown checkpoint is the last thing we received.
Scene a_switchover()
{
    Scene scene = a_certified_standby();
    scene.peer().membership = Membership::online;
    scene.peer().run = RunRecord{"run-beta-2", Role::standby, Timeline::none, {}};
    scene.peer().position = a_peer_position();
    scene.peer().position->run = "run-beta-2";
    scene.peer().position->lsn = Lsn{0x4ffff01};
    scene.peer().position->is_orderly = true;
    return scene;
}

Scene a_candidate_that_can_save()
{
    return a_certified_standby().done<SaveState>();
}

/// The record says what promote wants it to say.
Scene a_recorded_candidate()
{
    return with(a_certified_standby(),
                [](Scene& s)
                {
                    s.self().data_status = DataStatus::primary;
                    s.peer().data_status = DataStatus::stale;
                });
}

LocalState the_announced_state()
{
    Scene scene = a_recorded_candidate();
    LocalState state = scene.state;
    state.run = "fresh";
    state.role = Role::primary;
    state.followed.clear();
    state.origin = Origin::primary;
    state.alone = AloneMark{system_identifier, timeline, end};
    state.remember(Timeline{4}, "fresh");
    state.unshared = Timeline{4};
    return state;
}

/// Record, mark, run id and word are in the state file.
Scene a_marked_candidate()
{
    Scene scene = a_recorded_candidate();
    scene.state = the_announced_state();
    return scene;
}

/// All of it is in the cluster too.
Scene an_announced_candidate()
{
    Scene scene = a_marked_candidate();
    scene.self().run = RunRecord{"fresh", Role::primary, Timeline{4}, "fresh"};
    return scene.done<PublishRun>();
}

/// The same in strict mode, where commits wait for beta from the first one on.
Scene a_strict_candidate()
{
    Scene scene = an_announced_candidate();
    scene.context.params.rep_mode = ReplicationMode::strict;
    return scene;
}

Scene a_named_strict_candidate()
{
    Scene scene = a_strict_candidate();
    scene.status.sync_standby_names = scene.context.peer_sync_names;
    return scene.done<SetSyncStandbyNames>();
}

/// The promotion has come about.
Scene a_promoted_server()
{
    Scene scene = an_announced_candidate();
    scene.status.role = Role::primary;
    scene.status.timeline = Timeline{4};
    return scene.done<PromoteServer>();
}

Scene an_override()
{
    return with(a_lonely_standby(),
                [](Scene& s)
                {
                    s.self().has_override = true;
                    s.self().data_status = DataStatus::stale;
                    s.peer().data_status = DataStatus::primary;
                });
}

Scene an_override_beside_an_online_peer()
{
    return with(an_override(),
                [](Scene& s)
                {
                    s.peer().membership = Membership::online;
                    s.peer().run = RunRecord{"run-beta", Role::standby, Timeline::none, {}};
                    s.peer().certificate = Certificate{"run-beta", CertificateMode::sync};
                    s.peer().data_status = DataStatus::in_sync;
                });
}

Scene an_uncertified_online_peer()
{
    return with(an_override_beside_an_online_peer(),
                [](Scene& s)
                {
                    s.peer().certificate.reset();
                    s.done<SetCertificate>();
                });
}

const auto looks = table_of(row("processes_come_first",
                                with(a_certified_standby(), [](Scene& s) { s.not_asked = {Subject::processes}; }),
                                looks_at(Subject::processes)),
                            row(
                                "the_guard_looks_at_the_cluster", a_certified_standby(),
                                [](Scene& s) { s.not_asked = {Subject::cluster}; }, looks_at(Subject::cluster)),
                            row(
                                "the_guard_looks_at_the_server", a_certified_standby(),
                                [](Scene& s) { s.not_asked = {Subject::identity}; }, looks_at(Subject::identity)),
                            row(
                                "the_guard_looks_at_the_state", a_certified_standby(),
                                [](Scene& s) { s.not_asked = {Subject::state}; }, looks_at(Subject::state)),
                            row(
                                "a_state_that_cannot_be_read_is_refused", a_certified_standby(),
                                [](Scene& s) { s.unknown = {Subject::state}; }, ends(Reason::state_unreadable)),
                            row(
                                "a_server_that_does_not_run_is_refused", a_certified_standby(),
                                [](Scene& s) { s.processes = Processes::none; }, ends(Reason::not_running)),
                            row(
                                "left_over_processes_are_no_server", a_certified_standby(),
                                [](Scene& s) { s.processes = Processes::leftovers; }, ends(Reason::not_running)),
                            row(
                                "a_server_that_does_not_answer_is_waited_for", a_certified_standby(),
                                [](Scene& s) { s.answer = Answer::silent; }, waits()),
                            row(
                                "a_server_that_never_answers_is_refused_in_time", a_certified_standby(),
                                [](Scene& s)
                                {
                                    s.answer = Answer::silent;
                                    s.remaining = 100ms;
                                },
                                ends(Reason::server_unknown)),
                            row(
                                "an_unknown_position_of_its_own_is_refused", a_certified_standby(),
                                [](Scene& s)
                                {
                                    s.unknown = {Subject::identity};
                                    s.done<SetOwnScore>();
                                },
                                ends(Reason::server_unknown)),
                            row("a_server_that_is_a_primary_is_left_alone", a_primary(), ends(Reason::already_primary)),
                            row(
                                "a_server_that_was_promoted_by_hand_is_restarted", a_primary(),
                                [](Scene& s) { s.state.role = Role::standby; }, ends(Reason::server_foreign)),
                            row(
                                "a_primary_that_pgtwin_did_not_start_is_restarted", a_primary(),
                                [](Scene& s) { s.state.run.clear(); }, ends(Reason::server_foreign)));

const auto refusals =
    table_of(row("a_refused_node_lowers_its_own_score", a_lonely_standby(), takes(SetOwnScore{-infinity})),
             row(
                 "a_node_without_mark_or_certificate_is_refused", a_lonely_standby(),
                 [](Scene& s) { s.done<SetOwnScore>(); }, ends(Reason::stale_alone)),
             row(
                 "a_score_that_cannot_be_lowered_does_not_hide_the_refusal", a_lonely_standby(),
                 [](Scene& s) { s.failed<SetOwnScore>(); }, ends(Reason::stale_alone)),
             row(
                 "a_running_peer_primary_is_refused", a_standby(), [](Scene& s) { s.done<SetOwnScore>(); },
                 ends(Reason::peer_is_primary)),
             row(
                 "a_missing_position_of_the_peer_is_waited_for", two_standbys(),
                 [](Scene& s) { s.peer().position.reset(); }, waits()),
             row(
                 "its_own_position_is_published", two_standbys(), [](Scene& s) { s.self().position.reset(); },
                 takes<PublishPosition>()),
             row(
                 "a_position_that_local_wal_may_raise_is_waited_for", two_standbys(),
                 [](Scene& s)
                 {
                     s.self().position.reset();
                     s.status.is_waiting_for_wal = false;
                 },
                 waits()),
             row(
                 "a_missing_position_is_not_waited_for_without_end", two_standbys(),
                 [](Scene& s)
                 {
                     s.peer().position.reset();
                     s.done<SetOwnScore>().done<Wait>(100);
                 },
                 ends(Reason::peer_position_missing)),
             row(
                 "an_unknown_cluster_is_refused", a_certified_standby(),
                 [](Scene& s) { s.unknown = {Subject::cluster}; }, ends(Reason::cluster_unknown)));

const auto switchovers =
    table_of(row("the_shutdown_checkpoint_of_the_peer_has_arrived", a_switchover(), takes<SaveState>()),
             row(
                 "a_position_that_is_not_received_is_waited_for", a_switchover(),
                 [](Scene& s) { s.peer().position->lsn = Lsn{end.bytes() + 1}; }, waits()),
             row(
                 "a_position_that_is_not_published_is_not_waited_for", a_switchover(),
                 [](Scene& s) { s.peer().position.reset(); }, takes<SaveState>()),
             row(
                 "a_position_of_another_run_is_not_waited_for", a_switchover(),
                 [](Scene& s) { s.peer().position->run = "run-beta"; }, takes<SaveState>()),
             row(
                 "a_position_on_another_timeline_is_not_received", a_switchover(),
                 [](Scene& s) { s.peer().position->timeline = Timeline{4}; }, waits()),
             row(
                 "without_the_checkpoint_it_is_refused_in_time", a_switchover(),
                 [](Scene& s)
                 {
                     s.peer().position->lsn = Lsn{0x5000001};
                     s.remaining = 200ms;
                 },
                 ends(Reason::shutdown_checkpoint_missing)),
             row(
                 "what_a_crashed_primary_wrote_on_is_not_waited_for", a_switchover(),
                 [](Scene& s)
                 {
                     s.peer().position->is_orderly = false;
                     s.peer().position->lsn = Lsn{0x6000000};
                 },
                 takes<SaveState>()),
             row("a_primary_that_was_fenced_left_no_checkpoint", a_certified_standby(), takes<SaveState>()));

const auto orders = table_of(
    row("the_record_of_the_peer_comes_first", a_candidate_that_can_save(),
        takes(decide::Record{
            DataStatus::in_sync, DataStatus::stale
})),
    row(
        "then_this_node_is_recorded", a_candidate_that_can_save(),
        [](Scene& s)
        {
            s.peer().data_status = DataStatus::stale;
            s.done<decide::Record>();
        },
        takes(decide::Record{DataStatus::primary, DataStatus::stale})),
    row(
        "a_peer_that_is_stale_already_is_not_recorded_again", a_candidate_that_can_save(),
        [](Scene& s) { s.peer().data_status = DataStatus::stale; },
        takes(decide::Record{DataStatus::primary, DataStatus::stale})),
    row(
        "a_record_that_failed_is_tried_again", a_candidate_that_can_save(),
        [](Scene& s) { s.failed<decide::Record>(); }, takes<decide::Record>()),
    row(
        "without_the_record_it_is_refused", a_candidate_that_can_save(), [](Scene& s) { s.failed<decide::Record>(2); },
        ends(Reason::cannot_record)),
    row("the_mark_run_and_word_are_saved_second", a_recorded_candidate(), takes(SaveState{the_announced_state()})),
    row(
        "the_oldest_timeline_that_nobody_else_has_is_remembered", a_recorded_candidate(),
        [](Scene& s) { s.state.unshared = Timeline{2}; },
        takes(SaveState{[]
                        {
                            LocalState state = the_announced_state();
                            state.unshared = Timeline{2};
                            return state;
                        }()})),
    row(
        "a_promotion_that_was_announced_and_not_made_keeps_its_word", a_recorded_candidate(),
        [](Scene& s)
        {
            s.state.unshared = Timeline{4};
            s.state.remember(Timeline{4}, "announced");
        },
        takes(SaveState{[]
                        {
                            LocalState state = the_announced_state();
                            state.remember(Timeline{4}, "announced");
                            return state;
                        }()})),
    row(
        "the_word_of_a_promotion_that_others_made_is_not_taken", a_recorded_candidate(),
        [](Scene& s) { s.state.remember(Timeline{4}, "word-of-beta"); }, takes(SaveState{the_announced_state()})),
    row("the_run_is_published_third", a_marked_candidate(),
        takes(PublishRun{RunRecord{"fresh", Role::primary, Timeline{4}, "fresh"}})),
    row(
        "without_the_published_run_it_is_refused", a_marked_candidate(), [](Scene& s) { s.failed<PublishRun>(2); },
        ends(Reason::cannot_record)),
    row(
        "a_peer_that_became_primary_meanwhile_is_refused", an_announced_candidate(),
        [](Scene& s)
        {
            s.peer().membership = Membership::online;
            s.peer().run = RunRecord{"run-beta", Role::primary, timeline, "word-3"};
        },
        ends(Reason::peer_is_primary)),
    row(
        "left_over_sync_names_are_emptied_before_the_server_opens", an_announced_candidate(),
        [](Scene& s) { s.status.sync_standby_names = "\"beta\""; }, takes(SetSyncStandbyNames{})),
    row(
        "names_that_cannot_be_emptied_are_tried_twice", an_announced_candidate(),
        [](Scene& s)
        {
            s.status.sync_standby_names = "\"beta\"";
            s.failed<SetSyncStandbyNames>();
        },
        takes(SetSyncStandbyNames{})),
    row(
        "names_that_cannot_be_emptied_are_refused", an_announced_candidate(),
        [](Scene& s)
        {
            s.status.sync_standby_names = "\"beta\"";
            s.failed<SetSyncStandbyNames>(2);
        },
        ends(Reason::cannot_promote)),
    row(
        "paused_replay_is_resumed_before_the_server_opens", an_announced_candidate(),
        [](Scene& s) { s.status.is_replay_paused = true; }, takes(ResumeReplay{})),
    row("the_server_opens_last", an_announced_candidate(), takes(PromoteServer{})),
    row(
        "a_promotion_that_failed_is_refused", an_announced_candidate(), [](Scene& s) { s.failed<PromoteServer>(); },
        ends(Reason::cannot_promote)),
    row(
        "a_promotion_is_waited_for", an_announced_candidate(), [](Scene& s) { s.done<PromoteServer>(); }, waits()),
    row(
        "by_hand_without_a_cluster_the_state_is_saved_first", a_certified_standby(),
        [](Scene& s)
        {
            s.has_cluster = false;
            s.context.is_run_by_pacemaker = false;
        },
        takes<SaveState>()),
    row(
        "by_hand_without_a_cluster_nothing_is_published", a_marked_candidate(),
        [](Scene& s)
        {
            s.has_cluster = false;
            s.context.is_run_by_pacemaker = false;
        },
        takes(PromoteServer{})));

const auto strict_orders = table_of(
    row("the_names_are_set_before_the_server_opens", a_strict_candidate(), takes(SetSyncStandbyNames{"\"beta\""})),
    row(
        "names_that_somebody_else_set_are_replaced", a_strict_candidate(),
        [](Scene& s) { s.status.sync_standby_names = "*"; }, takes(SetSyncStandbyNames{"\"beta\""})),
    row(
        "without_the_names_it_is_refused", a_strict_candidate(), [](Scene& s) { s.failed<SetSyncStandbyNames>(2); },
        ends(Reason::cannot_promote)),
    row(
        "a_busy_checkpointer_is_given_time_to_take_the_names", a_named_strict_candidate(),
        [](Scene& s) { s.status.is_checkpointer_idle = false; }, waits()),
    row(
        "a_busy_checkpointer_does_not_hold_it_up_for_long", a_named_strict_candidate(),
        [](Scene& s)
        {
            s.status.is_checkpointer_idle = false;
            s.done<Wait>(200);
        },
        takes(PromoteServer{})),
    row("then_the_server_opens", a_named_strict_candidate(), takes(PromoteServer{})),
    row(
        "where_no_peer_is_known_no_name_can_be_set", a_strict_candidate(),
        [](Scene& s) { s.context.peer_sync_names.clear(); }, takes(PromoteServer{})));

const auto ends_of_promotion =
    table_of(row("a_checkpoint_is_requested_in_the_background", a_promoted_server(), takes(CheckpointInBackground{})),
             row(
                 "the_slot_of_the_peer_follows", a_promoted_server(),
                 [](Scene& s) { s.done<CheckpointInBackground>(); }, takes(EnsureSlot{})),
             row(
                 "the_own_score_is_left_to_the_monitor", a_promoted_server(),
                 [](Scene& s) { s.done<CheckpointInBackground>().done<EnsureSlot>(); }, ends(Reason::promoted)),
             row(
                 "what_fails_after_the_promotion_is_left_to_monitor", a_promoted_server(),
                 [](Scene& s) { s.failed<CheckpointInBackground>().failed<EnsureSlot>(); }, ends(Reason::promoted)),
             row(
                 "a_timeline_that_came_out_higher_gets_the_word_too", a_promoted_server(),
                 [](Scene& s) { s.status.timeline = Timeline{5}; },
                 takes(SaveState{[]
                                 {
                                     LocalState state = the_announced_state();
                                     state.remember(Timeline{5}, "fresh");
                                     return state;
                                 }()})),
             row(
                 "the_word_that_was_announced_before_stays", a_promoted_server(),
                 [](Scene& s) { s.state.remember(Timeline{4}, "announced"); }, takes(CheckpointInBackground{})),
             row(
                 "a_promotion_whose_command_failed_is_still_finished", a_promoted_server(),
                 [](Scene& s)
                 {
                     s.attempts = {};
                     s.failed<PromoteServer>();
                 },
                 takes(CheckpointInBackground{})));

const auto comparisons =
    table_of(row("a_certificate_that_no_cib_shows_is_removed_before_positions_count", two_standbys(),
                 takes(SetCertificate{std::nullopt})),
             row(
                 "one_that_cannot_be_removed_forbids_the_promotion", two_standbys(),
                 [](Scene& s) { s.failed<SetCertificate>(2); }, ends(Reason::cannot_record)),
             row(
                 "then_the_promotion_is_recorded", two_standbys(),
                 [](Scene& s) { s.done<SetCertificate>().done<SaveState>(); }, takes<decide::Record>()));

const auto overrides = table_of(
    row("the_peers_certificate_is_removed_before_an_override_is_used", an_override_beside_an_online_peer(),
        takes(SetCertificate{std::nullopt})),
    row(
        "one_that_no_cib_shows_is_removed_too", an_override_beside_an_online_peer(),
        [](Scene& s) { s.peer().certificate.reset(); }, takes(SetCertificate{std::nullopt})),
    row(
        "a_certificate_that_cannot_be_removed_stops_the_override", an_override_beside_an_online_peer(),
        [](Scene& s) { s.failed<SetCertificate>(5); }, ends(Reason::cannot_record)),
    row("looks_at_an_online_peer_without_certificate_are_noted", an_uncertified_online_peer(),
        takes(SaveWatch{[]
                        {
                            Watch watch;
                            watch.degrade = DegradeWatch{60min, 60min, "ring 8"};
                            return watch;
                        }()})),
    row(
        "an_online_peer_is_given_time_to_see_that_its_certificate_is_gone", an_uncertified_online_peer(),
        [](Scene& s) {
            s.watch.degrade = DegradeWatch{s.now - 9s, s.now - 100ms, "ring 8"};
        },
        waits()),
    row(
        "after_the_delay_the_override_is_used", an_uncertified_online_peer(),
        [](Scene& s) {
            s.watch.degrade = DegradeWatch{s.now - 10s, s.now - 1s, "ring 8"};
        },
        takes(ClearOverride{})),
    row(
        "a_change_of_the_membership_begins_the_delay_anew", an_uncertified_online_peer(),
        [](Scene& s) {
            s.watch.degrade = DegradeWatch{s.now - 10s, s.now - 1s, "ring 4"};
        },
        takes<SaveWatch>()),
    row(
        "a_stall_of_the_node_begins_the_delay_anew", an_uncertified_online_peer(),
        [](Scene& s) {
            s.watch.degrade = DegradeWatch{s.now - 20s, s.now - 6s, "ring 8"};
        },
        takes<SaveWatch>()),
    row(
        "an_unknown_membership_is_no_look", an_uncertified_online_peer(),
        [](Scene& s) { s.unknown = {Subject::membership}; }, waits()),
    row(
        "a_pending_peer_is_waited_for", an_uncertified_online_peer(),
        [](Scene& s) { s.peer().membership = Membership::pending; }, waits()),
    row(
        "a_stopped_peer_is_not_waited_for", an_uncertified_online_peer(), [](Scene& s) { s.peer().run.reset(); },
        takes(ClearOverride{})),
    row("a_peer_that_is_no_member_is_not_waited_for", an_override(), takes(ClearOverride{})),
    row("an_override_is_cleared_by_use", an_override(), takes(ClearOverride{})),
    row("an_order_by_parameter_is_an_override_too",
        with(a_lonely_standby(), [](Scene& s) { s.context.params.force_promotion = true; }), takes(ClearOverride{})),
    row(
        "an_override_that_cannot_be_cleared_is_not_used", an_override(), [](Scene& s) { s.failed<ClearOverride>(5); },
        ends(Reason::cannot_record)),
    row(
        "then_it_goes_on_like_any_promotion", an_override(),
        [](Scene& s) { s.done<ClearOverride>().done<SaveState>(); },
        takes(decide::Record{DataStatus::stale, DataStatus::stale})),
    row(
        "a_promotion_by_override_says_so", a_promoted_server(),
        [](Scene& s) { s.done<ClearOverride>().done<CheckpointInBackground>().done<EnsureSlot>(); },
        ends(Reason::promoted_alone_by_operator)));

PGTWIN_DECISION_TABLE(PromoteLooks, promote, looks);
PGTWIN_DECISION_TABLE(PromoteRefuses, promote, refusals);
PGTWIN_DECISION_TABLE(PromoteAwaitsCheckpoint, promote, switchovers);
PGTWIN_DECISION_TABLE(PromoteOrder, promote, orders);
PGTWIN_DECISION_TABLE(PromoteInStrictMode, promote, strict_orders);
PGTWIN_DECISION_TABLE(PromoteFinishes, promote, ends_of_promotion);
PGTWIN_DECISION_TABLE(PromoteByComparison, promote, comparisons);
PGTWIN_DECISION_TABLE(PromoteByOverride, promote, overrides);

} // namespace
} // namespace pgtwin::test
