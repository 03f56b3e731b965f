// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <initializer_list>

#include "checkup.hpp"

namespace pgtwin::report
{
namespace
{

using enum AdviceLevel;

/// Pacemaker's words for a boolean are so in any case of letters (crm_str_to_boolean() in lib/common).
bool is_among(std::string text, std::initializer_list<std::string_view> words)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return std::find(words.begin(), words.end(), text) != words.end();
}

void check_fencing(const CheckupFacts& facts, Advices& found)
{
    const std::string newer = value_in(facts.properties, "fencing-enabled");
    const std::string enabled = newer.empty() ? value_in(facts.properties, "stonith-enabled") : newer;
    if (is_false(enabled))
        found.push_back(property_advice(
            {error, "fencing-off", "", "fencing is disabled",
             "nobody can know that a lost node does not write any more: two primaries, or none, may result", "", ""},
            newer.empty() ? "stonith-enabled" : "fencing-enabled", "true"));
    if (facts.fencing_devices == 0)
        found.push_back({error, "no-fencing-device", "", "the cluster has no fencing device",
                         "a lost node cannot be shut down, so nothing of it is taken over",
                         "pgtwin configure crm --fencing-hint ... shows an example",
                         "pgtwin configure pcs --fencing-hint ... shows an example"});
}

void check_quorum(const CheckupFacts& facts, Advices& found)
{
    const std::string policy = value_in(facts.properties, "no-quorum-policy");
    if (policy == "ignore")
        found.push_back(
            property_advice({error, "quorum-ignored", "", "no-quorum-policy is ignore",
                             "a node that is cut off goes on as if it were alone, and may be promoted", "", ""},
                            "no-quorum-policy", "stop"));
    // A third vote decides, be it a device's or a node's, and corosync takes no two_node beside it.
    if (!facts.quorum || facts.quorum->has_device || facts.cluster_nodes.size() > 2)
        return;
    const std::string how = "in corosync.conf on both nodes, section quorum, then restart Corosync: ";
    if (!facts.quorum->is_two_node)
        found.push_back({error, "two-node-off", "", "corosync does not know that the cluster has two nodes",
                         "when one node is lost, the other one loses quorum and stops its servers",
                         how + "two_node: 1, and no auto_tie_breaker", "pcs quorum update two_node=1"});
    if (!facts.quorum->waits_for_all)
        found.push_back({warning, "wait-for-all-off", "", "wait_for_all is off",
                         "after a cold boot the first node fences the other one before both have met",
                         how + "wait_for_all: 1", "pcs quorum update wait_for_all=1"});
}

void check_maintenance(const CheckupFacts& facts, Advices& found)
{
    if (is_true(value_in(facts.properties, "maintenance-mode")))
        found.push_back(property_advice({warning, "maintenance-mode", "", "the cluster is in maintenance mode",
                                         "nothing is monitored and nothing is recovered", "", ""},
                                        "maintenance-mode", "false"));
    if (is_true(value_in(facts.properties, "stop-all-resources")))
        found.push_back(property_advice({error, "all-stopped", "", "stop-all-resources is true",
                                         "the servers of both nodes are stopped, and stay so", "", ""},
                                        "stop-all-resources", "false"));
}

void check_nodes_aside(const CheckupFacts& facts, Advices& found)
{
    for (const NodeAside& node : facts.nodes_aside)
        found.push_back({warning, "node-" + node.attribute, node.name, "the node is in " + node.attribute + " mode",
                         node.attribute == "standby" ? "it has no server, so that nobody can take over"
                                                     : "nothing is monitored, promoted or recovered there",
                         "crm_attribute --node " + node.name + " --name " + node.attribute +
                             (node.is_transient ? " --lifetime reboot" : "") + " --delete",
                         ""});
}

void check_nodes(const CheckupFacts& facts, Advices& found)
{
    for (const std::string& node : facts.params.node_list)
    {
        const auto& known = facts.cluster_nodes;
        if (known.empty() || std::find(known.begin(), known.end(), node) != known.end())
            continue;
        found.push_back({error, "unknown-node", "", "node_list names " + node + ", which is no node of the cluster",
                         "an instance on a node that is not named does not start",
                         "crm resource param " + facts.resource + " set node_list \"NAME NAME\"",
                         "pcs resource update " + facts.resource + " node_list=\"NAME NAME\""});
    }
}

void check_token(const CheckupFacts& facts, Advices& found)
{
    if (!facts.token || facts.params.rep_mode != ReplicationMode::sync)
        return;
    const auto least = std::chrono::milliseconds{*facts.token * 22 / 10 + std::chrono::seconds{2}};
    if (facts.params.sync_degrade_delay >= least)
        return;
    const std::string seconds = std::to_string((least.count() + 999) / 1000);
    found.push_back({error, "delay-below-token", "",
                     "sync_degrade_delay is " + std::to_string(facts.params.sync_degrade_delay.count()) +
                         " s, and corosync's token " + std::to_string(facts.token->count()) + " ms",
                     "a node that was cut off could be promoted without the last commits",
                     "crm resource param " + facts.resource + " set sync_degrade_delay " + seconds,
                     "pcs resource update " + facts.resource + " sync_degrade_delay=" + seconds});
}

} // namespace

Advice property_advice(Advice advice, const std::string& name, const std::string& value)
{
    advice.crm = "crm configure property " + name + "=" + value;
    advice.pcs = "pcs property set " + name + "=" + value;
    return advice;
}

std::string value_in(const Values& values, std::string_view name)
{
    const auto found = values.find(name);
    return found == values.end() ? std::string{} : found->second;
}

bool is_true(const std::string& text)
{
    return is_among(text, {"true", "yes", "on", "y", "1"});
}

bool is_false(const std::string& text)
{
    return is_among(text, {"false", "no", "off", "n", "0"});
}

void check_cluster(const CheckupFacts& facts, Advices& found)
{
    check_fencing(facts, found);
    check_quorum(facts, found);
    check_maintenance(facts, found);
    check_nodes_aside(facts, found);
    check_nodes(facts, found);
    check_token(facts, found);
}

} // namespace pgtwin::report
