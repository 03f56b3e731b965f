// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/goals.hpp"
#include "pgtwin/decide/promotion.hpp"
#include "pgtwin/decide/upkeep.hpp"
#include "pgtwin/message/message.hpp"

namespace pgtwin::decide
{
namespace
{

using namespace std::chrono_literals;

constexpr int backup_tries = 3;
/// How many looks may find no progress before people are told, and between two such lines.
constexpr int looks_for_source = 5;
constexpr int looks_for_stream = 50;
/// How many looks may find no primary before the worker ends. While it lives, its node says nothing that lets the other
/// one be promoted; the next monitor that sees a primary launches it again.
constexpr int looks_for_primary = 10;
constexpr int rehearsals = 3;
/// How many looks the server of a rewound directory has to stream.
constexpr int looks_for_rewound = 600;

Next step(Step taken)
{
    return taken;
}

std::string text_of(Reason reason, const std::string& why)
{
    const std::string text{message::message_of(reason).text};
    return why.empty() ? text : text + ": " + why;
}

/// Waits on; what holds the worker up is told to people while it does, by the log and by the attribute.
Next wait_on(const Observation& seen, std::chrono::milliseconds pause, Reason reason, const std::string& why)
{
    const int looks = pause >= 1s ? looks_for_source : looks_for_stream;
    const bool is_due = seen.attempts.tried<Wait>() >= looks * (1 + seen.attempts.tried<PublishResync>());
    std::string text = "waiting: " + text_of(reason, why);
    if (is_due && seen.resync != text && seen.remaining > 2s)
        return step(PublishResync{std::move(text), Severity::warning});
    return wait_or(seen, pause, reason, why);
}

/// The worker ends; the attribute names the cause as well as the log.
Next give_up(const Observation& seen, Reason reason)
{
    std::string text = text_of(reason, seen.failure);
    if (seen.resync != text)
        return step(PublishResync{std::move(text), Severity::warning});
    return Outcome{reason, seen.failure};
}

/// Why the source cannot be asked.
std::string what_is_missing(const Observation& seen)
{
    if (seen.view() == nullptr)
        return "the cluster cannot be read";
    return is_peer_primary(*seen.view()) ? seen.upstream.why() : "the cluster shows no primary";
}

/// The source is proven before anything is touched: cluster and source itself call it primary, same system, same
/// version.
Maybe prove_source(const Observation& seen)
{
    if (auto next = need(seen, Subject::cluster, Subject::upstream, Subject::directory))
        return next;
    const bool is_without_primary = seen.view() != nullptr && !is_peer_primary(*seen.view());
    if (is_without_primary && seen.attempts.tried<Wait>() >= looks_for_primary)
        return give_up(seen, Reason::rebuild_no_source);
    if (seen.view() == nullptr || is_without_primary || !seen.upstream)
        return wait_on(seen, 1s, Reason::rebuild_no_source, what_is_missing(seen));
    if (seen.upstream->role != Role::primary)
        return wait_on(seen, 1s, Reason::rebuild_source_not_primary, {});
    if (!seen.directory)
        return wait_on(seen, 1s, Reason::directory_unknown, seen.directory.why());
    const auto& control = seen.directory->control;
    if (control && control->system_identifier != seen.upstream->system_identifier)
        return Next{
            Outcome{Reason::rebuild_wrong_system, {}}
        };
    if (seen.directory->program_version != 0 && seen.upstream->major_version != seen.directory->program_version)
        return Next{
            Outcome{Reason::rebuild_version_differs, "primary " + std::to_string(seen.upstream->major_version) +
                                                         ", programs here " +
                                                         std::to_string(seen.directory->program_version)}
        };
    return std::nullopt;
}

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

LocalState with_phase(const LocalState& state, Rebuild phase)
{
    LocalState next = state;
    next.rebuild_reason = state.rebuild == Rebuild::rewinding ? torn : "";
    next.rebuild = phase;
    return next;
}

constexpr const char* begun = "base backup: 0 %";

/// WAL that a copy or a rewind will need is kept from before it begins.
Maybe reserve_wal(const Observation& seen)
{
    if (seen.attempts.done<EnsurePeerSlot>() > 0)
        return std::nullopt;
    return seen.attempts.failed<EnsurePeerSlot>() < backup_tries ? step(EnsurePeerSlot{})
                                                                 : give_up(seen, Reason::rebuild_no_slot);
}

/// Copy, and the durable word that the copy is complete.
Maybe copy(const Observation& seen)
{
    if (seen.state->rebuild == Rebuild::none)
        return save(seen, with_phase(*seen.state, Rebuild::copying));
    if (seen.attempts.tried<BaseBackup>() == 0 && seen.resync != begun)
        return step(PublishResync{begun});
    if (seen.attempts.done<BaseBackup>() == 0)
        return seen.attempts.failed<BaseBackup>() < backup_tries ? step(BaseBackup{})
                                                                 : give_up(seen, Reason::rebuild_copy_failed);
    return save(seen, with_phase(*seen.state, Rebuild::swapping));
}

bool is_swap_hopeless(const Observation& seen)
{
    return seen.attempts.done<SwapDirectories>() == 0 && seen.attempts.failed<SwapDirectories>() >= backup_tries;
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
        return step(SaveState{with_phase(*seen.state, Rebuild::copying)});
    return give_up(seen, Reason::rebuild_swap_failed);
}

/// R0, also for the new copy.
Maybe configure(const Observation& seen)
{
    if (may_try<WriteStandbyConfiguration>(seen, 3))
        return step(WriteStandbyConfiguration{});
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
bool is_rewindable(const Observation& seen)
{
    const LocalState& state = *seen.state;
    const bool is_shared = !state.alone && state.unshared == Timeline::none;
    if (state.rebuild != Rebuild::none || !is_shared || !seen.directory->control)
        return false;
    const ControlData& control = *seen.directory->control;
    const bool is_clean =
        control.state == ControlState::shut_down || control.state == ControlState::shut_down_in_recovery;
    const Timeline mine = seen.directory->history.timeline;
    const TimelineHistory& theirs = seen.upstream->history;
    return is_clean && (control.wal_log_hints || control.data_checksums) && mine != theirs.timeline &&
           theirs.contains(mine);
}

/// A rewind changes the only directory: whatever can go wrong should do so before. Empty: a base backup it is.
Maybe rehearse(const Observation& seen)
{
    const int failed = seen.attempts.failed<RehearseRewind>();
    if (failed < rehearsals)
        return step(RehearseRewind{failed == 0 ? 0s : 2s});
    const std::string text = "a base backup follows, since a rewind is not possible: " + seen.failure;
    return seen.resync == text ? Maybe{} : step(PublishResync{text, Severity::warning});
}

/// The short way back for a former primary; empty if it is not open.
Maybe rewind(const Observation& seen, const Context& context)
{
    const bool is_prepared = seen.attempts.done<RehearseRewind>() > 0;
    if (!is_prepared)
        return is_rewindable(seen) ? rehearse(seen) : std::nullopt;
    if (seen.state->rebuild == Rebuild::none)
        return save(seen, with_phase(*seen.state, Rebuild::rewinding));
    if (seen.state->rebuild != Rebuild::rewinding || seen.attempts.failed<Rewind>() > 0)
        return std::nullopt;
    if (seen.attempts.done<Rewind>() == 0)
        return step(Rewind{});
    if (auto next = configure(seen))
        return next;
    return save(seen, new_state(seen, context, Rebuild::rewinding));
}

/// The new directory is complete: it takes the old one's place, with a run of its own.
Maybe swap(const Observation& seen, const Context& context)
{
    if (seen.attempts.done<SwapDirectories>() == 0)
        return step(SwapDirectories{});
    if (auto next = configure(seen))
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

/// The new copy is proven by streaming; only then the old one may go.
Next run_new_copy(const Observation& seen, const Context& context)
{
    if (seen.attempts.done<PublishRun>() == 0 && seen.attempts.failed<PublishRun>() < 3)
        return step(PublishRun{run_record(*seen.state, Timeline::none)});
    if (!seen.processes)
        return wait_or(seen, 200ms, Reason::server_unknown);
    if (auto next = configure(seen))
        return *next;
    if (auto next = give_up_rewound(seen))
        return *next;
    if (*seen.processes == Processes::none)
        return may_try<StartServer>(seen, 2) ? step(StartServer{}) : give_up(seen, Reason::cannot_start);
    if (auto next = need(seen, Subject::server))
        return *next;
    if (!is_streaming(seen))
        if (auto next = stand_without_primary(seen, context))
            return *next;
    if (!is_streaming(seen))
        return wait_on(seen, 200ms, Reason::rebuild_not_streaming, {});
    if (auto next = watch_server(seen, context))
        return *next;
    if (auto next = standby_upkeep(seen, context))
        return *next;
    if (seen.attempts.done<Rewind>() == 0 && may_try<DisposeOldDirectory>(seen))
        return step(DisposeOldDirectory{seen.state->rebuild_reason == torn});
    if (!seen.resync || !seen.resync->empty())
        return step(PublishResync{});
    return Outcome{Reason::rebuilt, {}};
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
    if (seen.state->rebuild != Rebuild::swapping)
        if (auto next = prove_source(seen))
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
    return *copy(seen);
}

} // namespace pgtwin::decide
