// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

LocalState the_new_state(Scene scene)
{
    scene.state.run = "fresh";
    scene.state.role = Role::standby;
    scene.state.followed.clear();
    scene.state.certified.clear();
    const auto& control = scene.directory.control;
    const bool was_orderly = scene.state.is_orderly && control && control->state == ControlState::shut_down_in_recovery;
    scene.state.is_orderly = was_orderly || (control && control->state == ControlState::shut_down);
    return scene.state;
}

LocalState the_orderly_state(const Scene& scene, bool is_orderly)
{
    LocalState state = the_new_state(scene);
    state.is_orderly = is_orderly;
    return state;
}

/// The new run is in the state file and in the cluster.
Scene an_announced(Scene scene)
{
    scene.state = the_new_state(scene);
    scene.self().run = RunRecord{"fresh", Role::standby, Timeline::none, {}};
    return scene.done<PublishRun>();
}

/// Everything is ready for the server.
Scene a_configured_standby()
{
    return an_announced(a_stopped_standby()).done<WriteStandbyConfiguration>();
}

/// The server was started in this action, answers, and follows its primary.
Scene a_started_standby()
{
    Scene scene = a_standby();
    scene.state.run = "fresh";
    scene.self().run->run = "fresh";
    scene.watch.checked = "fresh:run-beta";
    return scene.done<PublishRun>().done<SetOwnScore>().done<WriteStandbyConfiguration>().done<StartServer>();
}

/// The server was started; there is no primary.
Scene a_started_candidate()
{
    Scene scene = two_standbys();
    scene.state.run = "fresh";
    scene.self().run->run = "fresh";
    scene.watch.checked = "fresh:run-beta";
    scene.self().position.reset();
    return scene.done<PublishRun>().done<WriteStandbyConfiguration>().done<StartServer>();
}

Scene with_directory(DirectoryKind kind)
{
    Scene scene = a_stopped_standby();
    scene.directory.kind = kind;
    if (kind != DirectoryKind::wrong_version)
        scene.directory.control.reset();
    return scene;
}

const auto refusals = table_of(
    row(
        "a_state_that_cannot_be_read_is_refused", a_stopped_standby(), [](Scene& s) { s.unknown = {Subject::state}; },
        ends(Reason::state_unreadable)),
    row(
        "unknown_processes_are_refused", a_stopped_standby(), [](Scene& s) { s.unknown = {Subject::processes}; },
        ends(Reason::server_unknown)),
    row(
        "an_unknown_worker_is_refused", a_stopped_standby(), [](Scene& s) { s.unknown = {Subject::worker}; },
        ends(Reason::server_unknown)),
    row(
        "an_unknown_directory_is_refused", a_stopped_standby(), [](Scene& s) { s.unknown = {Subject::directory}; },
        ends(Reason::directory_unknown)),
    row("a_foreign_directory_is_never_touched", with_directory(DirectoryKind::foreign),
        ends(Reason::directory_foreign)),
    row(
        "a_directory_of_another_major_version_is_refused", with_directory(DirectoryKind::wrong_version),
        [](Scene& s) { s.directory.major_version = 9; }, ends(Reason::wrong_major_version)),
    row(
        "a_directory_whose_version_cannot_be_told_is_refused", with_directory(DirectoryKind::wrong_version),
        [](Scene& s) { s.directory.major_version = 0; }, ends(Reason::directory_unknown)),
    row(
        "a_missing_program_is_refused", a_stopped_standby(),
        [](Scene& s) { s.installation.fault = InstallationFault::program_missing; }, ends(Reason::program_missing)),
    row("a_running_primary_is_left_alone", a_primary(), ends(Reason::already_primary)),
    row(
        "a_critical_setting_is_refused_before_the_server_starts", an_announced(a_stopped_standby()),
        [](Scene& s) { s.settings_on_disk["restart_after_crash"] = "on"; }, ends(Reason::critical_setting)),
    row(
        "a_critical_setting_of_the_running_server_stops_it", a_started_standby(),
        [](Scene& s) { s.settings["restart_after_crash"] = "on"; }, takes<StopFast>()),
    row(
        "a_server_with_a_critical_setting_is_not_started_again", a_started_standby(),
        [](Scene& s)
        {
            s.settings["restart_after_crash"] = "on";
            s.processes = Processes::none;
            s.done<StopFast>();
        },
        ends(Reason::critical_setting)));

const auto runs = table_of(
    row("a_new_run_is_saved_first", a_stopped_standby(),
        takes(SaveState{
            the_new_state(a_stopped_standby())
})),
    row(
        "a_run_of_an_earlier_start_is_replaced", a_stopped_standby(), [](Scene& s) { s.state.run = "run-alpha"; },
        takes(SaveState{the_new_state(a_stopped_standby())})),
    row(
        "the_mark_survives_a_start", a_stopped_standby(), [](Scene& s) { s.state.alone = a_mark(); },
        takes(SaveState{the_new_state(with(a_stopped_standby(), [](Scene& s) { s.state.alone = a_mark(); }))})),
    row(
        "without_a_saved_run_it_is_refused", a_stopped_standby(), [](Scene& s) { s.failed<SaveState>(); },
        ends(Reason::cannot_save_state)),
    row(
        "how_a_primarys_directory_was_left_is_noted_before_it_changes", a_stopped_primary(),
        [](Scene& s) { s.state.origin = Origin::unknown; },
        takes(SaveState{the_new_state(with(a_stopped_primary(), [](Scene& s) { s.state.origin = Origin::primary; }))})),
    row(
        "how_a_crashed_primarys_directory_was_left_is_noted", a_stopped_primary(),
        [](Scene& s)
        {
            s.state.origin = Origin::unknown;
            s.directory.control->state = ControlState::in_production;
        },
        takes(SaveState{the_new_state(
            with(a_stopped_primary(), [](Scene& s) { s.directory.control->state = ControlState::in_production; }))})),
    row(
        "a_directory_with_standby_signal_was_left_as_a_standby", a_stopped_primary(),
        [](Scene& s)
        {
            s.state.origin = Origin::unknown;
            s.directory.has_standby_signal = true;
        },
        takes(SaveState{the_new_state(with(a_stopped_primary(), [](Scene& s) { s.state.origin = Origin::standby; }))})),
    row(
        "a_directory_shut_down_in_recovery_was_left_as_a_standby", a_stopped_primary(),
        [](Scene& s)
        {
            s.state.origin = Origin::unknown;
            s.directory.control->state = ControlState::shut_down_in_recovery;
        },
        takes(
            SaveState{
                the_new_state(with(
                    a_stopped_primary(),
                    [](Scene& s)
                    {
                        s.state.origin = Origin::standby;
                        s.directory.control->state = ControlState::shut_down_in_recovery;
                    }))})),
    row(
        "a_demoted_primary_that_is_started_once_more_was_shut_down_in_order", a_stopped_standby(),
        [](Scene& s) { s.state.is_orderly = true; }, takes(SaveState{the_orderly_state(a_stopped_standby(), true)})),
    row(
        "a_crashed_primary_that_is_started_once_more_was_not", a_stopped_standby(),
        [](Scene& s) { s.state.is_orderly = false; }, takes(SaveState{the_orderly_state(a_stopped_standby(), false)})),
    row(
        "a_crash_as_a_standby_is_no_order_either", a_stopped_standby(),
        [](Scene& s)
        {
            s.state.is_orderly = true;
            s.directory.control->state = ControlState::in_archive_recovery;
        },
        takes(SaveState{the_orderly_state(a_stopped_standby(), false)})),
    row(
        "the_run_is_published_before_the_server_starts", a_stopped_standby(),
        [](Scene& s) { s.state = the_new_state(s); },
        takes(PublishRun{RunRecord{"fresh", Role::standby, Timeline::none, {}}})),
    row(
        "a_run_that_cannot_be_published_is_refused", a_stopped_standby(),
        [](Scene& s)
        {
            s.state = the_new_state(s);
            s.failed<PublishRun>(3);
        },
        ends(Reason::cannot_record)),
    row(
        "the_own_score_is_lowered", an_announced(a_stopped_standby()), [](Scene& s) { s.self().score = 100; },
        takes(SetOwnScore{-infinity})),
    row(
        "a_missing_score_is_set", an_announced(a_stopped_standby()), [](Scene& s) { s.self().score.reset(); },
        takes(SetOwnScore{-infinity})),
    row(
        "a_cluster_that_does_not_answer_is_waited_for", a_stopped_standby(),
        [](Scene& s)
        {
            s.state = the_new_state(s);
            s.unknown = {Subject::cluster};
        },
        waits()),
    row(
        "a_cluster_that_never_answers_is_refused", a_stopped_standby(),
        [](Scene& s)
        {
            s.state = the_new_state(s);
            s.unknown = {Subject::cluster};
            s.remaining = 100ms;
        },
        ends(Reason::cluster_unknown)),
    row(
        "without_a_cluster_it_starts_all_the_same", a_stopped_standby(),
        [](Scene& s)
        {
            s.state = the_new_state(s);
            s.has_cluster = false;
        },
        takes<WriteStandbyConfiguration>()));

const auto servers =
    table_of(row("standby_signal_comes_before_the_server", an_announced(a_stopped_standby()),
                 takes<WriteStandbyConfiguration>()),
             row("a_directory_left_as_a_primary_gets_standby_signal_too", an_announced(a_stopped_primary()),
                 takes<WriteStandbyConfiguration>()),
             row(
                 "a_directory_that_has_standby_signal_is_written_all_the_same", an_announced(a_stopped_standby()),
                 [](Scene& s)
                 {
                     s.directory.has_standby_signal = true;
},
                 takes<WriteStandbyConfiguration>()),
             row(
                 "a_marked_directory_gets_standby_signal_too", an_announced(a_stopped_primary()),
                 [](Scene& s) { s.state.alone = a_mark(); }, takes<WriteStandbyConfiguration>()),
             row("a_directory_whose_promotions_the_peer_has_names_the_peer", an_announced(a_stopped_primary()),
                 takes(WriteStandbyConfiguration{{Upstream::peer}})),
             row(
                 "a_directory_with_a_promotion_that_nobody_else_has_names_nobody", an_announced(a_stopped_primary()),
                 [](Scene& s) { s.state.unshared = timeline; }, takes(WriteStandbyConfiguration{{Upstream::nobody}})),
             row(
                 "a_directory_that_has_left_the_latest_timeline_runs_on_its_own", an_announced(a_stopped_primary()),
                 [](Scene& s) { s.directory.is_off_newest_timeline = true; },
                 takes(WriteStandbyConfiguration{{Upstream::peer, RecoveryTimeline::current}})),
             row(
                 "a_slot_without_a_limit_gets_the_default", an_announced(a_stopped_standby()),
                 [](Scene& s)
                 {
                     s.context.params.max_slot_wal_keep_size = 1024;
                     s.settings_on_disk["max_slot_wal_keep_size"] = "-1";
                 },
                 takes(WriteStandbyConfiguration{{Upstream::peer, RecoveryTimeline::latest, 1024}})),
             row(
                 "a_limit_of_the_server_goes_before_the_default", an_announced(a_stopped_standby()),
                 [](Scene& s)
                 {
                     s.context.params.max_slot_wal_keep_size = 1024;
                     s.settings_on_disk["max_slot_wal_keep_size"] = "4096";
                 },
                 takes(WriteStandbyConfiguration{{Upstream::peer}})),
             row(
                 "an_administrator_may_want_no_limit", an_announced(a_stopped_standby()),
                 [](Scene& s)
                 {
                     s.context.params.is_max_slot_wal_keep_size_set = true;
                     s.settings_on_disk["max_slot_wal_keep_size"] = "-1";
                 },
                 takes(WriteStandbyConfiguration{{Upstream::peer}})),
             row(
                 "without_standby_signal_no_server_is_started", an_announced(a_stopped_standby()),
                 [](Scene& s) { s.failed<WriteStandbyConfiguration>(); }, ends(Reason::cannot_configure_standby)),
             row("then_the_server_is_started", a_configured_standby(), takes<StartServer>()),
             row(
                 "a_start_needs_no_primary", a_configured_standby(),
                 [](Scene& s)
                 {
                     s.peer().run.reset();
                     s.peer().membership = Membership::offline;
                 },
                 takes<StartServer>()),
             row(
                 "a_server_that_does_not_start_is_a_failure", a_configured_standby(),
                 [](Scene& s)
                 {
                     s.peer().run.reset();
                     s.failed<StartServer>();
                 },
                 ends(Reason::cannot_start)),
             row(
                 "left_over_processes_are_killed_before_the_server_starts", an_announced(a_stopped_standby()),
                 [](Scene& s) { s.processes = Processes::leftovers; }, takes<KillAll>()),
             row(
                 "no_server_is_started_beside_left_over_processes", a_configured_standby(),
                 [](Scene& s)
                 {
                     s.processes = Processes::leftovers;
                     s.failed<KillAll>(3);
                 },
                 ends(Reason::cannot_start)),
             row(
                 "a_server_that_recovers_is_waited_for", a_started_standby(),
                 [](Scene& s) { s.answer = Answer::starting; }, waits()),
             row(
                 "a_server_that_recovers_at_the_deadline_counts_as_started", a_started_standby(),
                 [](Scene& s)
                 {
                     s.answer = Answer::starting;
                     s.remaining = 2s;
                 },
                 ends(Reason::started_recovering)),
             row(
                 "a_server_that_never_listens_does_not", a_started_standby(),
                 [](Scene& s)
                 {
                     s.answer = Answer::none;
                     s.remaining = 2s;
                 },
                 ends(Reason::cannot_start)),
             row("a_standby_that_streams_is_the_goal", a_started_standby(), ends(Reason::started)),
             row(
                 "its_own_slot_for_the_peer_is_dropped", a_started_standby(),
                 [](Scene& s) {
                     s.status.slot = Slot{false, "reserved", 0};
                 },
                 takes<DropSlot>()),
             row("without_a_primary_the_position_is_published", a_started_candidate(), takes<PublishPosition>()),
             row("a_server_that_was_left_running_gets_a_new_run", a_standby(), takes<SaveState>()));

const auto repairs =
    table_of(row("an_empty_instance_beside_a_primary_launches_the_worker", an_announced(an_empty_instance()),
                 takes<LaunchWorker>()),
             row(
                 "an_instance_whose_worker_is_launched_counts_as_started", an_announced(an_empty_instance()),
                 [](Scene& s) { s.done<LaunchWorker>(); }, ends(Reason::started_rebuilding)),
             row(
                 "an_empty_instance_without_a_primary_says_that_it_is_empty", an_announced(an_empty_instance()),
                 [](Scene& s) { s.peer().run.reset(); },
                 takes(PublishPosition{[]
                                       {
                                           Position nothing;
                                           nothing.run = "fresh";
                                           nothing.has_data = false;
                                           return nothing;
                                       }()})),
             row(
                 "an_empty_instance_without_a_primary_waits_for_one", an_announced(an_empty_instance()),
                 [](Scene& s)
                 {
                     s.peer().run.reset();
                     s.done<PublishPosition>();
                 },
                 ends(Reason::started_waiting_for_primary)),
             row("a_torn_directory_is_never_started", an_announced(with_directory(DirectoryKind::incomplete)),
                 takes<LaunchWorker>()),
             row(
                 "a_rebuild_that_was_cut_short_goes_on", an_announced(a_stopped_standby()),
                 [](Scene& s) { s.state.rebuild = Rebuild::swapping; }, takes<LaunchWorker>()),
             row(
                 "a_complete_copy_needs_no_primary", an_announced(a_stopped_standby()),
                 [](Scene& s)
                 {
                     s.peer().run.reset();
                     s.state.rebuild = Rebuild::swapping;
                 },
                 takes(LaunchWorker{"copy-complete"})),
             row(
                 "a_running_worker_counts_as_started", an_empty_instance(),
                 [](Scene& s) { s.is_worker_running = true; }, ends(Reason::started_rebuilding)),
             row(
                 "how_far_a_running_worker_has_come_is_left_to_it", an_empty_instance(),
                 [](Scene& s)
                 {
                     s.peer().run.reset();
                     s.is_worker_running = true;
                 },
                 ends(Reason::started_rebuilding)),
             row(
                 "the_run_is_published_beside_a_running_worker", an_empty_instance(),
                 [](Scene& s)
                 {
                     s.self().run.reset();
                     s.is_worker_running = true;
                 },
                 takes<PublishRun>()));

PGTWIN_DECISION_TABLE(StartRefuses, start, refusals);
PGTWIN_DECISION_TABLE(StartAnnounces, start, runs);
PGTWIN_DECISION_TABLE(StartServerOnly, start, servers);
PGTWIN_DECISION_TABLE(StartRepairs, start, repairs);

TEST(Server, ThatRefusesOurLoginIsNotWaitedFor)
{
    Scene scene = a_started_standby();
    scene.peer().run.reset();
    scene.answer = Answer::refused;
    EXPECT_EQ(text(start(scene.observation(), scene.context)), text(Next{Step{Wait{50ms}}}));
    for (int look = 0; look < 20; ++look)
        scene.done<Wait>();
    EXPECT_EQ(text(start(scene.observation(), scene.context)), text(Next{
                                                                   Outcome{Reason::login_refused, {}}
    }));
}

TEST(Start, TellsWhatTheServerSaidWhenItDidNotStart)
{
    Scene scene = a_configured_standby();
    scene.peer().run.reset();
    scene.failure = "could not bind";
    EXPECT_EQ(text(start(scene.failed<StartServer>().observation(), scene.context)),
              text(Next{
                  Outcome{Reason::cannot_start, "could not bind"}
    }));
}

TEST(Start, TellsWhyTheServerRefusesEverySession)
{
    Scene scene = a_started_standby();
    scene.answer = Answer::refused;
    scene.peer().run.reset();
    for (const auto& [said, told] : {
             std::pair{"failed: FATAL:  3D000: no database", "no database"},
             std::pair{"no password supplied",               ""           },
             std::pair{"FATAL:  28000: no entry",            ""           }
    })
    {
        Observation seen = scene.done<Wait>(20).observation();
        seen.identity = Seen<Identity>::unknown(said);
        EXPECT_EQ(text(start(seen, scene.context)), text(Next{
                                                        Outcome{Reason::login_refused, told}
        }));
    }
}

TEST(Directory, ThatCannotBeReadIsRefusedWithTheCause)
{
    const Scene scene = a_stopped_standby();
    for (const auto& [kind, reason] : {
             std::pair{ErrorKind::denied,   Reason::directory_not_accessible},
             std::pair{ErrorKind::conflict, Reason::directory_unknown       }
    })
    {
        Observation seen = scene.observation();
        seen.directory = Seen<pgtwin::Directory>::unknown("cannot read pg_control", kind);
        for (const auto decision : {start, validate})
            EXPECT_EQ(text(decision(seen, scene.context)), text(Next{
                                                               Outcome{reason, "cannot read pg_control"}
            }));
    }
}

Observation with_unreadable_configuration(const Scene& scene)
{
    Observation seen = scene.observation();
    seen.settings_on_disk = Seen<Settings>::unknown("syntax error in file postgresql.conf", ErrorKind::conflict);
    return seen;
}

TEST(Rewind, ThatIsMissingIsSaidOnceAndForbidsNothing)
{
    Scene scene = a_stopped_standby();
    scene.installation.missing_rewind = "/opt/bin/pg_rewind";
    for (const auto decision : {start, validate})
    {
        const Next next = decision(scene.observation(), scene.context);
        ASSERT_TRUE(std::holds_alternative<Step>(next)) << text(next);
        const auto* const warning = std::get_if<decide::Warn>(&std::get<Step>(next));
        ASSERT_NE(warning, nullptr) << text(next);
        EXPECT_EQ(warning->lines.size(), 1U);
        EXPECT_NE(warning->lines.at(0).find("/opt/bin/pg_rewind is missing"), std::string::npos);
        Scene later = scene;
        const Next after = decision(later.done<decide::Warn>().observation(), later.context);
        EXPECT_EQ(text(after), text(decision(a_stopped_standby().observation(), scene.context)));
    }
}

TEST(Configuration, ThatPostgresCannotReadIsRefusedBeforeAnythingIsWritten)
{
    const Scene scene = an_announced(a_stopped_standby());
    const Next started = start(with_unreadable_configuration(scene), scene.context);
    EXPECT_EQ(text(started), text(Next{
                                 Outcome{Reason::settings_unreadable, "syntax error in file postgresql.conf"}
    }));
    const Next validated = validate(with_unreadable_configuration(scene), scene.context);
    EXPECT_EQ(text(validated), text(started));
}

} // namespace
} // namespace pgtwin::test
