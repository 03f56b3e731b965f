// SPDX-License-Identifier: GPL-2.0-or-later
#include "rebuild.hpp"

#include <algorithm>
#include <array>

#include "pgtwin/decide/goals.hpp"
#include "pgtwin/decide/promotion.hpp"
#include "pgtwin/decide/upkeep.hpp"

namespace pgtwin::decide
{
namespace
{

using namespace std::chrono_literals;

constexpr int swap_tries = 3;
constexpr int rehearsals = 3;
/// Before each try of a base backup.
constexpr std::array<std::chrono::milliseconds, 5> backup_pauses{0s, 5s, 20s, 60s, 180s};
constexpr int backup_tries = backup_pauses.size();
/// The server is stopped by then: it is not kept down for a slot that cannot be had.
constexpr int slot_tries = 3;
/// How many looks the server of a rewound directory has to stream.
constexpr int looks_for_rewound = 600;

Maybe stop_server(const Observation& seen)
{
    if (!seen.processes)
        return wait_or(seen, 1s, Reason::server_unknown);
    if (*seen.processes == Processes::postmaster && seen.attempts.tried<StopFast>() == 0)
        return step(StopFast{20s});
    if (*seen.processes == Processes::postmaster && seen.attempts.tried<StopImmediate>() == 0)
        return step(StopImmediate{20s});
    if (*seen.processes != Processes::none)
        return seen.attempts.tried<KillAll>() < 3 ? step(KillAll{
        })
                                                  : Next{Outcome{Reason::cannot_stop, {}}};
    return std::nullopt;
}

/// The worker goes no further than it can remember.
Next save(const Observation& seen, LocalState state)
{
    if (seen.attempts.failed<SaveState>() >= 3)
        return Outcome{Reason::cannot_save_state, {}};
    return step(SaveState{std::move(state)});
}

constexpr const char* torn = "torn";
constexpr const char* damaged = "damaged";

/// What is displaced by the copy, as the state remembers it; of a directory whose repair goes on it was told before.
std::string worth_of_directory(const Observation& seen)
{
    const LocalState& state = *seen.state;
    if (state.rebuild == Rebuild::rewinding)
        return torn;
    if (state.rebuild != Rebuild::none && !state.rebuild_reason.empty())
        return state.rebuild_reason;
    const bool is_damaged = seen.directory && seen.directory->kind == DirectoryKind::incomplete;
    return is_damaged || state.is_hopeless() ? damaged : "";
}

OldCopy worth_of_old_copy(const LocalState& state)
{
    if (state.rebuild_reason == torn)
        return OldCopy::torn;
    return state.rebuild_reason == damaged ? OldCopy::damaged : OldCopy::usable;
}

LocalState with_phase(const Observation& seen, Rebuild phase)
{
    LocalState next = *seen.state;
    next.rebuild_reason = worth_of_directory(seen);
    next.rebuild = phase;
    return next;
}

std::string begun()
{
    return Resync{ResyncPhase::copying, 0, 0, 0, 0, {}, {}}.text();
}

/// WAL that a copy or a rewind will need is kept from before it begins.
Maybe reserve_wal(const Observation& seen)
{
    if (seen.attempts.done<EnsurePeerSlot>() > 0)
        return std::nullopt;
    if (seen.attempts.failed<EnsurePeerSlot>() >= slot_tries)
        return give_up(seen, Reason::rebuild_no_slot);
    if (seen.attempts.failed<EnsurePeerSlot>() <= seen.attempts.tried<Wait>())
        return step(EnsurePeerSlot{});
    return wait_for_remedy(seen, growing_pause(seen), Reason::rebuild_no_slot, seen.failure);
}

/// The next try, after a growing pause; why the one before failed is told first.
Next try_copy(const Observation& seen)
{
    const int failed = seen.attempts.failed<BaseBackup>();
    if (failed >= backup_tries)
        return give_up(seen, Reason::rebuild_copy_failed);
    const std::string failure =
        resync_text(ResyncPhase::waiting, Reason::rebuild_copy_failed,
                    "try " + std::to_string(failed) + " of " + std::to_string(backup_tries) + ": " + seen.failure);
    if (failed > 0 && seen.resync != failure)
        return step(PublishResync{failure, Severity::warning});
    BaseBackup backup;
    if (seen.source)
        for (const BackupPart& part : *seen.source)
            if (!part.location.empty())
                backup.tablespaces.push_back(part.location);
    backup.pause = backup_pauses.at(static_cast<std::size_t>(failed));
    return step(std::move(backup));
}

/// Copy, and the durable word that the copy is complete.
Next copy(const Observation& seen, const Context& context)
{
    if (seen.state->rebuild == Rebuild::none)
        return save(seen, with_phase(seen, Rebuild::copying));
    if (seen.attempts.done<BaseBackup>() > 0)
        return save(seen, with_phase(seen, Rebuild::swapping));
    if (auto next = prove_room(seen, context))
        return *next;
    if (seen.attempts.tried<BaseBackup>() == 0 && seen.resync != begun())
        return step(PublishResync{begun()});
    return try_copy(seen);
}

bool is_swap_hopeless(const Observation& seen)
{
    return seen.attempts.done<SwapDirectories>() == 0 && seen.attempts.failed<SwapDirectories>() >= swap_tries;
}

/// Where there is no directory at all, its disk was lost during the swap, the new copy with it: the next worker takes
/// another one.
Next end_without_swap(const Observation& seen)
{
    if (auto next = need(seen, Subject::directory))
        return *next;
    const bool is_lost = seen.directory && (seen.directory->kind == DirectoryKind::absent ||
                                            seen.directory->kind == DirectoryKind::empty);
    if (is_lost && seen.state->rebuild == Rebuild::swapping && seen.attempts.failed<SaveState>() == 0)
        return step(SaveState{with_phase(seen, Rebuild::copying)});
    return give_up(seen, Reason::rebuild_swap_failed);
}

/// R0, also for the new copy.
Maybe configure(const Observation& seen, const Context& context)
{
    if (may_try<WriteStandbyConfiguration>(seen, 3))
        return step(WriteStandbyConfiguration{{.archive = archive_at_start(context)}});
    if (seen.attempts.done<WriteStandbyConfiguration>() > 0)
        return std::nullopt;
    return Next{
        Outcome{Reason::cannot_configure_standby, {}}
    };
}

/// The state of a repaired directory: a run of its own, no mark, nobody followed yet.
LocalState new_state(const Observation& seen, const Context& context, Rebuild phase)
{
    LocalState state = *seen.state;
    state.rebuild = phase;
    state.run = context.fresh;
    state.role = Role::standby;
    state.alone.reset();
    state.words.clear();
    state.unshared = Timeline::none;
    state.followed.clear();
    state.certified.clear();
    state.origin = Origin::standby;
    return state;
}

/// Whether the directory only left the history of the primary, and nobody may rely on what it has beyond: a mark
/// says that somebody may. A timeline of ours that nobody else has might be taken for another one of its number.
/// Without checksums or hint bits in the WAL nobody knows which pages differ (manual, pg_rewind).
bool has_only_left_history(const Observation& seen)
{
    const LocalState& state = *seen.state;
    const bool is_shared = !state.alone && state.unshared == Timeline::none;
    if (state.rebuild != Rebuild::none || state.is_hopeless() || !is_shared || !seen.directory->control)
        return false;
    const ControlData& control = *seen.directory->control;
    const Timeline mine = seen.directory->history.timeline;
    const TimelineHistory& theirs = seen.upstream->history;
    return (control.wal_log_hints || control.data_checksums) && mine != theirs.timeline && theirs.contains(mine);
}

bool is_rewindable(const Observation& seen)
{
    if (!has_only_left_history(seen))
        return false;
    const ControlState state = seen.directory->control->state;
    return state == ControlState::shut_down || state == ControlState::shut_down_in_recovery;
}

/// A rewind changes the only directory: whatever can go wrong should do so before. Empty: a base backup it is.
Maybe rehearse(const Observation& seen)
{
    const int failed = seen.attempts.failed<RehearseRewind>();
    if (failed < rehearsals)
        return step(RehearseRewind{failed == 0 ? 0s : 2s});
    const std::string text = Resync{ResyncPhase::preparing,
                                    0,
                                    0,
                                    0,
                                    0,
                                    {},
                                    "a base backup follows, since a rewind is not possible: " + seen.failure}
                                 .text();
    return seen.resync == text ? Maybe{} : step(PublishResync{text, Severity::warning});
}

/// The short way back for a former primary; empty if it is not open.
Maybe rewind(const Observation& seen, const Context& context)
{
    const bool is_prepared = seen.attempts.done<RehearseRewind>() > 0;
    if (!is_prepared)
        return is_rewindable(seen) ? rehearse(seen) : std::nullopt;
    if (seen.state->rebuild == Rebuild::none)
        return save(seen, with_phase(seen, Rebuild::rewinding));
    if (seen.state->rebuild != Rebuild::rewinding || seen.attempts.failed<Rewind>() > 0)
        return std::nullopt;
    if (seen.attempts.done<Rewind>() == 0)
        return step(Rewind{});
    if (auto next = configure(seen, context))
        return next;
    return save(seen, new_state(seen, context, Rebuild::rewinding));
}

/// The new directory is complete: it takes the old one's place, with a run of its own.
Maybe swap(const Observation& seen, const Context& context)
{
    if (seen.attempts.done<SwapDirectories>() == 0)
        return step(SwapDirectories{worth_of_old_copy(*seen.state)});
    if (auto next = configure(seen, context))
        return next;
    return save(seen, new_state(seen, context, Rebuild::none));
}

bool is_streaming(const Observation& seen)
{
    return seen.status() != nullptr && seen.status()->receiver && seen.status()->receiver->status == "streaming";
}

/// The primary was lost before the new copy could stream. Its node waits for the position of this one: without it
/// neither would be promoted as long as the worker lives.
Maybe stand_without_primary(const Observation& seen, const Context& context)
{
    if (seen.status() == nullptr)
        return std::nullopt;
    if (auto next = need(seen, Subject::cluster))
        return next;
    if (seen.view() == nullptr || is_peer_primary(*seen.view()))
        return std::nullopt;
    return standby_upkeep(seen, context);
}

/// The rewind was for nothing. What is left is not worth a server; the next worker replaces it.
Maybe give_up_rewound(const Observation& seen)
{
    const bool is_over = seen.attempts.tried<Wait>() >= looks_for_rewound || seen.attempts.failed<StartServer>() >= 2;
    if (seen.state->rebuild != Rebuild::rewinding || !is_over)
        return std::nullopt;
    if (*seen.processes == Processes::postmaster && seen.attempts.tried<StopImmediate>() == 0)
        return step(StopImmediate{20s});
    if (*seen.processes != Processes::none && seen.attempts.tried<KillAll>() < 3)
        return step(KillAll{});
    return give_up(seen, Reason::rewind_failed);
}

/// A server runs in the new copy, in a run that the cluster knows if it takes it.
Maybe run_server(const Observation& seen, const Context& context)
{
    if (seen.attempts.done<PublishRun>() == 0 && seen.attempts.failed<PublishRun>() < 3)
        return step(PublishRun{run_record(*seen.state, Timeline::none)});
    if (!seen.processes)
        return wait_or(seen, 200ms, Reason::server_unknown);
    if (auto next = configure(seen, context))
        return next;
    if (auto next = give_up_rewound(seen))
        return next;
    if (*seen.processes == Processes::none)
        return may_try<StartServer>(seen, 2) ? step(StartServer{}) : give_up(seen, Reason::cannot_start);
    return need(seen, Subject::server);
}

Maybe await_stream(const Observation& seen, const Context& context)
{
    if (is_streaming(seen))
        return std::nullopt;
    if (auto next = stand_without_primary(seen, context))
        return next;
    return wait_on(seen, 200ms, Reason::rebuild_not_streaming, {});
}

/// The new copy is proven by streaming; only then the old one may go.
Next run_new_copy(const Observation& seen, const Context& context)
{
    if (auto next = run_server(seen, context))
        return *next;
    if (auto next = await_stream(seen, context))
        return *next;
    if (auto next = watch_server(seen, context))
        return *next;
    if (auto next = standby_upkeep(seen, context))
        return *next;
    if (seen.attempts.done<Rewind>() == 0 && may_try<DisposeOldDirectory>(seen))
        return step(DisposeOldDirectory{worth_of_old_copy(*seen.state)});
    if (!seen.resync || !seen.resync->empty())
        return step(PublishResync{});
    return Outcome{Reason::rebuilt, {}};
}

/// Before anything is touched. A copy that is complete needs no source any more, and a rewind no room.
Maybe prove_all(const Observation& seen, const Context& context)
{
    if (seen.state->rebuild == Rebuild::swapping || seen.attempts.done<BaseBackup>() > 0)
        return std::nullopt;
    if (auto next = prove_source(seen))
        return next;
    const bool may_rewind = has_only_left_history(seen) && seen.attempts.failed<RehearseRewind>() < rehearsals;
    const bool is_stopped = seen.processes && *seen.processes == Processes::none;
    if (may_rewind || is_stopped || !seen.processes)
        return std::nullopt;
    return prove_room(seen, context);
}

} // namespace

Next rebuild(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::state, Subject::processes))
        return *next;
    if (!seen.state)
        return Outcome{Reason::state_unreadable, {}};
    const bool is_new_copy_in_place = seen.state->run == context.fresh;
    if (is_new_copy_in_place)
        return run_new_copy(seen, context);
    if (is_swap_hopeless(seen))
        return end_without_swap(seen);
    if (auto next = prove_all(seen, context))
        return *next;
    if (auto next = stop_server(seen))
        return *next;
    if (seen.state->rebuild == Rebuild::swapping)
        return *swap(seen, context);
    if (auto next = reserve_wal(seen))
        return *next;
    if (auto next = need(seen, Subject::directory))
        return *next;
    if (seen.directory)
        if (auto next = rewind(seen, context))
            return *next;
    return copy(seen, context);
}

} // namespace pgtwin::decide
