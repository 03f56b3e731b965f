// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "pgtwin/decide/goals.hpp"
#include "pgtwin/decide/promotion.hpp"

namespace pgtwin::decide
{
namespace
{

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds patience_with_standby = 20s;
/// After SIGQUIT the postmaster itself kills what is left within 5 s.
constexpr std::chrono::milliseconds patience_with_immediate = 10s;

/// What a worker started may outlive it, so it is ended once even if nobody holds its lock. What cannot be told is
/// ended to be sure.
Maybe end_worker(const Observation& seen)
{
    const bool is_surely_gone = seen.is_worker_running && !*seen.is_worker_running;
    const bool is_done = seen.attempts.done<EndWorker>() > 0 && !seen.is_worker_running;
    if (is_done || (is_surely_gone && seen.attempts.tried<EndWorker>() > 0))
        return std::nullopt;
    if (seen.attempts.tried<EndWorker>() < 2)
        return step(EndWorker{});
    return Next{
        Outcome{Reason::cannot_stop, {}}
    };
}

/// What a standby has received is on its disk: a harder shutdown only costs some replay at the next start.
std::chrono::milliseconds share_of_fast(const Observation& seen)
{
    const std::chrono::milliseconds share = seen.remaining * 6 / 10;
    const bool is_standby = seen.state && !seen.state->run.empty() && seen.state->role == Role::standby;
    return is_standby ? std::min(share, patience_with_standby) : share;
}

/// Fast, then immediate, then SIGKILL, each with its share of what is left.
Next end_server(const Observation& seen)
{
    if (auto next = need(seen, Subject::state))
        return *next;
    if (*seen.processes == Processes::postmaster && seen.attempts.tried<StopFast>() == 0)
        return step(StopFast{share_of_fast(seen)});
    if (*seen.processes == Processes::postmaster && seen.attempts.tried<StopImmediate>() == 0)
        return step(StopImmediate{std::min(seen.remaining / 2, patience_with_immediate)});
    if (seen.attempts.tried<KillAll>() < 3)
        return step(KillAll{});
    return Outcome{Reason::cannot_stop, {}};
}

/// The mark was given up, and the timeline that was announced with it never came about: what is left to do is in the
/// state file, whichever action comes to it.
bool has_yielded(const Observation& seen)
{
    return !seen.state->alone && seen.state->unshared != Timeline::none && seen.directory && seen.directory->control &&
           number(seen.directory->history.timeline) < number(seen.state->unshared);
}

/// The peer is the recorded primary again, and then the announcement is forgotten.
Maybe hand_over(const Observation& seen)
{
    if (may_try<Record>(seen))
        return step(Record{DataStatus::stale, DataStatus::primary});
    if (seen.attempts.done<Record>() == 0 || seen.attempts.failed<SaveState>() > 0)
        return std::nullopt;
    LocalState state = *seen.state;
    state.forget_after(Timeline{number(state.unshared) - 1});
    state.unshared = Timeline::none;
    return step(SaveState{std::move(state)});
}

/// A promotion that failed may fail again: the peer, which has everything too, takes the role. The mark goes first, so
/// that nobody is promoted over it.
Maybe yield(const Observation& seen)
{
    if (has_yielded(seen))
        return hand_over(seen);
    // Whoever was promoted without one may be the only one that Pacemaker would promote.
    const bool was_certified = seen.view()->self.certificate.has_value();
    const bool is_due = was_certified && seen.directory && seen.attempts.tried<SaveState>() == 0 &&
                        may_yield(*seen.state, *seen.directory, seen.view()->peer);
    if (!is_due)
        return std::nullopt;
    LocalState state = *seen.state;
    // The peer has the timeline of the mark.
    state.unshared = Timeline{number(state.alone->timeline) + 1};
    state.alone.reset();
    return step(SaveState{std::move(state)});
}

/// What the others should know of a stopped instance (R2c needs the position). Each is tried once and may fail.
Maybe say_farewell(const Observation& seen)
{
    if (auto next = need(seen, Subject::cluster))
        return next;
    if (seen.view() == nullptr || !seen.state)
        return std::nullopt;
    if (auto next = yield(seen))
        return next;
    const NodeView& self = seen.view()->self;
    if (self.score != -infinity && self.run && may_try<SetOwnScore>(seen))
        return step(SetOwnScore{-infinity});
    const bool is_told =
        seen.attempts.tried<PublishPosition>() > 0 || (seen.state->run.empty() && self.position.has_value());
    if (!is_told && seen.directory)
        if (auto position = position_of(*seen.state, *seen.directory); position && self.position != position)
            return step(PublishPosition{std::move(position)});
    if (self.run && may_try<PublishRun>(seen))
        return step(PublishRun{std::nullopt});
    return std::nullopt;
}

/// A stopped instance has no run.
Maybe forget_run(const Observation& seen)
{
    const bool is_spent = seen.attempts.failed<SaveState>() > 0 || seen.attempts.done<SaveState>() > 2;
    if (!seen.state || seen.state->run.empty() || is_spent)
        return std::nullopt;
    LocalState state = *seen.state;
    state.run.clear();
    state.role = Role::standby;
    state.followed.clear();
    state.certified.clear();
    return step(SaveState{std::move(state)});
}

bool has_stopped_something(const Observation& seen)
{
    return seen.attempts.tried<StopFast>() + seen.attempts.tried<KillAll>() > 0;
}

} // namespace

Next stop(const Observation& seen, const Context& /*context*/)
{
    if (auto next = need(seen, Subject::worker, Subject::processes))
        return *next;
    if (auto next = end_worker(seen))
        return *next;
    if (!seen.processes)
        return Outcome{Reason::server_unknown, {}};
    if (*seen.processes != Processes::none)
        return end_server(seen);
    if (auto next = need(seen, Subject::state, Subject::directory))
        return *next;
    if (auto next = say_farewell(seen))
        return *next;
    if (auto next = forget_run(seen))
        return *next;
    return Outcome{has_stopped_something(seen) ? Reason::stopped : Reason::already_stopped, {}};
}

} // namespace pgtwin::decide
