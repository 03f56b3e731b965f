// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/upkeep.hpp"
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

/// R6.2 is done: the names are set, the peer is synchronous, nothing is proven.
Scene a_set_primary()
{
    Scene scene = a_primary_with_candidate();
    scene.status.sync_standby_names = scene.context.peer_sync_names;
    scene.status.peer_sender->sync_state = "sync";
    return scene;
}

Watch proof_of(const RunId& run, BootTime names_set, std::optional<Lsn> proof)
{
    Watch watch;
    watch.certify = CertifyWatch{run, "run-alpha", names_set, proof.has_value(), proof};
    return watch;
}

/// The names have been set for two seconds.
Scene a_waiting_primary()
{
    Scene scene = a_set_primary();
    scene.watch = proof_of("run-beta", scene.now - 2s, std::nullopt);
    return scene;
}

/// It was seen idle since then.
Scene an_idle_primary()
{
    Scene scene = a_waiting_primary();
    scene.watch.certify->is_idle_seen = true;
    return scene;
}

/// The checkpointer has taken the names, and the peer has everything from before.
Scene a_proven_primary()
{
    Scene scene = a_set_primary();
    scene.watch = proof_of("run-beta", scene.now - 2s, Lsn{0x4f00000});
    return scene;
}

/// The mark is gone and the run that is certified next is noted.
Scene an_unmarked_primary()
{
    Scene scene = a_proven_primary();
    scene.state.alone.reset();
    scene.state.certified = "run-beta";
    return scene;
}

Scene a_recorded_primary()
{
    Scene scene = an_unmarked_primary();
    scene.peer().data_status = DataStatus::in_sync;
    return scene;
}

LocalState the_unmarked_state()
{
    LocalState state = a_primary_with_candidate().state;
    state.alone.reset();
    state.certified = "run-beta";
    return state;
}

Scene in_mode(ReplicationMode mode, Scene scene)
{
    scene.context.params.rep_mode = mode;
    return scene;
}

/// The certificate stands and everything else is as it should be.
Scene an_async_primary()
{
    Scene scene = in_mode(ReplicationMode::async, a_primary_with_candidate());
    scene.peer().data_status = DataStatus::in_sync;
    scene.peer().certificate = Certificate{"run-beta", CertificateMode::async};
    scene.peer().score = score_certified;
    scene.state.alone.reset();
    scene.state.certified = "run-beta";
    return scene;
}

LocalState the_state_that_certifies(const RunId& run)
{
    LocalState state = an_async_primary().state;
    state.certified = run;
    return state;
}

/// Revoked and recorded, and its node is gone.
Scene a_lost_async_peer()
{
    Scene scene = an_async_primary();
    scene.status.peer_sender.reset();
    scene.peer().membership = Membership::offline;
    scene.peer().run.reset();
    scene.peer().certificate.reset();
    scene.peer().score = -infinity;
    scene.peer().data_status = DataStatus::stale;
    return scene;
}

LocalState the_state_that_went_alone()
{
    LocalState state = a_lost_async_peer().state;
    state.alone = AloneMark{system_identifier, timeline, end};
    state.certified.clear();
    return state;
}

LocalState the_shared_state()
{
    LocalState state = a_primary_with_candidate().state;
    state.unshared = Timeline::none;
    return state;
}

Scene an_unshared_primary()
{
    return with(a_primary_with_candidate(), [](Scene& s) { s.state.unshared = timeline; });
}

const auto sharing =
    table_of(row("a_peer_that_follows_has_the_timeline", an_unshared_primary(), takes(SaveState{the_shared_state()})),
             row("so_it_does_without_synchronous_commits", in_mode(ReplicationMode::async, an_unshared_primary()),
                 takes(SaveState{the_shared_state()})),
             row(
                 "a_peer_that_does_not_say_so_does_not", an_unshared_primary(),
                 [](Scene& s) { s.peer().run->word.clear(); }, does_nothing()),
             row(
                 "a_peer_that_has_come_to_its_beginning_only_does_not", an_unshared_primary(),
                 [](Scene& s) {
                     s.state.alone = AloneMark{system_identifier, Timeline{2}, s.status.peer_sender->flush};
                 },
                 takes(SetSyncStandbyNames{"\"beta\""})),
             row(
                 "a_peer_that_has_all_from_before_we_went_alone_on_it_has_it", an_unshared_primary(),
                 [](Scene& s) {
                     s.state.alone = AloneMark{system_identifier, timeline, s.status.peer_sender->flush};
                 },
                 takes<SaveState>()));

const auto eligible =
    table_of(row("a_streaming_peer_gets_the_names", a_primary_with_candidate(), takes(SetSyncStandbyNames{"\"beta\""})),
             row(
                 "a_peer_that_only_catches_up_does_not", a_primary_with_candidate(),
                 [](Scene& s) { s.status.peer_sender->state = "catchup"; }, does_nothing()),
             row(
                 "a_peer_that_does_not_stream_does_not", a_primary_with_candidate(),
                 [](Scene& s) { s.status.peer_sender.reset(); }, does_nothing()),
             row(
                 "a_peer_16_mib_behind_gets_the_names", a_primary_with_candidate(),
                 [](Scene& s) { s.status.peer_sender->flush = Lsn{0x4000000}; }, takes<SetSyncStandbyNames>()),
             row(
                 "a_peer_further_behind_does_not", a_primary_with_candidate(),
                 [](Scene& s) { s.status.peer_sender->flush = Lsn{0x3ffffff}; }, does_nothing()),
             row(
                 "a_peer_without_a_run_does_not", a_primary_with_candidate(), [](Scene& s) { s.peer().run.reset(); },
                 does_nothing()),
             row(
                 "a_peer_that_is_not_online_does_not", a_primary_with_candidate(),
                 [](Scene& s) { s.peer().membership = Membership::pending; }, does_nothing()),
             row(
                 "a_peer_of_another_promotion_does_not", a_primary_with_candidate(),
                 [](Scene& s) { s.peer().run->word = "word-other"; }, does_nothing()),
             row(
                 "a_peer_that_has_not_said_what_it_follows_does_not", a_primary_with_candidate(),
                 [](Scene& s)
                 {
                     s.peer().run->timeline = Timeline::none;
                     s.peer().run->word.clear();
                 },
                 does_nothing()),
             row(
                 "a_peer_that_still_stands_for_promotion_does_not", a_primary_with_candidate(),
                 [](Scene& s) { s.peer().position = a_peer_position(); }, does_nothing()),
             row(
                 "a_peer_whose_position_another_version_wrote_is_not_certified", a_primary_with_candidate(),
                 [](Scene& s) { s.peer().is_position_unreadable = true; }, does_nothing()),
             row(
                 "a_checkpoint_of_our_own_is_waited_for", a_primary_with_candidate(),
                 [](Scene& s) { s.status.has_own_checkpoint = true; }, does_nothing()),
             row(
                 "an_older_proof_is_forgotten_first", a_primary_with_candidate(),
                 [](Scene& s) { s.watch = proof_of("run-beta", s.now - 60s, Lsn{1}); }, takes(SaveWatch{Watch{}})),
             row(
                 "a_certificate_that_no_cib_shows_is_removed_before_the_names_are_set", a_primary_with_candidate(),
                 [](Scene& s) { s.state.certified = "run-beta"; }, takes(SetCertificate{std::nullopt})),
             row(
                 "an_older_proof_that_cannot_be_forgotten_keeps_the_names_empty", a_primary_with_candidate(),
                 [](Scene& s)
                 {
                     s.watch = proof_of("run-beta", s.now - 60s, Lsn{1});
                     s.failed<SaveWatch>();
                 },
                 does_nothing()),
             row(
                 "names_that_cannot_be_set_are_left_to_the_next_action", a_primary_with_candidate(),
                 [](Scene& s) { s.failed<SetSyncStandbyNames>(); }, does_nothing()),
             row(
                 "a_certificate_that_a_merge_brought_back_is_removed_first", a_primary_with_candidate(),
                 [](Scene& s) {
                     s.peer().certificate = Certificate{"run-beta", CertificateMode::sync};
                 },
                 takes(SetCertificate{std::nullopt})),
             row(
                 "an_async_certificate_is_removed_first", a_primary_with_candidate(),
                 [](Scene& s) {
                     s.peer().certificate = Certificate{"run-beta", CertificateMode::async};
                 },
                 takes(SetCertificate{std::nullopt})));

const auto proving = table_of(
    row("when_the_names_were_set_is_noted", a_set_primary(),
        takes(SaveWatch{proof_of("run-beta", 60min, std::nullopt)})),
    row(
        "sync_state_alone_proves_nothing", a_set_primary(), [](Scene& s) { s.done<SaveWatch>(); }, takes<SaveWatch>()),
    row(
        "within_a_second_nothing_is_proven_and_the_rest_of_it_is_waited_for", a_set_primary(),
        [](Scene& s) { s.watch = proof_of("run-beta", s.now - 300ms, std::nullopt); }, takes(Wait{700ms})),
    row(
        "an_action_that_has_to_end_leaves_it_to_the_next_one", a_set_primary(),
        [](Scene& s)
        {
            s.watch = proof_of("run-beta", s.now - 999ms, std::nullopt);
            s.remaining = 4s;
        },
        does_nothing()),
    row(
        "a_wait_event_from_before_the_second_was_over_proves_nothing", a_waiting_primary(),
        [](Scene& s) { s.server_seen_at = s.now - 1500ms; }, waits()),
    row(
        "names_that_were_set_in_an_earlier_run_of_this_node_prove_nothing", a_proven_primary(),
        [](Scene& s) { s.watch.certify->by = "run-alpha-0"; },
        takes(SaveWatch{proof_of("run-beta", 60min, std::nullopt)})),
    row("an_idle_checkpointer_has_taken_the_names", a_waiting_primary(), takes(SaveWatch{an_idle_primary().watch})),
    row(
        "the_position_comes_from_a_look_after_that", an_idle_primary(), [](Scene& s) { s.done<SaveWatch>(); }, waits()),
    row("then_the_position_is_taken", an_idle_primary(), takes(SaveWatch{proof_of("run-beta", 60min - 2s, end)})),
    row(
        "a_busy_checkpointer_may_not_have_taken_them", a_waiting_primary(),
        [](Scene& s) { s.status.is_checkpointer_idle = false; }, does_nothing()),
    row(
        "a_checkpoint_of_our_own_is_waited_for", a_waiting_primary(),
        [](Scene& s) { s.status.has_own_checkpoint = true; }, does_nothing()),
    row(
        "another_run_of_the_peer_begins_anew", a_proven_primary(), [](Scene& s) { s.peer().run->run = "run-beta-2"; },
        takes(SaveWatch{proof_of("run-beta-2", 60min, std::nullopt)})),
    row(
        "a_reboot_begins_anew", a_set_primary(), [](Scene& s) { s.watch = proof_of("run-beta", s.now + 1s, Lsn{1}); },
        takes(SaveWatch{proof_of("run-beta", 60min, std::nullopt)})),
    row(
        "a_peer_that_has_not_passed_the_proof_is_waited_for_a_little", a_proven_primary(),
        [](Scene& s) { s.status.peer_sender->flush = Lsn{0x4efffff}; }, waits()),
    row(
        "a_peer_that_does_not_pass_the_proof_is_left_to_the_next_action", a_proven_primary(),
        [](Scene& s)
        {
            s.status.peer_sender->flush = Lsn{0x4efffff};
            s.done<Wait>(50);
        },
        does_nothing()),
    row(
        "a_peer_that_is_no_longer_synchronous_is_not_certified", a_proven_primary(),
        [](Scene& s) { s.status.peer_sender->sync_state = "async"; }, takes(SetSyncStandbyNames{})),
    row(
        "a_watch_that_cannot_be_written_is_left_to_the_next_action", a_set_primary(),
        [](Scene& s) { s.failed<SaveWatch>(); }, does_nothing()));

const auto granting = table_of(row("the_mark_is_removed_first", a_proven_primary(),
                                   takes(SaveState{
                                       the_unmarked_state()
})),
                               row(
                                   "a_mark_that_cannot_be_removed_keeps_the_certificate_away", a_proven_primary(),
                                   [](Scene& s) { s.failed<SaveState>(); }, does_nothing()),
                               row("the_record_comes_second", an_unmarked_primary(),
                                   takes(decide::Record{DataStatus::primary, DataStatus::in_sync})),
                               row(
                                   "without_the_record_there_is_no_certificate", an_unmarked_primary(),
                                   [](Scene& s) { s.failed<decide::Record>(); }, does_nothing()),
                               row("the_certificate_comes_third", a_recorded_primary(),
                                   takes(SetCertificate{Certificate{"run-beta", CertificateMode::sync}})),
                               row(
                                   "a_certificate_of_an_earlier_run_is_replaced", a_recorded_primary(),
                                   [](Scene& s) {
                                       s.peer().certificate = Certificate{"run-beta-0", CertificateMode::sync};
                                   },
                                   takes(SetCertificate{Certificate{"run-beta", CertificateMode::sync}})),
                               row(
                                   "without_the_certificate_the_score_stays", a_recorded_primary(),
                                   [](Scene& s) { s.failed<SetCertificate>(); }, does_nothing()),
                               row(
                                   "the_score_comes_last", a_primary(), [](Scene& s) { s.peer().score = -infinity; },
                                   takes(SetPeerScore{score_certified})),
                               row(
                                   "a_certified_peer_is_recorded_in_sync_again", a_primary(),
                                   [](Scene& s) { s.peer().data_status = DataStatus::stale; },
                                   takes(decide::Record{DataStatus::primary, DataStatus::in_sync})),
                               row(
                                   "a_certificate_that_a_merge_brought_back_is_no_proof", a_set_primary(),
                                   [](Scene& s) {
                                       s.peer().certificate = Certificate{"run-beta", CertificateMode::sync};
                                   },
                                   takes(SetCertificate{std::nullopt})),
                               row(
                                   "an_async_certificate_is_no_proof", a_primary(),
                                   [](Scene& s) { s.peer().certificate->mode = CertificateMode::async; },
                                   takes(SetCertificate{std::nullopt})));

const auto async_rows = table_of(
    row("a_near_peer_is_left_alone", an_async_primary(), does_nothing()),
    row("the_mark_goes_before_a_near_peer_is_certified", in_mode(ReplicationMode::async, a_primary_with_candidate()),
        takes(SaveState{
            the_unmarked_state()
})),
    row(
        "a_near_peer_is_recorded_first", an_async_primary(),
        [](Scene& s)
        {
            s.peer().data_status = DataStatus::stale;
            s.peer().certificate.reset();
        },
        takes(decide::Record{DataStatus::primary, DataStatus::in_sync})),
    row(
        "a_mark_that_cannot_be_removed_keeps_a_near_peer_uncertified",
        in_mode(ReplicationMode::async, a_primary_with_candidate()), [](Scene& s) { s.failed<SaveState>(); },
        does_nothing()),
    row(
        "a_near_peer_is_certified", an_async_primary(), [](Scene& s) { s.peer().certificate.reset(); },
        takes(SetCertificate{Certificate{"run-beta", CertificateMode::async}})),
    row(
        "a_certified_peer_gets_its_score", an_async_primary(), [](Scene& s) { s.peer().score = -infinity; },
        takes(SetPeerScore{score_certified})),
    row(
        "a_peer_at_the_limit_is_near", an_async_primary(),
        [](Scene& s) { s.status.peer_sender->flush = Lsn{0x4000000}; }, does_nothing()),
    row(
        "a_peer_beyond_the_limit_loses_its_certificate", an_async_primary(),
        [](Scene& s) { s.status.peer_sender->flush = Lsn{0x3ffffff}; }, takes(SetCertificate{std::nullopt})),
    row(
        "without_a_limit_no_peer_is_too_far", an_async_primary(),
        [](Scene& s)
        {
            s.status.peer_sender->flush = Lsn{1};
            s.context.params.max_promotion_lag_bytes = -1;
        },
        does_nothing()),
    row(
        "a_peer_that_does_not_stream_loses_its_certificate", an_async_primary(),
        [](Scene& s)
        {
            s.status.peer_sender.reset();
            s.done<Wait>();
        },
        takes(SetCertificate{std::nullopt})),
    row(
        "a_lost_peer_is_recorded_stale", an_async_primary(),
        [](Scene& s)
        {
            s.status.peer_sender.reset();
            s.peer().certificate.reset();
            s.peer().score = -infinity;
            s.done<SetCertificate>();
        },
        takes(decide::Record{DataStatus::primary, DataStatus::stale})),
    row(
        "a_new_run_of_the_peer_is_certified_anew", an_async_primary(),
        [](Scene& s) { s.peer().run->run = "run-beta-2"; }, takes(SaveState{the_state_that_certifies("run-beta-2")})),
    row("a_lost_peer_cannot_be_promoted_any_more_before_the_mark_is_set", a_lost_async_peer(),
        takes(SaveState{the_state_that_went_alone()})),
    row(
        "a_peer_that_may_not_know_yet_keeps_the_mark_away", a_lost_async_peer(),
        [](Scene& s) { s.peer().membership = Membership::pending; }, does_nothing()),
    row(
        "names_of_others_stay_when_the_primary_is_alone", a_lost_async_peer(),
        [](Scene& s)
        {
            s.state = a_lone_primary().state;
            s.status.sync_standby_names = "*";
        },
        does_nothing()),
    row(
        "a_peer_of_another_promotion_is_not_certified", an_async_primary(),
        [](Scene& s) { s.peer().run->word = "word-other"; }, takes(SetCertificate{std::nullopt})),
    row(
        "names_that_somebody_else_set_are_not_touched", an_async_primary(),
        [](Scene& s) { s.status.sync_standby_names = "*"; }, does_nothing()),
    row("a_primary_switched_to_async_takes_the_certificate_back_first", in_mode(ReplicationMode::async, a_primary()),
        takes(SetCertificate{std::nullopt})),
    row("a_primary_switched_to_sync_without_its_standby_sets_the_mark",
        in_mode(ReplicationMode::sync, a_lost_async_peer()), takes(SaveState{the_state_that_went_alone()})),
    row("a_primary_switched_to_sync_takes_the_certificate_back_first",
        in_mode(ReplicationMode::sync, an_async_primary()), takes(SetCertificate{std::nullopt})));

PGTWIN_DECISION_TABLE(SharedTimeline, sync_mode, sharing);
PGTWIN_DECISION_TABLE(CertifyNeeds, sync_mode, eligible);
PGTWIN_DECISION_TABLE(CertifyProves, sync_mode, proving);
PGTWIN_DECISION_TABLE(CertifyGrants, sync_mode, granting);
PGTWIN_DECISION_TABLE(AsyncMode, sync_mode, async_rows);

} // namespace
} // namespace pgtwin::test
