// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <array>

#include "pgtwin/admin/gather.hpp"
#include "pgtwin/model/names.hpp"

namespace pgtwin::admin
{
namespace
{

using namespace std::chrono_literals;

constexpr std::string_view about_commits = "commits ";
constexpr std::array<std::string_view, 4> told_actions{"start", "stop", "promote", "demote"};

const report::NodeFacts* local_node(const report::PairFacts& facts)
{
    const auto found = std::find_if(facts.nodes.begin(), facts.nodes.end(),
                                    [](const report::NodeFacts& node) { return node.is_local; });
    return found == facts.nodes.end() ? nullptr : &*found;
}

/// Whether the cluster tells of the same action, by its own clock and in whole seconds.
bool is_told(const report::PairFacts& facts, const std::string& node, const HistoryEntry& entry)
{
    const auto begin = entry.when - std::chrono::ceil<std::chrono::seconds>(entry.took) - 1s;
    return std::any_of(facts.events.begin(), facts.events.end(),
                       [&](const report::Event& event)
                       {
                           return same_node(event.node, node) && event.what.starts_with(entry.action) &&
                                  event.when >= begin && event.when <= entry.when + 1s;
                       });
}

void add_entry(report::PairFacts& facts, const std::string& node, const HistoryEntry& entry)
{
    for (const std::string& step : entry.steps)
        if (step.starts_with(about_commits))
            facts.events.push_back({entry.when, node, step.substr(0, step.find(':')), {}, false});
    const bool is_action = std::find(told_actions.begin(), told_actions.end(), entry.action) != told_actions.end();
    if (!is_action || is_told(facts, node, entry))
        return;
    const bool is_good = entry.exit_code == 0;
    facts.events.push_back(
        {entry.when, node, entry.action + (is_good ? "" : " failed"), is_good ? std::string{} : entry.reason, false});
}

/// What it tells of commits; nullptr: nothing.
const std::string* word_of_commits(const HistoryEntry& entry)
{
    const auto tells = [](const std::string& step)
    {
        return step.starts_with(about_commits);
    };
    const auto told = std::find_if(entry.steps.begin(), entry.steps.end(), tells);
    return told == entry.steps.end() ? nullptr : &*told;
}

/// The last change of that kind, if it is the one that is in force.
Seen<report::Time> commits_since(const std::string& sync_names, const std::vector<HistoryEntry>& entries)
{
    const auto last = std::find_if(entries.rbegin(), entries.rend(),
                                   [](const HistoryEntry& entry) { return word_of_commits(entry) != nullptr; });
    if (last == entries.rend())
        return {};
    const bool is_waiting = word_of_commits(*last)->starts_with("commits wait");
    return is_waiting == !sync_names.empty() ? last->when : Seen<report::Time>{};
}

} // namespace

void add_history(report::PairFacts& facts, const std::vector<HistoryEntry>& entries)
{
    const report::NodeFacts* const self = local_node(facts);
    if (self == nullptr)
        return;
    for (const HistoryEntry& entry : entries)
        add_entry(facts, self->name, entry);
    std::stable_sort(facts.events.begin(), facts.events.end(),
                     [](const report::Event& left, const report::Event& right) { return left.when > right.when; });
    if (facts.sync_names && facts.primary() == self)
        facts.commits_since = commits_since(*facts.sync_names, entries);
}

} // namespace pgtwin::admin
