// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/upkeep.hpp"
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

/// The certified standby does not stream any more; its instance runs on.
Scene a_lost_stream()
{
    return with(a_primary(), [](Scene& s) { s.status.peer_sender.reset(); });
}

/// No CIB shows the certificate that the attribute manager may hold.
Scene an_unseen_certificate()
{
    Scene scene = a_lost_stream();
    scene.peer().certificate.reset();
    return scene;
}

/// R5.1 is done; the peer is online and the run we certified lives.
Scene a_revoked_peer()
{
    Scene scene = a_lost_stream();
    scene.done<SetCertificate>();
    scene.peer().certificate.reset();
    scene.peer().score = -infinity;
    scene.peer().data_status = DataStatus::stale;
    return scene;
}

/// Every look of the last ten seconds found the certificate gone.
Scene a_patient_primary()
{
    Scene scene = a_revoked_peer();
    scene.watch.degrade = DegradeWatch{scene.now - 10s, scene.now - 3s, "ring 8"};
    return scene;
}

/// The mark is set; the names are not emptied yet.
Scene a_marked_primary()
{
    Scene scene = a_patient_primary();
    scene.state.alone = a_mark();
    scene.state.certified.clear();
    return scene;
}

LocalState the_marked_state()
{
    LocalState state = a_primary().state;
    state.certified.clear();
    state.alone = AloneMark{system_identifier, timeline, end};
    return state;
}

Watch looks(BootTime first, BootTime last)
{
    Watch watch;
    watch.degrade = DegradeWatch{first, last, "ring 8"};
    return watch;
}

/// Monitors come less often than R5.2 has to look; this one has noted its first look.
Scene a_seldom_monitor()
{
    Scene scene = a_revoked_peer();
    scene.context.monitor_interval = 6s;
    return scene.done<SaveWatch>();
}

const auto revoking = table_of(
    row("a_healthy_pair_is_left_alone", a_primary(), does_nothing()),
    row("a_lost_stream_may_be_the_end_of_this_server_and_is_looked_at_again", a_lost_stream(), waits()),
    row(
        "a_lost_standby_loses_its_certificate_first", a_lost_stream(), [](Scene& s) { s.done<Wait>(); },
        takes(SetCertificate{std::nullopt})),
    row(
        "a_standby_that_has_ended_loses_its_certificate_at_once", a_lost_stream(),
        [](Scene& s) { s.peer().membership = Membership::offline; }, takes(SetCertificate{std::nullopt})),
    row(
        "a_standby_that_catches_up_loses_its_certificate", a_primary(),
        [](Scene& s) { s.status.peer_sender->state = "catchup"; }, takes(SetCertificate{std::nullopt})),
    row(
        "a_standby_that_is_not_synchronous_loses_its_certificate", a_primary(),
        [](Scene& s) { s.status.peer_sender->sync_state = "async"; }, takes(SetCertificate{std::nullopt})),
    row(
        "a_peer_whose_instance_is_stopped_loses_its_certificate", a_primary(), [](Scene& s) { s.peer().run.reset(); },
        takes(SetCertificate{std::nullopt})),
    row(
        "a_certificate_that_cannot_be_removed_keeps_the_names", a_lost_stream(),
        [](Scene& s)
        {
            s.peer().score = -infinity;
            s.peer().data_status = DataStatus::stale;
            s.done<Wait>().failed<SetCertificate>();
        },
        does_nothing()),
    row("a_certificate_that_no_cib_shows_is_removed_all_the_same", an_unseen_certificate(),
        takes(SetCertificate{std::nullopt})),
    row(
        "one_that_an_earlier_action_removed_is_not_removed_again", an_unseen_certificate(),
        [](Scene& s)
        {
            s.peer().score = -infinity;
            s.peer().data_status = DataStatus::stale;
            s.watch = looks(60min - 5s, 60min - 3s);
        },
        takes(SaveWatch{looks(60min - 5s, 60min)})),
    row(
        "one_of_a_run_that_has_ended_needs_no_removal", an_unseen_certificate(),
        [](Scene& s) { s.peer().run->run = "run-beta-2"; }, takes(SetPeerScore{-infinity})),
    row(
        "one_that_nobody_can_remove_keeps_the_names", an_unseen_certificate(),
        [](Scene& s)
        {
            s.peer().score = -infinity;
            s.peer().data_status = DataStatus::stale;
            s.failed<SetCertificate>();
        },
        does_nothing()),
    row(
        "then_its_score_is_lowered", a_revoked_peer(), [](Scene& s) { s.peer().score = 100; },
        takes(SetPeerScore{-infinity})),
    row(
        "then_it_is_recorded_stale", a_revoked_peer(), [](Scene& s) { s.peer().data_status = DataStatus::in_sync; },
        takes(decide::Record{DataStatus::primary, DataStatus::stale})),
    row(
        "a_record_that_cannot_be_written_keeps_the_names", a_revoked_peer(),
        [](Scene& s)
        {
            s.peer().data_status = DataStatus::in_sync;
            s.failed<decide::Record>();
        },
        does_nothing()));

const auto waiting = table_of(
    row("the_first_look_is_noted", a_revoked_peer(), takes(SaveWatch{looks(60min, 60min)})),
    row(
        "the_delay_needs_the_membership", a_revoked_peer(), [](Scene& s) { s.not_asked = {Subject::membership}; },
        looks_at(Subject::membership)),
    row(
        "a_later_look_is_added", a_revoked_peer(), [](Scene& s) { s.watch = looks(60min - 5s, 60min - 3s); },
        takes(SaveWatch{looks(60min - 5s, 60min)})),
    row(
        "before_the_delay_has_passed_the_names_stay", a_revoked_peer(),
        [](Scene& s) { s.watch = looks(60min - 9999ms, 60min - 3s); }, takes<SaveWatch>()),
    row(
        "one_look_counts_once_in_an_action", a_revoked_peer(),
        [](Scene& s)
        {
            s.watch = looks(60min - 5s, 60min);
            s.done<SaveWatch>();
        },
        does_nothing()),
    row("after_the_delay_the_mark_is_set", a_patient_primary(), takes(SaveState{the_marked_state()})),
    row(
        "a_stall_of_more_than_half_the_delay_begins_anew", a_revoked_peer(),
        [](Scene& s) { s.watch = looks(60min - 20s, 60min - 5001ms); }, takes(SaveWatch{looks(60min, 60min)})),
    row(
        "a_change_of_the_membership_begins_anew", a_patient_primary(), [](Scene& s) { s.membership = "ring 12"; },
        takes<SaveWatch>()),
    row(
        "a_reboot_begins_anew", a_revoked_peer(), [](Scene& s) { s.watch = looks(70min, 75min); },
        takes(SaveWatch{looks(60min, 60min)})),
    row(
        "an_unknown_membership_begins_anew", a_patient_primary(), [](Scene& s) { s.unknown = {Subject::membership}; },
        takes(SaveWatch{Watch{}})),
    row(
        "an_unclean_peer_is_waited_for", a_patient_primary(),
        [](Scene& s) { s.peer().membership = Membership::unclean; }, takes(SaveWatch{Watch{}})),
    row(
        "an_unclean_peer_is_waited_for_without_end", a_revoked_peer(),
        [](Scene& s) { s.peer().membership = Membership::unclean; }, does_nothing()),
    row(
        "a_peer_whose_pacemaker_has_ended_is_gone", a_revoked_peer(),
        [](Scene& s) { s.peer().membership = Membership::left; }, takes<SaveState>()),
    row(
        "a_pending_peer_is_waited_for", a_revoked_peer(), [](Scene& s) { s.peer().membership = Membership::pending; },
        does_nothing()),
    row(
        "a_certificate_that_came_back_begins_anew", a_patient_primary(),
        [](Scene& s) {
            s.peer().certificate = Certificate{"run-beta", CertificateMode::sync};
        },
        takes(SaveWatch{Watch{}})),
    row(
        "a_monitor_that_comes_seldom_waits_for_the_next_look", a_seldom_monitor(),
        [](Scene& s) { s.watch = looks(60min - 5s, 60min - 400ms); }, waits()),
    row(
        "a_monitor_that_comes_seldom_looks_again", a_seldom_monitor(),
        [](Scene& s) { s.watch = looks(60min - 5s, 60min - 500ms); }, takes(SaveWatch{looks(60min - 5s, 60min)})),
    row(
        "a_monitor_that_comes_seldom_ends_in_time", a_seldom_monitor(),
        [](Scene& s)
        {
            s.watch = looks(60min - 5s, 60min - 500ms);
            s.remaining = 4s;
        },
        does_nothing()),
    row(
        "a_watch_that_cannot_be_written_is_left_to_the_next_action", a_revoked_peer(),
        [](Scene& s) { s.failed<SaveWatch>(); }, does_nothing()),
    row(
        "a_peer_that_was_fenced_is_not_waited_for", a_revoked_peer(),
        [](Scene& s)
        {
            s.peer().membership = Membership::offline;
            s.peer().run.reset();
        },
        takes(SaveState{the_marked_state()})),
    row(
        "a_certified_run_that_has_ended_is_not_waited_for", a_revoked_peer(),
        [](Scene& s)
        {
            s.peer().run.reset();
            s.peer().position = a_peer_position();
        },
        takes(SaveState{the_marked_state()})),
    row(
        "a_run_that_went_with_all_attributes_of_its_node_is_waited_for", a_revoked_peer(),
        [](Scene& s) { s.peer().run.reset(); }, takes<SaveWatch>()),
    row(
        "a_certified_run_that_was_replaced_is_not_waited_for", a_revoked_peer(),
        [](Scene& s) { s.peer().run->run = "run-beta-2"; }, takes(SaveState{the_marked_state()})),
    row(
        "an_unclean_peer_whose_run_is_gone_is_waited_for", a_revoked_peer(),
        [](Scene& s)
        {
            s.peer().membership = Membership::unclean;
            s.peer().run.reset();
        },
        does_nothing()),
    row(
        "nobody_certified_and_marked_is_not_waited_for", a_revoked_peer(),
        [](Scene& s)
        {
            s.state.alone = a_mark();
            s.state.certified.clear();
        },
        takes(SetSyncStandbyNames{})));

const auto going_alone = table_of(
    row("the_mark_comes_before_the_names", a_patient_primary(), takes(SaveState{the_marked_state()})),
    row(
        "the_mark_promises_no_more_than_a_crash_leaves", a_patient_primary(),
        [](Scene& s) { s.status.end = Lsn{end.bytes() + 0x100}; }, takes(SaveState{the_marked_state()})),
    row(
        "without_the_mark_the_names_stay", a_patient_primary(), [](Scene& s) { s.failed<SaveState>(); },
        does_nothing()),
    row("then_the_names_are_emptied", a_marked_primary(), takes(SetSyncStandbyNames{})),
    row(
        "names_that_cannot_be_emptied_are_tried_twice", a_marked_primary(),
        [](Scene& s) { s.failed<SetSyncStandbyNames>(); }, takes(SetSyncStandbyNames{})),
    row(
        "names_that_cannot_be_emptied_are_left_to_the_next_action", a_marked_primary(),
        [](Scene& s) { s.failed<SetSyncStandbyNames>(2); }, does_nothing()),
    row(
        "names_that_somebody_else_set_are_emptied_the_same_way", a_lost_stream(),
        [](Scene& s)
        {
            s.status.sync_standby_names = "*";
            s.done<Wait>();
        },
        takes(SetCertificate{std::nullopt})),
    row("a_lone_primary_has_nothing_to_do", a_lone_primary(), does_nothing()),
    row(
        "strict_never_degrades", a_lost_stream(), [](Scene& s) { s.context.params.rep_mode = ReplicationMode::strict; },
        does_nothing()),
    row(
        "strict_replaces_names_that_somebody_else_set", a_marked_primary(),
        [](Scene& s)
        {
            s.status.sync_standby_names = "*";
            s.watch.degrade.reset();
            s.context.params.rep_mode = ReplicationMode::strict;
        },
        takes(SetSyncStandbyNames{"\"beta\""})),
    row(
        "strict_names_the_standby_though_it_is_away", a_lone_primary(),
        [](Scene& s) { s.context.params.rep_mode = ReplicationMode::strict; }, takes(SetSyncStandbyNames{"\"beta\""})),
    row(
        "strict_removes_an_asynchronous_certificate_before_it_names_the_standby", a_lone_primary(),
        [](Scene& s)
        {
            s.peer().certificate = Certificate{"run-beta", CertificateMode::async};
            s.context.params.rep_mode = ReplicationMode::strict;
        },
        takes(SetCertificate{std::nullopt})),
    row(
        "strict_certifies_like_sync", a_primary_with_candidate(),
        [](Scene& s) { s.context.params.rep_mode = ReplicationMode::strict; }, takes(SetSyncStandbyNames{"\"beta\""})),
    row(
        "without_a_second_node_there_is_nothing_to_do", a_primary(), [](Scene& s) { s.cluster.peer = NodeView{}; },
        does_nothing()));

PGTWIN_DECISION_TABLE(DegradeRevokes, sync_mode, revoking);
PGTWIN_DECISION_TABLE(DegradeWaits, sync_mode, waiting);
PGTWIN_DECISION_TABLE(DegradeGoesAlone, sync_mode, going_alone);

} // namespace
} // namespace pgtwin::test
