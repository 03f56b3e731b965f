// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

/// The primary has shut down cleanly within this action.
Scene a_shut_down_primary()
{
    Scene scene = a_primary();
    scene.processes = Processes::none;
    scene.directory.control->state = ControlState::shut_down;
    return scene.done<StopFast>();
}

LocalState the_new_state()
{
    LocalState state = a_primary().state;
    state.run = "fresh";
    state.role = Role::standby;
    state.certified.clear();
    state.origin = Origin::primary;
    state.is_orderly = true;
    return state;
}

/// Its new run is in the state file.
Scene a_renewed_instance()
{
    Scene scene = a_shut_down_primary();
    scene.state = the_new_state();
    return scene;
}

/// Position and run are in the cluster.
Scene a_told_instance()
{
    Scene scene = a_renewed_instance();
    return scene.done<PublishPosition>().done<PublishRun>().done<SetOwnScore>();
}

/// The server was started as a standby and runs.
Scene a_new_standby()
{
    Scene scene = a_told_instance();
    scene.processes = Processes::postmaster;
    scene.status.role = Role::standby;
    scene.status.slot.reset();
    return scene.done<WriteStandbyConfiguration>().done<StartServer>();
}

Position the_position()
{
    Position position = a_peer_position();
    position.run = "fresh";
    position.lsn = Lsn{end.bytes() + 1};
    position.was_primary = true;
    position.is_orderly = true;
    return position;
}

/// It did not end within the share of a fast shutdown.
Scene a_hanging_primary()
{
    return with(a_primary(), [](Scene& s) { s.failed<StopFast>(); });
}

/// A switchover: clients commit until the server ends.
Scene a_switching_primary()
{
    return with(a_primary(), [](Scene& s) { s.context.is_promotion_planned = true; });
}

Scene a_primary_with_lowered_score()
{
    Scene s = a_switching_primary();
    s.self().score = -infinity;
    return s;
}

const auto writing_out = table_of(
    row("before_a_switchover_a_checkpoint_is_requested", a_switching_primary(), takes(CheckpointInBackground{})),
    row(
        "while_it_runs_the_own_score_is_lowered", a_switching_primary(),
        [](Scene& s) { s.done<CheckpointInBackground>(); }, takes(SetOwnScore{-infinity})),
    row(
        "a_score_that_cannot_be_lowered_holds_nothing_up", a_switching_primary(),
        [](Scene& s) { s.done<CheckpointInBackground>().done<Wait>(9).failed<SetOwnScore>(); }, takes<StopFast>()),
    row(
        "nor_does_a_cluster_that_does_not_answer", a_switching_primary(),
        [](Scene& s)
        {
            s.done<CheckpointInBackground>().done<Wait>(9);
            s.unknown.insert(Subject::cluster);
        },
        takes<StopFast>()),
    row(
        "the_process_that_requests_it_needs_a_moment", a_primary_with_lowered_score(),
        [](Scene& s) { s.done<CheckpointInBackground>(); }, waits()),
    row(
        "a_checkpoint_is_waited_for", a_primary_with_lowered_score(),
        [](Scene& s)
        {
            s.done<CheckpointInBackground>().done<Wait>(9);
            s.status.has_own_checkpoint = true;
        },
        waits()),
    row(
        "after_the_checkpoint_the_server_is_stopped", a_primary_with_lowered_score(),
        [](Scene& s) { s.done<CheckpointInBackground>().done<Wait>(9); }, takes<StopFast>()),
    row(
        "a_checkpoint_for_which_there_is_no_time_is_left_to_the_shutdown", a_primary_with_lowered_score(),
        [](Scene& s)
        {
            s.done<CheckpointInBackground>().done<Wait>(9);
            s.status.has_own_checkpoint = true;
            s.remaining = 0s;
        },
        takes<StopFast>()),
    row(
        "a_checkpoint_that_cannot_be_requested_is_left_to_the_shutdown", a_primary_with_lowered_score(),
        [](Scene& s) { s.failed<CheckpointInBackground>(); }, takes<StopFast>()),
    row(
        "a_server_that_does_not_answer_is_not_asked_for_one", a_switching_primary(),
        [](Scene& s) { s.answer = Answer::silent; }, takes<StopFast>()));

const auto stopping = table_of(
    row("a_primary_is_stopped_fast", a_primary(), takes<StopFast>()),
    row(
        "nothing_is_started_in_a_directory_that_the_worker_fills", a_stopped_standby(),
        [](Scene& s) { s.is_worker_running = true; }, ends(Reason::already_standby)),
    row(
        "a_primary_is_stopped_though_its_state_cannot_be_read", a_primary(),
        [](Scene& s) { s.unknown = {Subject::state}; }, takes<StopFast>()),
    row(
        "a_server_that_does_not_answer_is_stopped", a_primary(), [](Scene& s) { s.answer = Answer::silent; },
        takes<StopFast>()),
    row(
        "a_server_that_does_not_answer_does_not_use_up_the_time_of_the_stop_that_follows", a_primary(),
        [](Scene& s)
        {
            s.answer = Answer::silent;
            s.remaining = 110s;
        },
        takes(StopFast{10s})),
    row(
        "a_server_that_answers_has_most_of_the_time", a_primary(), [](Scene& s) { s.remaining = 110s; },
        takes(StopFast{77s})),
    row(
        "a_server_whose_connections_are_taken_is_stopped", a_primary(), [](Scene& s) { s.answer = Answer::saturated; },
        takes<StopFast>()),
    row(
        "an_unknown_server_is_stopped", a_primary(), [](Scene& s) { s.unknown = {Subject::server}; },
        takes<StopFast>()),
    row(
        "unknown_processes_are_no_licence", a_primary(), [](Scene& s) { s.unknown = {Subject::processes}; },
        ends(Reason::server_unknown)),
    row("a_fast_shutdown_that_hangs_is_no_reason_to_be_harder", a_hanging_primary(), ends(Reason::cannot_demote)),
    row(
        "pg_control_that_cannot_be_read_is_no_reason_to_be_harder", a_hanging_primary(),
        [](Scene& s) { s.unknown = {Subject::directory}; }, ends(Reason::cannot_demote)),
    row(
        "pg_control_that_says_shutting_down_is_no_reason_to_be_harder", a_hanging_primary(),
        [](Scene& s) { s.directory.control->state = ControlState::shutting_down; }, ends(Reason::cannot_demote)),
    row(
        "once_pg_control_says_shut_down_it_may_be_harder", a_hanging_primary(),
        [](Scene& s) { s.directory.control->state = ControlState::shut_down; }, takes<StopImmediate>()),
    row(
        "then_it_may_be_killed", a_hanging_primary(),
        [](Scene& s)
        {
            s.directory.control->state = ControlState::shut_down;
            s.failed<StopImmediate>();
        },
        takes<KillAll>()),
    row(
        "a_postmaster_that_survives_all_that_is_a_failure", a_hanging_primary(),
        [](Scene& s)
        {
            s.directory.control->state = ControlState::shut_down;
            s.failed<StopImmediate>().failed<KillAll>();
        },
        ends(Reason::cannot_demote)),
    row("a_standby_is_left_alone", a_standby(), ends(Reason::already_standby)));

const auto telling = table_of(
    row("after_the_shutdown_the_run_changes", a_shut_down_primary(),
        takes(SaveState{
            the_new_state()
})),
    row(
        "without_the_new_run_it_does_not_start_as_a_standby", a_shut_down_primary(),
        [](Scene& s) { s.failed<SaveState>(); }, ends(Reason::cannot_save_state)),
    row(
        "a_state_that_cannot_be_read_fails_only_after_the_shutdown", a_shut_down_primary(),
        [](Scene& s) { s.unknown = {Subject::state}; }, ends(Reason::state_unreadable)),
    row("the_position_of_the_shutdown_is_published", a_renewed_instance(), takes(PublishPosition{the_position()})),
    row(
        "a_crashed_primary_has_no_position_to_publish", a_renewed_instance(),
        [](Scene& s) { s.directory.control->state = ControlState::in_production; }, takes<PublishRun>()),
    row(
        "the_new_run_is_published_before_the_server_starts", a_renewed_instance(),
        [](Scene& s) { s.done<PublishPosition>(); },
        takes(PublishRun{RunRecord{"fresh", Role::standby, Timeline::none, {}}})),
    row(
        "the_own_score_is_lowered", a_renewed_instance(),
        [](Scene& s) { s.done<PublishPosition>().done<PublishRun>(); }, takes(SetOwnScore{-infinity})),
    row(
        "a_cluster_that_does_not_answer_does_not_stop_the_demote", a_renewed_instance(),
        [](Scene& s) { s.unknown = {Subject::cluster}; }, takes<WriteStandbyConfiguration>()),
    row(
        "what_cannot_be_told_does_not_stop_the_demote", a_renewed_instance(),
        [](Scene& s) { s.failed<PublishPosition>().failed<PublishRun>().failed<SetOwnScore>(); },
        takes<WriteStandbyConfiguration>()));

const auto starting =
    table_of(row("standby_signal_comes_before_the_server", a_told_instance(),
                 takes(WriteStandbyConfiguration{
                     {Upstream::peer}
})),
             row(
                 "a_promotion_that_nobody_else_has_names_nobody", a_told_instance(),
                 [](Scene& s) { s.state.unshared = timeline; }, takes(WriteStandbyConfiguration{{Upstream::nobody}})),
             row(
                 "without_standby_signal_the_server_stays_down", a_told_instance(),
                 [](Scene& s) { s.failed<WriteStandbyConfiguration>(); }, ends(Reason::cannot_configure_standby)),
             row(
                 "a_directory_that_has_left_the_latest_timeline_runs_on_its_own", a_told_instance(),
                 [](Scene& s) { s.directory.is_off_newest_timeline = true; },
                 takes(WriteStandbyConfiguration{{Upstream::peer, RecoveryTimeline::current}})),
             row(
                 "the_server_starts_as_a_standby", a_told_instance(),
                 [](Scene& s) { s.done<WriteStandbyConfiguration>(); }, takes<StartServer>()),
             row(
                 "a_server_that_does_not_start_is_a_failure", a_told_instance(),
                 [](Scene& s)
                 {
                     s.failure = "could not bind";
                     s.done<WriteStandbyConfiguration>().failed<StartServer>();
                 },
                 Expectation{"ends: cannot-start;could not bind"}),
             row(
                 "a_server_that_ended_again_is_a_failure", a_told_instance(),
                 [](Scene& s) { s.done<WriteStandbyConfiguration>().done<StartServer>(); }, ends(Reason::cannot_start)),
             row(
                 "left_over_processes_are_killed_before_the_server_starts", a_told_instance(),
                 [](Scene& s) { s.processes = Processes::leftovers; }, takes<KillAll>()),
             row(
                 "left_over_processes_that_stay_are_a_failure", a_told_instance(),
                 [](Scene& s)
                 {
                     s.processes = Processes::leftovers;
                     s.failed<KillAll>(3);
                 },
                 ends(Reason::cannot_demote)),
             row(
                 "a_crashed_primary_is_started_as_a_standby", a_told_instance(),
                 [](Scene& s)
                 {
                     s.attempts = {};
                     s.directory.control->state = ControlState::in_production;
                     s.done<PublishRun>().done<SetOwnScore>();
                 },
                 takes<WriteStandbyConfiguration>()),
             row(
                 "an_instance_that_is_stopped_next_is_left_stopped", a_told_instance(),
                 [](Scene& s) { s.context.is_stop_planned = true; }, ends(Reason::demoted_left_stopped)),
             row(
                 "an_instance_that_is_stopped_next_has_told_its_position_before", a_renewed_instance(),
                 [](Scene& s) { s.context.is_stop_planned = true; }, takes(PublishPosition{the_position()})),
             row("a_standby_that_answers_is_the_goal", a_new_standby(), ends(Reason::demoted)),
             row(
                 "its_own_slot_for_the_peer_is_dropped", a_new_standby(),
                 [](Scene& s) {
                     s.status.slot = Slot{false, "reserved", 0};
                 },
                 takes<DropSlot>()),
             row(
                 "a_standby_that_does_not_answer_yet_is_waited_for", a_new_standby(),
                 [](Scene& s) { s.answer = Answer::starting; }, waits()),
             row(
                 "a_promotion_that_is_planned_does_not_wait_for_the_standby", a_new_standby(),
                 [](Scene& s)
                 {
                     s.context.is_promotion_planned = true;
                     s.answer = Answer::starting;
                 },
                 ends(Reason::demoted)),
             row(
                 "a_planned_promotion_does_not_hide_a_server_that_ended_again", a_told_instance(),
                 [](Scene& s)
                 {
                     s.context.is_promotion_planned = true;
                     s.done<WriteStandbyConfiguration>().done<StartServer>();
                 },
                 ends(Reason::cannot_start)),
             row(
                 "a_planned_promotion_waits_for_what_the_next_primary_has_to_know", a_renewed_instance(),
                 [](Scene& s) { s.context.is_promotion_planned = true; }, takes(PublishPosition{the_position()})),
             row(
                 "a_standby_that_is_still_recovering_at_the_deadline_counts", a_new_standby(),
                 [](Scene& s)
                 {
                     s.answer = Answer::starting;
                     s.remaining = 1s;
                 },
                 ends(Reason::demoted)),
             row(
                 "a_server_that_is_a_primary_again_is_never_the_goal", a_new_standby(),
                 [](Scene& s)
                 {
                     s.status.role = Role::primary;
                     s.remaining = 100ms;
                 },
                 ends(Reason::cannot_start)),
             row(
                 "a_promotion_that_was_cut_short_gets_a_new_run", a_standby(),
                 [](Scene& s) { s.state.role = Role::primary; }, takes<SaveState>()),
             row(
                 "a_promotion_that_was_cut_short_is_a_standby_at_last", a_standby(),
                 [](Scene& s)
                 {
                     s.state.run = "fresh";
                     s.done<PublishPosition>().done<PublishRun>().done<SetOwnScore>();
                 },
                 ends(Reason::already_standby)));

PGTWIN_DECISION_TABLE(DemoteWritesOut, demote, writing_out);
PGTWIN_DECISION_TABLE(DemoteStops, demote, stopping);
PGTWIN_DECISION_TABLE(DemoteTells, demote, telling);
PGTWIN_DECISION_TABLE(DemoteStarts, demote, starting);

} // namespace
} // namespace pgtwin::test
