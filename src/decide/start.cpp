// SPDX-License-Identifier: GPL-2.0-or-later
#include <string_view>

#include "pgtwin/decide/goals.hpp"
#include "pgtwin/decide/promotion.hpp"
#include "pgtwin/decide/upkeep.hpp"
#include "pgtwin/decide/warnings.hpp"

namespace pgtwin::decide
{
namespace
{

using namespace std::chrono_literals;

/// How long `start` lets a standby connect before it leaves the rest to monitor.
constexpr int looks_before_started = 30;
/// What recovers for longer than these takes may do so for long.
constexpr int looks_for_recovery = 20;
/// Pacemaker promotes nobody before every start has ended.
constexpr std::chrono::milliseconds patience_with_recovery = 15s;

Origin origin_of(const Directory& directory)
{
    if (directory.kind == DirectoryKind::absent || directory.kind == DirectoryKind::empty || !directory.control)
        return Origin::none;
    const ControlState state = directory.control->state;
    const bool was_recovering =
        state == ControlState::shut_down_in_recovery || state == ControlState::in_archive_recovery;
    return directory.has_standby_signal || was_recovering ? Origin::standby : Origin::primary;
}

/// A new run, saved before anything else; how the directory was left is noted before R0 changes it.
LocalState new_run(const Observation& seen, const Context& context)
{
    LocalState state = *seen.state;
    state.run = context.fresh;
    state.role = Role::standby;
    state.followed.clear();
    state.certified.clear();
    state.is_orderly = is_orderly(*seen.state, *seen.directory);
    if (state.origin == Origin::unknown || state.origin == Origin::none)
        state.origin = origin_of(*seen.directory);
    return state;
}

/// Run, score: what must be in the cluster before the server runs. A cluster that does not answer is waited for.
Maybe announce(const Observation& seen)
{
    if (auto next = need(seen, Subject::cluster))
        return next;
    if (seen.is_without_cluster())
        return std::nullopt;
    if (seen.view() == nullptr)
        return wait_or(seen, 250ms, Reason::cluster_unknown, seen.cluster.why());
    if (seen.attempts.done<PublishRun>() == 0)
        return seen.attempts.failed<PublishRun>() < 3 ? step(PublishRun{
                                                            run_record(*seen.state, Timeline::none)
        })
                                                      : Next{Outcome{Reason::cannot_record, {}}};
    if (seen.view()->self.score != -infinity && may_try<SetOwnScore>(seen))
        return step(SetOwnScore{-infinity});
    return std::nullopt;
}

bool is_without_data(const Observation& seen)
{
    return seen.directory->kind == DirectoryKind::absent || seen.directory->kind == DirectoryKind::empty;
}

/// A directory that only the worker can make usable again.
Next start_worker(const Observation& seen, const Context& context)
{
    if (auto next = empty_upkeep(seen, context))
        return *next;
    const bool is_launched = seen.attempts.done<LaunchWorker>() > 0;
    return Outcome{is_launched ? Reason::started_rebuilding : Reason::started_waiting_for_primary, {}};
}

/// Told before the outcome, once per action: the state was saved for the new run before.
Maybe count_vain_start(const Observation& seen)
{
    if (seen.attempts.done<SaveState>() > 1 || seen.attempts.failed<SaveState>() > 0)
        return std::nullopt;
    LocalState state = *seen.state;
    state.vain_starts++;
    return step(SaveState{std::move(state)});
}

/// The worker has a try after 3, 6, 12, 24... of them: a cause that lies elsewhere than in the data outlives it.
bool is_worker_due(int vain_starts)
{
    const auto rounds = static_cast<unsigned>(vain_starts / hopeless_starts);
    return vain_starts % hopeless_starts == 0 && (rounds & (rounds - 1U)) == 0;
}

/// What the server said when it did not start.
std::string start_failure(const Observation& seen)
{
    return seen.attempts.failed<StartServer>() > 0 ? seen.failure : std::string{};
}

/// A primary has the data that this server lacks, if it is the data that keep it from starting. The worker proves
/// everything before it touches them.
Next give_up_server(const Observation& seen, Reason reason, const std::string& cause)
{
    if (seen.view() == nullptr || !is_peer_primary(*seen.view()))
        return Outcome{reason, cause};
    if (auto next = count_vain_start(seen))
        return *next;
    if (seen.attempts.done<SaveState>() > 1 && is_worker_due(seen.state->vain_starts) && may_try<LaunchWorker>(seen))
        return step(LaunchWorker{"cannot-start"});
    return seen.attempts.done<LaunchWorker>() > 0 ? Outcome{Reason::started_rebuilding, {}} : Outcome{reason, cause};
}

/// What the server says when it refuses every session, after "FATAL:  " and the SQLSTATE. Where that is a matter of
/// logging in, the hint tells more.
std::string why_shut_out(const std::string& said)
{
    constexpr std::string_view severity = "FATAL:  ";
    constexpr std::string_view state = "00000: ";
    const std::size_t at = said.find(severity);
    if (at == std::string::npos || said.size() < at + severity.size() + state.size())
        return {};
    const std::string words = said.substr(at + severity.size());
    return words.starts_with("28") ? std::string{} : words.substr(state.size());
}

Next give_up_shut_out(const Observation& seen)
{
    if (auto next = need(seen, Subject::identity))
        return *next;
    return give_up_server(seen, Reason::login_refused, why_shut_out(seen.identity.why()));
}

Next start_server(const Observation& seen, const Context& context)
{
    if (auto next = refuse_settings_on_disk(seen, context))
        return *next;
    if (may_try<WriteStandbyConfiguration>(seen))
        return step(WriteStandbyConfiguration{first_settings(seen, context)});
    if (seen.attempts.done<WriteStandbyConfiguration>() == 0)
        return Outcome{Reason::cannot_configure_standby, seen.failure};
    if (may_try<StartServer>(seen))
        return step(StartServer{});
    return give_up_server(seen, Reason::cannot_start, start_failure(seen));
}

/// The running server has settings that pgtwin cannot work with: it is not left running.
Maybe check_running(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::settings))
        return next;
    if (!seen.settings)
        return std::nullopt;
    auto refusal = refuse_settings(*seen.settings, context);
    if (refusal && seen.attempts.tried<StopFast>() == 0)
        return step(StopFast{seen.remaining / 2});
    return refusal;
}

/// Whether there is nothing more to learn by waiting a little: it follows a primary, or both positions are out.
bool is_settled(const Observation& seen)
{
    if (!seen.state->followed.empty() || seen.attempts.done<LaunchWorker>() > 0 || seen.view() == nullptr)
        return true;
    const NodeView& peer = seen.view()->peer;
    const bool is_peer_silent = peer.run && peer.run->role == Role::standby && !peer.position && !peer.certificate;
    return seen.attempts.tried<PublishPosition>() > 0 && !is_peer_silent;
}

/// The server answers as a standby.
Next settle(const Observation& seen, const Context& context)
{
    if (auto next = check_running(seen, context))
        return *next;
    if (auto next = warn_of_settings(seen, Role::standby, context))
        return *next;
    if (auto next = drop_own_slot(seen))
        return *next;
    if (auto next = watch_server(seen, context))
        return *next;
    if (auto next = standby_upkeep(seen, context))
        return *next;
    if (!is_settled(seen) && seen.attempts.tried<Wait>() < looks_before_started && seen.remaining > 5s)
        return step(Wait{200ms});
    return Outcome{seen.attempts.done<LaunchWorker>() > 0 ? Reason::started_rebuilding : Reason::started, {}};
}

/// The server does not let anybody in yet.
Next await_server(const Observation& seen)
{
    const bool is_recovering = seen.server && seen.server->answer == Answer::starting;
    if (seen.attempts.tried<Wait>() >= looks_for_recovery)
        if (auto next = offer_while_recovering(seen))
            return *next;
    if (is_recovering && seen.elapsed > patience_with_recovery)
        return Outcome{Reason::started_recovering, {}};
    if (seen.remaining > 3s)
        return step(Wait{seen.attempts.tried<Wait>() < looks_for_recovery ? 50ms : 250ms,
                         is_recovering ? Reason::recovering : Reason::server_unknown});
    return Outcome{is_recovering ? Reason::started_recovering : Reason::cannot_start, {}};
}

Next with_postmaster(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::server))
        return *next;
    if (seen.status() != nullptr)
        return seen.status()->role == Role::primary ? Next{Outcome{Reason::already_primary, {}}}
                                                    : settle(seen, context);
    if (is_shut_out(seen))
        return give_up_shut_out(seen);
    return await_server(seen);
}

/// A new run, made known; only then may a server start.
Maybe begin_run(const Observation& seen, const Context& context)
{
    if (seen.state->run != context.fresh)
        return seen.attempts.failed<SaveState>() == 0 ? step(SaveState{
                                                            new_run(seen, context)
        })
                                                      : Next{Outcome{Reason::cannot_save_state, seen.failure}};
    return announce(seen);
}

/// A worker fills the directory already. What there is then, and how far it goes, is told by the worker.
Maybe beside_worker(const Observation& seen)
{
    if (!*seen.is_worker_running)
        return std::nullopt;
    if (auto next = upkeep_beside_worker(seen))
        return next;
    return Next{
        Outcome{Reason::started_rebuilding, {}}
    };
}

Next without_postmaster(const Observation& seen, const Context& context)
{
    if (*seen.processes == Processes::leftovers)
        return seen.attempts.tried<KillAll>() < 3 ? step(KillAll{
        })
                                                  : Next{Outcome{Reason::cannot_start, {}}};
    const bool is_torn = seen.directory->kind == DirectoryKind::incomplete || seen.state->rebuild != Rebuild::none;
    if (is_without_data(seen) || is_torn)
        return start_worker(seen, context);
    if (seen.attempts.done<StopFast>() > 0)
        if (auto next = check_running(seen, context))
            return *next;
    return start_server(seen, context);
}

/// A server that runs as a primary before anything was started here.
Maybe leave_primary_alone(const Observation& seen)
{
    if (seen.attempts.tried<StartServer>() == 0 && *seen.processes == Processes::postmaster)
        if (auto next = need(seen, Subject::server))
            return next;
    const bool is_primary = seen.status() != nullptr && seen.status()->role == Role::primary;
    return is_primary ? Maybe{Next{Outcome{Reason::already_primary, {}}}} : std::nullopt;
}

} // namespace

Next start(const Observation& seen, const Context& context)
{
    if (auto next =
            need(seen, Subject::state, Subject::worker, Subject::processes, Subject::directory, Subject::installation))
        return *next;
    if (!seen.state)
        return Outcome{Reason::state_unreadable, {}};
    if (!seen.processes || !seen.is_worker_running)
        return Outcome{Reason::server_unknown, seen.processes ? seen.is_worker_running.why() : seen.processes.why()};
    if (auto next = beside_worker(seen))
        return *next;
    if (auto next = leave_primary_alone(seen))
        return *next;
    if (auto next = refuse_node(seen))
        return *next;
    if (auto next = warn_of_installation(seen))
        return *next;
    if (auto next = begin_run(seen, context))
        return *next;
    return *seen.processes == Processes::postmaster ? with_postmaster(seen, context)
                                                    : without_postmaster(seen, context);
}

} // namespace pgtwin::decide
