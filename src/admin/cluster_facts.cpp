// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <unistd.h>

#include "pgtwin/admin/gather.hpp"
#include "pgtwin/model/names.hpp"

namespace pgtwin::admin
{
namespace
{

using report::ClusterFacts;
using report::NodeFacts;
using report::Silence;
using report::Source;

Silence silence_of(ErrorKind kind)
{
    switch (kind)
    {
    case ErrorKind::unavailable:
        // The tools tell a user who may not ask the same as one who asks in vain.
        return ::geteuid() == 0 ? Silence::stopped : Silence::denied;
    case ErrorKind::denied:
        return Silence::denied;
    case ErrorKind::timed_out:
    case ErrorKind::malformed:
    case ErrorKind::conflict:
    case ErrorKind::internal:
        break;
    }
    return Silence::hung;
}

ClusterFacts facts_of(const Expected<ClusterLook>& look)
{
    ClusterFacts facts;
    if (!look)
    {
        facts.source = Source::absent;
        facts.silence = silence_of(look.error().kind);
        facts.problem = look.error().what;
        return facts;
    }
    facts.source = look->source == crm::CibSource::live ? Source::live : Source::saved;
    facts.silence = facts.source == Source::live ? Silence::none : silence_of(look->problem.kind);
    facts.problem = look->problem.what;
    std::vector<std::string> devices;
    for (const crm::FencingDevice& device : look->resources.fencing_devices)
        devices.push_back(device.id);
    facts.fencing_devices = std::move(devices);
    const auto fencing = look->resources.properties.find("stonith-enabled");
    facts.has_fencing = fencing == look->resources.properties.end() || crm::is_true(fencing->second);
    if (look->status)
    {
        facts.has_quorum = look->status->has_quorum;
        facts.is_maintenance = look->status->is_maintenance;
    }
    return facts;
}

/// A certificate counts for the run that it names.
std::optional<Certificate> valid_certificate(const NodeView& node)
{
    const bool is_valid = node.certificate && node.run && node.certificate->run == node.run->run;
    return is_valid ? node.certificate : std::nullopt;
}

Seen<std::optional<report::Repair>> repair_of(const ClusterLook& look, const std::string& node,
                                              const crm::AttributeNames& names)
{
    const crm::CibNode* const found = look.status ? look.status->find(node) : nullptr;
    const std::string text = found == nullptr ? std::string{} : found->transient_value(names.resync);
    return text.empty() ? std::optional<report::Repair>{} : std::optional{report::Repair::parse(text)};
}

void add_run(NodeFacts& node, const RunRecord& run)
{
    node.server = report::ServerState::running;
    node.role = std::optional{run.role};
    if (run.timeline != Timeline::none)
        node.timeline = run.timeline;
}

/// What the node's own records say; a server that answers itself knows better. Of a lost node nothing is known.
void add_view(NodeFacts& node, const NodeView& view)
{
    node.membership = view.membership;
    node.is_standby_mode = view.is_standby_mode;
    node.record = view.data_status;
    node.certificate = valid_certificate(view);
    node.score = view.score;
    node.has_override = view.has_override;
    const bool is_member = view.membership == Membership::online || view.membership == Membership::pending;
    if (view.run && is_member)
        add_run(node, *view.run);
    else if (view.membership == Membership::offline || (view.membership == Membership::online && !view.run))
    {
        node.server = report::ServerState::stopped;
        node.role = std::optional<Role>{};
    }
    if (view.position && view.position->has_data)
    {
        node.timeline = view.position->timeline;
        node.end = view.position->lsn;
    }
}

/// Whether the last thing that a node did with a resource leaves it there.
bool is_active_on(const crm::ResourceView& resources, const std::string& resource, const std::string& node)
{
    bool is_active = false;
    for (const crm::OperationResult& each : resources.history)
    {
        if (each.resource != resource || !same_node(each.node, node))
            continue;
        const bool is_good = each.exit_code == 0;
        if (each.operation == "start" || each.operation == "monitor")
            is_active = is_good;
        else if (each.operation == "stop" && is_good)
            is_active = false;
    }
    return is_active;
}

bool is_online(const NodeFacts& node)
{
    return node.membership && *node.membership == Membership::online;
}

void add_addresses(report::PairFacts& facts, const ClusterLook& look)
{
    for (const crm::AddressResource& each : look.resources.addresses)
    {
        const auto& follows = each.follows;
        if (std::find(follows.begin(), follows.end(), facts.clone) == follows.end() &&
            std::find(follows.begin(), follows.end(), facts.resource) == follows.end())
            continue;
        report::AddressFacts address{each.id, each.address, {}};
        if (look.status)
            address.node = std::string{};
        for (const NodeFacts& node : facts.nodes)
            if (is_online(node) && is_active_on(look.resources, each.id, node.name))
                address.node = node.name;
        facts.addresses.push_back(std::move(address));
    }
}

bool is_succeeded(const crm::ResourceView& resources, const crm::OperationResult& failed)
{
    return std::any_of(resources.history.begin(), resources.history.end(),
                       [&](const crm::OperationResult& each)
                       {
                           return each.resource == failed.resource && each.node == failed.node &&
                                  each.call > failed.call && !each.has_failed();
                       });
}

std::string outcome_of(const crm::OperationResult& result)
{
    if (!result.has_failed())
        return {};
    if (!result.reason.empty())
        return result.reason;
    return result.has_timed_out ? "it ran into its time-out" : "exit code " + std::to_string(result.exit_code);
}

/// A failure that something succeeded after is history, and no problem any more.
void add_events(report::PairFacts& facts, const crm::ResourceView& resources)
{
    for (const crm::OperationResult& each : resources.history)
    {
        const bool is_steady = each.operation == "monitor" || each.operation == "notify";
        if (each.resource != facts.resource || (is_steady && !each.has_failed()))
            continue;
        report::Event event{each.when, each.node, each.operation, outcome_of(each),
                            each.has_failed() && !is_succeeded(resources, each)};
        if (each.has_failed() && !event.has_failed)
            event.what += " failed";
        const auto is_same = [&](const report::Event& other)
        {
            return other.when == event.when && other.node == event.node && other.what == event.what;
        };
        if (std::none_of(facts.events.begin(), facts.events.end(), is_same))
            facts.events.push_back(std::move(event));
    }
    std::stable_sort(facts.events.begin(), facts.events.end(),
                     [](const report::Event& left, const report::Event& right) { return left.when > right.when; });
}

} // namespace

std::optional<ClusterView> view_of(const Target& target, const Expected<ClusterLook>& look)
{
    if (!look || !look->status || target.resource.id.empty())
        return std::nullopt;
    const auto view = crm::view_of(*look->status, crm::AttributeNames{target.resource.id}, target.self, target.peer);
    return view ? std::optional{*view} : std::nullopt;
}

report::PairFacts cluster_facts(const Target& target, const Expected<ClusterLook>& look)
{
    report::PairFacts facts;
    facts.resource = target.resource.id;
    facts.clone = target.resource.clone;
    facts.mode = target.params.rep_mode;
    facts.cluster = facts_of(look);
    const auto view = view_of(target, look);
    const crm::AttributeNames names{target.resource.id};
    for (const std::string& name : {target.self, target.peer})
    {
        if (name.empty())
            continue;
        NodeFacts& node = facts.nodes.emplace_back();
        node.name = name;
        node.is_local = name == target.self;
        if (!view)
            continue;
        add_view(node, node.is_local ? view->self : view->peer);
        node.repair = repair_of(*look, name, names);
    }
    std::sort(facts.nodes.begin(), facts.nodes.end(),
              [](const NodeFacts& left, const NodeFacts& right) { return left.name < right.name; });
    if (look)
    {
        add_addresses(facts, *look);
        add_events(facts, look->resources);
    }
    return facts;
}

} // namespace pgtwin::admin
