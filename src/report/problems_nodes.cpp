// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/message/message.hpp"
#include "problems.hpp"
#include "remedies.hpp"

namespace pgtwin::report
{
namespace
{

constexpr std::chrono::seconds retry_limit{60};

Problem away(const NodeFacts& node)
{
    if (node.is_deleted)
        return {
            Verdict::degraded, "node-away", node.name + " is no node of the cluster: it was deleted, or never joined",
            "start its corosync and Pacemaker; if it is gone for good, name the node that replaces it in node_list"};
    switch (*node.membership)
    {
    case Membership::unclean:
        return {Verdict::degraded, "node-away", node.name + " is lost and not fenced yet",
                "if it is surely off: " + confirm_off(node)};
    case Membership::pending:
    case Membership::left:
        return {Verdict::degraded, "node-away",
                node.name + " runs corosync, and its Pacemaker has not joined the cluster",
                "on " + node.name + ": systemctl start pacemaker, or: pcs cluster start"};
    case Membership::offline:
    case Membership::online:
        break;
    }
    return {Verdict::degraded, "node-away", node.name + " is not in the cluster",
            "start " + node.name + ", and its corosync and Pacemaker"};
}

void look_at_membership(const PairFacts& facts, const NodeFacts& node, Problems& found)
{
    const auto fencing = fencing_of(facts, node);
    // One that has succeeded was of an earlier loss.
    const bool is_fencing_told = fencing && *fencing != FencingState::done;
    if (node.membership && *node.membership != Membership::online && !is_fencing_told)
        found.push_back(away(node));
    if (is(node.is_standby_mode))
        found.push_back(
            {Verdict::degraded, "node-standby", node.name + " was taken out by an administrator", bring_back(node)});
    if (is(node.is_maintenance))
        found.push_back({Verdict::degraded, "node-maintenance",
                         node.name + " is in maintenance mode: nothing there is promoted or repaired",
                         end_maintenance_of(node)});
}

std::string hint_of(const std::string& id)
{
    const message::Message* const message = message::find(id);
    return message == nullptr ? std::string{} : std::string{message->hint};
}

Problem in_repair(const NodeFacts& node)
{
    const Repair& repair = **node.repair;
    switch (repair.phase)
    {
    case ResyncPhase::waiting:
        return {Verdict::degraded, "repair-held-up", "the repair of " + node.name + " is held up: " + repair.text,
                hint_of(repair.cause), repair.cause};
    case ResyncPhase::failed:
        return {Verdict::degraded, "repair-failed",
                "the repair of " + node.name + " has failed, and is tried again: " + repair.text, hint_of(repair.cause),
                repair.cause};
    case ResyncPhase::copying:
        return {Verdict::degraded, "repair", node.name + " is being filled by a base backup of the primary"};
    case ResyncPhase::rewinding:
        return {Verdict::degraded, "repair", node.name + " is being rewound to the history of the primary"};
    case ResyncPhase::preparing:
        break;
    }
    return {Verdict::degraded, "repair", node.name + " is being repaired: " + repair.text};
}

bool is_hanging(const NodeFacts& node)
{
    return node.server && (*node.server == ServerState::silent || *node.server == ServerState::saturated ||
                           *node.server == ServerState::leftovers);
}

void look_at_instance(const NodeFacts& node, Problems& found)
{
    if (is_in_repair(node))
        found.push_back(in_repair(node));
    if (is(node.is_replay_paused))
        found.push_back({Verdict::degraded, "replay-paused", "replay is paused on " + node.name,
                         "there, as postgres: psql -c 'SELECT pg_wal_replay_resume()'"});
    if (is(node.has_override))
        found.push_back({Verdict::degraded, "override",
                         "a loss of commits is accepted on " + node.name + ", for its next promotion"});
}

void look_at_answer(const NodeFacts& node, Problems& found)
{
    if (is_hanging(node))
        found.push_back(
            {Verdict::degraded, "server-silent",
             "the server on " + node.name + " does not answer" +
                 (node.silence.empty() ? "" : " this node: " + node.silence),
             node.silence.empty() ? "see its log" : "see its log, and the network: firewall, listen_addresses, names"});
    // Whether such a primary takes commits cannot be told.
    if (is_hanging(node) && node.role && *node.role == Role::primary)
        found.back().verdict = Verdict::unknown;
    if (node.server && *node.server == ServerState::refusing)
        found.push_back({Verdict::degraded, "no-login",
                         "the server on " + node.name + " does not let this node in" +
                             (node.silence.empty() ? "" : ": " + node.silence),
                         "pgtwin check tells which line of pg_hba.conf or password is missing"});
}

/// What holds up the repair of this node is, mostly, that it does not reach the other one: told once.
bool is_told_by_repair(const PairFacts& facts, const NodeFacts& node)
{
    const NodeFacts* const other = facts.other_than(node);
    return other != nullptr && other->is_local && is_in_repair(*other) && !(*other->repair)->is_copying();
}

} // namespace

std::optional<FencingState> fencing_of(const PairFacts& facts, const NodeFacts& node)
{
    if (!is_lost(node) || !facts.cluster.fencing)
        return std::nullopt;
    std::optional<FencingState> state;
    for (const FencingFacts& each : *facts.cluster.fencing)
    {
        if (each.target != node.name)
            continue;
        // One that failed is tried again at once: the attempt that runs will most likely end as the one before.
        const bool is_past = each.ended && facts.now - *each.ended > retry_limit;
        if (each.state != FencingState::running)
            return state && is_past ? state : std::optional{each.state};
        state = FencingState::running;
    }
    return state;
}

Problems problems_of_nodes(const PairFacts& facts)
{
    Problems found;
    for (const NodeFacts& node : facts.nodes)
    {
        look_at_membership(facts, node, found);
        look_at_instance(node, found);
        if (!is_told_by_repair(facts, node))
            look_at_answer(node, found);
    }
    return found;
}

} // namespace pgtwin::report
