// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/goals.hpp"
#include "pgtwin/decide/promotion.hpp"
#include "pgtwin/decide/upkeep.hpp"
#include "pgtwin/decide/warnings.hpp"

namespace pgtwin::decide
{
namespace
{

using namespace std::chrono_literals;

/// What an action that must not be held up by the cluster spends on upkeep; the rest waits for the next look.
constexpr std::chrono::milliseconds upkeep_limit = 5s;

/// What a second look at a silent server may take.
constexpr std::chrono::milliseconds second_look_limit = 6s;

/// How long a monitor waits for a server that is starting.
constexpr std::chrono::milliseconds answer_patience = 2s;

Maybe upkeep(const Observation& seen, const Context& context)
{
    const bool is_late = seen.elapsed > upkeep_limit;
    if (is_late && context.monitor_interval > 0ms)
        if (auto next = need(seen, Subject::watch))
            return next;
    if (is_late && !must_look_on(seen, context))
        return std::nullopt;
    const bool is_primary = seen.status()->role == Role::primary;
    if (auto next = is_primary ? primary_upkeep(seen, context) : standby_upkeep(seen, context))
        return next;
    return warn_of_parameters(seen, context);
}

/// A directory without a server was a running primary: no orderly end, and nothing that makes it a standby.
bool is_crashed_primary(const Directory& directory)
{
    if (!directory.control || directory.has_standby_signal)
        return false;
    const ControlState state = directory.control->state;
    return state == ControlState::in_production || state == ControlState::shutting_down ||
           state == ControlState::in_crash_recovery || state == ControlState::starting_up;
}

bool is_crashed_standby(const Directory& directory)
{
    if (!directory.control || !directory.has_standby_signal)
        return false;
    return directory.control->state != ControlState::shut_down_in_recovery &&
           directory.control->state != ControlState::shut_down;
}

Reason without_server(const Directory& directory)
{
    if (is_crashed_primary(directory))
        return Reason::primary_crashed;
    return is_crashed_standby(directory) ? Reason::standby_crashed : Reason::not_running;
}

/// Alive, but no answer that tells the role: the files do, as long as the server is not silent.
Reason by_files(const Observation& seen)
{
    if (!seen.server || seen.server->answer == Answer::silent || !seen.directory)
        return Reason::server_silent;
    if (seen.server->answer == Answer::none || seen.server->answer == Answer::starting)
        return Reason::recovering;
    return seen.directory->has_standby_signal ? Reason::recovering : Reason::running_primary;
}

Outcome ready(const Observation& seen)
{
    if (seen.attempts.done<LaunchWorker>() > 0)
        return {Reason::rebuilding, {}};
    return {seen.status()->role == Role::primary ? Reason::running_primary : Reason::running_standby, {}};
}

bool is_without_data(const Directory& directory)
{
    return directory.kind == DirectoryKind::absent || directory.kind == DirectoryKind::empty ||
           directory.kind == DirectoryKind::incomplete;
}

/// Started, and only a repair gives it a server.
bool is_waiting_for_repair(const Observation& seen)
{
    const bool is_started = seen.state && !seen.state->run.empty();
    return is_started && (is_without_data(*seen.directory) || seen.state->rebuild != Rebuild::none);
}

/// Recurring monitor of an instance without a server.
Next monitor_down(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::directory, Subject::state))
        return *next;
    if (!seen.directory)
        return Outcome{Reason::directory_unknown, seen.directory.why()};
    if (is_waiting_for_repair(seen) && *seen.processes == Processes::none)
    {
        if (auto next = empty_upkeep(seen, context))
            return *next;
        return Outcome{seen.attempts.done<LaunchWorker>() > 0 ? Reason::rebuilding : Reason::waiting_for_primary, {}};
    }
    if (auto next = need(seen, Subject::cluster))
        return *next;
    const bool has_score = seen.view() != nullptr && seen.view()->self.score.value_or(-infinity) != -infinity;
    if (has_score && may_try<SetOwnScore>(seen))
        return Step{SetOwnScore{-infinity}};
    return Outcome{without_server(*seen.directory), {}};
}

/// The server of a rewound directory is on its way, and its worker, who would see whether it arrives, is gone.
Maybe leave_to_worker(const Observation& seen, const Context& context)
{
    const bool is_rewound = seen.state && seen.state->rebuild == Rebuild::rewinding;
    if (!is_rewound || !seen.server || seen.server->answer != Answer::starting)
        return std::nullopt;
    return empty_upkeep(seen, context);
}

/// A server that was started a moment ago, by a demotion that did not wait for it.
Maybe await_answer(const Observation& seen, const Context& context)
{
    const bool is_starting = seen.server && seen.server->answer == Answer::starting;
    if (!context.is_steadiness_enough || !is_starting || seen.elapsed > answer_patience || seen.remaining < 5s)
        return std::nullopt;
    return Next{Step{Wait{100ms}}};
}

/// A stopped instance with a mark makes itself known: the peer may have an older mark of its own, and must not rely on
/// it (R2b).
Maybe tell_of_mark(const Observation& seen)
{
    if (*seen.processes != Processes::none || !seen.directory)
        return std::nullopt;
    if (auto next = need(seen, Subject::state))
        return next;
    if (!seen.state || !seen.state->alone)
        return std::nullopt;
    if (auto next = need(seen, Subject::cluster))
        return next;
    const auto position = position_of(*seen.state, *seen.directory);
    const bool is_due =
        seen.view() != nullptr && position && position->is_alone && seen.view()->self.position != position;
    if (!is_due || !may_try<PublishPosition>(seen))
        return std::nullopt;
    return Step{PublishPosition{position}};
}

/// Pacemaker would take it for running on a node that has just booted; a person is told what the instance waits for.
Next probe_down(const Observation& seen, const Context& context)
{
    if (!seen.directory)
        return Outcome{Reason::not_running, {}};
    if (context.is_run_by_pacemaker)
        return Outcome{without_server(*seen.directory), {}};
    if (auto next = need(seen, Subject::state))
        return *next;
    return Outcome{is_waiting_for_repair(seen) ? Reason::waiting_for_primary : without_server(*seen.directory), {}};
}

/// One answer that came late is no reason to end a server.
Maybe look_again(const Observation& seen, const Context& context)
{
    const bool is_silent = seen.server && seen.server->answer == Answer::silent;
    const bool has_time = seen.remaining > second_look_limit && seen.attempts.tried<Wait>() == 0;
    if (!context.is_steadiness_enough || !is_silent || !has_time)
        return std::nullopt;
    return Next{Step{Wait{100ms}}};
}

/// Recurring monitor of a server that does not answer.
Next monitor_silent(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::directory, Subject::state))
        return *next;
    if (auto next = leave_to_worker(seen, context))
        return *next;
    if (auto next = await_answer(seen, context))
        return *next;
    if (auto next = look_again(seen, context))
        return *next;
    if (auto next = seek_missing_wal(seen, context))
        return *next;
    if (auto next = offer_while_recovering(seen))
        return *next;
    return Outcome{by_files(seen), {}};
}

/// Why `start` would refuse the server as it is.
Maybe refuse_start(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::installation, Subject::directory))
        return next;
    if (auto next = refuse_node(seen))
        return next;
    return refuse_settings_on_disk(seen, context);
}

/// A server that has no run is of no use to the pair: nobody is certified by it, and no promotion score says that it is
/// the right one to go on with. One that would not start again is left running all the same.
Maybe refuse_foreign_server(const Observation& seen, const Context& context)
{
    if (!context.is_run_by_pacemaker)
        return std::nullopt;
    if (auto next = need(seen, Subject::state, Subject::watch))
        return next;
    if (!seen.state)
        return std::nullopt;
    const bool is_promoted_by_hand = seen.status()->role == Role::primary && seen.state->role == Role::standby;
    if (!seen.state->run.empty() && !is_promoted_by_hand)
        return std::nullopt;
    const Maybe refusal = refuse_start(seen, context);
    if (!refusal)
        return Next{
            Outcome{Reason::server_foreign, {}}
        };
    const auto* const outcome = std::get_if<Outcome>(&*refusal);
    return outcome == nullptr ? refusal : say_foreign_server_stays(seen, *outcome);
}

} // namespace

bool is_server_gone(Reason reason)
{
    return reason == Reason::primary_crashed || reason == Reason::standby_crashed || reason == Reason::not_running;
}

Next probe(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::worker, Subject::processes, Subject::directory))
        return *next;
    if (seen.is_worker_running && *seen.is_worker_running)
        return Outcome{Reason::rebuilding, {}};
    if (!seen.processes)
        return Outcome{Reason::server_unknown, {}};
    // They may still finish a commit; an instance that a probe calls stopped is never stopped.
    if (*seen.processes == Processes::leftovers)
        return Outcome{Reason::server_silent, {}};
    if (auto next = context.is_run_by_pacemaker ? tell_of_mark(seen) : std::nullopt)
        return *next;
    if (*seen.processes == Processes::none)
        return probe_down(seen, context);
    if (auto next = need(seen, Subject::server))
        return *next;
    if (seen.status() == nullptr)
        return Outcome{by_files(seen), {}};
    if (auto next = context.is_run_by_pacemaker ? introduce(seen) : std::nullopt)
        return *next;
    return ready(seen);
}

Next monitor(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::worker, Subject::processes))
        return *next;
    if (seen.is_worker_running && *seen.is_worker_running)
        return Outcome{Reason::rebuilding, {}};
    if (!seen.processes)
        return Outcome{Reason::server_unknown, {}};
    if (*seen.processes != Processes::postmaster)
        return monitor_down(seen, context);
    if (auto next = need(seen, Subject::server))
        return *next;
    if (seen.status() == nullptr)
        return monitor_silent(seen, context);
    if (auto next = refuse_foreign_server(seen, context))
        return *next;
    if (auto next = upkeep(seen, context))
        return *next;
    return ready(seen);
}

Next notify(const Observation& seen, const Context& context)
{
    // A promotion waits for every notification before it, and the service address for those after it. The monitors of
    // both nodes begin anew right afterwards.
    if (context.is_pre_notification || context.is_promotion_planned)
        return Outcome{Reason::notified, {}};
    if (auto next = need(seen, Subject::worker, Subject::processes))
        return *next;
    const bool is_busy = !seen.is_worker_running || *seen.is_worker_running;
    if (is_busy || !seen.processes || *seen.processes != Processes::postmaster)
        return Outcome{Reason::notified, {}};
    if (auto next = need(seen, Subject::server))
        return *next;
    if (seen.status() == nullptr)
        return Outcome{Reason::notified, {}};
    if (auto next = upkeep(seen, context))
        return *next;
    return Outcome{Reason::notified, {}};
}

Next reload(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::worker, Subject::processes))
        return *next;
    const bool is_busy = seen.is_worker_running && *seen.is_worker_running;
    if (is_busy || !seen.processes || *seen.processes != Processes::postmaster)
        return Outcome{Reason::reloaded, {}};
    if (auto next = need(seen, Subject::server))
        return *next;
    if (seen.status() == nullptr)
        return Outcome{Reason::reloaded, {}};
    const Role role = seen.status()->role;
    const bool has_upstream = role == Role::standby && !seen.status()->primary_conninfo.empty();
    if (has_upstream && may_try<FollowPeer>(seen))
        return Step{FollowPeer{}};
    if (context.params.is_max_slot_wal_keep_size_set && may_try<TakeOverSettings>(seen))
        return Step{TakeOverSettings{}};
    if (auto next = need(seen, Subject::settings))
        return *next;
    if (auto next = warn_of_settings(seen, role, context))
        return *next;
    if (auto next = upkeep(seen, context))
        return *next;
    return Outcome{Reason::reloaded, {}};
}

Next next(Goal goal, const Observation& seen, const Context& context)
{
    switch (goal)
    {
    case Goal::start:
        return start(seen, context);
    case Goal::stop:
        return stop(seen, context);
    case Goal::promote:
        return promote(seen, context);
    case Goal::demote:
        return demote(seen, context);
    case Goal::monitor:
        return monitor(seen, context);
    case Goal::probe:
        return probe(seen, context);
    case Goal::notify:
        return notify(seen, context);
    case Goal::reload:
        return reload(seen, context);
    case Goal::rebuild:
        return rebuild(seen, context);
    case Goal::validate:
        return validate(seen, context);
    }
    return Outcome{Reason::server_unknown, {}};
}

} // namespace pgtwin::decide
