// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/promotion.hpp"
#include "pgtwin/decide/upkeep.hpp"

namespace pgtwin::decide
{
namespace
{

using namespace std::chrono_literals;

/// R6.1: how far the peer's flush position may be behind.
constexpr WalBytes catch_up_limit{16 * 1024 * 1024};
/// R6.3: what the checkpointer needs at least to see a reload.
constexpr std::chrono::milliseconds checkpointer_pause = 1s;

Next step(Step taken)
{
    return taken;
}

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
           run->timeline == the.status.timeline && !word.empty() && run->word == word && !the.peer().position;
}

/// R6.1.
bool is_eligible(const Scene& the)
{
    return does_peer_follow(the) && the.is_streaming() && the.lag() <= catch_up_limit && !the.status.has_own_checkpoint;
}

/// R5.1 and what goes with it; empty once the CIB shows all of it.
Maybe revoke(const Scene& the)
{
    if (the.peer().certificate && may_try<SetCertificate>(the.seen))
        return step(SetCertificate{std::nullopt});
    if (the.peer().score && *the.peer().score > -infinity && may_try<SetPeerScore>(the.seen))
        return step(SetPeerScore{-infinity});
    if (the.peer().data_status != DataStatus::stale && may_try<Record>(the.seen))
        return step(Record{DataStatus::primary, DataStatus::stale});
    return std::nullopt;
}

bool is_revoked(const Scene& the)
{
    return !the.peer().certificate && the.peer().data_status == DataStatus::stale;
}

/// R5.2, the quick way: the run that was certified cannot be promoted any more.
bool has_certified_run_ended(const Scene& the)
{
    if (the.state.certified.empty() && the.state.alone)
        return true;
    if (the.peer().membership == Membership::offline)
        return true;
    return the.peer().membership == Membership::online &&
           (!the.peer().run || the.peer().run->run != the.state.certified) && !the.state.certified.empty();
}

Maybe save_watch(const Scene& the, Watch watch)
{
    if (watch == the.watch)
        return std::nullopt;
    return step(SaveWatch{std::move(watch)});
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
    const auto delay = std::chrono::milliseconds{the.context.params.sync_degrade_delay};
    const auto& was = the.watch.degrade;
    const bool is_unbroken = was && was->membership == *the.seen.membership && the.seen.now >= was->last &&
                             the.seen.now - was->last <= delay / 2;
    if (is_unbroken && the.seen.now - was->first >= delay)
        return true;
    watch.degrade = DegradeWatch{is_unbroken ? was->first : the.seen.now, the.seen.now, *the.seen.membership};
    if (the.seen.attempts.tried<SaveWatch>() == 0)
        next = save_watch(the, std::move(watch));
    return false;
}

/// The mark of R5.2, then R5.3.
Maybe go_alone(const Scene& the)
{
    LocalState state = the.state;
    state.alone = AloneMark{the.status.system_identifier, the.status.timeline, the.status.end};
    state.certified.clear();
    const bool is_marked = the.state.alone && the.state.certified.empty();
    if (!is_marked)
        return step(SaveState{std::move(state)});
    if (!the.status.sync_standby_names.empty() && may_try<SetSyncStandbyNames>(the.seen, 2))
        return step(SetSyncStandbyNames{});
    return std::nullopt;
}

/// R5.
Maybe degrade(const Scene& the)
{
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

/// R6.4.
Maybe grant(const Scene& the)
{
    const RunId& run = the.peer().run->run;
    if (the.state.alone || the.state.certified != run)
    {
        LocalState state = the.state;
        state.alone.reset();
        state.certified = run;
        return step(SaveState{std::move(state)});
    }
    if (the.peer().data_status != DataStatus::in_sync)
        return may_try<Record>(the.seen) ? Maybe{step(Record{DataStatus::primary, DataStatus::in_sync})} : std::nullopt;
    if (!is_certified(the.peer(), run, ReplicationMode::sync))
        return may_try<SetCertificate>(the.seen)
                   ? Maybe{step(SetCertificate{Certificate{run, CertificateMode::sync}})}
                   : std::nullopt;
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
    if (!certify || certify->run != the.peer().run->run || the.seen.now < certify->names_set)
    {
        watch.certify = CertifyWatch{the.peer().run->run, the.seen.now, std::nullopt};
        return save_watch(the, std::move(watch));
    }
    if (the.seen.now - certify->names_set < checkpointer_pause)
        return std::nullopt;
    if (!certify->proof)
    {
        if (!the.status.is_checkpointer_idle)
            return std::nullopt;
        watch.certify->proof = the.status.end;
        return save_watch(the, std::move(watch));
    }
    if (the.status.peer_sender->flush < *certify->proof)
        return the.seen.attempts.tried<Wait>() < 5 ? Maybe{step(Wait{50ms})} : std::nullopt;
    return grant(the);
}

/// The names are set.
Maybe keep_synchronous(const Scene& the)
{
    if (!the.is_synchronous() || !the.peer().run)
        return the.context.params.rep_mode == ReplicationMode::strict ? std::nullopt : degrade(the);
    if (is_certified(the.peer(), the.peer().run->run, ReplicationMode::sync))
        return grant(the);
    return does_peer_follow(the) && !the.status.has_own_checkpoint ? prove(the) : std::nullopt;
}

/// R6.1 and R6.2. An older proof is forgotten first: it says nothing about names that are set anew.
Maybe begin_synchronous(const Scene& the)
{
    if (the.watch.certify || the.watch.degrade)
    {
        Watch watch = the.watch;
        watch.degrade.reset();
        watch.certify.reset();
        return step(SaveWatch{std::move(watch)});
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
    if (!is_near)
        return revoke(the);
    if (is_certified(the.peer(), the.peer().run->run, ReplicationMode::async))
        return std::nullopt;
    if (the.peer().data_status != DataStatus::in_sync && may_try<Record>(the.seen))
        return step(Record{DataStatus::primary, DataStatus::in_sync});
    if (may_try<SetCertificate>(the.seen))
        return step(SetCertificate{
            Certificate{the.peer().run->run, CertificateMode::async}
        });
    return may_try<SetPeerScore>(the.seen) ? Maybe{step(SetPeerScore{score_certified})} : std::nullopt;
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
    if (context.params.rep_mode == ReplicationMode::async)
        return keep_asynchronous(scene);
    if (scene.is_sync_set())
        return keep_synchronous(scene);
    if (!scene.status.sync_standby_names.empty())
        return degrade(scene);
    return is_eligible(scene) ? begin_synchronous(scene) : revoke(scene);
}

} // namespace pgtwin::decide
