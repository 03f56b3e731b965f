// SPDX-License-Identifier: GPL-2.0-or-later
#include "event_facts.hpp"

#include <algorithm>
#include <charconv>

#include "pgtwin/message/message.hpp"

namespace pgtwin::admin
{
namespace
{

using crm::OperationResult;

bool is_recurring(const OperationResult& each)
{
    return each.operation == "monitor" && each.interval.count() != 0;
}

bool is_look(const OperationResult& each)
{
    return each.operation == "monitor" || each.operation == "notify";
}

/// A stop succeeds after everything that has failed: Pacemaker runs it to be sure. What proves that a failure is over
/// is the same operation, or a server that runs.
bool is_remedy(const OperationResult& each, const OperationResult& failed)
{
    if (!each.has_succeeded())
        return false;
    const bool is_same = each.operation == failed.operation && !is_look(each);
    return is_same || each.operation == "start" || each.operation == "promote" || is_recurring(each);
}

bool is_later(const OperationResult& each, const OperationResult& other)
{
    return each.resource == other.resource && each.node == other.node && each.call > other.call;
}

/// A later failure of the node takes its place.
bool is_over(const crm::ResourceView& resources, const OperationResult& failed)
{
    return std::any_of(resources.history.begin(), resources.history.end(),
                       [&](const OperationResult& each)
                       { return is_later(each, failed) && (each.has_failed() || is_remedy(each, failed)); });
}

/// What `crm_resource --fail` records, which the sentinel calls as soon as a server has ended.
bool is_report(const OperationResult& each)
{
    return each.operation == "asyncmon";
}

std::string outcome_of(const OperationResult& result)
{
    if (!result.has_failed())
        return {};
    if (is_report(result))
        return "the server has ended, or somebody has called crm_resource --fail";
    if (!result.reason.empty())
        return result.reason;
    return result.has_timed_out ? "it ran into its time-out" : "exit code " + std::to_string(result.exit_code);
}

report::Event event_of(const crm::ResourceView& resources, const OperationResult& result)
{
    report::Event event{result.when, result.node, result.operation, outcome_of(result), false, {}};
    if (!result.has_failed())
        return event;
    event.what = is_report(result) ? "reported as failed" : result.operation + " failed";
    event.has_failed = !is_over(resources, result);
    if (const message::Message* const message = message::message_in(event.outcome))
        event.cause = message->id;
    return event;
}

constexpr int infinity = 1'000'000; // PCMK_SCORE_INFINITY

/// As Pacemaker writes a count; a word that is none, such as INFINITY, is the greatest.
int count_in(const std::string& text)
{
    int count = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
    return problem == std::errc{} && end == text.data() + text.size() ? std::min(count, infinity) : infinity;
}

/// Those that Pacemaker still counts: "fail-count-postgres-db#monitor_3000".
int failures_of(const ClusterLook& look, const std::string& resource, const std::string& node)
{
    int count = 0;
    const crm::CibNode* const found = look.status ? look.status->find(node) : nullptr;
    if (found != nullptr)
        for (const auto& [name, value] : found->transient)
            if (name.starts_with("fail-count-" + resource + "#"))
                count = std::min(count + count_in(value), infinity);
    return count;
}

int threshold_of(const crm::PairResource& pair)
{
    const auto found = pair.meta.find("migration-threshold");
    const int threshold = found == pair.meta.end() ? infinity : count_in(found->second);
    return threshold > 0 ? threshold : infinity;
}

/// The two monitors are told apart by what they expect.
bool is_of(const OperationResult& result, const crm::Operation& operation)
{
    constexpr int running_promoted = 8;
    const bool is_promoted = operation.role == "Promoted" || operation.role == "Master";
    return operation.name == result.operation &&
           (!is_recurring(result) || is_promoted == (result.expected_code == running_promoted));
}

report::Aftermath aftermath_of(const ClusterLook& look, const crm::PairResource& pair, const OperationResult& failed)
{
    for (const crm::Operation& operation : pair.operations)
        for (const char* const policy : {"block", "ignore", "stop", "standby"})
            if (is_of(failed, operation) && operation.on_fail == policy)
                return report::Aftermath::ignored;
    return failures_of(look, pair.id, failed.node) >= threshold_of(pair) ? report::Aftermath::kept_off
                                                                         : report::Aftermath::retried;
}

/// The CIB has the last failure of an operation beside its last result.
bool is_known(const report::PairFacts& facts, const report::Event& event)
{
    return std::any_of(facts.events.begin(), facts.events.end(),
                       [&](const report::Event& other)
                       { return other.when == event.when && other.node == event.node && other.what == event.what; });
}

} // namespace

void sort_events(report::PairFacts& facts)
{
    std::stable_sort(facts.events.begin(), facts.events.end(),
                     [](const report::Event& left, const report::Event& right) { return left.when > right.when; });
}

void add_operations(report::PairFacts& facts, const ClusterLook& look)
{
    const crm::PairResource* const pair = look.resources.find(facts.resource);
    for (const OperationResult& each : look.resources.history)
    {
        if (each.resource != facts.resource || (is_look(each) && !each.has_failed()))
            continue;
        if (each.is_pending)
            facts.running.push_back({each.node, each.operation, each.when});
        else if (report::Event event = event_of(look.resources, each); !is_known(facts, event))
        {
            if (event.has_failed && pair != nullptr)
                event.aftermath = aftermath_of(look, *pair, each);
            facts.events.push_back(std::move(event));
        }
    }
    sort_events(facts);
}

} // namespace pgtwin::admin
