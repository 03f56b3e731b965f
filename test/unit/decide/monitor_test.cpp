// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/promotion.hpp"
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;

/// A server that was a primary and is gone without a word.
Scene a_crashed_primary()
{
    Scene scene = a_primary();
    scene.processes = Processes::none;
    return scene;
}

Scene a_crashed_standby()
{
    Scene scene = a_standby();
    scene.processes = Processes::none;
    return scene;
}

Scene answering(Scene scene, Answer answer)
{
    scene.answer = answer;
    return scene;
}

/// The standby's stream is lost, and its certificate is gone; R5.2 looks at it for six seconds now.
Scene a_late_look()
{
    Scene scene = a_primary();
    scene.status.peer_sender.reset();
    scene.peer().certificate.reset();
    scene.peer().score = -infinity;
    scene.peer().data_status = DataStatus::stale;
    const std::chrono::milliseconds a_moment{100};
    scene.watch.degrade = DegradeWatch{scene.now - std::chrono::seconds{6}, scene.now - a_moment, "ring 8"};
    scene.elapsed = std::chrono::seconds{6};
    scene.context.monitor_interval = std::chrono::seconds{6};
    return scene.done<SetCertificate>().done<SaveWatch>();
}

const auto monitor_rows = table_of(
    row("a_healthy_standby_runs", a_standby(), ends(Reason::running_standby)),
    row("a_healthy_primary_runs", a_primary(), ends(Reason::running_primary)),
    row(
        "a_primary_that_pgtwin_did_not_start_is_restarted", a_primary(), [](Scene& s) { s.state.run.clear(); },
        ends(Reason::server_foreign)),
    row(
        "a_standby_that_pgtwin_did_not_start_is_restarted", a_standby(), [](Scene& s) { s.state.run.clear(); },
        ends(Reason::server_foreign)),
    row(
        "a_server_that_would_not_start_again_is_left_running", a_primary(),
        [](Scene& s)
        {
            s.state.run.clear();
            s.settings_on_disk = {
                {"restart_after_crash", "on"}
            };
            s.watch.trouble = TroubleWatch{"any", s.now, true};
        },
        takes<Warn>()),
    row(
        "that_is_said_once", a_primary(),
        [](Scene& s)
        {
            s.state.run.clear();
            s.installation.fault = InstallationFault::passfile_missing;
            s.failed<Warn>();
        },
        ends(Reason::running_primary)),
    row(
        "a_person_is_told_the_role_of_such_a_server", a_primary(),
        [](Scene& s)
        {
            s.state.run.clear();
            s.context.is_run_by_pacemaker = false;
        },
        ends(Reason::running_primary)),
    row(
        "a_state_that_cannot_be_read_proves_nothing", a_primary(), [](Scene& s) { s.unknown = {Subject::state}; },
        ends(Reason::running_primary)),
    row(
        "a_healthy_standby_asks_neither_the_cluster_nor_its_peer", a_standby(),
        [](Scene& s)
        {
            s.not_asked = {Subject::cluster,   Subject::membership, Subject::identity,        Subject::upstream,
                           Subject::directory, Subject::settings,   Subject::settings_on_disk};
        },
        ends(Reason::running_standby)),
    row(
        "a_running_worker_is_a_rebuild", an_empty_instance(), [](Scene& s) { s.is_worker_running = true; },
        ends(Reason::rebuilding)),
    row(
        "unknown_processes_are_no_answer", a_standby(), [](Scene& s) { s.unknown = {Subject::processes}; },
        ends(Reason::server_unknown)),
    row("a_silent_server_is_no_answer", answering(a_primary(), Answer::silent), ends(Reason::server_silent)),
    row(
        "a_recurring_monitor_asks_a_silent_server_once_more", answering(a_primary(), Answer::silent),
        [](Scene& s) { s.context.is_steadiness_enough = true; }, waits()),
    row(
        "and_takes_no_second_silence_for_an_answer", answering(a_primary(), Answer::silent),
        [](Scene& s)
        {
            s.context.is_steadiness_enough = true;
            s.done<Wait>();
        },
        ends(Reason::server_silent)),
    row(
        "upkeep_ends_after_its_share_of_the_time", a_late_look(),
        [](Scene& s) { s.context.monitor_interval = std::chrono::seconds{5}; }, ends(Reason::running_primary)),
    row(
        "where_monitors_come_seldom_it_has_to_know_whether_to_look_on", a_late_look(),
        [](Scene& s) { s.not_asked = {Subject::watch}; }, looks_at(Subject::watch)),
    row("and_looks_on_beyond_that", a_late_look(), waits()),
    row(
        "a_monitor_without_time_does_not_ask_again", answering(a_primary(), Answer::silent),
        [](Scene& s)
        {
            s.context.is_steadiness_enough = true;
            s.remaining = std::chrono::seconds{6};
        },
        ends(Reason::server_silent)),
    row(
        "an_unknown_server_is_no_answer", a_primary(), [](Scene& s) { s.unknown = {Subject::server}; },
        ends(Reason::server_silent)),
    row("a_saturated_primary_is_a_primary_by_its_files", answering(a_primary(), Answer::saturated),
        ends(Reason::running_primary)),
    row("a_primary_that_recovers_is_not_called_a_primary", answering(a_primary(), Answer::starting),
        ends(Reason::recovering)),
    row("a_server_that_does_not_listen_yet_is_not_called_a_primary", answering(a_primary(), Answer::none),
        ends(Reason::recovering)),
    row("a_recovering_standby_is_a_standby", answering(a_standby(), Answer::starting), ends(Reason::recovering)),
    row(
        "a_rewound_standby_that_recovers_without_its_worker_is_handed_over", answering(a_standby(), Answer::starting),
        [](Scene& s) { s.state.rebuild = Rebuild::rewinding; }, takes<PublishRun>()),
    row(
        "an_unknown_directory_tells_no_role", answering(a_primary(), Answer::saturated),
        [](Scene& s) { s.unknown = {Subject::directory}; }, ends(Reason::server_silent)),
    row(
        "upkeep_that_takes_too_long_does_not_hide_the_role", a_lone_primary(),
        [](Scene& s) { s.unknown = {Subject::cluster}; }, ends(Reason::running_primary)),
    row(
        "a_complete_copy_needs_no_primary", an_empty_instance(),
        [](Scene& s)
        {
            s.peer().run.reset();
            s.state.rebuild = Rebuild::swapping;
        },
        takes(LaunchWorker{"copy-complete"})),
    row(
        "an_empty_instance_waits_for_a_primary", an_empty_instance(),
        [](Scene& s)
        {
            s.peer().run.reset();
            s.done<PublishPosition>();
        },
        ends(Reason::waiting_for_primary)),
    row("an_empty_instance_beside_a_primary_is_handed_to_the_worker", an_empty_instance(), takes<LaunchWorker>()),
    row(
        "a_torn_directory_is_handed_to_the_worker", an_empty_instance(),
        [](Scene& s) { s.directory.kind = DirectoryKind::incomplete; }, takes<LaunchWorker>()),
    row(
        "an_instance_whose_worker_was_launched_is_a_rebuild", an_empty_instance(),
        [](Scene& s) { s.done<LaunchWorker>(); }, ends(Reason::rebuilding)));

const auto down_rows =
    table_of(row("a_crashed_primary_lowers_its_own_score_first", a_crashed_primary(), takes(SetOwnScore{-infinity})),
             row(
                 "a_crashed_primary_is_a_failed_primary", a_crashed_primary(), [](Scene& s) { s.done<SetOwnScore>(); },
                 ends(Reason::primary_crashed)),
             row(
                 "a_score_that_cannot_be_lowered_does_not_hide_the_crash", a_crashed_primary(),
                 [](Scene& s) { s.failed<SetOwnScore>(); }, ends(Reason::primary_crashed)),
             row(
                 "an_unknown_cluster_does_not_hide_the_crash", a_crashed_primary(),
                 [](Scene& s) { s.unknown = {Subject::cluster}; }, ends(Reason::primary_crashed)),
             row(
                 "a_primary_that_died_while_shutting_down_has_crashed", a_crashed_primary(),
                 [](Scene& s)
                 {
                     s.directory.control->state = ControlState::shutting_down;
                     s.done<SetOwnScore>();
                 },
                 ends(Reason::primary_crashed)),
             row(
                 "left_over_processes_are_a_crash", a_crashed_primary(),
                 [](Scene& s)
                 {
                     s.processes = Processes::leftovers;
                     s.done<SetOwnScore>();
                 },
                 ends(Reason::primary_crashed)),
             row("a_crashed_standby_lowers_its_own_score", a_crashed_standby(), takes(SetOwnScore{-infinity})),
             row(
                 "a_crashed_standby_is_a_failed_standby", a_crashed_standby(), [](Scene& s) { s.done<SetOwnScore>(); },
                 ends(Reason::standby_crashed)),
             row(
                 "a_server_that_was_shut_down_does_not_run", a_crashed_standby(),
                 [](Scene& s)
                 {
                     s.directory.control->state = ControlState::shut_down_in_recovery;
                     s.done<SetOwnScore>();
                 },
                 ends(Reason::not_running)),
             row(
                 "an_unknown_directory_is_no_answer", a_crashed_primary(),
                 [](Scene& s) { s.unknown = {Subject::directory}; }, ends(Reason::directory_unknown)));

Scene a_stopped_primary_with_a_mark()
{
    return with(a_stopped_primary(),
                [](Scene& s)
                {
                    s.state.alone = a_mark();
                    s.directory.control->checkpoint = Lsn{end.bytes() + 120};
                });
}

Scene a_crashed_primary_with_a_mark()
{
    Scene scene = a_crashed_primary();
    scene.state.alone = AloneMark{system_identifier, timeline, Lsn{0x8000000}};
    return scene;
}

Position the_told_position(const Scene& scene)
{
    Position position = *position_of(scene.state, scene.directory);
    position.is_alone = true;
    return position;
}

const auto mark_rows =
    table_of(row("a_probe_of_a_stopped_instance_tells_of_its_mark", a_stopped_primary_with_a_mark(),
                 takes(PublishPosition{the_told_position(a_stopped_primary_with_a_mark())})),
             row("after_a_crash_the_mark_may_hold_though_pg_control_is_behind_it", a_crashed_primary_with_a_mark(),
                 takes(PublishPosition{the_told_position(a_crashed_primary_with_a_mark())})),
             row(
                 "after_a_shutdown_a_mark_that_is_ahead_is_void", a_stopped_primary_with_a_mark(),
                 [](Scene& s) { s.state.alone->lsn = Lsn{0x8000000}; }, ends(Reason::not_running)),
             row(
                 "what_was_told_is_not_told_again", a_stopped_primary_with_a_mark(),
                 [](Scene& s) { s.self().position = the_told_position(s); }, ends(Reason::not_running)),
             row(
                 "without_a_mark_there_is_nothing_to_tell", a_stopped_primary_with_a_mark(),
                 [](Scene& s) { s.state.alone.reset(); }, ends(Reason::not_running)),
             row(
                 "what_cannot_be_told_is_left_untold", a_stopped_primary_with_a_mark(),
                 [](Scene& s) { s.failed<PublishPosition>(); }, ends(Reason::not_running)),
             row(
                 "a_person_who_probes_changes_nothing", a_stopped_primary_with_a_mark(),
                 [](Scene& s) { s.context.is_run_by_pacemaker = false; }, ends(Reason::not_running)));

const auto probe_rows = table_of(
    row("a_running_standby_is_found", a_standby(), ends(Reason::running_standby)),
    row("a_running_primary_is_found", a_primary(), ends(Reason::running_primary)),
    row("a_crashed_primary_is_found_without_a_step", a_crashed_primary(), ends(Reason::primary_crashed)),
    row("a_crashed_standby_is_found", a_crashed_standby(), ends(Reason::standby_crashed)),
    row("a_clean_directory_does_not_run", a_stopped_primary(), ends(Reason::not_running)),
    row("no_directory_does_not_run", an_empty_instance(), ends(Reason::not_running)),
    row(
        "what_a_dead_primary_left_alive_is_not_a_stopped_instance", a_crashed_primary(),
        [](Scene& s) { s.processes = Processes::leftovers; }, ends(Reason::server_silent)),
    row(
        "what_lives_in_a_clean_directory_is_not_a_stopped_instance", a_stopped_primary(),
        [](Scene& s) { s.processes = Processes::leftovers; }, ends(Reason::server_silent)),
    row(
        "a_running_worker_is_a_started_instance", an_empty_instance(), [](Scene& s) { s.is_worker_running = true; },
        ends(Reason::rebuilding)),
    row("an_instance_that_waits_for_data_does_not_run_for_pacemaker", an_empty_instance(), ends(Reason::not_running)),
    row(
        "a_person_is_told_that_an_instance_waits_for_data", an_empty_instance(),
        [](Scene& s) { s.context.is_run_by_pacemaker = false; }, ends(Reason::waiting_for_primary)),
    row(
        "a_person_is_told_that_a_marked_repair_waits", a_stopped_primary(),
        [](Scene& s)
        {
            s.context.is_run_by_pacemaker = false;
            s.state.run = "word-own";
            s.state.rebuild = Rebuild::copying;
        },
        ends(Reason::waiting_for_primary)),
    row(
        "a_person_is_told_that_a_stopped_instance_without_data_does_not_run", an_empty_instance(),
        [](Scene& s)
        {
            s.context.is_run_by_pacemaker = false;
            s.state.run.clear();
        },
        ends(Reason::not_running)),
    row(
        "unknown_processes_are_no_answer", a_standby(), [](Scene& s) { s.unknown = {Subject::processes}; },
        ends(Reason::server_unknown)),
    row(
        "nothing_of_an_unknown_directory_runs", a_stopped_primary(), [](Scene& s) { s.unknown = {Subject::directory}; },
        ends(Reason::not_running)),
    row("a_silent_server_is_no_answer", answering(a_primary(), Answer::silent), ends(Reason::server_silent)),
    row(
        "records_that_are_wrong_are_left_to_monitor", a_primary(),
        [](Scene& s) { s.self().data_status = DataStatus::stale; }, ends(Reason::running_primary)));

const auto starting_rows =
    table_of(row(
                 "a_recurring_monitor_waits_a_little", answering(a_standby(), Answer::starting),
                 [](Scene& s) { s.context.is_steadiness_enough = true; }, waits()),
             row(
                 "it_does_not_wait_for_its_deadline", answering(a_standby(), Answer::starting),
                 [](Scene& s)
                 {
                     s.context.is_steadiness_enough = true;
                     s.remaining = std::chrono::seconds{4};
                 },
                 ends(Reason::recovering)),
             row("any_other_one_does_not", answering(a_standby(), Answer::starting), ends(Reason::recovering)));

const auto notify_rows = table_of(
    row(
        "a_pre_notification_does_nothing", a_primary(),
        [](Scene& s)
        {
            s.context.is_pre_notification = true;
            s.self().data_status = DataStatus::stale;
        },
        ends(Reason::notified)),
    row(
        "a_planned_promotion_is_not_held_up", two_standbys(),
        [](Scene& s)
        {
            s.context.is_promotion_planned = true;
            s.self().position.reset();
        },
        ends(Reason::notified)),
    row(
        "a_primary_does_its_upkeep", a_primary(), [](Scene& s) { s.self().data_status = DataStatus::stale; },
        takes<decide::Record>()),
    row(
        "a_standby_does_its_upkeep", two_standbys(), [](Scene& s) { s.self().position.reset(); },
        takes<PublishPosition>()),
    row(
        "a_rebuild_is_left_alone", a_standby(), [](Scene& s) { s.is_worker_running = true; }, ends(Reason::notified)),
    row(
        "an_unknown_worker_is_left_alone", a_standby(), [](Scene& s) { s.unknown = {Subject::worker}; },
        ends(Reason::notified)),
    row(
        "unknown_processes_end_well", a_standby(), [](Scene& s) { s.unknown = {Subject::processes}; },
        ends(Reason::notified)),
    row("a_silent_server_ends_well", answering(a_primary(), Answer::silent), ends(Reason::notified)),
    row("a_crashed_primary_ends_well", a_crashed_primary(), ends(Reason::notified)),
    row("a_healthy_primary_has_nothing_to_do", a_primary(), ends(Reason::notified)),
    row("a_healthy_standby_has_nothing_to_do", a_standby(), ends(Reason::notified)));

const auto reload_rows = table_of(
    row("a_standby_gets_its_connection_anew", a_standby(), takes<FollowPeer>()),
    row(
        "a_standby_that_names_nobody_is_left_so", a_standby(), [](Scene& s) { s.status.primary_conninfo.clear(); },
        ends(Reason::reloaded)),
    row(
        "a_connection_that_cannot_be_set_ends_well", a_standby(), [](Scene& s) { s.failed<FollowPeer>(); },
        ends(Reason::reloaded)),
    row("a_primary_is_not_told_to_follow", a_primary(), ends(Reason::reloaded)),
    row(
        "a_primary_takes_the_new_mode_over", a_primary(),
        [](Scene& s) { s.context.params.rep_mode = ReplicationMode::async; }, takes(SetCertificate{std::nullopt})),
    row(
        "a_primary_takes_the_limit_of_its_slot_over", a_primary(),
        [](Scene& s) { s.context.params.is_max_slot_wal_keep_size_set = true; }, takes(TakeOverSettings{})),
    row(
        "settings_that_cannot_be_taken_over_end_well", a_primary(),
        [](Scene& s)
        {
            s.context.params.is_max_slot_wal_keep_size_set = true;
            s.failed<TakeOverSettings>();
        },
        ends(Reason::reloaded)),
    row("a_stopped_server_has_nothing_to_do", a_stopped_standby(), ends(Reason::reloaded)),
    row("a_silent_server_has_nothing_to_do", answering(a_standby(), Answer::silent), ends(Reason::reloaded)),
    row(
        "a_rebuild_is_left_alone", a_standby(), [](Scene& s) { s.is_worker_running = true; }, ends(Reason::reloaded)));

PGTWIN_DECISION_TABLE(Monitor, monitor, monitor_rows);
PGTWIN_DECISION_TABLE(MonitorFindsItDown, monitor, down_rows);
PGTWIN_DECISION_TABLE(MonitorFindsItStarting, monitor, starting_rows);
PGTWIN_DECISION_TABLE(Probe, probe, probe_rows);
PGTWIN_DECISION_TABLE(ProbeOfAMark, probe, mark_rows);
PGTWIN_DECISION_TABLE(Notify, notify, notify_rows);
PGTWIN_DECISION_TABLE(Reload, reload, reload_rows);

} // namespace
} // namespace pgtwin::test
