// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/upkeep.hpp"
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

/// Its certified standby streams, and it has noted that the CIB says so.
Scene a_steady_primary()
{
    Scene scene = a_primary();
    scene.context.is_steadiness_enough = true;
    scene.watch.checked = scene.state.run + ':' + scene.state.certified;
    scene.watch.cluster_checked = scene.now - 5s;
    scene.not_asked = {Subject::cluster};
    return scene;
}

Scene a_checking_primary()
{
    Scene scene = a_steady_primary();
    scene.not_asked = {};
    scene.watch.cluster_checked = scene.now - 16s;
    return scene;
}

Watch a_watch_checked_now()
{
    Watch watch = a_steady_primary().watch;
    watch.cluster_checked = a_steady_primary().now;
    return watch;
}

const auto steady_rows =
    table_of(row("it_does_not_ask_the_cluster", a_steady_primary(), does_nothing()),
             row(
                 "after_a_notification_it_asks_the_cluster", a_steady_primary(),
                 [](Scene& s) { s.context.is_steadiness_enough = false; }, looks_at(Subject::cluster)),
             row(
                 "after_a_while_it_asks_the_cluster", a_checking_primary(),
                 [](Scene& s) { s.not_asked = {Subject::cluster}; }, looks_at(Subject::cluster)),
             row("what_it_compared_is_noted", a_checking_primary(), takes(SaveWatch{a_watch_checked_now()})),
             row(
                 "a_cib_that_says_something_else_is_put_right", a_checking_primary(),
                 [](Scene& s) { s.self().score = score_certified; }, takes(SetOwnScore{score_primary})),
             row(
                 "in_another_run_it_asks_the_cluster", a_steady_primary(),
                 [](Scene& s) { s.watch.checked = "other:run"; }, looks_at(Subject::cluster)),
             row(
                 "a_standby_that_does_not_stream_makes_it_ask", a_steady_primary(),
                 [](Scene& s) { s.status.peer_sender.reset(); }, looks_at(Subject::cluster)),
             row(
                 "a_standby_that_commits_do_not_wait_for_makes_it_ask", a_steady_primary(),
                 [](Scene& s) { s.status.peer_sender->sync_state = "async"; }, looks_at(Subject::cluster)),
             row(
                 "empty_names_make_it_ask", a_steady_primary(), [](Scene& s) { s.status.sync_standby_names.clear(); },
                 looks_at(Subject::cluster)),
             row(
                 "a_slot_that_nobody_uses_makes_it_ask", a_steady_primary(),
                 [](Scene& s) { s.status.slot->active = false; }, looks_at(Subject::cluster)),
             row(
                 "the_mark_makes_it_ask", a_steady_primary(),
                 [](Scene& s) {
                     s.state.alone = AloneMark{7001, timeline, end};
                 },
                 looks_at(Subject::cluster)));

PGTWIN_DECISION_TABLE(SteadyPrimary, primary_upkeep, steady_rows);

} // namespace
} // namespace pgtwin::test
