// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

/// A running instance of which nothing runs any more.
Scene a_stopped_instance()
{
    Scene scene = a_standby();
    scene.processes = Processes::none;
    scene.directory.control->state = ControlState::shut_down_in_recovery;
    return scene.done<EndWorker>().done<StopFast>();
}

Position the_position()
{
    Position position = a_peer_position();
    position.run = "run-alpha";
    position.lsn = Lsn{end.bytes() + 1};
    return position;
}

Position no_data_of(const RunId& run)
{
    Position position;
    position.run = run;
    position.has_data = false;
    return position;
}

LocalState the_stopped_state()
{
    LocalState state = a_stopped_instance().state;
    state.run.clear();
    state.followed.clear();
    return state;
}

/// What runs on a node whose worker is out of the way.
Scene a_running_standby()
{
    return a_standby().done<EndWorker>();
}

Scene a_running_primary()
{
    return a_primary().done<EndWorker>();
}

const auto ending = table_of(
    row("a_running_server_is_stopped_fast", a_running_standby(), takes<StopFast>()),
    row("a_running_primary_is_stopped_fast", a_running_primary(), takes<StopFast>()),
    row(
        "a_primary_has_time_for_an_orderly_shutdown", a_running_primary(), [](Scene& s) { s.remaining = 110s; },
        takes(StopFast{66s})),
    row(
        "a_standby_loses_nothing_by_less_patience", a_running_standby(), [](Scene& s) { s.remaining = 110s; },
        takes(StopFast{20s})),
    row(
        "an_instance_whose_state_is_unknown_has_time_for_an_orderly_shutdown", a_running_standby(),
        [](Scene& s)
        {
            s.remaining = 110s;
            s.unknown = {Subject::state};
        },
        takes(StopFast{66s})),
    row(
        "an_immediate_shutdown_needs_little_time", a_running_primary(),
        [](Scene& s)
        {
            s.remaining = 44s;
            s.failed<StopFast>();
        },
        takes(StopImmediate{10s})),
    row(
        "it_does_not_ask_the_server", a_running_standby(), [](Scene& s) { s.not_asked = {Subject::server}; },
        takes<StopFast>()),
    row(
        "a_fast_shutdown_that_hangs_becomes_immediate", a_running_primary(), [](Scene& s) { s.failed<StopFast>(); },
        takes<StopImmediate>()),
    row(
        "an_immediate_shutdown_that_hangs_becomes_a_kill", a_running_primary(),
        [](Scene& s) { s.failed<StopFast>().failed<StopImmediate>(); }, takes<KillAll>()),
    row(
        "left_over_processes_are_killed", a_running_primary(), [](Scene& s) { s.processes = Processes::leftovers; },
        takes<KillAll>()),
    row(
        "processes_that_survive_everything_are_a_failure", a_running_primary(),
        [](Scene& s) { s.failed<StopFast>().failed<StopImmediate>().failed<KillAll>(3); }, ends(Reason::cannot_stop)),
    row(
        "unknown_processes_are_no_success", a_running_standby(), [](Scene& s) { s.unknown = {Subject::processes}; },
        ends(Reason::server_unknown)),
    row(
        "a_running_worker_is_ended_first", a_stopped_standby(), [](Scene& s) { s.is_worker_running = true; },
        takes<EndWorker>()),
    row(
        "a_worker_that_cannot_be_ended_is_a_failure", a_stopped_standby(),
        [](Scene& s)
        {
            s.is_worker_running = true;
            s.failed<EndWorker>(2);
        },
        ends(Reason::cannot_stop)),
    row("what_a_crashed_worker_left_is_ended", a_stopped_standby(), takes<EndWorker>()),
    row(
        "what_a_crashed_worker_left_does_not_make_it_fail", a_stopped_standby(),
        [](Scene& s)
        {
            s.failed<EndWorker>(1);
            s.self().run.reset();
            s.self().position = the_position();
        },
        ends(Reason::already_stopped)),
    row(
        "an_unknown_worker_is_ended_too", a_stopped_standby(), [](Scene& s) { s.unknown = {Subject::worker}; },
        takes<EndWorker>()),
    row(
        "an_unknown_worker_that_cannot_be_ended_is_a_failure", a_stopped_standby(),
        [](Scene& s)
        {
            s.unknown = {Subject::worker};
            s.failed<EndWorker>(2);
        },
        ends(Reason::cannot_stop)));

const auto farewells =
    table_of(row("the_own_score_is_lowered", a_stopped_instance(), takes(SetOwnScore{-infinity})),
             row(
                 "the_position_of_the_directory_is_published", a_stopped_instance(),
                 [](Scene& s) { s.done<SetOwnScore>(); }, takes(PublishPosition{the_position()})),
             row(
                 "a_directory_that_is_being_rewound_has_no_position", a_stopped_instance(),
                 [](Scene& s)
                 {
                     s.state.rebuild = Rebuild::rewinding;
                     s.done<SetOwnScore>();
                 },
                 takes(PublishRun{std::nullopt})),
             row(
                 "a_position_that_is_published_already_is_not_written_again", a_stopped_instance(),
                 [](Scene& s)
                 {
                     s.done<SetOwnScore>();
                     s.self().position = the_position();
                 },
                 takes(PublishRun{std::nullopt})),
             row(
                 "a_stopped_instance_has_no_run_in_the_cluster", a_stopped_instance(),
                 [](Scene& s) { s.done<SetOwnScore>().done<PublishPosition>(); }, takes(PublishRun{std::nullopt})),
             row(
                 "a_stopped_instance_has_no_run_in_its_state", a_stopped_instance(),
                 [](Scene& s) { s.done<SetOwnScore>().done<PublishPosition>().done<PublishRun>(); },
                 takes(SaveState{the_stopped_state()})),
             row(
                 "the_mark_survives_a_stop", a_stopped_instance(),
                 [](Scene& s)
                 {
                     s.state.alone = a_mark();
                     s.done<SetOwnScore>().done<PublishPosition>().done<PublishRun>();
                 },
                 takes(SaveState{[]
                                 {
                                     LocalState state = the_stopped_state();
                                     state.alone = a_mark();
                                     return state;
                                 }()})),
             row(
                 "a_node_whose_start_was_refused_early_publishes_its_position_too", a_stopped_standby(),
                 [](Scene& s)
                 {
                     s.done<EndWorker>();
                     s.directory.kind = DirectoryKind::wrong_version;
                     s.self().run.reset();
                     s.self().position.reset();
                 },
                 takes<PublishPosition>()),
             row(
                 "that_there_is_no_data_is_published", a_stopped_instance(),
                 [](Scene& s)
                 {
                     s.directory = Directory{};
                     s.done<SetOwnScore>();
                 },
                 takes(PublishPosition{no_data_of("run-alpha")})),
             row(
                 "a_directory_amid_its_swap_has_no_position", a_stopped_instance(),
                 [](Scene& s)
                 {
                     s.directory = Directory{};
                     s.state.rebuild = Rebuild::swapping;
                     s.done<SetOwnScore>();
                 },
                 takes(PublishRun{std::nullopt})),
             row(
                 "an_unknown_directory_has_no_position", a_stopped_instance(),
                 [](Scene& s)
                 {
                     s.unknown = {Subject::directory};
                     s.done<SetOwnScore>();
                 },
                 takes(PublishRun{std::nullopt})));

const auto successes = table_of(
    row(
        "a_server_that_was_stopped_is_the_goal", a_stopped_instance(),
        [](Scene& s)
        {
            s.state = the_stopped_state();
            s.self().run.reset();
            s.self().position = the_position();
        },
        ends(Reason::stopped)),
    row(
        "a_second_stop_does_nothing", a_stopped_standby(),
        [](Scene& s)
        {
            s.done<EndWorker>();
            s.self().run.reset();
            s.self().position = the_position();
        },
        ends(Reason::already_stopped)),
    row(
        "a_cluster_that_does_not_answer_does_not_make_it_fail", a_stopped_instance(),
        [](Scene& s)
        {
            s.unknown = {Subject::cluster};
            s.state.run.clear();
        },
        ends(Reason::stopped)),
    row(
        "a_state_that_cannot_be_read_does_not_make_it_fail", a_stopped_instance(),
        [](Scene& s) { s.unknown = {Subject::state}; }, ends(Reason::stopped)),
    row(
        "what_cannot_be_told_does_not_make_it_fail", a_stopped_instance(),
        [](Scene& s) { s.failed<SetOwnScore>().failed<PublishPosition>().failed<PublishRun>().failed<SaveState>(); },
        ends(Reason::stopped)));

PGTWIN_DECISION_TABLE(StopEnds, stop, ending);
PGTWIN_DECISION_TABLE(StopTells, stop, farewells);
PGTWIN_DECISION_TABLE(StopSucceeds, stop, successes);

} // namespace
} // namespace pgtwin::test
