// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/promotion.hpp"
#include "pgtwin/decide/upkeep.hpp"

namespace pgtwin::decide
{
namespace
{

using namespace std::chrono_literals;

/// R6.1: how far the peer's flush position may be behind.
constexpr WalBytes catch_up_limit{std::int64_t{16} << 20};
/// R6.3: what the checkpointer needs at least to see a reload.
constexpr std::chrono::milliseconds checkpointer_pause = 1s;
/// A server that dies ends its processes within this time, one after the other.
constexpr std::chrono::milliseconds last_gasp = 50ms;
/// R5.2 within one action: how far apart its looks are.
constexpr std::chrono::milliseconds look_pause = 500ms;
/// What a monitor that looks on leaves of its time for the steps that follow.
constexpr std::chrono::milliseconds kept_for_the_end = 4s;

/// A running primary with its cluster and memory, all known.
struct Scene
{
    const Observation& seen;
    const Context& context;
    const ClusterView& view;
    const ServerStatus& status;
    const LocalState& state;
    const Watch& watch;

    [[nodiscard]] const NodeView& peer() const { return view.peer; }
    [[nodiscard]] bool is_sync_set() const { return status.sync_standby_names == context.peer_sync_names; }
    [[nodiscard]] bool is_streaming() const { return status.peer_sender && status.peer_sender->state == "streaming"; }
    [[nodiscard]] bool is_synchronous() const
    {
        return is_streaming() &&
               (status.peer_sender->sync_state == "sync" || status.peer_sender->sync_state == "quorum");
    }
    [[nodiscard]] WalBytes lag() const { return status.end - status.peer_sender->flush; }
};

/// The peer follows us in the run we can name, on this timeline and no other promotion's, and says so itself.
bool does_peer_follow(const Scene& the)
{
    const auto& run = the.peer().run;
    const RunId word = the.state.word_of(the.status.timeline);
    return the.peer().membership == Membership::online && run && run->role == Role::standby &&
           run->timeline == the.status.timeline && !word.empty() && run->word == word && !the.peer().position &&
           !the.peer().is_position_unreadable;
}

/// R6.1.
bool is_eligible(const Scene& the)
{
    return does_peer_follow(the) && the.is_streaming() && the.lag() <= catch_up_limit && !the.status.has_own_checkpoint;
}

/// R5.2, the quick way: the run that was certified cannot be promoted any more.
bool has_certified_run_ended(const Scene& the)
{
    if (the.state.certified.empty() && the.state.alone)
        return true;
    if (the.peer().membership == Membership::offline || the.peer().membership == Membership::left)
        return true;
    if (the.peer().membership != Membership::online || the.state.certified.empty())
        return false;
    // Pacemaker drops all that it knows of a node which it lost and found again, and writes it anew a moment later: an
    // instance that stopped has left its position.
    return the.peer().run ? the.peer().run->run != the.state.certified : the.peer().position.has_value();
}

/// The attribute manager may hold a certificate that no CIB shows yet, and write it out later: an instance that was
/// certified and may still be promoted has lost its certificate only when a removal was confirmed.
bool is_removal_due(const Scene& the)
{
    if (the.peer().certificate)
        return true;
    return the.peer().membership == Membership::online && !the.watch.degrade && !the.state.certified.empty() &&
           !has_certified_run_ended(the) && the.seen.attempts.done<SetCertificate>() == 0;
}

/// R5.1 and what goes with it; empty once all of it is confirmed.
Maybe revoke(const Scene& the)
{
    if (is_removal_due(the) && may_try<SetCertificate>(the.seen))
        return step(SetCertificate{std::nullopt});
    if (the.peer().score && *the.peer().score > -infinity && may_try<SetPeerScore>(the.seen))
        return step(SetPeerScore{-infinity});
    if (the.peer().data_status != DataStatus::stale && may_try<Record>(the.seen))
        return step(Record{DataStatus::primary, DataStatus::stale});
    return std::nullopt;
}

bool is_revoked(const Scene& the)
{
    return !is_removal_due(the) && the.peer().data_status == DataStatus::stale;
}

/// A file that cannot be written is tried again by the next action.
Maybe save_watch(const Scene& the, Watch watch)
{
    if (watch == the.watch || the.seen.attempts.failed<SaveWatch>() > 0)
        return std::nullopt;
    return step(SaveWatch{std::move(watch)});
}

Maybe save_state(const Scene& the, LocalState state)
{
    if (the.seen.attempts.failed<SaveState>() > 0)
        return std::nullopt;
    return step(SaveState{std::move(state)});
}

/// The looks of R5.2 with this one added: it goes on with the earlier ones only if the membership is the same and the
/// node did not stall in between (H8).
DegradeWatch with_this_look(const Observation& seen, const std::optional<DegradeWatch>& was, const Context& context)
{
    const auto delay = std::chrono::milliseconds{context.params.sync_degrade_delay};
    const bool is_unbroken =
        was && was->membership == *seen.membership && seen.now >= was->last && seen.now - was->last <= delay / 2;
    return {is_unbroken ? was->first : seen.now, seen.now, *seen.membership};
}

bool is_long_enough(const DegradeWatch& looks, const Context& context)
{
    return looks.last - looks.first >= context.params.sync_degrade_delay;
}

/// The next look of the same action.
Maybe look_on(const Scene& the, Watch watch)
{
    const bool is_due = !the.watch.degrade || the.seen.now - the.watch.degrade->last >= look_pause;
    return is_due ? save_watch(the, std::move(watch)) : Maybe{step(Wait{look_pause})};
}

/// R5.2, the slow way: every look at an online peer, with one membership, over the whole delay.
/// True once the delay has passed; otherwise `next` may hold the note of this look.
bool has_delay_passed(const Scene& the, Maybe& next)
{
    Watch watch = the.watch;
    if (the.peer().membership != Membership::online || !the.seen.membership.is_known())
    {
        watch.degrade.reset();
        next = save_watch(the, std::move(watch));
        return false;
    }
    watch.degrade = with_this_look(the.seen, the.watch.degrade, the.context);
    if (is_long_enough(*watch.degrade, the.context))
        return true;
    if (the.seen.attempts.tried<SaveWatch>() == 0)
        next = save_watch(the, std::move(watch));
    else if (must_look_on(the.seen, the.context))
        next = look_on(the, std::move(watch));
    return false;
}

/// The mark of R5.2, then R5.3. A crash leaves what is on disk: with a mark beyond that, the only node that has
/// everything would not be believed.
Maybe go_alone(const Scene& the)
{
    LocalState state = the.state;
    state.alone = AloneMark{the.status.system_identifier, the.status.timeline, the.status.flushed};
    state.certified.clear();
    const bool is_marked = the.state.alone && the.state.certified.empty();
    if (the.seen.attempts.failed<SaveState>() > 0)
        return std::nullopt;
    if (!is_marked)
        return save_state(the, std::move(state));
    // In async mode the names of others are not ours to empty (R11).
    const bool is_async = the.context.params.rep_mode == ReplicationMode::async;
    const bool is_waiting = is_async ? the.is_sync_set() : !the.status.sync_standby_names.empty();
    if (is_waiting && may_try<SetSyncStandbyNames>(the.seen, 2))
        return step(SetSyncStandbyNames{});
    return std::nullopt;
}

/// A server whose postmaster was killed may answer a last time after its walsenders are gone. A certificate that this
/// look withdrew would keep the standby from taking over.
bool may_be_last_gasp(const Scene& the)
{
    return the.peer().certificate && !the.status.peer_sender && !has_certified_run_ended(the) &&
           the.seen.attempts.tried<Wait>() == 0;
}

/// R5. A certificate that came back makes R5.2 begin again: only looks that found it gone count.
Maybe degrade(const Scene& the)
{
    if (!is_revoked(the) && the.watch.degrade)
    {
        Watch watch = the.watch;
        watch.degrade.reset();
        return save_watch(the, std::move(watch));
    }
    if (may_be_last_gasp(the))
        return step(Wait{last_gasp});
    if (auto next = revoke(the))
        return next;
    if (!is_revoked(the))
        return std::nullopt;
    if (!has_certified_run_ended(the))
    {
        if (auto next = need(the.seen, Subject::membership))
            return next;
        Maybe next;
        if (!has_delay_passed(the, next))
            return next;
    }
    return go_alone(the);
}

/// WAL of the timeline that our promotion made, which began where its mark is. A peer that follows has asked for it,
/// and may be promoted itself before any has come.
bool has_peer_some(const Scene& the)
{
    if (!the.is_streaming())
        return false;
    if (!the.state.alone)
        return true;
    const Lsn flush = the.status.peer_sender->flush;
    return the.state.alone->timeline == the.status.timeline ? flush >= the.state.alone->lsn
                                                            : flush > the.state.alone->lsn;
}

/// The peer has the timeline that our promotion made: no other one can have its number.
Maybe note_shared(const Scene& the)
{
    if (the.state.unshared == Timeline::none || !does_peer_follow(the) || !has_peer_some(the))
        return std::nullopt;
    LocalState state = the.state;
    state.unshared = Timeline::none;
    return save_state(the, std::move(state));
}

/// R6.4.
Maybe grant(const Scene& the, CertificateMode mode)
{
    const RunId& run = the.peer().run->run;
    // What was looked at before says nothing of the removal of the certificate that is granted now.
    if (the.watch.degrade)
    {
        Watch watch = the.watch;
        watch.degrade.reset();
        return save_watch(the, std::move(watch));
    }
    // A mark whose removal failed may be back after a crash: it must not come back beside a certificate.
    if (the.seen.attempts.failed<SaveState>() > 0)
        return std::nullopt;
    if (the.state.alone || the.state.certified != run)
    {
        LocalState state = the.state;
        state.alone.reset();
        state.certified = run;
        return save_state(the, std::move(state));
    }
    if (the.peer().data_status != DataStatus::in_sync)
        return may_try<Record>(the.seen) ? Maybe{step(Record{DataStatus::primary, DataStatus::in_sync})} : std::nullopt;
    const Certificate wanted{run, mode};
    if (the.peer().certificate != wanted)
        return may_try<SetCertificate>(the.seen) ? Maybe{step(SetCertificate{wanted})} : std::nullopt;
    if (the.peer().score != score_certified && may_try<SetPeerScore>(the.seen))
        return step(SetPeerScore{score_certified});
    return std::nullopt;
}

/// R6.3: every commit waits for the standby by now, and the standby has all that did not.
Maybe prove(const Scene& the)
{
    Watch watch = the.watch;
    watch.degrade.reset();
    const auto& certify = the.watch.certify;
    const bool is_of_this_pair = certify && certify->run == the.peer().run->run && certify->by == the.state.run;
    if (!is_of_this_pair || the.seen.server_seen_at < certify->names_set)
    {
        watch.certify = CertifyWatch{the.peer().run->run, the.state.run, the.seen.now, false, std::nullopt};
        return save_watch(the, std::move(watch));
    }
    // A wait event says nothing of the time after it was looked at.
    if (const auto age = the.seen.server_seen_at - certify->names_set; age < checkpointer_pause)
        return the.seen.remaining > 5s ? Maybe{step(Wait{checkpointer_pause - age})} : std::nullopt;
    if (!certify->is_idle_seen)
    {
        if (!the.status.is_checkpointer_idle)
            return std::nullopt;
        watch.certify->is_idle_seen = true;
        return save_watch(the, std::move(watch));
    }
    if (!certify->proof)
    {
        // The position must come from a look that began after the checkpointer was seen idle.
        if (the.seen.attempts.done<SaveWatch>() > 0 && the.seen.attempts.done<Wait>() == 0)
            return step(Wait{10ms});
        watch.certify->proof = the.status.end;
        return save_watch(the, std::move(watch));
    }
    if (the.status.peer_sender->flush < *certify->proof)
        return the.seen.attempts.tried<Wait>() < 5 ? Maybe{step(Wait{50ms})} : std::nullopt;
    return grant(the, CertificateMode::sync);
}

/// The peer's run holds a certificate that we did not grant it in this role and mode: a merged CIB brought it back
/// (H3), or it is an asynchronous one (H10).
bool holds_foreign_certificate(const Scene& the)
{
    const RunId& run = the.peer().run->run;
    const bool is_ours = the.state.certified == run && !the.state.alone;
    return holds_certificate(the.peer(), run) && !(is_ours && is_certified(the.peer(), run, ReplicationMode::sync));
}

/// The names are set.
Maybe keep_synchronous(const Scene& the)
{
    if (!the.is_synchronous() || !the.peer().run)
        return the.context.params.rep_mode == ReplicationMode::strict ? std::nullopt : degrade(the);
    if (holds_foreign_certificate(the))
        return revoke(the);
    if (holds_certificate(the.peer(), the.peer().run->run))
        return grant(the, CertificateMode::sync);
    return does_peer_follow(the) && !the.status.has_own_checkpoint ? prove(the) : std::nullopt;
}

/// R6.2. An older proof is forgotten first: it says nothing about names that are set anew.
Maybe begin_synchronous(const Scene& the)
{
    if (the.watch.certify || the.watch.degrade)
    {
        Watch watch = the.watch;
        watch.degrade.reset();
        watch.certify.reset();
        return save_watch(the, std::move(watch));
    }
    if (!may_try<SetSyncStandbyNames>(the.seen))
        return std::nullopt;
    return step(SetSyncStandbyNames{the.context.peer_sync_names});
}

/// R11.
Maybe keep_asynchronous(const Scene& the)
{
    if (the.is_sync_set())
        return degrade(the);
    const auto limit = the.context.params.max_promotion_lag_bytes;
    const bool is_near = the.is_streaming() && does_peer_follow(the) && (limit < 0 || the.lag() <= WalBytes{limit});
    return is_near ? grant(the, CertificateMode::async) : degrade(the);
}

/// R5.2 within one action, for a peer whose instance runs on an online node.
Maybe await_lagging_views(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::watch, Subject::membership))
        return next;
    if (!seen.membership)
        return wait_or(seen, look_pause, Reason::cluster_unknown);
    if (!seen.watch)
        return Next{
            Outcome{Reason::state_unreadable, {}}
        };
    Watch watch = *seen.watch;
    const auto was = watch.degrade;
    watch.degrade = with_this_look(seen, was, context);
    if (is_long_enough(*watch.degrade, context))
        return std::nullopt;
    if (was && was->first == watch.degrade->first && watch.degrade->last - was->last < look_pause)
        return wait_or(seen, look_pause, Reason::deadline_reached);
    if (seen.attempts.failed<SaveWatch>() > 0)
        return Next{
            Outcome{Reason::cannot_save_state, {}}
        };
    return step(SaveWatch{std::move(watch)});
}

} // namespace

Maybe sync_mode(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::watch))
        return next;
    if (seen.view() == nullptr || seen.status() == nullptr || !seen.state || seen.view()->peer.name.empty())
        return std::nullopt;
    const Scene scene{
        seen, context, *seen.view(), *seen.status(), *seen.state, seen.watch ? *seen.watch : Watch{},
    };
    if (auto next = note_shared(scene))
        return next;
    if (context.params.rep_mode == ReplicationMode::async)
        return keep_asynchronous(scene);
    if (scene.is_sync_set())
        return keep_synchronous(scene);
    const bool is_strict = context.params.rep_mode == ReplicationMode::strict;
    if (!scene.status.sync_standby_names.empty() && !is_strict)
        return degrade(scene);
    // A primary that was asynchronous until now may have no mark, and commits do not wait.
    if (!is_strict && !is_eligible(scene))
        return degrade(scene);
    return is_removal_due(scene) ? revoke(scene) : begin_synchronous(scene);
}

bool must_look_on(const Observation& seen, const Context& context)
{
    const bool is_too_seldom = context.monitor_interval > context.params.sync_degrade_delay / 2;
    return is_too_seldom && seen.watch && seen.watch->degrade && seen.remaining > kept_for_the_end;
}

Maybe remove_certificate(const Observation& seen)
{
    const NodeView& peer = seen.view()->peer;
    const bool may_be_unseen =
        peer.membership == Membership::online && peer.run && seen.attempts.done<SetCertificate>() == 0;
    if (!peer.certificate && !may_be_unseen)
        return std::nullopt;
    return may_try<SetCertificate>(seen, 2) ? step(SetCertificate{
                                                  std::nullopt
    })
                                            : Next{Outcome{Reason::cannot_record, {}}};
}

Maybe withdraw_licence(const Observation& seen, const Context& context)
{
    const NodeView& peer = seen.view()->peer;
    if (auto next = remove_certificate(seen))
        return next;
    if (peer.score.value_or(-infinity) > -infinity && may_try<SetPeerScore>(seen))
        return step(SetPeerScore{-infinity});
    if (peer.membership == Membership::pending)
        return wait_or(seen, 250ms, Reason::not_a_member);
    return peer.membership == Membership::online && peer.run ? await_lagging_views(seen, context) : std::nullopt;
}

} // namespace pgtwin::decide
