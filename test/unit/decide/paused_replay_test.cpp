// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/upkeep.hpp"
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;

Scene paused(Scene scene)
{
    scene.status.is_replay_paused = true;
    scene.status.is_waiting_for_wal = false;
    return scene;
}

/// Somebody had paused its replay, and it goes on now.
Scene a_resumed_candidate()
{
    Scene scene = a_certified_standby();
    scene.status.is_waiting_for_wal = false;
    return scene.done<ResumeReplay>();
}

const auto promote_rows = table_of(
    row("replay_is_resumed_before_anything_is_announced", paused(a_certified_standby()), takes(ResumeReplay{})),
    row("what_was_received_has_to_be_replayed_then", a_resumed_candidate(), waits()),
    row(
        "after_that_it_is_announced", a_resumed_candidate(), [](Scene& s) { s.status.is_waiting_for_wal = true; },
        takes<SaveState>()),
    row(
        "a_server_that_ends_when_it_is_to_replay_binds_nobody", a_resumed_candidate(),
        [](Scene& s) { s.processes = Processes::none; }, ends(Reason::not_running)),
    row(
        "replay_that_cannot_be_resumed_is_left_to_the_promotion", paused(a_certified_standby()),
        [](Scene& s) { s.failed<ResumeReplay>(); }, takes<SaveState>()));

/// Nobody is primary, and the position of this node is not published yet.
Scene an_untold_standby()
{
    Scene scene = paused(two_standbys());
    scene.self().position.reset();
    return scene;
}

const auto standby_rows =
    table_of(row("replay_is_resumed_since_its_end_must_be_told", an_untold_standby(), takes(ResumeReplay{})),
             row(
                 "replay_that_cannot_be_resumed_is_left_to_the_next_look", an_untold_standby(),
                 [](Scene& s) { s.failed<ResumeReplay>(); }, does_nothing()),
             row(
                 "a_certified_standby_stays_paused_until_it_is_promoted", paused(a_certified_standby()),
                 [](Scene& s) { s.watch = Watch{}; }, does_nothing()),
             row("a_standby_beside_a_primary_stays_paused", paused(a_standby()), does_nothing()));

/// The server was told to end recovery, and a query of a reader holds replay up.
Scene a_promotion_that_is_held_up()
{
    Scene scene = a_certified_standby().done<PromoteServer>();
    scene.status.is_replay_held_up = true;
    return scene;
}

const auto held_up_rows =
    table_of(row("the_sessions_that_hold_it_up_are_ended", a_promotion_that_is_held_up(), takes(EndConflicts{})),
             row(
                 "who_was_ended_is_given_a_moment", a_promotion_that_is_held_up(),
                 [](Scene& s) { s.done<EndConflicts>(); }, waits()),
             row(
                 "what_comes_up_later_is_ended_too", a_promotion_that_is_held_up(),
                 [](Scene& s)
                 {
                     s.done<EndConflicts>();
                     s.done<Wait>();
                 },
                 takes(EndConflicts{})));

PGTWIN_DECISION_TABLE(PromotionBesideReaders, promote, held_up_rows);
PGTWIN_DECISION_TABLE(PausedReplayBeforePromotion, promote, promote_rows);
PGTWIN_DECISION_TABLE(PausedReplayOfAStandby, standby_upkeep, standby_rows);

} // namespace
} // namespace pgtwin::test
