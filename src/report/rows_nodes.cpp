// SPDX-License-Identifier: GPL-2.0-or-later
#include "layout.hpp"
#include "pgtwin/report/format.hpp"
#include "pgtwin/report/words.hpp"
#include "rows.hpp"

namespace pgtwin::report
{
namespace
{

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
    if (node.is_deleted)
        return "no node of the cluster";
    std::string text{name_of(*node.membership)};
    if (*node.membership == Membership::unclean)
        text += ", not fenced";
    if (*node.membership == Membership::left)
        text += ", corosync runs";
    if (node.is_standby_mode && *node.is_standby_mode)
        text += ", standby mode";
    return node.is_maintenance && *node.is_maintenance ? text + ", MAINTENANCE" : text;
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
    case ServerState::waiting:
        return "no data, waits for a primary";
    case ServerState::repairing:
        return "none, while data is repaired";
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
        text += ", up " + age_text(*node.started, facts.now);
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
    if (!node.record)
        return not_known;
    return std::string{name_of(*node.record)} + (node.is_record_saved ? " (as saved here)" : "");
}

} // namespace

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

} // namespace pgtwin::report
