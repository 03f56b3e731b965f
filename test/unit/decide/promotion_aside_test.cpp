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

/// The recorded primary, whose peer is stopped: the record ends that licence (R2c).
Scene a_primary_whose_peer_cannot_start()
{
    Scene scene = two_standbys();
    scene.peer().run.reset();
    return scene.done<SaveState>();
}

/// Nothing was recorded yet: the record ends that licence (R3).
Scene a_first_primary()
{
    Scene scene = a_lonely_standby();
    forget_records(scene);
    return scene.done<SaveState>();
}

const auto mark_order_rows = table_of(
    row("the_mark_comes_before_a_record_that_ends_r2c", a_primary_whose_peer_cannot_start(), takes<SaveState>()),
    row("the_mark_comes_before_a_record_that_ends_r3", a_first_primary(), takes<SaveState>()));

/// The copy is in place and runs, and the worker waits for a stream.
Scene a_candidate_beside_its_worker()
{
    Scene scene = a_certified_standby();
    scene.is_worker_running = true;
    return scene;
}

const auto worker_beside_rows =
    table_of(row("it_is_ended_before_anything_is_announced", a_candidate_beside_its_worker(), takes<EndWorker>()),
             row(
                 "one_that_cannot_be_looked_for_is_ended_too", a_candidate_beside_its_worker(),
                 [](Scene& s) { s.unknown = {Subject::worker}; }, takes<EndWorker>()),
             row(
                 "it_is_tried_twice", a_candidate_beside_its_worker(), [](Scene& s) { s.failed<EndWorker>(); },
                 takes<EndWorker>()),
             row(
                 "one_that_cannot_be_ended_would_take_the_promotion_back", a_candidate_beside_its_worker(),
                 [](Scene& s) { s.failed<EndWorker>(2); }, ends(Reason::cannot_promote)),
             row(
                 "an_override_is_not_used_up_before", a_candidate_beside_its_worker(),
                 [](Scene& s)
                 {
                     s.self().certificate.reset();
                     s.self().has_override = true;
                     s.failed<EndWorker>(2);
                 },
                 ends(Reason::cannot_promote)),
             row(
                 "where_none_can_be_looked_for_ending_it_is_enough", a_candidate_beside_its_worker(),
                 [](Scene& s)
                 {
                     s.unknown = {Subject::worker};
                     s.done<EndWorker>();
                 },
                 takes(SaveState{a_certified_standby().state})),
             row(
                 "a_promotion_that_is_refused_leaves_it_alone", a_candidate_beside_its_worker(),
                 [](Scene& s)
                 {
                     s.self().certificate.reset();
                     s.done<SetOwnScore>();
                 },
                 ends(Reason::stale_alone)));

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

PGTWIN_DECISION_TABLE(MarkBeforeRecord, promote, mark_order_rows);
PGTWIN_DECISION_TABLE(PromotionBesideAWorker, promote, worker_beside_rows);
PGTWIN_DECISION_TABLE(ProofOfSaving, promote, proof_rows);
PGTWIN_DECISION_TABLE(PromotedByHand, monitor, hand_rows);

} // namespace
} // namespace pgtwin::test
