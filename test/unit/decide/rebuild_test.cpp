// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/model/resync.hpp"
#include "support/table.hpp"
#include "workers.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

const char* const copy_begun = "phase=copying percent=0 done=0 total=0 rate=0 left=0";
const char* const second_failure =
    "phase=waiting cause=rebuild-copy-failed why=the base backup failed: try 2 of 5: broken pipe";
const char* const swap_failed =
    "phase=failed cause=rebuild-swap-failed why=cannot put the new data directory in the place of the old one";

const auto sources = table_of(
    row(
        "a_state_that_cannot_be_read_is_refused", a_worker(), [](Scene& s) { s.unknown = {Subject::state}; },
        ends(Reason::state_unreadable)),
    row(
        "the_cluster_must_call_the_source_primary", a_worker(), [](Scene& s) { s.peer().run->role = Role::standby; },
        waits()),
    row(
        "a_source_that_the_cluster_never_calls_primary_is_refused", a_worker(),
        [](Scene& s)
        {
            s.peer().run->role = Role::standby;
            s.remaining = 100ms;
        },
        ends(Reason::rebuild_no_source)),
    row(
        "a_primary_that_does_not_come_back_is_not_waited_for_long", a_worker(),
        [](Scene& s)
        {
            s.peer().run->role = Role::standby;
            s.done<Wait>(10);
            s.resync = "phase=failed cause=rebuild-no-source why=the primary cannot be reached";
        },
        ends(Reason::rebuild_no_source)),
    row(
        "an_unknown_cluster_is_waited_for", a_worker(), [](Scene& s) { s.unknown = {Subject::cluster}; }, waits()),
    row(
        "the_source_must_let_us_in", a_worker(), [](Scene& s) { s.unknown = {Subject::upstream}; }, waits()),
    row(
        "the_source_must_call_itself_primary", a_worker(), [](Scene& s) { s.upstream.role = Role::standby; }, waits()),
    row(
        "a_source_of_another_system_is_refused_and_told_at_once", a_worker(),
        [](Scene& s) { s.upstream.system_identifier = 9; },
        takes(
            PublishResync{"phase=waiting cause=rebuild-wrong-system why=the other node holds another database (system "
                          "identifiers differ): here 7001, there 9",
                          Severity::error})),
    row(
        "it_is_told_once", a_worker(),
        [](Scene& s)
        {
            s.upstream.system_identifier = 9;
            s.resync = "phase=waiting cause=rebuild-wrong-system why=it was told";
        },
        waits()),
    row(
        "a_source_of_another_system_ends_the_worker_in_time", a_worker(),
        [](Scene& s)
        {
            s.upstream.system_identifier = 9;
            s.remaining = 100ms;
        },
        ends(Reason::rebuild_wrong_system)),
    row(
        "a_source_of_another_major_version_is_refused", a_worker(),
        [](Scene& s)
        {
            s.upstream.major_version = 17;
            s.remaining = 100ms;
        },
        ends(Reason::rebuild_version_differs)),
    row(
        "a_source_that_refuses_us_is_not_one_that_is_away", a_worker(),
        [](Scene& s)
        {
            s.unknown = {Subject::upstream};
            s.upstream_fault = ErrorKind::denied;
            s.remaining = 100ms;
        },
        ends(Reason::rebuild_denied)),
    row(
        "an_unknown_directory_is_waited_for", a_worker(), [](Scene& s) { s.unknown = {Subject::directory}; }, waits()),
    row(
        "an_empty_directory_takes_any_system", an_empty_instance(), [](Scene& s) { s.upstream.system_identifier = 9; },
        takes<EnsurePeerSlot>()));

const auto copies = table_of(
    row("the_old_server_is_stopped_first", a_worker(), takes<StopFast>()),
    row(
        "an_old_server_that_hangs_is_stopped_harder", a_worker(), [](Scene& s) { s.failed<StopFast>(); },
        takes<StopImmediate>()),
    row(
        "an_old_server_that_lives_on_is_a_failure", a_worker(),
        [](Scene& s) { s.failed<StopFast>().failed<StopImmediate>().failed<KillAll>(3); }, ends(Reason::cannot_stop)),
    row(
        "unknown_processes_are_waited_for", a_worker(), [](Scene& s) { s.unknown = {Subject::processes}; }, waits()),
    row("the_slot_comes_before_the_copy", a_quiet_worker(), takes<EnsurePeerSlot>()),
    row(
        "without_a_slot_nothing_is_copied", a_quiet_worker(),
        [](Scene& s)
        {
            s.failed<EnsurePeerSlot>(2).done<Wait>();
            s.resync = "phase=waiting cause=rebuild-no-slot why=it was told";
        },
        waits()),
    row(
        "that_there_is_no_slot_is_told_at_once", a_quiet_worker(),
        [](Scene& s)
        {
            s.failed<EnsurePeerSlot>();
            s.failure = "all are in use";
        },
        takes(PublishResync{"phase=waiting cause=rebuild-no-slot why=cannot create the replication slot on the "
                            "primary: all are in use",
                            Severity::error})),
    row(
        "a_slot_is_tried_again_after_a_pause", a_quiet_worker(),
        [](Scene& s) { s.failed<EnsurePeerSlot>(2).done<Wait>(2); }, takes<EnsurePeerSlot>()),
    row(
        "for_a_slot_the_server_is_not_kept_down", a_quiet_worker(),
        [](Scene& s)
        {
            s.failed<EnsurePeerSlot>(3).done<Wait>(2);
            s.failure = "all are in use";
            s.resync = "phase=failed cause=rebuild-no-slot why=cannot create the replication slot on the "
                       "primary: all are in use";
        },
        ends(Reason::rebuild_no_slot)),
    row(
        "that_it_copies_is_saved_before_the_copy", a_quiet_worker(), [](Scene& s) { s.done<EnsurePeerSlot>(); },
        takes(SaveState{in_phase(Rebuild::copying)})),
    row(
        "a_directory_that_is_damaged_is_remembered_as_such", a_quiet_worker(),
        [](Scene& s)
        {
            s.directory.kind = DirectoryKind::incomplete;
            s.directory.control.reset();
            s.done<EnsurePeerSlot>();
        },
        takes(SaveState{damaged_in_phase(Rebuild::copying)})),
    row(
        "one_whose_server_did_not_start_is_taken_for_damaged", a_quiet_worker(),
        [](Scene& s)
        {
            s.state.vain_starts = 3;
            s.done<EnsurePeerSlot>();
        },
        takes(SaveState{hopeless_in_phase(Rebuild::copying)})),
    row(
        "it_is_still_so_when_the_copy_is_complete", a_copying_worker(),
        [](Scene& s)
        {
            s.state.rebuild_reason = "damaged";
            s.done<BaseBackup>();
        },
        takes(SaveState{damaged_in_phase(Rebuild::swapping)})),
    row(
        "a_phase_that_cannot_be_saved_ends_the_worker", a_quiet_worker(),
        [](Scene& s) { s.done<EnsurePeerSlot>().failed<SaveState>(3); }, ends(Reason::cannot_save_state)),
    row("then_the_copy_is_made", a_copying_worker(), takes<BaseBackup>()),
    row(
        "progress_that_cannot_be_published_does_not_matter", a_quiet_worker(),
        [](Scene& s)
        {
            s.state.rebuild = Rebuild::copying;
            s.resync = copy_begun;
            s.done<EnsurePeerSlot>().failed<PublishResync>();
        },
        takes<BaseBackup>()),
    row(
        "a_copy_that_failed_is_told_with_its_cause", a_copying_worker(),
        [](Scene& s)
        {
            s.failed<BaseBackup>(2);
            s.failure = "broken pipe";
        },
        takes(PublishResync{second_failure, Severity::warning})),
    row(
        "a_copy_that_failed_is_tried_again", a_copying_worker(),
        [](Scene& s)
        {
            s.failed<BaseBackup>(2);
            s.failure = "broken pipe";
            s.resync = second_failure;
        },
        takes(BaseBackup{})),
    row(
        "a_copy_takes_the_tablespaces_along", a_copying_worker(),
        [](Scene& s)
        {
            s.source = {
                {"/srv/space", 1},
                {"",           1}
            };
        },
        takes(BaseBackup{{"/srv/space"}, 0s})),
    row(
        "before_another_try_the_source_is_proven_again", a_copying_worker(),
        [](Scene& s)
        {
            s.failed<BaseBackup>();
            s.not_asked = {Subject::upstream};
        },
        looks_at(Subject::upstream)),
    row(
        "a_copy_that_is_complete_needs_no_source_any_more", a_copying_worker(),
        [](Scene& s)
        {
            s.done<BaseBackup>();
            s.not_asked = {Subject::upstream};
        },
        takes<SaveState>()),
    row(
        "a_copy_that_fails_each_time_ends_the_worker_with_the_old_directory_in_place", a_copying_worker(),

        [](Scene& s)
        {
            s.failed<BaseBackup>(5);
            s.failure = "no space";
            s.resync = "phase=failed cause=rebuild-copy-failed why=the base backup failed: no space";
        },
        ends(Reason::rebuild_copy_failed)),
    row(
        "a_copy_that_fails_each_time_tells_people_why_before_it_ends", a_copying_worker(),
        [](Scene& s)
        {
            s.failed<BaseBackup>(5);
            s.failure = "no space";
        },
        takes(PublishResync{"phase=failed cause=rebuild-copy-failed why=the base backup failed: no space",
                            Severity::warning})),
    row(
        "that_the_copy_is_complete_is_saved_before_the_swap", a_copying_worker(),
        [](Scene& s) { s.done<BaseBackup>(); }, takes(SaveState{in_phase(Rebuild::swapping)})),
    row(
        "a_copy_of_an_earlier_worker_is_not_trusted", a_quiet_worker(),
        [](Scene& s)
        {
            s.state.rebuild = Rebuild::copying;
            s.resync = copy_begun;
            s.done<EnsurePeerSlot>().done<PublishResync>();
        },
        takes<BaseBackup>()));

const auto swaps = table_of(
    row("a_swap_that_was_cut_short_goes_on", a_swapping_worker(), takes<SwapDirectories>()),
    row(
        "a_swap_needs_no_source", a_swapping_worker(),
        [](Scene& s) {
            s.unknown = {Subject::cluster, Subject::upstream};
        },
        takes<SwapDirectories>()),
    row(
        "nothing_is_swapped_under_a_running_server", a_swapping_worker(),
        [](Scene& s) { s.processes = Processes::postmaster; }, takes<StopFast>()),
    row(
        "a_swap_that_fails_thrice_ends_the_worker", a_swapping_worker(),
        [](Scene& s)
        {
            s.failed<SwapDirectories>(3);
            s.resync = swap_failed;
        },
        ends(Reason::rebuild_swap_failed)),
    row(
        "a_copy_that_was_lost_during_the_swap_is_taken_again", a_swapping_worker(),
        [](Scene& s)
        {
            s.failed<SwapDirectories>(3);
            s.directory.kind = DirectoryKind::absent;
        },
        takes(SaveState{in_phase(Rebuild::copying)})),
    row(
        "by_the_next_worker", a_swapping_worker(),
        [](Scene& s)
        {
            s.failed<SwapDirectories>(3);
            s.directory.kind = DirectoryKind::absent;
            s.state.rebuild = Rebuild::copying;
            s.resync = swap_failed;
        },
        ends(Reason::rebuild_swap_failed)),
    row(
        "a_disk_that_was_lost_in_the_swap_leads_to_another_copy", a_swapping_worker(),
        [](Scene& s)
        {
            s.directory = {};
            s.failed<SwapDirectories>(3);
        },
        takes(SaveState{in_phase(Rebuild::copying)})),
    row(
        "standby_signal_comes_right_after_the_swap", a_swapping_worker(), [](Scene& s) { s.done<SwapDirectories>(); },
        takes<WriteStandbyConfiguration>()),
    row(
        "a_new_copy_names_its_source_whatever_the_old_directory_was", a_swapping_worker(),
        [](Scene& s)
        {
            s.state.unshared = timeline;
            s.done<SwapDirectories>();
        },
        takes(WriteStandbyConfiguration{{Upstream::peer}})),
    row(
        "without_standby_signal_the_new_copy_is_not_started", a_swapping_worker(),
        [](Scene& s) { s.done<SwapDirectories>().failed<WriteStandbyConfiguration>(3); },
        ends(Reason::cannot_configure_standby)),
    row(
        "the_new_copy_has_a_run_of_its_own_and_no_mark", a_swapping_worker(),
        [](Scene& s)
        {
            s.state.alone = a_mark();
            s.state.unshared = timeline;
            s.done<SwapDirectories>().done<WriteStandbyConfiguration>();
        },
        takes(SaveState{the_new_state()})),
    row(
        "a_copy_that_lost_its_primary_tells_how_far_it_goes", a_streaming_copy(),
        [](Scene& s)
        {
            s.status.receiver.reset();
            s.status.is_waiting_for_wal = true;
            s.peer().run->role = Role::standby;
        },
        takes<PublishPosition>()),
    row(
        "a_copy_tells_again_what_the_cluster_has_lost", a_streaming_copy(),
        [](Scene& s)
        {
            s.status.receiver.reset();
            s.status.is_waiting_for_wal = true;
            s.peer().run->role = Role::standby;
            s.done<PublishPosition>();
            for (int looks = 0; looks < 15; ++looks)
                s.done<Wait>();
        },
        takes<PublishPosition>()),
    row(
        "its_run_is_published_before_it_starts", a_new_copy(), [](Scene& s) { s.attempts = {}; }, takes<PublishRun>()),
    row("then_it_is_started", a_new_copy(), takes<StartServer>()),
    row(
        "a_new_copy_without_standby_signal_of_ours_gets_one_before_it_starts", a_new_copy(),
        [](Scene& s)
        {
            s.attempts = {};
            s.done<PublishRun>();
        },
        takes<WriteStandbyConfiguration>()),
    row(
        "unknown_processes_of_the_new_copy_are_waited_for", a_new_copy(),
        [](Scene& s) { s.unknown = {Subject::processes}; }, waits()),
    row(
        "a_new_copy_that_does_not_start_is_a_failure", a_new_copy(),
        [](Scene& s)
        {
            s.failed<StartServer>(2);
            s.resync = "phase=failed cause=cannot-start why=the server does not start";
        },
        ends(Reason::cannot_start)),
    row(
        "a_new_copy_that_never_streams_is_told_to_people", a_streaming_copy(),
        [](Scene& s)
        {
            s.status.receiver.reset();
            s.done<Wait>(50);
        },
        takes(
            PublishResync{"phase=waiting cause=rebuild-not-streaming why=the new copy does not stream from the primary",
                          Severity::warning})),
    row(
        "a_new_copy_that_never_streams_ends_the_worker_in_time", a_streaming_copy(),
        [](Scene& s)
        {
            s.status.receiver.reset();
            s.remaining = 100ms;
        },
        ends(Reason::rebuild_not_streaming)),
    row(
        "the_old_directory_stays_until_the_new_one_streams", a_streaming_copy(),
        [](Scene& s) { s.status.receiver.reset(); }, waits()),
    row(
        "what_was_damaged_is_told_from_what_is_usable", a_swapping_worker(),
        [](Scene& s) { s.state.rebuild_reason = "damaged"; }, takes(SwapDirectories{OldCopy::damaged})),
    row(
        "what_was_damaged_is_not_kept_like_what_is_usable", a_streaming_copy(),
        [](Scene& s) { s.state.rebuild_reason = "damaged"; }, takes(DisposeOldDirectory{OldCopy::damaged})),
    row("once_it_streams_the_old_directory_may_go", a_streaming_copy(), takes<DisposeOldDirectory>()),
    row(
        "an_old_directory_that_cannot_go_is_no_failure", a_streaming_copy(),
        [](Scene& s) { s.failed<DisposeOldDirectory>().resync = ""; }, ends(Reason::rebuilt)),
    row(
        "what_was_told_of_the_copy_is_removed_in_the_end", a_streaming_copy(),
        [](Scene& s) { s.done<DisposeOldDirectory>(); }, takes(PublishResync{})),
    row(
        "a_new_copy_that_streams_is_the_goal", a_streaming_copy(),
        [](Scene& s) { s.done<DisposeOldDirectory>().resync = ""; }, ends(Reason::rebuilt)));

TEST(FailedCopy, IsTriedAgainAfterPausesThatGrow)
{
    std::vector<std::chrono::milliseconds> pauses;
    for (int failed = 0; failed < 5; ++failed)
    {
        Scene scene = a_copying_worker().failed<BaseBackup>(failed);
        scene.resync = Resync{ResyncPhase::waiting,
                              0,
                              0,
                              0,
                              0,
                              "rebuild-copy-failed",
                              "the base backup failed: try " + std::to_string(failed) + " of 5: "}
                           .text();
        if (failed == 0)
            scene.resync = copy_begun;
        const Next next = rebuild(scene.observation(), scene.context);
        pauses.push_back(std::get<BaseBackup>(std::get<Step>(next)).pause);
    }
    EXPECT_EQ(pauses, (std::vector<std::chrono::milliseconds>{0s, 5s, 20s, 60s, 180s}));
}

/// A worker whose source refused it, after so many looks.
Observation a_refused_worker(int looks)
{
    Scene scene = a_worker();
    Observation seen = scene.done<Wait>(looks).observation();
    seen.upstream = Seen<Identity>::unknown("certificate verify failed");
    return seen;
}

const char* const refused_text =
    "phase=waiting cause=rebuild-no-source why=the primary cannot be reached: certificate verify failed";

TEST(RefusedWorker, TellsPeopleWhyAfterAFewLooks)
{
    EXPECT_EQ(text(rebuild(a_refused_worker(4), a_worker().context)), "wait: ");
    const Next said = rebuild(a_refused_worker(5), a_worker().context);
    EXPECT_EQ(text(said), text(Step{PublishResync{refused_text}}));
    EXPECT_EQ(std::get<PublishResync>(std::get<Step>(said)).severity, Severity::warning);
}

TEST(RefusedWorker, TellsItOnce)
{
    Observation seen = a_refused_worker(100);
    seen.resync = refused_text;
    EXPECT_EQ(text(rebuild(seen, a_worker().context)), "wait: ");
}

TEST(RefusedWorker, EndsWithTheCause)
{
    Observation seen = a_refused_worker(0);
    seen.remaining = 100ms;
    EXPECT_EQ(std::get<Outcome>(rebuild(seen, a_worker().context)),
              (Outcome{Reason::rebuild_no_source, "certificate verify failed"}));
}

PGTWIN_DECISION_TABLE(RebuildProvesItsSource, rebuild, sources);
PGTWIN_DECISION_TABLE(RebuildCopies, rebuild, copies);
PGTWIN_DECISION_TABLE(RebuildSwaps, rebuild, swaps);

} // namespace
} // namespace pgtwin::test
