// SPDX-License-Identifier: GPL-2.0-or-later
#include "workers.hpp"

namespace pgtwin::test
{
namespace
{

using namespace std::chrono_literals;

/// The old server is stopped; its directory left the history of the primary, whose timeline is the next one.
Scene a_forked_worker()
{
    Scene scene = a_quiet_worker();
    scene.directory.control->state = ControlState::shut_down_in_recovery;
    scene.directory.control->data_checksums = true;
    const Timeline mine = scene.directory.history.timeline;
    scene.upstream.history.ancestors = scene.directory.history.ancestors;
    scene.upstream.history.ancestors.push_back({mine, scene.directory.control->checkpoint});
    scene.upstream.history.timeline = Timeline{number(mine) + 1};
    return scene.done<EnsurePeerSlot>();
}

Scene a_rewinding_worker()
{
    Scene scene = a_forked_worker();
    scene.state.rebuild = Rebuild::rewinding;
    return scene.done<RehearseRewind>();
}

/// A worker that finds what an earlier one left.
Scene a_torn_worker()
{
    Scene scene = a_forked_worker();
    scene.state.rebuild = Rebuild::rewinding;
    scene.resync = "phase=copying percent=0 done=0 total=0 rate=0 left=0";
    return scene;
}

/// The rewound directory has its run; its server was started.
Scene a_rewound_standby()
{
    Scene scene = a_standby();
    scene.state.run = "fresh";
    scene.state.rebuild = Rebuild::rewinding;
    scene.self().run->run = "fresh";
    scene.status.receiver.reset();
    return scene.done<RehearseRewind>()
        .done<Rewind>()
        .done<WriteStandbyConfiguration>()
        .done<PublishRun>()
        .done<StartServer>();
}

LocalState in_phase_of(Scene scene, Rebuild phase, const std::string& reason)
{
    scene.state.rebuild = phase;
    scene.state.rebuild_reason = reason;
    return scene.state;
}

LocalState the_rewound_state()
{
    LocalState state = the_new_state();
    state.rebuild = Rebuild::rewinding;
    return state;
}

constexpr const char* no_rewind =
    "phase=preparing why=a base backup follows, since a rewind is not possible: permission denied";

const auto rewinds = table_of(
    row("a_directory_that_left_the_history_is_rewound", a_forked_worker(), takes<RehearseRewind>()),
    row(
        "wal_is_kept_from_before_the_rewind", a_forked_worker(), [](Scene& s) { s.attempts = {}; },
        takes<EnsurePeerSlot>()),
    row(
        "hint_bits_in_the_wal_are_as_good_as_checksums", a_forked_worker(),
        [](Scene& s)
        {
            s.directory.control->data_checksums = false;
            s.directory.control->wal_log_hints = true;
        },
        takes<RehearseRewind>()),
    row(
        "without_checksums_it_is_copied", a_forked_worker(),
        [](Scene& s) { s.directory.control->data_checksums = false; }, takes<SaveState>()),
    row(
        "what_somebody_may_rely_on_is_kept_and_copied", a_forked_worker(), [](Scene& s) { s.state.alone = a_mark(); },
        takes<SaveState>()),
    row(
        "a_directory_whose_server_did_not_start_is_copied", a_forked_worker(),
        [](Scene& s) { s.state.vain_starts = 3; }, takes<SaveState>()),
    row(
        "a_timeline_that_nobody_else_is_known_to_have_is_copied", a_forked_worker(),
        [](Scene& s) { s.state.unshared = Timeline{2}; }, takes<SaveState>()),
    row(
        "a_crashed_directory_is_copied", a_forked_worker(),
        [](Scene& s) { s.directory.control->state = ControlState::in_archive_recovery; }, takes<SaveState>()),
    row(
        "a_timeline_that_the_primary_does_not_know_is_copied", a_forked_worker(),
        [](Scene& s) { s.upstream.history.ancestors.clear(); }, takes<SaveState>()),
    row(
        "the_timeline_of_the_primary_is_copied", a_forked_worker(),
        [](Scene& s) { s.upstream.history = s.directory.history; }, takes<SaveState>()),
    row(
        "a_rehearsal_that_failed_is_tried_again", a_forked_worker(), [](Scene& s) { s.failed<RehearseRewind>(2); },
        takes<RehearseRewind>()),
    row(
        "a_rehearsal_that_fails_thrice_is_told", a_forked_worker(),
        [](Scene& s)
        {
            s.failed<RehearseRewind>(3);
            s.failure = "permission denied";
        },
        takes(PublishResync{no_rewind, Severity::warning})),
    row(
        "then_it_is_copied", a_forked_worker(),
        [](Scene& s)
        {
            s.failed<RehearseRewind>(3);
            s.failure = "permission denied";
            s.resync = no_rewind;
        },
        takes(SaveState{in_phase(Rebuild::copying)})),
    row(
        "that_it_rewinds_is_saved_before_the_rewind", a_forked_worker(), [](Scene& s) { s.done<RehearseRewind>(); },
        takes(SaveState{in_phase(Rebuild::rewinding)})),
    row("then_it_rewinds", a_rewinding_worker(), takes<Rewind>()),
    row(
        "a_rewind_that_fails_is_followed_by_a_copy", a_rewinding_worker(),
        [](Scene& s)
        {
            s.failed<Rewind>();
            s.resync = "phase=copying percent=0 done=0 total=0 rate=0 left=0";
        },
        takes<BaseBackup>()),
    row(
        "standby_signal_comes_right_after_the_rewind", a_rewinding_worker(), [](Scene& s) { s.done<Rewind>(); },
        takes<WriteStandbyConfiguration>()),
    row(
        "the_rewound_directory_has_a_run_of_its_own_and_is_not_proven", a_rewinding_worker(),
        [](Scene& s) { s.done<Rewind>().done<WriteStandbyConfiguration>(); }, takes(SaveState{the_rewound_state()})),
    row("what_a_rewind_left_behind_is_copied_over", a_torn_worker(), takes<BaseBackup>()),
    row(
        "what_it_left_is_noted_to_be_worthless", a_torn_worker(), [](Scene& s) { s.done<BaseBackup>(); },
        takes(SaveState{in_phase_of(a_torn_worker(), Rebuild::swapping, "torn")})),
    row(
        "and_is_not_kept", a_streaming_copy(), [](Scene& s) { s.state.rebuild_reason = "torn"; },
        takes(DisposeOldDirectory{OldCopy::torn})),
    row(
        "a_rewound_standby_has_time_to_stream", a_rewound_standby(),
        [](Scene& s) { s.done<Wait>(599).done<PublishResync>(20); }, waits()),
    row(
        "a_rewound_standby_that_does_not_stream_is_stopped", a_rewound_standby(), [](Scene& s) { s.done<Wait>(600); },
        takes<StopImmediate>()),
    row(
        "and_left_to_the_next_worker", a_rewound_standby(),
        [](Scene& s)
        {
            s.processes = Processes::none;
            s.done<Wait>(600).done<StopImmediate>();
            s.resync =
                "phase=failed cause=rewind-failed why=the rewound data directory does not stream from the primary";
        },
        ends(Reason::rewind_failed)),
    row(
        "a_rewound_server_that_does_not_start_is_left_to_the_next_worker", a_rewound_standby(),
        [](Scene& s)
        {
            s.processes = Processes::none;
            s.attempts = {};
            s.done<PublishRun>().done<WriteStandbyConfiguration>().failed<StartServer>(2);
            s.resync =
                "phase=failed cause=rewind-failed why=the rewound data directory does not stream from the primary";
        },
        ends(Reason::rewind_failed)),
    row(
        "a_rewind_has_no_old_directory_to_dispose_of", a_streaming_copy(), [](Scene& s) { s.done<Rewind>(); },
        takes(PublishResync{})));

PGTWIN_DECISION_TABLE(RebuildRewinds, rebuild, rewinds);

} // namespace
} // namespace pgtwin::test
