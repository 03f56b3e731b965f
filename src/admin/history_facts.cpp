// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <array>

#include "event_facts.hpp"
#include "pgtwin/admin/gather.hpp"
#include "pgtwin/message/message.hpp"
#include "pgtwin/model/names.hpp"

namespace pgtwin::admin
{
namespace
{

using namespace std::chrono_literals;

constexpr std::string_view reload = "reload-agent";

/// Actions that people want to read of, and what they call them.
struct Told
{
    std::string_view action;
    const char* good;
    const char* bad;
};

constexpr std::array told{
    Told{"start",   "start",                "start failed"  },
    Told{"stop",    "stop",                 "stop failed"   },
    Told{"promote", "promote",              "promote failed"},
    Told{"demote",  "demote",               "demote failed" },
    Told{reload,    "reload of parameters", "reload failed" },
    Told{"rebuild", "repaired",             "repair failed" },
};

bool is_in_time(const report::Event& event, const HistoryEntry& entry)
{
    const auto begin = entry.when - std::chrono::ceil<std::chrono::seconds>(entry.took) - 1s;
    return event.when >= begin && event.when <= entry.when + 1s;
}

/// What the cluster tells of the same action, by its own clock and in whole seconds. A reload looks like a start there.
report::Event* find_event(report::PairFacts& facts, const std::string& node, const HistoryEntry& entry)
{
    const std::string_view name = entry.action == reload ? "start" : std::string_view{entry.action};
    const auto found = std::find_if(facts.events.begin(), facts.events.end(),
                                    [&](const report::Event& event)
                                    {
                                        return same_node(event.node, node) && event.what.starts_with(name) &&
                                               is_in_time(event, entry) &&
                                               event.outcome.empty() == (entry.exit_code == 0);
                                    });
    return found == facts.events.end() ? nullptr : &*found;
}

/// What the message table says of the entry; its id if another version wrote it.
std::string words_of(const HistoryEntry& entry)
{
    const message::Message* const message = message::find(entry.reason);
    const std::string text = message == nullptr ? entry.reason : std::string{message->text};
    return entry.detail.empty() ? text : text + ": " + entry.detail;
}

/// That it went as usual is no news.
std::string outcome_of(const HistoryEntry& entry)
{
    const bool is_by_order = entry.reason == message::message_of(Reason::promoted_alone_by_operator).id;
    return entry.exit_code == 0 && !is_by_order ? std::string{} : words_of(entry);
}

void add_action(report::PairFacts& facts, const std::string& node, const HistoryEntry& entry)
{
    const auto* const words =
        std::find_if(told.begin(), told.end(), [&](const Told& each) { return each.action == entry.action; });
    if (words == told.end())
        return;
    const std::string what = entry.exit_code == 0 ? words->good : words->bad;
    if (report::Event* const event = find_event(facts, node, entry))
    {
        // The node knows the whole sentence; the cluster keeps the beginning.
        event->what = what;
        event->outcome = outcome_of(entry);
        event->cause = entry.reason;
        return;
    }
    facts.events.push_back({entry.when, node, what, outcome_of(entry), false, {}});
}

void add_entry(report::PairFacts& facts, const std::string& node, const HistoryEntry& entry)
{
    if (const std::string* const word = entry.word_of_commits())
        facts.events.push_back({entry.when, node, word->substr(0, word->find(':')), {}, false, {}});
    add_action(facts, node, entry);
}

/// The last change of that kind, if it is the one that is in force.
Seen<report::Time> commits_since(const std::string& sync_names, const std::vector<HistoryEntry>& entries)
{
    const auto last = std::find_if(entries.rbegin(), entries.rend(),
                                   [](const HistoryEntry& entry) { return entry.word_of_commits() != nullptr; });
    if (last == entries.rend())
        return {};
    const bool is_waiting = last->word_of_commits()->starts_with("commits wait");
    return is_waiting == !sync_names.empty() ? last->when : Seen<report::Time>{};
}

} // namespace

void add_history(report::PairFacts& facts, const std::string& node, const std::vector<HistoryEntry>& entries)
{
    for (const HistoryEntry& entry : entries)
        add_entry(facts, node, entry);
    sort_events(facts);
    const report::NodeFacts* const primary = facts.primary();
    if (!facts.sync_names || primary == nullptr || !same_node(primary->name, node))
        return;
    const auto since = commits_since(*facts.sync_names, entries);
    if (!since)
        return;
    facts.commits_since = since;
    facts.commits_unchanged_since = {};
}

} // namespace pgtwin::admin
