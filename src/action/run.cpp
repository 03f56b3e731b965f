// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/action/run.hpp"

#include "pgtwin/action/apply.hpp"
#include "pgtwin/action/observe.hpp"
#include "pgtwin/action/patience.hpp"
#include "pgtwin/decide/goals.hpp"

namespace pgtwin::action
{
namespace
{

using namespace std::chrono_literals;
using decide::Inspect;
using decide::Observation;
using decide::Outcome;
using decide::Step;

/// For what the next monitor makes up for, or Pacemaker's own history tells as well.
constexpr std::chrono::milliseconds write_limit = 5s;

/// Progress is of no account: its failure would hide the one that matters.
std::string failure_of(const Step& step, const Expected<void>& result, const std::string& before)
{
    return result || std::holds_alternative<decide::PublishResync>(step) ? before : result.error().what;
}

Severity severity_of(const Step& step)
{
    const auto* const resync = std::get_if<decide::PublishResync>(&step);
    return resync == nullptr ? Severity::info : resync->severity;
}

bool is_write_to_cluster(const Step& step)
{
    return std::holds_alternative<decide::PublishRun>(step) || std::holds_alternative<decide::PublishPosition>(step) ||
           std::holds_alternative<decide::PublishAloneIn>(step) ||
           std::holds_alternative<decide::SetCertificate>(step) || std::holds_alternative<decide::SetOwnScore>(step) ||
           std::holds_alternative<decide::SetPeerScore>(step) || std::holds_alternative<decide::Record>(step) ||
           std::holds_alternative<decide::PublishResync>(step) || std::holds_alternative<decide::ClearOverride>(step);
}

/// A cluster daemon that hangs must not use up the time of the whole action: a stop whose server has ended would fail,
/// and the node would be fenced.
Deadline limit_of(Goal goal, const Step& step, const Deadline& deadline)
{
    const bool is_told_again = goal != Goal::start && goal != Goal::promote && goal != Goal::rebuild;
    if (!is_write_to_cluster(step))
        return deadline;
    return deadline.at_most(is_told_again ? write_limit : std::max(write_limit, deadline.left() / 3));
}

/// One step: its success or failure is remembered, and what it may have changed is forgotten.
void take(const Step& step, Observation& seen, Account& account, Ports& ports, const Deadline& deadline)
{
    const auto result = apply(step, ports, deadline);
    account.note(step, seen, result ? std::string{} : result.error().what);
    seen.attempts.note(step, result.has_value());
    seen.failure = failure_of(step, result, seen.failure);
    forget(step, seen);
    if (!result)
        ports.log.write(Severity::warning, std::string{"could not "} + name_of(step) + ": " + result.error().what);
    else if (const std::string line = describe(step); !line.empty())
        ports.log.write(severity_of(step), line);
    else
        ports.log.write(Severity::debug, std::string{"done: "} + name_of(step));
}

/// A server that gives up when its start was over already says in its log why.
Outcome with_last_words(Outcome outcome, const Observation& seen, const Ports& ports)
{
    const bool has_ended = seen.processes && *seen.processes == Processes::none;
    if (outcome.reason == Reason::cannot_start && outcome.detail.empty() && has_ended)
        outcome.detail = ports.server.last_words();
    return outcome;
}

} // namespace

Outcome run(Goal goal, Ports& ports, const decide::Context& context, const Deadline& deadline)
{
    return run_with_account(goal, ports, context, deadline).outcome;
}

Ending run_with_account(Goal goal, Ports& ports, const decide::Context& context, const Deadline& deadline)
{
    Account account;
    Observation seen;
    seen.is_run_by_pacemaker = context.is_run_by_pacemaker;
    Patience patience;
    const auto whole = deadline.left();
    while (!deadline.passed())
    {
        seen.remaining = deadline.left();
        seen.elapsed = whole - seen.remaining;
        seen.now = ports.clock.since_boot();
        const decide::Next next = decide::next(goal, seen, context);
        if (const auto* outcome = std::get_if<Outcome>(&next))
        {
            account.end(seen);
            return {with_last_words(*outcome, seen, ports), std::move(account)};
        }
        const Step& step = std::get<Step>(next);
        if (const std::string line = patience.line_for(step, seen.elapsed); !line.empty())
            ports.log.write(Severity::info, line);
        if (const auto* inspect = std::get_if<Inspect>(&step))
            observe(inspect->subject, seen, ports, deadline);
        else
            take(step, seen, account, ports, limit_of(goal, step, deadline));
    }
    account.end(seen);
    return {
        Outcome{Reason::deadline_reached, {}},
        std::move(account)
    };
}

} // namespace pgtwin::action
