// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/report/assessment.hpp"

#include <algorithm>

namespace pgtwin::report
{
namespace
{

using Problems = std::vector<Problem>;

bool is(const Seen<bool>& fact)
{
    return fact && *fact;
}

bool is_not(const Seen<bool>& fact)
{
    return fact && !*fact;
}

/// Gravest first, in the order in which they were found.
int rank(const Problem& problem)
{
    switch (problem.verdict)
    {
    case Verdict::down:
        return 0;
    case Verdict::degraded:
        return 1;
    case Verdict::unknown:
        return 2;
    case Verdict::healthy:
        return 3;
    }
    return 3;
}

bool is_role_known(const NodeFacts& node)
{
    return node.role.is_known();
}

/// Whether there is a primary.
void look_for_primary(const PairFacts& facts, Problems& found)
{
    const auto primaries =
        std::count_if(facts.nodes.begin(), facts.nodes.end(),
                      [](const NodeFacts& node) { return node.role && *node.role == Role::primary; });
    if (primaries > 1)
        found.push_back({Verdict::down, "two-primaries", "both nodes say that they are the primary",
                         "fence the one that the address does not point to, and keep its data"});
    if (primaries > 0)
        return;
    constexpr std::size_t both = 2;
    if (facts.nodes.size() == both && std::all_of(facts.nodes.begin(), facts.nodes.end(), is_role_known))
        found.push_back({Verdict::down, "no-primary", "no node is the primary: nobody can write",
                         "see below why each node may not be promoted, and: pgtwin explain"});
    else
        found.push_back({Verdict::unknown, "primary-unknown", "it cannot be told whether there is a primary",
                         "run pgtwin status as root on the other node"});
}

void look_at_cluster(const PairFacts& facts, Problems& found)
{
    switch (facts.cluster.silence)
    {
    case Silence::none:
        break;
    case Silence::stopped:
        found.push_back({Verdict::degraded, "cluster-stopped", "Pacemaker does not run on this node",
                         "systemctl start pacemaker, or: pcs cluster start"});
        break;
    case Silence::denied:
        found.push_back({Verdict::unknown, "cluster-denied", "this user cannot ask the cluster",
                         "run pgtwin status as root, or add the user to the group haclient"});
        break;
    case Silence::hung:
        found.push_back({Verdict::degraded, "cluster-hung",
                         "Pacemaker on this node does not answer: " + facts.cluster.problem,
                         "see its log: journalctl -u pacemaker"});
        break;
    }
    if (is_not(facts.cluster.has_quorum))
        found.push_back({Verdict::degraded, "no-quorum", "the cluster has no quorum: nothing is started or promoted",
                         "bring the other node back"});
    if (is(facts.cluster.is_maintenance))
        found.push_back({Verdict::degraded, "maintenance", "maintenance mode: nobody is promoted, nothing is repaired",
                         "crm configure property maintenance-mode=false"});
    if (is_not(facts.cluster.has_fencing))
        found.push_back({Verdict::degraded, "fencing-disabled", "fencing is disabled: a lost node may write on",
                         "configure a fencing device and set stonith-enabled=true"});
    else if (facts.cluster.fencing_devices && facts.cluster.fencing_devices->empty())
        found.push_back({Verdict::degraded, "fencing-missing", "no fencing device is configured",
                         "configure one: a lost node blocks the pair"});
}

void look_at_node(const NodeFacts& node, Problems& found)
{
    if (node.membership && *node.membership != Membership::online)
        found.push_back({Verdict::degraded,
                         "node-away",
                         *node.membership == Membership::unclean   ? "node " + node.name + " is lost and not fenced yet"
                         : *node.membership == Membership::pending ? "node " + node.name + " is joining the cluster"
                                                                   : "node " + node.name + " is not in the cluster",
                         {}});
    if (is(node.is_standby_mode))
        found.push_back({Verdict::degraded, "node-standby", "node " + node.name + " was taken out by an administrator",
                         "crm node online " + node.name + ", or: pcs node unstandby " + node.name});
    if (node.repair && *node.repair)
        found.push_back({Verdict::degraded, "repair", "node " + node.name + " is being repaired", {}});
    if (is(node.is_replay_paused))
        found.push_back({Verdict::degraded, "replay-paused", "replay is paused on node " + node.name,
                         "SELECT pg_wal_replay_resume()"});
    if (is(node.has_override))
        found.push_back({Verdict::degraded, "override", "a loss of commits is accepted on node " + node.name, {}});
    if (node.server && (*node.server == ServerState::silent || *node.server == ServerState::saturated ||
                        *node.server == ServerState::leftovers))
        found.push_back({Verdict::degraded, "server-silent", "the server on node " + node.name + " does not answer",
                         "see its log"});
}

bool is_stopped(const NodeFacts& node)
{
    return node.role && !node.role->has_value();
}

bool is_in_repair(const NodeFacts& node)
{
    return node.repair && node.repair->has_value();
}

/// What keeps the standby from taking over.
void look_at_standby(const PairFacts& facts, Problems& found)
{
    const NodeFacts* const standby = facts.standby();
    if (standby == nullptr || is_in_repair(*standby))
        return;
    if (is_stopped(*standby))
        found.push_back({Verdict::degraded, "standby-missing", "there is no standby: the data is on one node only",
                         "bring node " + standby->name + " back"});
    else if (facts.replication && !*facts.replication)
        found.push_back({Verdict::degraded, "not-connected", "no standby is connected to the primary",
                         "see the log of the server on node " + standby->name});
    else if (facts.replication && (*facts.replication)->state != "streaming")
        found.push_back({Verdict::degraded, "not-streaming",
                         "the standby does not stream: " + (*facts.replication)->state,
                         "see the log of the server on node " + standby->name});
    if (standby->promotion && !standby->promotion->is_allowed && !is_stopped(*standby))
        found.push_back({Verdict::degraded,
                         "not-promotable",
                         "node " + standby->name + " could not take over: " + standby->promotion->text,
                         {}});
    if (!standby->promotion && !is_stopped(*standby))
        found.push_back({Verdict::unknown,
                         "promotion-unknown",
                         "it cannot be told whether node " + standby->name + " could take over",
                         {}});
}

void look_at_slot(const PairFacts& facts, Problems& found)
{
    if (!facts.slot || !*facts.slot)
        return;
    const SlotFacts& slot = **facts.slot;
    if (slot.wal_status == "lost" || slot.wal_status == "unreserved")
        found.push_back(
            {Verdict::degraded, "slot-" + slot.wal_status,
             "slot " + slot.name + " does not keep the WAL that the standby needs (" + slot.wal_status + ")",
             "see max_slot_wal_keep_size"});
}

void look_at_addresses(const PairFacts& facts, Problems& found)
{
    const NodeFacts* const primary = facts.primary();
    for (const AddressFacts& address : facts.addresses)
    {
        const std::string name = "address " + address.address + " (" + address.id + ")";
        if (!address.node)
            continue;
        if (address.node->empty())
            found.push_back(
                {Verdict::degraded, "address-stopped", name + " is on no node", "crm resource cleanup " + address.id});
        else if (primary != nullptr && *address.node != primary->name)
            found.push_back({Verdict::degraded, "address-elsewhere", name + " is not on the primary's node",
                             "place it with the promoted instance (colocation constraint)"});
    }
}

void look_at_events(const PairFacts& facts, Problems& found)
{
    for (const Event& event : facts.events)
        if (event.has_failed)
            found.push_back(
                {Verdict::degraded, "action-failed",
                 event.what + " failed on node " + event.node + (event.outcome.empty() ? "" : ": " + event.outcome),
                 "crm resource cleanup " + (facts.clone.empty() ? facts.resource : facts.clone)});
}

Verdict verdict_of(const Problems& problems)
{
    if (problems.empty())
        return Verdict::healthy;
    const bool is_primary_unknown =
        std::any_of(problems.begin(), problems.end(), [](const Problem& each) { return each.id == "primary-unknown"; });
    return is_primary_unknown ? Verdict::unknown : problems.front().verdict;
}

} // namespace

Assessment assess(const PairFacts& facts)
{
    Assessment assessment;
    Problems& problems = assessment.problems;
    look_for_primary(facts, problems);
    look_at_cluster(facts, problems);
    for (const NodeFacts& node : facts.nodes)
        look_at_node(node, problems);
    look_at_standby(facts, problems);
    look_at_slot(facts, problems);
    look_at_addresses(facts, problems);
    look_at_events(facts, problems);
    std::stable_sort(problems.begin(), problems.end(),
                     [](const Problem& left, const Problem& right) { return rank(left) < rank(right); });
    assessment.verdict = verdict_of(problems);
    return assessment;
}

} // namespace pgtwin::report
