// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/report/terminal.hpp"

#include <algorithm>
#include <array>

#include "pgtwin/report/format.hpp"
#include "pgtwin/report/words.hpp"

namespace pgtwin::report
{
namespace
{

constexpr std::size_t screen = 80;
constexpr std::size_t label_width = 16;
constexpr std::size_t cell_width = 30;
constexpr std::size_t most_events = 6;
constexpr const char* not_known = "?";
constexpr const char* nothing = "-";

std::string left_aligned(std::string_view text, std::size_t width)
{
    std::string result{text};
    result.resize(std::max(width, result.size()), ' ');
    return result;
}

/// "  label         text", further lines under the text.
std::string row(std::string_view label, std::string_view text)
{
    constexpr std::size_t margin = 2 + label_width;
    std::string result;
    for (const std::string& line : lines_of(plain(text), screen - margin))
        result += (result.empty() ? "  " + left_aligned(label, label_width) : std::string(margin, ' ')) + line + "\n";
    return result;
}

/// A row with a cell for each node; empty if no node has anything to say.
std::string cells(std::string_view label, const std::vector<std::string>& texts)
{
    if (std::all_of(texts.begin(), texts.end(), [](const std::string& text) { return text == nothing; }))
        return {};
    std::vector<std::vector<std::string>> columns;
    std::size_t height = 0;
    for (const std::string& text : texts)
    {
        columns.push_back(lines_of(plain(text), cell_width - 2));
        height = std::max(height, columns.back().size());
    }
    std::string result;
    for (std::size_t line = 0; line < height; ++line)
    {
        std::string whole = "  " + left_aligned(line == 0 ? label : "", label_width);
        for (const auto& column : columns)
            whole += left_aligned(line < column.size() ? column[line] : "", cell_width);
        whole.erase(whole.find_last_not_of(' ') + 1);
        result += whole + "\n";
    }
    return result;
}

template <typename Cell>
std::string node_row(std::string_view label, const PairFacts& facts, Cell cell)
{
    std::vector<std::string> texts;
    for (const NodeFacts& node : facts.nodes)
        texts.push_back(cell(node));
    return cells(label, texts);
}

std::string role_cell(const NodeFacts& node)
{
    if (!node.role)
        return not_known;
    return std::string{name_of(*node.role)};
}

std::string node_cell(const NodeFacts& node)
{
    if (!node.membership)
        return not_known;
    std::string text{name_of(*node.membership)};
    if (*node.membership == Membership::unclean)
        text += ", not fenced";
    return node.is_standby_mode && *node.is_standby_mode ? text + ", standby mode" : text;
}

std::string server_words(ServerState state)
{
    switch (state)
    {
    case ServerState::saturated:
        return "all connections taken";
    case ServerState::refusing:
        return "does not let us in";
    case ServerState::silent:
        return "does not answer";
    case ServerState::leftovers:
        return "dead, processes are left";
    case ServerState::ready:
    case ServerState::running:
    case ServerState::starting:
    case ServerState::stopped:
        break;
    }
    return std::string{name_of(state)};
}

std::string server_cell(const NodeFacts& node, const PairFacts& facts)
{
    if (!node.server)
        return not_known;
    std::string text = server_words(*node.server);
    if (node.major_version)
        text += ", PG " + std::to_string(*node.major_version);
    if (node.started)
        text += ", up " + duration_text(facts.now - *node.started);
    return text;
}

std::string place_cell(const NodeFacts& node)
{
    const std::string timeline = node.timeline && *node.timeline != Timeline::none
                                     ? std::to_string(number(*node.timeline))
                                     : std::string{not_known};
    if (!node.end)
        return node.timeline ? timeline + " / " + not_known : not_known;
    return timeline + " / " + node.end->text();
}

std::string replayed_cell(const NodeFacts& node)
{
    if (!node.replayed)
        return nothing;
    return node.replayed->text() + (node.is_replay_paused && *node.is_replay_paused ? " (paused)" : "");
}

std::string amount(const Seen<std::int64_t>& bytes, const Seen<std::chrono::milliseconds>& delay)
{
    std::string text = bytes ? bytes_text(*bytes) : std::string{not_known};
    return delay ? text + ", " + duration_text(*delay) : text;
}

std::string promotion_cell(const NodeFacts& node)
{
    if (!node.promotion)
        return not_known;
    if (node.role && *node.role == Role::primary)
        return node.promotion->text;
    return (node.promotion->is_allowed ? "yes: " : "NO: ") + node.promotion->text;
}

std::string record_cell(const NodeFacts& node)
{
    return node.record ? std::string{name_of(*node.record)} : not_known;
}

std::string nodes_text(const PairFacts& facts)
{
    std::string text =
        node_row("", facts, [](const NodeFacts& node) { return node.name + (node.is_local ? " (this node)" : ""); });
    text += node_row("role", facts, role_cell);
    text += node_row("node", facts, node_cell);
    text += node_row("server", facts, [&](const NodeFacts& node) { return server_cell(node, facts); });
    text += node_row("timeline / WAL", facts, place_cell);
    text += node_row("replayed", facts, replayed_cell);
    text += node_row("promotable", facts, promotion_cell);
    return text + node_row("record", facts, record_cell);
}

std::string replication_text(const PairFacts& facts)
{
    if (!facts.replication)
        return facts.primary() == nullptr ? std::string{} : row("replication", not_known);
    if (!*facts.replication)
        return row("replication", "no standby is connected");
    const Replication& stream = **facts.replication;
    std::string text = stream.state;
    if (stream.sync_state)
        text += ", " + *stream.sync_state;
    if (stream.since)
        text += ", connected since " + recent_text(*stream.since, facts.now, facts.utc_offset) + " (" +
                duration_text(facts.now - *stream.since) + ")";
    return row("replication", text) + row("behind", "on disk " + amount(stream.flush_lag, stream.flush_delay) +
                                                        "; replayed " + amount(stream.replay_lag, stream.replay_delay));
}

std::string commits_text(const PairFacts& facts)
{
    if (!facts.sync_names)
        return {};
    std::string text =
        facts.sync_names->empty() ? "do not wait for the standby" : "wait for the standby (" + *facts.sync_names + ")";
    if (facts.commits_since)
        text += " since " + recent_text(*facts.commits_since, facts.now, facts.utc_offset);
    else if (facts.commits_unchanged_since)
        text += " since " + recent_text(*facts.commits_unchanged_since, facts.now, facts.utc_offset) + " or earlier";
    return row("commits", text);
}

std::string slot_text(const PairFacts& facts)
{
    const bool is_told_why = facts.primary() != nullptr && !facts.slot.why().empty();
    if (!facts.slot)
        return is_told_why ? row("slot", std::string{not_known} + " (" + facts.slot.why() + ")") : std::string{};
    if (!*facts.slot)
        return row("slot", "none");
    const SlotFacts& slot = **facts.slot;
    return row("slot", slot.name + ": " + (slot.is_active ? "active" : "not in use") + ", holds " +
                           bytes_text(slot.held_bytes) + " of WAL" +
                           (slot.wal_status.empty() ? "" : " (" + slot.wal_status + ")"));
}

std::string repair_text(const NodeFacts& node)
{
    if (!node.repair || !*node.repair)
        return {};
    const Repair& repair = **node.repair;
    if (repair.what.empty())
        return row("repair", node.name + ": " + repair.text);
    std::string text = bar_text(repair.done_bytes, repair.total_bytes) + "  " + bytes_text(repair.done_bytes) + " of " +
                       bytes_text(repair.total_bytes);
    if (!repair.rest.empty())
        text += ", " + repair.rest;
    return row("repair", node.name + ": " + repair.what) + row("", text);
}

std::string addresses_text(const PairFacts& facts)
{
    std::string text;
    for (const AddressFacts& address : facts.addresses)
        text += row("address", address.address + " (" + address.id + ") " +
                                   (!address.node           ? "on an unknown node"
                                    : address.node->empty() ? std::string{"on no node"}
                                                            : "on " + *address.node));
    return text;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

std::string yes_or_no(const Seen<bool>& fact, const char* yes, const char* no, const char* unknown)
{
    return !fact ? unknown : *fact ? yes : no;
}

std::string cluster_text(const PairFacts& facts)
{
    const ClusterFacts& cluster = facts.cluster;
    if (cluster.source == Source::absent)
        return row("cluster", "unknown: " + cluster.problem);
    std::string text = cluster.source == Source::saved ? "NOT ASKED, as saved on this node: " : "";
    text += yes_or_no(cluster.has_quorum, "quorum", "NO QUORUM", "quorum unknown");
    text += yes_or_no(cluster.has_fencing, ", fencing on", ", FENCING OFF", ", fencing unknown");
    if (cluster.fencing_devices && !cluster.fencing_devices->empty())
        text += " (" + joined(*cluster.fencing_devices) + ")";
    if (cluster.is_maintenance && *cluster.is_maintenance)
        text += ", MAINTENANCE MODE";
    return row("cluster", text) + row("mode", name_of(facts.mode));
}

std::string problems_text(const Assessment& assessment, Color color)
{
    std::string text;
    for (const Problem& problem : assessment.problems)
    {
        const auto lines = lines_of(plain(problem.text), screen - 4);
        for (std::size_t i = 0; i < lines.size(); ++i)
            text += (i == 0 ? "  " + painted("!", problem.verdict, color) + " " : "    ") + lines[i] + "\n";
        if (!problem.hint.empty())
            for (const std::string& line : lines_of("-> " + plain(problem.hint), screen - 6))
                text += "      " + line + "\n";
    }
    return text.empty() ? text : "\nWhat is wrong\n" + text;
}

std::string events_text(const PairFacts& facts, Color color)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(facts.events.size(), most_events); ++i)
    {
        const Event& event = facts.events[i];
        const std::string line = recent_text(event.when, facts.now, facts.utc_offset) + "  " + event.node + "  " +
                                 event.what + (event.outcome.empty() ? "" : ": " + event.outcome);
        const std::string fitting = shortened(plain(line), screen - 2);
        text += "  " + (event.has_failed ? painted(fitting, Verdict::down, color) : fitting) + "\n";
    }
    return text.empty() ? text : "\nLast events\n" + text;
}

std::string upper(std::string_view text)
{
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return result;
}

/// The name and the verdict, and the time at the right edge.
std::string headline(const PairFacts& facts, Verdict verdict, Color color)
{
    const std::string name = shortened(facts.resource.empty() ? "a pair without a name" : plain(facts.resource), 40);
    const std::string word = upper(name_of(verdict));
    const std::string time = time_text(facts.now, facts.utc_offset);
    const std::size_t used = name.size() + 2 + word.size() + time.size();
    return name + "  " + painted(word, verdict, color) + std::string(used < screen ? screen - used : 1, ' ') + time +
           "\n\n";
}

} // namespace

std::string painted(std::string_view text, Verdict verdict, Color color)
{
    // Bold is told apart on both backgrounds; yellow alone is not on a light one.
    constexpr std::array codes{"\033[1;32m", "\033[1;33m", "\033[1;31m", "\033[1;35m"};
    if (color == Color::never)
        return std::string{text};
    return codes.at(static_cast<std::size_t>(exit_code(verdict))) + std::string{text} + "\033[0m";
}

std::string terminal_text(const PairFacts& facts, const Assessment& assessment, Color color)
{
    std::string text = headline(facts, assessment.verdict, color) + nodes_text(facts) + "\n";
    text += replication_text(facts) + commits_text(facts) + slot_text(facts);
    for (const NodeFacts& node : facts.nodes)
        text += repair_text(node);
    return text + addresses_text(facts) + cluster_text(facts) + problems_text(assessment, color) +
           events_text(facts, color);
}

} // namespace pgtwin::report
