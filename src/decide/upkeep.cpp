// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/upkeep.hpp"

#include <algorithm>

#include "archive.hpp"
#include "pgtwin/decide/promotion.hpp"
#include "pgtwin/decide/warnings.hpp"
#include "rebuild.hpp"
#include "stream.hpp"

namespace pgtwin::decide
{
namespace
{

using namespace std::chrono_literals;

/// How long a steady standby relies on what it compared with the CIB last.
constexpr std::chrono::milliseconds cluster_check_interval = 30s;
/// The same for a primary, whose own word the standby's promotion depends on.
constexpr std::chrono::milliseconds primary_check_interval = 15s;
constexpr int looks_between_offers = 15;
/// How long a certified standby may stay without its promotion.
constexpr std::chrono::milliseconds patience_with_certificate = 30s;

/// How often a write that the cluster did not take may fail: a worker, which lives long, offers it again after some
/// looks.
int most_failures(const Observation& seen)
{
    return 1 + seen.attempts.tried<Wait>() / looks_between_offers;
}

/// A worker's write may be undone by an action beside it, or be lost with the cluster that ran when it was made.
template <typename T>
bool may_offer(const Observation& seen)
{
    return seen.attempts.done<T>() < most_failures(seen) && seen.attempts.failed<T>() < most_failures(seen);
}

/// A start announces its run before it can say whom it follows, so one action may publish it more than once.
Maybe publish_run(const Observation& seen, const RunRecord& wanted)
{
    const bool is_spent =
        seen.attempts.done<PublishRun>() >= 3 || seen.attempts.failed<PublishRun>() >= most_failures(seen);
    if (seen.view()->self.run == wanted || is_spent)
        return std::nullopt;
    return step(PublishRun{wanted});
}

Maybe own_score(const Observation& seen, int wanted)
{
    const bool is_spent =
        seen.attempts.done<SetOwnScore>() >= 3 || seen.attempts.failed<SetOwnScore>() >= most_failures(seen);
    if (seen.view()->self.score == wanted || is_spent)
        return std::nullopt;
    return step(SetOwnScore{wanted});
}

/// The sentinel of a server that ended after it was looked at lowers the score too: only a server that is seen to live
/// after its score was seen so low has earned it.
Maybe primary_score(const Observation& seen)
{
    if (seen.view()->self.score == -infinity && seen.attempts.tried<Wait>() == 0)
        return step(Wait{50ms});
    return own_score(seen, score_primary);
}

Maybe withdraw_position(const Observation& seen)
{
    const NodeView& self = seen.view()->self;
    if ((!self.position && !self.is_position_unreadable) || !may_try<PublishPosition>(seen))
        return std::nullopt;
    return step(PublishPosition{std::nullopt});
}

/// A repair that failed has left its word, and the directory came back without another one.
Maybe withdraw_resync(const Observation& seen, const Context& context)
{
    if (!context.is_steadiness_enough || !seen.view()->self.has_resync || !may_try<PublishResync>(seen))
        return std::nullopt;
    return step(PublishResync{});
}

/// H3: a merged CIB may have brought an older record back.
Maybe repair_record(const Observation& seen)
{
    const ClusterView& view = *seen.view();
    const bool is_stale_due = !view.peer.name.empty() && seen.status()->sync_standby_names.empty() &&
                              view.peer.data_status != DataStatus::stale && !view.peer.certificate;
    if ((view.self.data_status == DataStatus::primary && !is_stale_due) || !may_try<Record>(seen))
        return std::nullopt;
    return step(Record{DataStatus::primary, is_stale_due ? DataStatus::stale : view.peer.data_status});
}

/// Goes with the mark, and before the certificate that follows: Pacemaker plans a promotion by the score that comes
/// with it, and any later write would abort that plan between the end of this primary's monitor and its demotion.
Maybe take_back_alone_in(const Observation& seen)
{
    if (seen.state->alone || seen.view()->self.alone_in.empty() || !may_try<PublishAloneIn>(seen))
        return std::nullopt;
    return step(PublishAloneIn{});
}

/// A peer whose Pacemaker ends, and whose corosync does not, may come back with it at any time: that the mark was not
/// passed over meanwhile is known only while this node stays where it is (R2b). Said as soon as the peer's instance is
/// stopped, since Pacemaker ends right after it.
Maybe note_alone_in(const Observation& seen)
{
    const std::string& was = seen.view()->self.alone_in;
    if (!seen.state->alone)
        return std::nullopt;
    const NodeView& peer = seen.view()->peer;
    const bool is_away = peer.membership == Membership::offline || peer.membership == Membership::unclean;
    if (is_away || peer.run)
        return std::nullopt;
    if (auto next = need(seen, Subject::membership))
        return next;
    if (!seen.membership || was == *seen.membership || !may_try<PublishAloneIn>(seen))
        return std::nullopt;
    return step(PublishAloneIn{*seen.membership});
}

Maybe repair_slot(const Observation& seen)
{
    const auto& slot = seen.status()->slot;
    const bool is_usable = slot && slot->wal_status != "lost";
    if (is_usable || seen.view()->peer.name.empty() || !may_try<EnsureSlot>(seen))
        return std::nullopt;
    return step(EnsureSlot{});
}

/// Record, slot and position of a primary.
Maybe repair_what_is_told(const Observation& seen)
{
    if (auto next = repair_record(seen))
        return next;
    if (auto next = repair_slot(seen))
        return next;
    return withdraw_position(seen);
}

bool is_streaming(const ServerStatus& status)
{
    return status.receiver && status.receiver->status == "streaming";
}

Timeline last_timeline(const LocalState& state)
{
    return state.words.empty() ? Timeline::none : state.words.back().timeline;
}

/// The two runs that were compared with the CIB: the own one, and that of the primary or of the certified standby.
std::string compared_runs(const LocalState& state)
{
    return state.run + ':' + (state.role == Role::primary ? state.certified : state.followed);
}

bool is_checked_within(const Observation& seen, std::chrono::milliseconds interval)
{
    const Watch& watch = *seen.watch;
    return watch.checked == compared_runs(*seen.state) && seen.now >= watch.cluster_checked &&
           seen.now - watch.cluster_checked < interval;
}

/// Nothing has changed since this run was last compared with the CIB.
bool is_steady(const Observation& seen, const Context& context)
{
    const ServerStatus& status = *seen.status();
    const LocalState& state = *seen.state;
    return is_streaming(status) && !is_archive_to_go(seen, context) && !state.followed.empty() && !state.alone &&
           seen.watch->unhealthy == 0 && !state.word_of(status.receiver->received_timeline).empty() &&
           is_checked_within(seen, cluster_check_interval);
}

/// Every commit waits for a standby that was certified, whatever the CIB may say meanwhile.
bool is_synchronous(const Observation& seen, const Context& context)
{
    const ServerStatus& status = *seen.status();
    const LocalState& state = *seen.state;
    const bool is_waited_for = status.peer_sender && status.peer_sender->state == "streaming" &&
                               status.peer_sender->sync_state == "sync" &&
                               status.sync_standby_names == context.peer_sync_names;
    return is_waited_for && context.params.rep_mode != ReplicationMode::async && status.slot && status.slot->active &&
           !state.certified.empty() && !state.alone && state.unshared == Timeline::none && !seen.watch->degrade;
}

/// The CIB says what it has to say of a synchronous pair: noted, so that the next monitors need not ask.
Maybe note_synchronous(const Observation& seen, const Context& context)
{
    const ClusterView& view = *seen.view();
    const bool is_told = view.self.data_status == DataStatus::primary && view.self.score == score_primary &&
                         view.peer.data_status == DataStatus::in_sync && view.peer.score == score_certified &&
                         view.peer.run && view.peer.run->run == seen.state->certified &&
                         is_certified(view.peer, seen.state->certified, context.params.rep_mode);
    if (!is_told || !is_synchronous(seen, context) || seen.attempts.tried<SaveWatch>() > 0)
        return std::nullopt;
    Watch watch = *seen.watch;
    watch.cluster_checked = seen.now;
    watch.checked = compared_runs(*seen.state);
    return step(SaveWatch{std::move(watch)});
}

/// Whether its mark is valid. While it is, nobody else is promoted but by an override: what the other node has written
/// since may have the same timeline and the same history as what was written here, and PostgreSQL would stream the one
/// onto the other (H7).
bool is_passed_over(const Observation& seen)
{
    return seen.state->alone && position_of(*seen.state, *seen.identity).is_alone;
}

/// R9: it is proven that we follow this primary; the mark goes, its promotion word is copied.
Maybe note_primary(const Observation& seen, const RunRecord& primary)
{
    const LocalState& state = *seen.state;
    const bool is_noted = state.followed == primary.run && !state.alone && state.unshared == Timeline::none &&
                          state.rebuild != Rebuild::rewinding && !state.word_of(primary.timeline).empty();
    if (is_noted)
        return std::nullopt;
    LocalState next = state;
    next.followed = primary.run;
    next.alone.reset();
    next.unshared = Timeline::none;
    next.origin = Origin::standby;
    next.rebuild = Rebuild::none;
    next.vain_starts = 0;
    next.remember(primary.timeline, primary.word);
    return step(SaveState{std::move(next)});
}

Maybe note_health(const Observation& seen)
{
    if (seen.attempts.tried<SaveWatch>() > 0)
        return std::nullopt;
    Watch watch = *seen.watch;
    watch.unhealthy = 0;
    watch.cluster_checked = seen.now;
    watch.checked = compared_runs(*seen.state);
    watch.trouble.reset();
    return step(SaveWatch{std::move(watch)});
}

Maybe follow_streaming(const Observation& seen, const Context& context, const RunRecord& primary)
{
    if (primary.word.empty())
        return std::nullopt;
    if (auto next = hold_archive_back(seen, context))
        return next;
    const LocalState& state = *seen.state;
    if (state.alone)
        if (auto next = need(seen, Subject::identity))
            return next;
    if (state.alone && !seen.identity)
        return std::nullopt;
    if (is_passed_over(seen))
        return launch(seen, "passed-over");
    const RunId known = state.word_of(primary.timeline);
    if (!known.empty() && known != primary.word)
        return launch(seen, "other-promotion");
    if (auto next = note_primary(seen, primary))
        return seen.attempts.failed<SaveState>() > 0 ? std::nullopt : next;
    if (auto next = withdraw_position(seen))
        return next;
    if (auto next = publish_run(seen, run_record(state, primary.timeline)))
        return next;
    if (auto next = withdraw_resync(seen, context))
        return next;
    return note_health(seen);
}

/// A rewound directory whose server lets us in has reached a consistent state: it is as good as a base backup.
Maybe trust_rewound(const Observation& seen)
{
    if (seen.attempts.failed<SaveState>() > 0)
        return std::nullopt;
    LocalState next = *seen.state;
    next.rebuild = Rebuild::none;
    return step(SaveState{std::move(next)});
}

/// The peer is certified, and for long nobody has promoted it: a ban, or a promotion that fails there. Whoever was
/// primary last takes the certificate back, as it could while it was the primary; then positions decide (R1).
Maybe outlast_certificate(const Observation& seen, const Verdict& verdict)
{
    const ClusterView& view = *seen.view();
    if (verdict.rule || verdict.refusal != Reason::peer_is_certified || view.self.data_status != DataStatus::primary)
        return std::nullopt;
    const auto& was = seen.watch->standoff;
    const bool is_same =
        was && was->self == seen.state->run && was->peer == view.peer.run->run && seen.now >= was->since;
    if (is_same && seen.now - was->since >= patience_with_certificate)
        return may_try<SetCertificate>(seen) ? Maybe{step(SetCertificate{std::nullopt})} : std::nullopt;
    if (is_same || seen.attempts.tried<SaveWatch>() > 0)
        return std::nullopt;
    Watch watch = *seen.watch;
    watch.standoff = StandoffWatch{seen.state->run, view.peer.run->run, seen.now};
    return step(SaveWatch{std::move(watch)});
}

/// There is no primary: tell how far this directory goes, and whether it may be promoted.
Maybe stand_for_promotion(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::identity))
        return next;
    const ClusterView& view = *seen.view();
    if (holds_certificate(view.self, seen.state->run))
    {
        if (auto next = withdraw_position(seen))
            return next;
        // A merge of two CIBs may have kept the certificate and lost its score.
        return own_score(seen, score_certified);
    }
    // The other node, which may have everything, waits for this one's position.
    if (seen.status()->is_replay_paused && may_try<ResumeReplay>(seen))
        return step(ResumeReplay{});
    if (!seen.identity || !seen.status()->is_waiting_for_wal)
        return std::nullopt;
    if (seen.state->rebuild == Rebuild::rewinding)
        return trust_rewound(seen);
    if (auto next = offer_position(seen))
        return next;
    if (auto next = need_for_promotion(seen))
        return next;
    const Verdict verdict = may_promote(seen, context);
    if (auto next = own_score(seen, verdict.rule ? score_candidate : -infinity))
        return next;
    if (auto next = outlast_certificate(seen, verdict))
        return next;
    return explain_refusal(seen, context, verdict);
}

} // namespace

Maybe offer_position(const Observation& seen)
{
    const bool is_final =
        seen.identity && seen.status()->is_waiting_for_wal && seen.state->rebuild != Rebuild::rewinding;
    if (!is_final || !may_offer<PublishPosition>(seen))
        return std::nullopt;
    const Position mine = position_of(*seen.state, *seen.identity);
    return seen.view()->self.position == mine ? std::nullopt : Maybe{step(PublishPosition{mine})};
}

Maybe offer_while_recovering(const Observation& seen)
{
    if (!seen.server || seen.server->answer != Answer::starting || !may_try<PublishPosition>(seen))
        return std::nullopt;
    if (auto next = need(seen, Subject::state, Subject::directory, Subject::cluster))
        return next;
    if (!seen.state || !seen.directory || seen.view() == nullptr || seen.state->run.empty())
        return std::nullopt;
    // A primary that shuts down answers the same.
    if (seen.state->role == Role::primary || !seen.directory->has_standby_signal)
        return std::nullopt;
    const NodeView& self = seen.view()->self;
    const bool is_told = self.position && self.position->run == seen.state->run;
    if (is_told || is_peer_primary(*seen.view()) || seen.state->rebuild != Rebuild::none)
        return std::nullopt;
    auto mine = position_of(*seen.state, *seen.directory);
    if (!mine)
        return std::nullopt;
    mine->is_final = false;
    return step(PublishPosition{std::move(mine)});
}

Maybe drop_own_slot(const Observation& seen)
{
    const auto& slot = seen.status()->slot;
    if (!slot || slot->active || !may_try<DropSlot>(seen))
        return std::nullopt;
    return step(DropSlot{});
}

RunRecord run_record(const LocalState& state, Timeline primary_timeline)
{
    RunRecord record;
    record.run = state.run;
    record.role = state.role;
    const RunId word = state.word_of(primary_timeline);
    if (state.role == Role::primary || (!state.followed.empty() && !word.empty()))
    {
        record.timeline = primary_timeline;
        record.word = word;
    }
    return record;
}

Maybe introduce(const Observation& seen)
{
    if (auto next = need(seen, Subject::state))
        return next;
    if (!seen.state || seen.state->run.empty() || seen.state->role != seen.status()->role)
        return std::nullopt;
    if (auto next = need(seen, Subject::cluster))
        return next;
    if (seen.view() == nullptr)
        return std::nullopt;
    const bool is_primary = seen.state->role == Role::primary;
    if (!seen.view()->self.run)
        if (auto next = publish_run(
                seen, run_record(*seen.state, is_primary ? seen.status()->timeline : last_timeline(*seen.state))))
            return next;
    return is_primary ? own_score(seen, score_primary) : std::nullopt;
}

Maybe watch_server(const Observation& seen, const Context& context)
{
    if (!context.params.sentinel || !context.is_run_by_pacemaker || !may_try<LaunchSentinel>(seen))
        return std::nullopt;
    return step(LaunchSentinel{});
}

Maybe primary_upkeep(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::state, Subject::watch))
        return next;
    if (!seen.state || !seen.watch || seen.state->run.empty() || seen.state->role != Role::primary)
        return std::nullopt;
    if (context.is_steadiness_enough && is_synchronous(seen, context) &&
        is_checked_within(seen, primary_check_interval))
        return std::nullopt;
    if (auto next = need(seen, Subject::cluster))
        return next;
    if (seen.view() == nullptr)
        return std::nullopt;
    if (auto next = publish_run(seen, run_record(*seen.state, seen.status()->timeline)))
        return next;
    if (auto next = primary_score(seen))
        return next;
    if (auto next = repair_what_is_told(seen))
        return next;
    if (auto next = take_back_alone_in(seen))
        return next;
    if (auto next = sync_mode(seen, context))
        return next;
    if (auto next = note_alone_in(seen))
        return next;
    if (auto next = watch_slot(seen, context))
        return next;
    return context.is_steadiness_enough ? note_synchronous(seen, context) : std::nullopt;
}

Maybe standby_upkeep(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::state, Subject::watch))
        return next;
    if (!seen.state || !seen.watch || seen.state->run.empty())
        return std::nullopt;
    if (auto next = drop_own_slot(seen))
        return next;
    if (is_steady(seen, context))
        return std::nullopt;
    if (auto next = need(seen, Subject::cluster))
        return next;
    if (seen.view() == nullptr)
        return std::nullopt;
    const ClusterView& view = *seen.view();
    const RunRecord wanted = run_record(*seen.state, last_timeline(*seen.state));
    if (!view.self.run || view.self.run->run != wanted.run || view.self.run->role != wanted.role)
        if (auto next = publish_run(seen, wanted))
            return next;
    if (!is_peer_primary(view))
        return stand_for_promotion(seen, context);
    const bool is_on_its_timeline =
        is_streaming(*seen.status()) && seen.status()->receiver->received_timeline == view.peer.run->timeline;
    return is_on_its_timeline ? follow_streaming(seen, context, *view.peer.run) : seek_stream(seen, context);
}

Maybe upkeep_beside_worker(const Observation& seen)
{
    if (auto next = need(seen, Subject::state, Subject::cluster))
        return next;
    if (seen.view() == nullptr || !seen.state || seen.state->run.empty())
        return std::nullopt;
    return publish_run(seen, run_record(*seen.state, Timeline::none));
}

Maybe empty_upkeep(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::state, Subject::cluster))
        return next;
    if (seen.view() == nullptr || !seen.state || seen.state->run.empty())
        return std::nullopt;
    const ClusterView& view = *seen.view();
    if (auto next = publish_run(seen, run_record(*seen.state, Timeline::none)))
        return next;
    const Position nothing = nothing_of(*seen.state);
    if (is_peer_primary(view))
        return launch(seen, context.params.pgdata.empty() ? "" : "no-data");
    // The copy may be the only data that is left. Nobody can say so, or order its promotion, before its server runs.
    if (seen.state->rebuild == Rebuild::swapping)
        if (auto next = launch(seen, "copy-complete"))
            return next;
    if (view.self.position != nothing && may_try<PublishPosition>(seen))
        return step(PublishPosition{nothing});
    return own_score(seen, -infinity);
}

} // namespace pgtwin::decide
