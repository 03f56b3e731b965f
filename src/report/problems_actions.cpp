// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/message/message.hpp"
#include "problems.hpp"
#include "remedies.hpp"

namespace pgtwin::report
{
namespace
{

/// The outcome without the hint that the line may end with.
std::string without_hint(std::string text, const message::Message* message)
{
    if (message == nullptr || message->hint.empty())
        return text;
    const std::string end = "; " + std::string{message->hint};
    if (text.ends_with(end))
        text.resize(text.size() - end.size());
    return text;
}

/// What an administrator need not do, or has to.
std::string aftermath_of(const Event& event)
{
    switch (event.aftermath)
    {
    case Aftermath::ignored:
        return "Pacemaker leaves it so, since on-fail says so";
    case Aftermath::kept_off:
        return "Pacemaker starts it there again after a cleanup, or once failure-timeout has passed";
    case Aftermath::retried:
        break;
    }
    return {};
}

Problem failed(const PairFacts& facts, const Event& event)
{
    const message::Message* const message = message::find(event.cause);
    Problem problem{Verdict::degraded, "action-failed", event.what + " on node " + event.node};
    if (!event.outcome.empty())
        problem.text += ": " + without_hint(event.outcome, message);
    const bool is_told = message != nullptr && !message->hint.empty();
    problem.hint = is_told ? std::string{message->hint} : "see the logs of pgtwin and of the server on " + event.node;
    if (const std::string aftermath = aftermath_of(event); !aftermath.empty())
        problem.hint += "; " + aftermath;
    problem.hint += "; then: " + cleanup(facts);
    problem.cause = event.cause;
    return problem;
}

} // namespace

Problems problems_of_actions(const PairFacts& facts)
{
    Problems found;
    for (const Event& event : facts.events)
        if (event.has_failed)
            found.push_back(failed(facts, event));
    return found;
}

} // namespace pgtwin::report
