// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/goals.hpp"
#include "pgtwin/decide/promotion.hpp"
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

constexpr const char* segment = "2:0/13000000";

Watch watch_with(const std::string& in_recovery, int unhealthy)
{
    Watch watch = a_standby().watch;
    watch.in_recovery = in_recovery;
    watch.unhealthy = unhealthy;
    return watch;
}

/// A recurring monitor of a server that takes no queries; its primary does not have the segment that it reads.
Scene a_stuck_standby()
{
    Scene scene = a_standby();
    scene.answer = Answer::starting;
    scene.context.is_steadiness_enough = true;
    scene.elapsed = 3s;
    scene.directory.in_recovery = WalSegment{Timeline{2}, Lsn{0x13000000}};
    scene.directory.control->wal_segment_size = std::int64_t{16} << 20;
    scene.watch = watch_with(segment, 0);
    scene.peer_has_wal = false;
    return scene;
}

/// By pg_control, while its server recovers.
Position what_it_surely_has()
{
    const Scene scene = a_stuck_standby();
    Position position = *position_of(scene.state, scene.directory);
    position.is_final = false;
    return position;
}

const auto missing_wal_rows =
    table_of(row("is_counted", a_stuck_standby(), takes(SaveWatch{watch_with(segment, 1)})),
             row(
                 "a_new_segment_begins_the_count_anew", a_stuck_standby(),
                 [](Scene& s)
                 {
                     s.watch = watch_with("2:0/12000000", 4);
                     s.not_asked = {Subject::upstream, Subject::peer_wal};
                 },
                 takes(SaveWatch{watch_with(segment, 0)})),
             row(
                 "the_primary_is_asked_for_it", a_stuck_standby(), [](Scene& s) { s.not_asked = {Subject::peer_wal}; },
                 looks_at(Subject::peer_wal)),
             row(
                 "what_the_primary_has_will_come", a_stuck_standby(), [](Scene& s) { s.peer_has_wal = true; },
                 ends(Reason::recovering)),
             row(
                 "what_is_not_known_is_waited_for", a_stuck_standby(),
                 [](Scene& s) { s.unknown = {Subject::peer_wal}; }, ends(Reason::recovering)),
             row(
                 "without_a_primary_its_peer_is_told_what_it_surely_has", a_stuck_standby(),
                 [](Scene& s) { s.peer().run.reset(); }, takes(PublishPosition{what_it_surely_has()})),
             row(
                 "without_a_primary_it_is_waited_for_once_that_is_told", a_stuck_standby(),
                 [](Scene& s)
                 {
                     s.peer().run.reset();
                     s.self().position = what_it_surely_has();
                 },
                 ends(Reason::recovering)),
             row(
                 "what_an_earlier_run_told_is_told_anew", a_stuck_standby(),
                 [](Scene& s)
                 {
                     s.peer().run.reset();
                     s.self().position = what_it_surely_has();
                     s.self().position->run = "run-alpha-0";
                 },
                 takes<PublishPosition>()),
             row(
                 "a_repair_is_not_spoken_for", a_stuck_standby(),
                 [](Scene& s)
                 {
                     s.peer().run.reset();
                     s.state.rebuild = Rebuild::swapping;
                 },
                 ends(Reason::recovering)),
             row(
                 "a_primary_that_does_not_answer_is_waited_for", a_stuck_standby(),
                 [](Scene& s) { s.unknown = {Subject::upstream}; }, ends(Reason::recovering)),
             row(
                 "another_system_is_not_asked", a_stuck_standby(), [](Scene& s) { s.upstream.system_identifier++; },
                 ends(Reason::recovering)),
             row(
                 "a_server_that_reads_no_segment_is_waited_for", a_stuck_standby(),
                 [](Scene& s) { s.directory.in_recovery.reset(); }, ends(Reason::recovering)),
             row(
                 "an_action_that_does_not_come_again_does_not_count", a_stuck_standby(),
                 [](Scene& s) { s.context.is_steadiness_enough = false; }, ends(Reason::recovering)),
             row(
                 "once_that_is_counted_the_archive_is_let_in", a_stuck_standby(), [](Scene& s) { s.done<SaveWatch>(); },
                 takes(SetArchive{Archive::in_use})),
             row(
                 "both_once_per_monitor", a_stuck_standby(),
                 [](Scene& s)
                 {
                     s.done<SaveWatch>();
                     s.done<SetArchive>();
                 },
                 ends(Reason::recovering)),
             row(
                 "a_new_segment_is_no_reason_to_ask_the_archive", a_stuck_standby(),
                 [](Scene& s)
                 {
                     s.watch = watch_with("2:0/12000000", 4);
                     s.done<SaveWatch>();
                 },
                 ends(Reason::recovering)),
             row(
                 "beyond_the_threshold_the_worker_follows", a_stuck_standby(),
                 [](Scene& s) { s.watch = watch_with(segment, 5); }, takes(LaunchWorker{"wal-gone"})),
             row(
                 "a_large_segment_has_more_time", a_stuck_standby(),
                 [](Scene& s)
                 {
                     s.watch = watch_with(segment, 5);
                     s.directory.control->wal_segment_size = std::int64_t{64} << 20;
                 },
                 takes(SaveWatch{watch_with(segment, 6)})),
             row(
                 "a_worker_that_cannot_be_launched_waits_for_the_next_monitor", a_stuck_standby(),
                 [](Scene& s)
                 {
                     s.watch = watch_with(segment, 5);
                     s.failed<LaunchWorker>();
                 },
                 ends(Reason::recovering)));

PGTWIN_DECISION_TABLE(MissingWal, monitor, missing_wal_rows);

} // namespace
} // namespace pgtwin::test
