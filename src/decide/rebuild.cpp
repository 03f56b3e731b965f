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

LocalState with_phase(const LocalState& state, Rebuild phase)
{
    LocalState next = state;
    next.rebuild = phase;
    return next;
}

constexpr const char* begun = "base backup: 0 %";

/// Slot, copy, and the durable word that the copy is complete.
Maybe copy(const Observation& seen)
{
    if (seen.attempts.done<EnsurePeerSlot>() == 0)
        return seen.attempts.failed<EnsurePeerSlot>() < backup_tries ? step(EnsurePeerSlot{})
                                                                     : give_up(seen, Reason::rebuild_no_slot);
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

/// The new directory is complete: it takes the old one's place, with a run of its own.
Maybe swap(const Observation& seen, const Context& context)
{
    if (seen.attempts.done<SwapDirectories>() == 0)
        return step(SwapDirectories{});
    if (auto next = configure(seen))
        return next;
    LocalState state = with_phase(*seen.state, Rebuild::none);
    state.run = context.fresh;
    state.role = Role::standby;
    state.alone.reset();
    state.words.clear();
    state.unshared = Timeline::none;
    state.followed.clear();
    state.certified.clear();
    state.origin = Origin::standby;
    return save(seen, std::move(state));
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

/// The new copy is proven by streaming; only then the old one may go.
Next run_new_copy(const Observation& seen, const Context& context)
{
    if (seen.attempts.done<PublishRun>() == 0 && seen.attempts.failed<PublishRun>() < 3)
        return step(PublishRun{run_record(*seen.state, Timeline::none)});
    if (!seen.processes)
        return wait_or(seen, 200ms, Reason::server_unknown);
    if (auto next = configure(seen))
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
    if (may_try<DisposeOldDirectory>(seen))
        return step(DisposeOldDirectory{});
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
    if (seen.state->rebuild != Rebuild::swapping)
        return *copy(seen);
    return *swap(seen, context);
}

} // namespace pgtwin::decide
