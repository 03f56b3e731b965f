// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/base/table.hpp"
#include "pgtwin/decide/goals.hpp"
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;

Scene a_recorded_and_saved_candidate()
{
    Scene scene = a_certified_standby();
    scene.self().data_status = DataStatus::primary;
    scene.peer().data_status = DataStatus::stale;
    scene.state.run = scene.context.fresh;
    scene.state.role = Role::primary;
    return scene.done<SaveState>();
}

const auto proof_rows = table_of(row("that_the_state_can_be_saved_is_tried_before_it_binds_anybody",
                                     a_certified_standby(), takes(SaveState{a_certified_standby().state})),
                                 row(
                                     "a_state_that_cannot_be_saved_binds_nobody", a_certified_standby(),
                                     [](Scene& s) { s.failed<SaveState>(); }, ends(Reason::cannot_save_state)),
                                 row(
                                     "without_the_saved_mark_it_is_refused", a_certified_standby(),
                                     [](Scene& s)
                                     {
                                         s.self().data_status = DataStatus::primary;
                                         s.peer().data_status = DataStatus::stale;
                                         s.failed<SaveState>();
                                     },
                                     ends(Reason::cannot_save_state)),
                                 row(
                                     "a_cluster_that_falls_silent_before_the_run_is_published_is_no_licence",
                                     a_recorded_and_saved_candidate(),
                                     [](Scene& s)
                                     {
                                         s.context.is_run_by_pacemaker = true;
                                         s.failed<PublishRun>();
                                         s.unknown = {Subject::cluster};
                                     },
                                     waits()));

/// Alpha's server was promoted by hand; its run says standby.
Scene a_server_promoted_by_hand()
{
    Scene scene = a_primary();
    scene.state.role = Role::standby;
    scene.context.is_run_by_pacemaker = true;
    return scene;
}

const auto hand_rows = table_of(
    row("a_primary_that_nobody_promoted_here_is_foreign", a_server_promoted_by_hand(), ends(Reason::server_foreign)),
    row(
        "a_person_is_told_what_runs", a_server_promoted_by_hand(),
        [](Scene& s) { s.context.is_run_by_pacemaker = false; }, ends(Reason::running_primary)));

PGTWIN_DECISION_TABLE(ProofOfSaving, promote, proof_rows);
PGTWIN_DECISION_TABLE(PromotedByHand, monitor, hand_rows);

} // namespace
} // namespace pgtwin::test
