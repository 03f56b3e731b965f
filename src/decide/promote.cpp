// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/goals.hpp"
#include "pgtwin/decide/promotion.hpp"
#include "pgtwin/decide/upkeep.hpp"

namespace pgtwin::decide
{
namespace
{

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds pause_between_looks = 20ms;
/// The old primary sends all of its WAL before it ends: what is not here after these looks will not come. As many are
/// spent on a position of this node that was published and is not seen yet.
constexpr int looks_for_checkpoint = 100;
/// Those that may have been spent before included.
constexpr int looks_for_checkpointer = 200;

Timeline after(Timeline timeline)
{
    return Timeline{number(timeline) + 1};
}

/// What the operator has accepted, as far as it is known.
std::string given_up(const Observation& seen)
{
    const bool has_mark = seen.state && seen.state->alone;
    const std::string here = has_mark
                                 ? "this node had " + place_text(seen.state->alone->timeline, seen.state->alone->lsn)
                                 : std::string{"how far this node had come is not known"};
    const bool is_told = seen.view() != nullptr && seen.view()->peer.position && seen.view()->peer.position->has_data;
    if (!is_told)
        return here + ", how far the other one had come is not known";
    const Position& theirs = *seen.view()->peer.position;
    return here + ", the other one " + place_text(theirs.timeline, theirs.lsn);
}

/// PostgreSQL takes a higher timeline than the next one if it has seen that one's history.
bool is_announced(const LocalState& state, Timeline made)
{
    return state.word_of(made) == state.run || (state.alone && made == after(state.alone->timeline));
}

/// The server of a run that never was promoted: the record and the state file know of no promotion, and no monitor
/// would certify anybody by it.
bool was_promoted_by_hand(const Observation& seen, const Context& context)
{
    return context.is_run_by_pacemaker && (seen.state->run.empty() || seen.state->role != Role::primary);
}

/// The server runs as a primary: what is left is to make it usable for the next standby. The score is left to the first
/// monitor: this node was chosen with the one it has, and the application waits for the end of this action.
Next finish(const Observation& seen, const Context& context)
{
    if (seen.attempts.tried<PromoteServer>() == 0)
        return Outcome{was_promoted_by_hand(seen, context) ? Reason::server_foreign : Reason::already_primary, {}};
    const ServerStatus& status = *seen.status();
    if (seen.state && !is_announced(*seen.state, status.timeline) && seen.attempts.failed<SaveState>() == 0)
    {
        LocalState state = *seen.state;
        state.remember(status.timeline, state.run);
        return step(SaveState{std::move(state)});
    }
    if (may_try<CheckpointInBackground>(seen))
        return step(CheckpointInBackground{});
    if (may_try<EnsureSlot>(seen))
        return step(EnsureSlot{});
    if (seen.attempts.done<ClearOverride>() == 0)
        return Outcome{Reason::promoted, {}};
    if (auto next = need(seen, Subject::cluster))
        return *next;
    return Outcome{Reason::promoted_alone_by_operator, given_up(seen)};
}

/// On a switchover the old primary has published how far it went when it was shut down; its last record must have
/// arrived here. What a crashed primary wrote beyond what we have was never acknowledged and is not waited for.
bool is_shutdown_checkpoint_missing(const Observation& seen)
{
    const NodeView& peer = seen.view()->peer;
    const bool is_switchover = peer.run && peer.run->role == Role::standby && peer.membership == Membership::online &&
                               peer.data_status == DataStatus::primary;
    if (!is_switchover || !peer.position || peer.position->run != peer.run->run || !peer.position->is_orderly)
        return false;
    if (!peer.position->is_final)
        return false;
    return peer.position->timeline != seen.identity->history.timeline || seen.identity->end < peer.position->lsn;
}

Maybe await_shutdown_checkpoint(const Observation& seen)
{
    if (!is_shutdown_checkpoint_missing(seen))
        return std::nullopt;
    const Position& theirs = *seen.view()->peer.position;
    const std::string detail = "here " + place_text(seen.identity->history.timeline, seen.identity->end) + ", there " +
                               place_text(theirs.timeline, theirs.lsn);
    if (seen.attempts.tried<Wait>() >= looks_for_checkpoint)
        return Next{
            Outcome{Reason::shutdown_checkpoint_missing, detail}
        };
    return wait_or(seen, pause_between_looks, Reason::shutdown_checkpoint_missing);
}

/// R4: nobody else may hold a licence while the operator accepts a loss, and the order is good for one promotion. An
/// order by parameter cannot be removed here; the step says all the same that one was used.
Maybe clear_for_override(const Observation& seen, const Context& context)
{
    if (auto next = withdraw_licence(seen, context))
        return next;
    if (seen.attempts.done<ClearOverride>() > 0)
        return std::nullopt;
    return may_try<ClearOverride>(seen, 2) ? step(ClearOverride{
    })
                                           : Next{Outcome{Reason::cannot_record, {}}};
}

/// A promotion that was announced and not made is made under its word: the peer may see that announcement still, and
/// would take the timeline that it streams for another one.
RunId word_for(const LocalState& state, Timeline made, const RunId& fresh)
{
    const bool is_own_attempt = state.unshared != Timeline::none && number(made) >= number(state.unshared);
    const RunId announced = is_own_attempt ? state.word_of(made) : RunId{};
    return announced.empty() ? fresh : announced;
}

/// The state of the primary that this standby becomes.
LocalState announced(const Observation& seen, const Context& context)
{
    LocalState state = *seen.state;
    state.run = context.fresh;
    state.role = Role::primary;
    state.followed.clear();
    state.certified.clear();
    state.origin = Origin::primary;
    state.vain_starts = 0;
    state.alone = AloneMark{seen.identity->system_identifier, seen.identity->history.timeline, seen.identity->end};
    const Timeline made = after(seen.identity->history.timeline);
    state.remember(made, word_for(state, made, context.fresh));
    if (state.unshared == Timeline::none)
        state.unshared = made;
    return state;
}

/// A licence that the record itself would take away: killed after the record, the next promote must find the mark.
bool is_mark_first(const std::optional<Rule>& rule)
{
    return rule == Rule::first_run || rule == Rule::peer_cannot_start;
}

Maybe save_mark(const Observation& seen, const Context& context)
{
    // A write that failed may be readable now and gone after a crash.
    if (seen.attempts.failed<SaveState>() > 0)
        return Next{
            Outcome{Reason::cannot_save_state, {}}
        };
    if (seen.state->run == context.fresh)
        return std::nullopt;
    return step(SaveState{announced(seen, context)});
}

/// The record binds the peer: it is not written by a node that then cannot save its mark.
Maybe prove_saving(const Observation& seen)
{
    if (seen.attempts.failed<SaveState>() > 0)
        return Next{
            Outcome{Reason::cannot_save_state, {}}
        };
    return seen.attempts.done<SaveState>() == 0 ? Maybe{step(SaveState{*seen.state})} : std::nullopt;
}

/// The peer's first, by a write of its own: in between nobody is recorded as primary. Pacemaker goes on without an
/// election after a write for one node.
Maybe record(const Observation& seen)
{
    if (seen.is_without_cluster() || seen.attempts.done<Record>() >= 2)
        return std::nullopt;
    const ClusterView& view = *seen.view();
    const bool is_peer_done =
        view.peer.name.empty() || view.peer.data_status == DataStatus::stale || seen.attempts.done<Record>() > 0;
    if (is_peer_done && view.self.data_status == DataStatus::primary)
        return std::nullopt;
    if (seen.attempts.failed<Record>() >= 2)
        return Next{
            Outcome{Reason::cannot_record, {}}
        };
    return step(Record{is_peer_done ? DataStatus::primary : view.self.data_status, DataStatus::stale});
}

/// Record, mark, run id: all of it before the server opens.
Maybe announce(const Observation& seen, const Context& context, const std::optional<Rule>& rule)
{
    if (is_mark_first(rule))
        return save_mark(seen, context);
    if (auto next = record(seen))
        return prove_saving(seen).value_or(*next);
    if (auto next = save_mark(seen, context))
        return next;
    if (!seen.is_without_cluster() && seen.attempts.done<PublishRun>() == 0)
        return may_try<PublishRun>(seen, 2) ? step(PublishRun{
                                                  run_record(*seen.state, after(seen.identity->history.timeline))
        })
                                            : Next{Outcome{Reason::cannot_record, {}}};
    return std::nullopt;
}

/// The names are emptied, so that commits go on until a standby is certified; in strict mode they name the peer, so
/// that commits wait for it from the first one on (R10).
Maybe name_standby(const Observation& seen, const Context& context)
{
    const std::string wanted =
        context.params.rep_mode == ReplicationMode::strict ? context.peer_sync_names : std::string{};
    if (seen.status()->sync_standby_names != wanted)
        return may_try<SetSyncStandbyNames>(seen, 2) ? step(SetSyncStandbyNames{
                                                           wanted
        })
                                                     : Next{Outcome{Reason::cannot_promote, {}}};
    // Commits wait once the checkpointer has taken the names, which a busy one does late.
    if (!wanted.empty() && !seen.status()->is_checkpointer_idle && seen.attempts.tried<Wait>() < looks_for_checkpointer)
        return wait_or(seen, pause_between_looks, Reason::cannot_promote);
    return std::nullopt;
}

/// Sessions of the standby may hold its replay up for max_standby_streaming_delay, and all who write would wait for
/// them. One look each between two ends: who is ended takes a moment.
Next await_opening(const Observation& seen)
{
    if (seen.status()->is_replay_held_up && seen.attempts.tried<EndConflicts>() <= seen.attempts.tried<Wait>())
        return step(EndConflicts{});
    return wait_or(seen, pause_between_looks, Reason::cannot_promote);
}

/// Who accepts a loss is to lose nothing that the archive has: PostgreSQL replays all of it before it opens. Should the
/// command keep it from that, the mark is saved by now, and promotes this node with the next start.
Maybe use_archive(const Observation& seen)
{
    const bool is_override = seen.attempts.done<ClearOverride>() > 0;
    return is_override && may_try<SetArchive>(seen) ? Maybe{step(SetArchive{Archive::in_use})} : std::nullopt;
}

/// Everything is announced; the server is opened.
Next open(const Observation& seen, const Context& context)
{
    if (auto next = name_standby(seen, context))
        return *next;
    if (seen.status()->is_replay_paused && may_try<ResumeReplay>(seen))
        return step(ResumeReplay{});
    if (auto next = use_archive(seen))
        return *next;
    if (may_try<PromoteServer>(seen))
        return step(PromoteServer{});
    if (seen.attempts.done<PromoteServer>() == 0)
        return Outcome{Reason::cannot_promote, {}};
    return await_opening(seen);
}

/// A worker that waits for a stream beside the server that it started goes on as if that were a standby: it would put
/// its own run in the place of the primary's. One that has yet to stop the server would stop the primary.
Maybe end_worker(const Observation& seen)
{
    if (auto next = need(seen, Subject::worker))
        return next;
    const bool is_gone = seen.is_worker_running ? !*seen.is_worker_running : seen.attempts.done<EndWorker>() > 0;
    if (is_gone)
        return std::nullopt;
    if (may_try<EndWorker>(seen, 2))
        return step(EndWorker{});
    return Next{
        Outcome{Reason::cannot_promote, seen.failure}
    };
}

/// The guard, by a fresh look; empty once it has passed.
Maybe guard(const Observation& seen, const Context& context, const Verdict& verdict)
{
    if (!verdict.rule && verdict.refusal == Reason::peer_position_missing)
    {
        // The monitors publish it, and Pacemaker may promote before the next one.
        if (auto next = offer_position(seen))
            return next;
        if (seen.attempts.tried<Wait>() < looks_for_checkpoint)
            return wait_or(seen, pause_between_looks, verdict.refusal);
    }
    if (!verdict.rule && seen.view() != nullptr && may_try<SetOwnScore>(seen))
        return step(SetOwnScore{-infinity});
    if (!verdict.rule)
        return Next{
            Outcome{verdict.refusal, verdict.detail}
        };
    if (auto next = end_worker(seen))
        return next;
    if (verdict.rule == Rule::operator_override)
        return clear_for_override(seen, context);
    if (verdict.rule == Rule::certified)
        return await_shutdown_checkpoint(seen);
    // Whoever was primary last may have certified the peer's run and ended before any CIB showed it.
    return verdict.rule == Rule::compared ? remove_certificate(seen) : std::nullopt;
}

/// The guard has passed in this action, which has used up the licence: the run it was given to, or the operator's
/// order.
bool has_passed_guard(const Observation& seen, const Context& context)
{
    return seen.state->run == context.fresh || seen.attempts.done<ClearOverride>() > 0;
}

/// The guard has passed and its licence is used up; what forbids to go on is a peer that became primary meanwhile.
Maybe still_holds(const Observation& seen, const Context& context)
{
    if (seen.is_without_cluster() && !context.is_run_by_pacemaker)
        return std::nullopt;
    if (seen.view() == nullptr)
        return wait_or(seen, 250ms, Reason::cluster_unknown);
    if (!is_peer_primary(*seen.view()))
        return std::nullopt;
    return Next{
        Outcome{Reason::peer_is_primary, {}}
    };
}

/// A server whose settings are lower than those of its primary has paused itself, and ends when it is to go on: before
/// the peer is bound by what a promotion announces.
Maybe end_pause(const Observation& seen, const Context& context)
{
    if (seen.state->run == context.fresh)
        return std::nullopt;
    if (seen.status()->is_replay_paused && may_try<ResumeReplay>(seen))
        return step(ResumeReplay{});
    const bool is_replaying = seen.attempts.done<ResumeReplay>() > 0 && !seen.status()->is_waiting_for_wal;
    return is_replaying ? Maybe{wait_or(seen, pause_between_looks, Reason::cannot_promote)} : std::nullopt;
}

} // namespace

Next promote(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::processes, Subject::server, Subject::state))
        return *next;
    if (seen.processes && *seen.processes != Processes::postmaster)
        return Outcome{Reason::not_running, "start it first, then promote it"};
    if (!seen.state)
        return Outcome{Reason::state_unreadable, {}};
    if (seen.status() == nullptr)
        return wait_or(seen, pause_between_looks, Reason::server_unknown);
    if (seen.status()->role == Role::primary)
        return finish(seen, context);
    if (seen.attempts.done<PromoteServer>() > 0)
        return await_opening(seen);
    if (auto next = need_for_promotion(seen))
        return *next;
    const bool has_passed = has_passed_guard(seen, context);
    const Verdict verdict = has_passed ? Verdict{} : may_promote(seen, context);
    if (auto next = has_passed ? still_holds(seen, context) : guard(seen, context, verdict))
        return *next;
    if (auto next = end_pause(seen, context))
        return *next;
    if (!seen.identity)
        return Outcome{Reason::server_unknown, {}};
    if (auto next = announce(seen, context, verdict.rule))
        return *next;
    return open(seen, context);
}

} // namespace pgtwin::decide
