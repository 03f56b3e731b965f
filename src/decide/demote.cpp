// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "pgtwin/decide/goals.hpp"
#include "pgtwin/decide/promotion.hpp"
#include "pgtwin/decide/upkeep.hpp"

namespace pgtwin::decide
{
namespace
{

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds patience_with_silence = 10s;
/// Until a checkpoint that was requested is seen.
constexpr int looks_that_say_so = 4;

bool is_shut_down(const Observation& seen)
{
    return seen.directory && seen.directory->control &&
           (seen.directory->control->state == ControlState::shut_down ||
            seen.directory->control->state == ControlState::shut_down_in_recovery);
}

/// A server that does not answer seldom ends by a signal either; the stop that follows may be harder.
std::chrono::milliseconds share_of_fast(const Observation& seen)
{
    const std::chrono::milliseconds share = seen.remaining * 7 / 10;
    const bool is_silent = seen.server && seen.server->answer == Answer::silent;
    return is_silent ? std::min(share, patience_with_silence) : share;
}

/// Fast, and nothing harder before pg_control says that all is on disk and sent.
Next shut_down(const Observation& seen)
{
    if (seen.attempts.tried<StopFast>() == 0)
        return step(StopFast{share_of_fast(seen)});
    if (auto next = need(seen, Subject::directory))
        return *next;
    if (is_shut_down(seen) && seen.attempts.tried<StopImmediate>() == 0)
        return step(StopImmediate{seen.remaining / 2});
    if (is_shut_down(seen) && seen.attempts.tried<KillAll>() == 0)
        return step(KillAll{});
    return Outcome{Reason::cannot_demote, {}};
}

/// This node is not to be chosen again.
Maybe lower_score(const Observation& seen)
{
    if (auto next = need(seen, Subject::cluster))
        return next;
    if (seen.view() == nullptr || seen.view()->self.score == -infinity || !may_try<SetOwnScore>(seen))
        return std::nullopt;
    return step(SetOwnScore{-infinity});
}

/// Clients wait for what a shutdown has to write and for what follows it, but not for a checkpoint and a score before
/// it.
Maybe write_out(const Observation& seen, const Context& context)
{
    const bool is_primary = seen.status() != nullptr && seen.status()->role == Role::primary;
    if (!context.is_promotion_planned || !is_primary)
        return std::nullopt;
    if (may_try<CheckpointInBackground>(seen))
        return step(CheckpointInBackground{});
    if (auto next = lower_score(seen))
        return next;
    const bool is_beginning = seen.attempts.tried<Wait>() < looks_that_say_so;
    const bool is_running =
        seen.attempts.done<CheckpointInBackground>() > 0 && (is_beginning || seen.status()->has_own_checkpoint);
    return is_running && seen.elapsed < seen.remaining / 3 ? Maybe{step(Wait{20ms})} : std::nullopt;
}

/// The run of the primary has ended with its server; a certificate it holds or a position it published ends with it.
Maybe change_run(const Observation& seen, const Context& context)
{
    if (seen.state->run == context.fresh)
        return std::nullopt;
    if (seen.attempts.failed<SaveState>() > 0)
        return Next{
            Outcome{Reason::cannot_save_state, {}}
        };
    LocalState state = *seen.state;
    state.run = context.fresh;
    state.role = Role::standby;
    state.followed.clear();
    state.certified.clear();
    state.origin = Origin::primary;
    state.is_orderly = is_shut_down(seen);
    return step(SaveState{std::move(state)});
}

/// Position and run for the node that is promoted next. What fails is made up for by the first monitor.
Maybe tell(const Observation& seen)
{
    if (seen.attempts.tried<StartServer>() > 0)
        return std::nullopt;
    if (auto next = need(seen, Subject::cluster))
        return next;
    if (seen.view() == nullptr)
        return std::nullopt;
    if (is_shut_down(seen) && seen.attempts.tried<PublishPosition>() == 0)
        return step(PublishPosition{position_of(*seen.state, *seen.directory)});
    if (seen.attempts.tried<PublishRun>() == 0)
        return step(PublishRun{run_record(*seen.state, Timeline::none)});
    return lower_score(seen);
}

/// Backends of a postmaster that is gone may still finish what they do, before anybody is told how far this node came.
Maybe kill_leftovers(const Observation& seen)
{
    if (*seen.processes != Processes::leftovers)
        return std::nullopt;
    return seen.attempts.tried<KillAll>() < 3 ? step(KillAll{
    })
                                              : Next{Outcome{Reason::cannot_demote, {}}};
}

Next start_as_standby(const Observation& seen, const Context& context)
{
    if (may_try<WriteStandbyConfiguration>(seen))
        return step(WriteStandbyConfiguration{first_settings(seen, context)});
    if (seen.attempts.done<WriteStandbyConfiguration>() == 0)
        return Outcome{Reason::cannot_configure_standby, {}};
    if (may_try<StartServer>(seen))
        return step(StartServer{context.is_promotion_planned ? StartWait::until_launched : StartWait::until_ready});
    return Outcome{Reason::cannot_start, seen.attempts.failed<StartServer>() > 0 ? seen.failure : std::string{}};
}

/// The next primary is not kept waiting for a server that nobody needs before its own monitors look.
Maybe leave_starting(const Observation& seen, const Context& context)
{
    if (!context.is_promotion_planned || seen.attempts.done<StartServer>() == 0)
        return std::nullopt;
    if (auto next = watch_server(seen, context))
        return next;
    return Next{
        Outcome{Reason::demoted, {}}
    };
}

/// A standby answers: what is left to do with it.
Next finish_standby(const Observation& seen, const Context& context)
{
    if (auto next = drop_own_slot(seen))
        return *next;
    if (seen.attempts.tried<StartServer>() == 0)
        return Outcome{Reason::already_standby, {}};
    if (auto next = watch_server(seen, context))
        return *next;
    return Outcome{Reason::demoted, {}};
}

Next wait_for_standby(const Observation& seen, const Context& context)
{
    if (auto next = leave_starting(seen, context))
        return *next;
    if (auto next = need(seen, Subject::server))
        return *next;
    const ServerStatus* status = seen.status();
    if (status != nullptr && status->role == Role::standby)
        return finish_standby(seen, context);
    if (is_shut_out(seen))
        return Outcome{Reason::login_refused, {}};
    if (seen.remaining <= 2s && seen.server && seen.server->answer == Answer::starting)
        return Outcome{Reason::demoted, {}};
    return wait_or(seen, 20ms, Reason::cannot_start);
}

/// Whether what runs is a standby for certain: only then is there nothing to shut down.
bool is_surely_standby(const Observation& seen)
{
    return seen.status() != nullptr && seen.status()->role == Role::standby;
}

/// The server as it runs before the demotion has started one.
Maybe end_role(const Observation& seen, const Context& context)
{
    if (*seen.processes != Processes::postmaster || seen.attempts.tried<StartServer>() > 0)
        return std::nullopt;
    if (seen.attempts.tried<StopFast>() == 0)
        if (auto next = need(seen, Subject::server))
            return next;
    if (!is_surely_standby(seen))
    {
        if (auto next = seen.attempts.tried<StopFast>() == 0 ? write_out(seen, context) : std::nullopt)
            return next;
        return shut_down(seen);
    }
    if (!seen.state || seen.state->role != Role::standby)
        return std::nullopt;
    return Next{
        Outcome{Reason::already_standby, {}}
    };
}

} // namespace

Next demote(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::processes, Subject::state, Subject::worker))
        return *next;
    if (!seen.processes)
        return Outcome{Reason::server_unknown, {}};
    // The worker owns a directory without a server: nothing may be started in it.
    const bool is_owned = seen.is_worker_running && *seen.is_worker_running && *seen.processes == Processes::none;
    if (is_owned && seen.attempts.tried<StopFast>() == 0)
        return Outcome{Reason::already_standby, {}};
    if (auto next = end_role(seen, context))
        return *next;
    if (auto next = kill_leftovers(seen))
        return *next;
    if (!seen.state)
        return Outcome{Reason::state_unreadable, {}};
    if (auto next = need(seen, Subject::directory))
        return *next;
    if (auto next = change_run(seen, context))
        return *next;
    if (auto next = tell(seen))
        return *next;
    if (context.is_stop_planned)
        return Outcome{Reason::demoted_left_stopped, {}};
    if (*seen.processes == Processes::postmaster)
        return wait_for_standby(seen, context);
    return start_as_standby(seen, context);
}

} // namespace pgtwin::decide
