// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/upkeep.hpp"
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

Watch unhealthy_for(int looks)
{
    Watch watch = a_standby().watch;
    watch.unhealthy = looks;
    return watch;
}

/// A recurring monitor of a standby that has tried and lingered; the primary is ahead.
Scene a_standby_behind()
{
    Scene scene = a_standby();
    scene.status.receiver.reset();
    scene.status.is_waiting_for_wal = true;
    scene.done<FollowPeer>();
    scene.context.is_steadiness_enough = true;
    scene.elapsed = 3s;
    scene.upstream.end = Lsn{0x9000000};
    return scene;
}

Scene a_standby_whose_wal_is_gone()
{
    Scene scene = a_standby_behind();
    scene.peer_has_wal = false;
    return scene;
}

Scene with_archive(Scene scene)
{
    scene.settings["restore_command"] = "cp /archive/%f %p";
    return scene;
}

Scene with_archive_held_back(Scene scene)
{
    scene.settings["restore_command"] = "";
    scene.settings["restore_command held back"] = "yes";
    return scene;
}

constexpr const char* wal_is_gone = "phase=preparing cause=rebuild-wal-gone why=the primary does not have the WAL any "
                                    "more that this node needs";

const auto lost_wal_rows = table_of(
    row(
        "the_primary_is_asked_for_it_once_the_server_had_its_try", a_standby_behind(),
        [](Scene& s) { s.not_asked = {Subject::peer_wal}; }, looks_at(Subject::peer_wal)),
    row(
        "the_primary_is_not_asked_while_the_server_still_tries", a_standby_behind(),
        [](Scene& s)
        {
            s.not_asked = {Subject::peer_wal};
            s.elapsed = 1s;
        },
        waits()),
    row(
        "the_primary_is_not_asked_by_a_monitor_without_time", a_standby_behind(),
        [](Scene& s)
        {
            s.not_asked = {Subject::peer_wal};
            s.elapsed = 1s;
            s.remaining = 4s;
        },
        takes(SaveWatch{unhealthy_for(1)})),
    row(
        "the_primary_is_not_asked_by_an_action_that_does_not_linger", a_standby_behind(),
        [](Scene& s)
        {
            s.not_asked = {Subject::peer_wal};
            s.context.is_steadiness_enough = false;
        },
        takes(SaveWatch{unhealthy_for(1)})),
    row(
        "the_primary_is_not_asked_for_what_it_has_not_written", a_standby_behind(),
        [](Scene& s)
        {
            s.not_asked = {Subject::peer_wal};
            s.upstream.end = s.identity.end;
        },
        takes(SaveWatch{unhealthy_for(1)})),
    row("wal_that_is_there_is_waited_for", a_standby_behind(), takes(SaveWatch{unhealthy_for(1)})),
    row(
        "wal_of_which_nothing_is_known_is_waited_for", a_standby_behind(),
        [](Scene& s) { s.unknown = {Subject::peer_wal}; }, takes(SaveWatch{unhealthy_for(1)})),
    row(
        "at_the_threshold_the_cause_stays_unknown", a_standby_behind(),
        [](Scene& s)
        {
            s.unknown = {Subject::peer_wal};
            s.watch.unhealthy = 4;
        },
        takes(LaunchWorker{"not-streaming"})),
    row(
        "before_it_is_given_up_an_archive_is_looked_for", a_standby_whose_wal_is_gone(),
        [](Scene& s) { s.not_asked = {Subject::settings}; }, looks_at(Subject::settings)),
    row("people_are_told", a_standby_whose_wal_is_gone(), takes(PublishResync{wal_is_gone, Severity::warning})),
    row(
        "the_worker_follows_at_once", a_standby_whose_wal_is_gone(), [](Scene& s) { s.resync = wal_is_gone; },
        takes(LaunchWorker{"wal-gone"})),
    row("an_archive_may_still_bring_it", with_archive(a_standby_whose_wal_is_gone()),
        takes(SaveWatch{unhealthy_for(1)})),
    row("one_that_is_held_back_is_not_let_in_before_that_is_counted",
        with_archive_held_back(a_standby_whose_wal_is_gone()), takes(SaveWatch{unhealthy_for(1)})),
    row(
        "then_it_is_let_in", with_archive_held_back(a_standby_whose_wal_is_gone()),
        [](Scene& s) { s.done<SaveWatch>(); }, takes(SetArchive{Archive::in_use})),
    row(
        "once_in_an_action", with_archive_held_back(a_standby_whose_wal_is_gone()),
        [](Scene& s)
        {
            s.done<SaveWatch>();
            s.done<SetArchive>();
        },
        does_nothing()),
    row(
        "one_that_is_in_use_already_is_left_alone", with_archive(a_standby_whose_wal_is_gone()),
        [](Scene& s) { s.done<SaveWatch>(); }, does_nothing()),
    row(
        "none_is_let_in_for_wal_that_the_primary_has", with_archive_held_back(a_standby_behind()),
        [](Scene& s) { s.done<SaveWatch>(); }, does_nothing()),
    row(
        "it_is_let_in_even_if_the_first_monitor_is_to_be_enough", with_archive_held_back(a_standby_whose_wal_is_gone()),
        [](Scene& s) { s.context.params.replication_failure_threshold = 1; }, takes(SaveWatch{unhealthy_for(1)})),
    row(
        "one_that_cannot_be_let_in_is_not_waited_for_for_ever", with_archive_held_back(a_standby_whose_wal_is_gone()),
        [](Scene& s)
        {
            s.watch.unhealthy = 5;
            s.resync = wal_is_gone;
        },
        takes(LaunchWorker{"wal-gone"})),
    row(
        "what_is_not_known_to_be_without_archive_may_have_one", a_standby_whose_wal_is_gone(),
        [](Scene& s) { s.unknown = {Subject::settings}; }, takes(SaveWatch{unhealthy_for(1)})),
    row(
        "an_archive_that_does_not_bring_it_is_not_waited_for_for_ever", with_archive(a_standby_whose_wal_is_gone()),
        [](Scene& s)
        {
            s.watch.unhealthy = 4;
            s.resync = wal_is_gone;
        },
        takes(LaunchWorker{"wal-gone"})),
    row(
        "a_worker_that_was_not_launched_is_left_to_the_next_monitor", a_standby_whose_wal_is_gone(),
        [](Scene& s) { s.failed<LaunchWorker>(); }, does_nothing()));

PGTWIN_DECISION_TABLE(LostWal, standby_upkeep, lost_wal_rows);

} // namespace
} // namespace pgtwin::test
