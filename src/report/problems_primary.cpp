// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <iterator>

#include "pgtwin/message/message.hpp"
#include "pgtwin/model/wal.hpp"
#include "pgtwin/report/format.hpp"
#include "pgtwin/report/words.hpp"
#include "problems.hpp"
#include "remedies.hpp"

namespace pgtwin::report
{
namespace
{

constexpr std::size_t pair_size = 2;

bool is_role_known(const NodeFacts& node)
{
    return node.role.is_known();
}

bool is_standby(const NodeFacts& node)
{
    return node.role && *node.role == Role::standby;
}

/// Empty if nothing of the pair runs now.
std::string activity_text(const PairFacts& facts)
{
    if (facts.running.empty())
        return {};
    const Activity& now = facts.running.back();
    return now.what + " runs on " + now.node + ", for " + age_text(now.since, facts.now);
}

Problem no_primary(const PairFacts& facts)
{
    Problem problem{Verdict::down, "no-primary", "no node is the primary: nobody can write"};
    const std::string activity = activity_text(facts);
    if (activity.empty())
        return problem;
    problem.text += "; " + activity;
    problem.hint = "wait for its end";
    return problem;
}

Problem primary_unknown(const PairFacts& facts)
{
    Problem problem{Verdict::unknown, "primary-unknown", "it cannot be told whether there is a primary"};
    const auto lost = std::find_if(facts.nodes.begin(), facts.nodes.end(), is_lost);
    if (lost != facts.nodes.end())
        problem.text += ": " + lost->name + " is lost, and may still run";
    else
        problem.hint = "run pgtwin status as root on the other node";
    return problem;
}

/// What the records say of a node's data, as far as they are known.
std::string known_of(const NodeFacts& node)
{
    std::string text;
    if (node.record && *node.record != DataStatus::none)
        text = "recorded " + std::string{name_of(*node.record)};
    if (node.timeline && node.end)
        text += (text.empty() ? "" : ", ") + std::string{"goes to "} + place_text(*node.timeline, *node.end);
    return text.empty() ? text : node.name + " " + text;
}

std::string records(const PairFacts& facts)
{
    std::string text;
    for (const NodeFacts& node : facts.nodes)
        if (const std::string known = known_of(node); !known.empty())
            text += (text.empty() ? "" : "; ") + known;
    return text.empty() ? text : " (" + text + ")";
}

/// Which command takes a withheld promotion further, with the names of this case.
std::string remedy_for(const std::string& id, const PairFacts& facts, const NodeFacts& node)
{
    const NodeFacts* const other = facts.other_than(node);
    const std::string peer = other == nullptr ? "the other node" : other->name;
    if (id == "no-quorum-alone")
        return "bring " + peer + " back; if it is surely off, on " + node.name + ": " + release_quorum();
    if (id == "stale-alone" || id == "peer-recorded-primary")
        return "bring " + peer + " back: then the better one is promoted; if it is lost for good, " +
               accept_loss(facts, node);
    if (id == "diverged")
        return "compare both nodes, then accept the loss on the one that is to win, " + accept_loss(facts, node);
    const message::Message* const message = message::find(id);
    return message == nullptr ? std::string{} : std::string{message->hint};
}

Problem not_promoted(const PairFacts& facts, const NodeFacts& node)
{
    const Promotion& promotion = *node.promotion;
    return {Verdict::degraded, "not-promoted", node.name + " is not promoted: " + promotion.text + records(facts),
            remedy_for(promotion.id, facts, node), promotion.id};
}

/// Why each server that runs is kept from it, unless one of them may be promoted, or something is under way.
Problems withheld(const PairFacts& facts)
{
    Problems found;
    for (const NodeFacts& node : facts.nodes)
    {
        if (!is_standby(node) || !node.promotion)
            continue;
        if (node.promotion->is_allowed || !facts.running.empty())
            return {};
        found.push_back(not_promoted(facts, node));
    }
    return found;
}

/// Its role is what its last record says, and the server may have ended since.
bool is_silent_primary(const NodeFacts& node)
{
    return node.role && *node.role == Role::primary && node.server && *node.server == ServerState::silent;
}

Problem two_primaries(const PairFacts& facts)
{
    const auto silent = std::find_if(facts.nodes.begin(), facts.nodes.end(), is_silent_primary);
    if (silent != facts.nodes.end())
        return {Verdict::down, "two-primaries",
                "both nodes are recorded as the primary, and the server on " + silent->name + " does not answer",
                "look before you fence anything, on " + silent->name + ": pgtwin status"};
    return {Verdict::down, "two-primaries", "both nodes say that they are the primary",
            "fence the one that the address does not point to, and keep its data"};
}

} // namespace

Problems problems_of_primary(const PairFacts& facts)
{
    const auto primaries =
        std::count_if(facts.nodes.begin(), facts.nodes.end(),
                      [](const NodeFacts& node) { return node.role && *node.role == Role::primary; });
    if (primaries > 1)
        return {two_primaries(facts)};
    if (primaries == 1)
        return {};
    const bool is_known =
        facts.nodes.size() == pair_size && std::all_of(facts.nodes.begin(), facts.nodes.end(), is_role_known);
    Problems found{is_known ? no_primary(facts) : primary_unknown(facts)};
    Problems reasons = withheld(facts);
    std::move(reasons.begin(), reasons.end(), std::back_inserter(found));
    return found;
}

} // namespace pgtwin::report
