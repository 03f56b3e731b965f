// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "pgtwin/report/format.hpp"
#include "problems.hpp"
#include "remedies.hpp"

namespace pgtwin::report
{
namespace
{

/// Servers in order are not yet a pair that survives a loss: fencing, quorum and maintenance are the cluster's to tell.
Problem denied(const PairFacts& facts)
{
    const char* const text = is_synchronous(facts)
                                 ? "the servers show a standby that confirms each commit; whether it could take over "
                                   "is the cluster's to tell, which this user cannot ask"
                                 : "this user cannot ask the cluster";
    return {Verdict::unknown, "cluster-denied", text,
            "run pgtwin status as root, or add the user to the group haclient"};
}

void look_at_silence(const PairFacts& facts, Problems& found)
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
        found.push_back(denied(facts));
        break;
    case Silence::hung:
        found.push_back({Verdict::degraded, "cluster-hung",
                         "Pacemaker on this node does not answer: " + facts.cluster.problem,
                         "see its log: journalctl -u pacemaker"});
        break;
    }
}

void look_at_management(const PairFacts& facts, Problems& found)
{
    if (is(facts.cluster.is_maintenance))
        found.push_back({Verdict::degraded, "maintenance", "maintenance mode: nobody is promoted, nothing is repaired",
                         end_maintenance()});
    if (facts.cluster.is_all_stopped)
        found.push_back({Verdict::degraded, "all-stopped", "an administrator has stopped all resources of the cluster",
                         "crm_attribute --name stop-all-resources --update false"});
    if (facts.management && *facts.management != Management::managed)
        found.push_back({Verdict::degraded, "unmanaged",
                         "Pacemaker does not manage " + facts.handle() + ": nothing of it is started or promoted",
                         manage(facts)});
    if (facts.target_role && *facts.target_role == TargetRole::stopped)
        found.push_back({Verdict::degraded, "resource-stopped",
                         "an administrator has stopped " + facts.handle() + " (target-role)", start_resource(facts)});
    if (facts.target_role && *facts.target_role == TargetRole::unpromoted)
        found.push_back({Verdict::degraded, "promotion-forbidden",
                         "an administrator wants no primary of " + facts.handle() + " (target-role)",
                         start_resource(facts)});
}

std::string until_text(const PairFacts& facts, const BanFacts& ban)
{
    return ban.until ? ", until " + recent_text(*ban.until, facts.now, facts.utc_offset) : std::string{};
}

void look_at_bans(const PairFacts& facts, Problems& found)
{
    if (!facts.bans)
        return;
    for (const BanFacts& ban : *facts.bans)
    {
        const std::string text = "constraint " + ban.id + " keeps the " +
                                 (ban.is_promotion_only ? "primary" : "server") + " off " + ban.node +
                                 until_text(facts, ban);
        if (ban.is_left)
            found.push_back({Verdict::degraded, "left-ban", text, clear_constraints(facts)});
        else
            found.push_back(
                {Verdict::degraded, "banned", text,
                 "if it is not meant: crm configure delete " + ban.id + ", or: pcs constraint delete " + ban.id});
    }
}

void look_at_devices(const ClusterFacts& cluster, Problems& found)
{
    for (const FencingDevice& device : *cluster.fencing_devices)
    {
        if (device.state == DeviceState::disabled)
            found.push_back(
                {Verdict::degraded, "fencing-device-disabled",
                 "fencing device " + device.id + " is disabled: it fences nobody",
                 "crm_resource -r " + device.id + " --meta --set-parameter target-role --parameter-value Started"});
        if (device.state == DeviceState::failed)
            found.push_back({Verdict::degraded, "fencing-device-failed",
                             "fencing device " + device.id + " has failed: " + device.problem,
                             "mend it, then: crm_resource --cleanup -r " + device.id});
    }
}

void look_at_fencing_of(const PairFacts& facts, const NodeFacts& node, Problems& found)
{
    const auto state = fencing_of(facts, node);
    if (state == FencingState::failed)
        found.push_back({Verdict::degraded, "fencing-fails",
                         "fencing " + node.name + " fails: until it succeeds nobody takes over, and commits may wait",
                         "mend the fencing device; if " + node.name + " is surely off: " + confirm_off(node)});
    else if (state == FencingState::running)
        found.push_back({Verdict::degraded, "fencing-runs", node.name + " is being fenced", "wait for its end"});
}

} // namespace

Problems problems_of_cluster(const PairFacts& facts)
{
    Problems found;
    look_at_silence(facts, found);
    if (is_not(facts.cluster.has_quorum))
        found.push_back({Verdict::degraded, "no-quorum", "the cluster has no quorum: nothing is started or promoted",
                         "bring the other node back; if it is surely off, after a cold boot: " + release_quorum()});
    look_at_management(facts, found);
    look_at_bans(facts, found);
    return found;
}

Problems problems_of_fencing(const PairFacts& facts)
{
    Problems found;
    const ClusterFacts& cluster = facts.cluster;
    for (const NodeFacts& node : facts.nodes)
        look_at_fencing_of(facts, node, found);
    if (is_not(cluster.has_fencing))
        found.push_back({Verdict::degraded, "fencing-disabled", "fencing is disabled: a lost node may write on",
                         "configure a fencing device, then: crm_attribute --name stonith-enabled --update true"});
    else if (cluster.fencing_devices && cluster.fencing_devices->empty())
        found.push_back({Verdict::degraded, "fencing-missing", "no fencing device is configured",
                         "configure one: a lost node blocks the pair"});
    else if (cluster.fencing_devices)
        look_at_devices(cluster, found);
    return found;
}

} // namespace pgtwin::report
