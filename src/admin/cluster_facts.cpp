// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <unistd.h>

#include "event_facts.hpp"
#include "fencing_facts.hpp"
#include "pgtwin/admin/gather.hpp"
#include "pgtwin/model/names.hpp"

namespace pgtwin::admin
{
namespace
{

using report::ClusterFacts;
using report::NodeFacts;
using report::PairFacts;
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
    facts.fencing_devices = devices_of(look->resources);
    facts.fencing = fencing_of(*look);
    const auto property = [&](const std::string& name)
    {
        const auto found = look->resources.properties.find(name);
        return found == look->resources.properties.end() ? std::string{} : found->second;
    };
    facts.has_fencing = crm::is_fencing_on(property("fencing-enabled"), property("stonith-enabled"));
    facts.is_all_stopped = crm::is_true(property("stop-all-resources"));
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

const crm::CibNode* find_node(const ClusterLook& look, const std::string& name)
{
    return look.status ? look.status->find(name) : nullptr;
}

Seen<std::optional<report::Repair>> repair_of(const ClusterLook& look, const std::string& node,
                                              const crm::AttributeNames& names)
{
    const crm::CibNode* const found = find_node(look, node);
    const std::string text = found == nullptr ? std::string{} : found->transient_value(names.resync);
    return text.empty() ? std::optional<report::Repair>{} : std::optional{report::Repair::parse(text)};
}

Seen<bool> maintenance_of(const ClusterLook& look, const std::string& node)
{
    const crm::CibNode* const found = find_node(look, node);
    if (found == nullptr)
        return {};
    return crm::is_true(found->permanent_value("maintenance")) || crm::is_true(found->transient_value("maintenance"));
}

/// A permanent attribute of that name does not end what the transient one says.
bool is_set_until_reboot(const ClusterLook& look, const std::string& node, const std::string& attribute)
{
    const crm::CibNode* const found = find_node(look, node);
    return found != nullptr && crm::is_true(found->transient_value(attribute));
}

/// What the last thing that a node did with a resource makes of it there; empty: it is not active.
std::optional<Role> role_by_operations(const crm::ResourceView& resources, const std::string& resource,
                                       const std::string& node)
{
    constexpr int running_promoted = 8;
    std::optional<Role> role;
    for (const crm::OperationResult& each : resources.history)
    {
        if (each.resource != resource || !same_node(each.node, node) || each.is_pending)
            continue;
        const bool is_promoted = each.exit_code == running_promoted || each.operation == "promote";
        const bool is_active = each.exit_code == 0 || each.exit_code == running_promoted;
        if (each.operation == "stop" && is_active)
            role = std::nullopt;
        else if (each.operation == "start" || each.operation == "monitor" || each.operation == "promote" ||
                 each.operation == "demote")
            role = !is_active ? std::nullopt : std::optional{is_promoted ? Role::primary : Role::standby};
    }
    return role;
}

bool is_starting(const crm::ResourceView& resources, const std::string& resource, const std::string& node)
{
    return std::any_of(resources.history.begin(), resources.history.end(),
                       [&](const crm::OperationResult& each) {
                           return each.resource == resource && same_node(each.node, node) && each.is_pending &&
                                  each.operation == "start";
                       });
}

void set_stopped(NodeFacts& node, report::ServerState server)
{
    node.server = server;
    node.role = std::optional<Role>{};
}

/// What its run record says. One of an instance that waits for data, or has them repaired, has no server.
void add_run(NodeFacts& node, const NodeView& view)
{
    if (node.repair && *node.repair)
        return set_stopped(node, report::ServerState::repairing);
    if (view.position && !view.position->has_data)
        return set_stopped(node, report::ServerState::waiting);
    node.server = report::ServerState::running;
    node.role = std::optional{view.run->role};
    if (view.run->timeline != Timeline::none)
        node.timeline = view.run->timeline;
}

/// Without a run record: the cluster may still know of an instance, whose record is not written yet or was removed.
void add_instance(NodeFacts& node, const crm::ResourceView& resources, const std::string& resource)
{
    if (is_starting(resources, resource, node.name))
        return set_stopped(node, report::ServerState::starting);
    const auto role = role_by_operations(resources, resource, node.name);
    if (!role)
        return set_stopped(node, report::ServerState::stopped);
    node.role = role;
}

/// What was true when Pacemaker ran here last.
void add_saved_record(NodeFacts& node, const crm::ResourceView& resources, const std::string& resource)
{
    const auto attributes = resources.nodes.find(node.name);
    if (attributes == resources.nodes.end())
        return;
    const auto found = attributes->second.find(crm::AttributeNames{resource}.data_status);
    const auto record = crm::data_status_from(found == attributes->second.end() ? "" : found->second);
    if (!record)
        return;
    node.record = *record;
    node.is_record_saved = true;
}

/// What the node's own records say; a server that answers itself knows better. Of a lost node nothing is known.
void add_view(NodeFacts& node, const NodeView& view, const ClusterLook& look, const std::string& resource)
{
    node.membership = view.membership;
    node.is_standby_mode = view.is_standby_mode;
    node.is_maintenance = maintenance_of(look, node.name);
    node.is_standby_until_reboot = is_set_until_reboot(look, node.name, "standby");
    node.is_maintenance_until_reboot = is_set_until_reboot(look, node.name, "maintenance");
    node.record = view.data_status;
    node.certificate = valid_certificate(view);
    node.score = view.score;
    node.has_override = view.has_override;
    node.repair = repair_of(look, node.name, crm::AttributeNames{resource});
    const bool is_member = view.membership == Membership::online || view.membership == Membership::pending;
    if (view.run && is_member)
        add_run(node, view);
    else if (view.membership == Membership::online)
        add_instance(node, look.resources, resource);
    else if (view.membership == Membership::offline || view.membership == Membership::left)
        set_stopped(node, report::ServerState::stopped);
    if (view.position && view.position->has_data && view.position->is_final)
    {
        node.timeline = view.position->timeline;
        node.end = view.position->lsn;
    }
}

bool is_online(const NodeFacts& node)
{
    return node.membership && *node.membership == Membership::online;
}

void add_addresses(PairFacts& facts, const ClusterLook& look)
{
    for (const crm::AddressResource& each : look.resources.addresses)
    {
        const auto& follows = each.follows;
        if (std::find(follows.begin(), follows.end(), facts.clone) == follows.end() &&
            std::find(follows.begin(), follows.end(), facts.resource) == follows.end())
            continue;
        report::AddressFacts address{each.id, each.address, {}, false};
        if (look.status)
            address.node = std::string{};
        for (const NodeFacts& node : facts.nodes)
        {
            if (is_online(node) && role_by_operations(look.resources, each.id, node.name))
                address.node = node.name;
            address.is_starting = address.is_starting || is_starting(look.resources, each.id, node.name);
        }
        facts.addresses.push_back(std::move(address));
    }
}

std::string meta_of(const crm::PairResource& resource, const std::string& name)
{
    const auto found = resource.meta.find(name);
    return found == resource.meta.end() ? std::string{} : found->second;
}

/// What an administrator wants Pacemaker to do with the resource.
void add_wishes(PairFacts& facts, const crm::PairResource& resource)
{
    const std::string managed = meta_of(resource, "is-managed");
    facts.management = report::Management::managed;
    facts.management_owner = resource.owner_of("is-managed");
    if (crm::is_true(meta_of(resource, "maintenance")))
    {
        facts.management = report::Management::maintenance;
        facts.management_owner = resource.owner_of("maintenance");
    }
    else if (!managed.empty() && !crm::is_true(managed))
        facts.management = report::Management::unmanaged;
    const std::string target = meta_of(resource, "target-role");
    facts.target_role = target == "Stopped"                           ? report::TargetRole::stopped
                        : target == "Unpromoted" || target == "Slave" ? report::TargetRole::unpromoted
                                                                      : report::TargetRole::any;
    facts.target_role_owner = resource.owner_of("target-role");
}

/// Those that hold now.
std::vector<report::BanFacts> bans_of(const PairFacts& facts, const crm::ResourceView& resources)
{
    std::vector<report::BanFacts> bans;
    for (const crm::Ban& ban : resources.bans)
    {
        const bool is_ours = ban.resource == facts.resource || (!facts.clone.empty() && ban.resource == facts.clone);
        const bool is_over = ban.until && *ban.until <= facts.now;
        if (is_ours && !is_over)
            bans.push_back({ban.id, ban.node, ban.is_promotion_only, ban.is_left, ban.until});
    }
    return bans;
}

} // namespace

std::optional<ClusterView> view_of(const Target& target, const Expected<ClusterLook>& look)
{
    if (!look || !look->status || target.resource.id.empty())
        return std::nullopt;
    const auto view = crm::view_of(*look->status, crm::AttributeNames{target.resource.id}, target.self, target.peer);
    return view ? std::optional{*view} : std::nullopt;
}

PairFacts cluster_facts(const Target& target, const Expected<ClusterLook>& look, report::Time now)
{
    PairFacts facts;
    facts.now = now;
    facts.resource = target.resource.id;
    facts.clone = target.resource.clone;
    facts.mode = target.params.rep_mode;
    facts.cluster = facts_of(look);
    const auto view = view_of(target, look);
    for (const std::string& name : {target.self, target.peer})
    {
        if (name.empty())
            continue;
        NodeFacts& node = facts.nodes.emplace_back();
        node.name = name;
        node.is_local = name == target.self;
        if (look && look->source == crm::CibSource::saved)
            add_saved_record(node, look->resources, facts.resource);
        if (!view)
            continue;
        node.is_deleted = find_node(*look, name) == nullptr;
        add_view(node, node.is_local ? view->self : view->peer, *look, facts.resource);
    }
    std::sort(facts.nodes.begin(), facts.nodes.end(),
              [](const NodeFacts& left, const NodeFacts& right) { return left.name < right.name; });
    if (!look)
        return facts;
    add_wishes(facts, target.resource);
    facts.bans = bans_of(facts, look->resources);
    add_addresses(facts, *look);
    add_operations(facts, *look);
    add_fencing(facts);
    return facts;
}

} // namespace pgtwin::admin
