// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/crm/cib.hpp"

#include <algorithm>
#include <charconv>

#include "pgtwin/model/names.hpp"
#include "xml.hpp"

namespace pgtwin::crm
{
namespace
{

constexpr std::string_view default_options = "cib-bootstrap-options";

/// Sets of options or attributes: the first one that has the name wins.
std::string value_in(const std::vector<const xmlNode*>& sets, const std::string& name)
{
    for (const xmlNode* const set : sets)
        for (const xmlNode* const pair : children(set, "nvpair"))
            if (attribute(pair, "name") == name)
                return attribute(pair, "value");
    return {};
}

/// Pacemaker reads this set before all others whatever their scores (Pacemaker Explained, "Cluster Options").
std::vector<const xmlNode*> option_sets(const xmlNode* configuration)
{
    auto sets = children(child(configuration, "crm_config"), "cluster_property_set");
    std::stable_partition(sets.begin(), sets.end(),
                          [](const xmlNode* set) { return attribute(set, "id") == default_options; });
    return sets;
}

/// Pacemaker before 2.1.7 writes a boolean or "online", later ones the time since when it is so, 0 meaning that it is
/// not.
bool is_so_since(const std::string& text)
{
    long long time = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), time);
    if (error == std::errc{} && stop == text.data() + text.size())
        return time > 0;
    return text == "online" || is_true(text);
}

/// As the scheduler judges it (determine_online_status_fencing() in lib/pengine/unpack.c).
Membership membership_of(const xmlNode* state, bool has_fencing)
{
    const std::string join = attribute(state, "join");
    const bool has_controller = is_so_since(attribute(state, "crmd"));
    const bool has_left = attribute(state, "expected") == "down" && join == "down";
    if (is_so_since(attribute(state, "in_ccm")) && !has_controller && has_left)
        return Membership::left;
    if (is_so_since(attribute(state, "in_ccm")))
        return has_controller && join == "member" ? Membership::online : Membership::pending;
    return has_left || !has_fencing ? Membership::offline : Membership::unclean;
}

void read_permanent(CibNode& node, const xmlNode* element)
{
    for (const xmlNode* const set : children(element, "instance_attributes"))
    {
        const std::string set_id = attribute(set, "id");
        if (node.set_id.empty())
            node.set_id = set_id;
        for (const xmlNode* const pair : children(set, "nvpair"))
            node.permanent.try_emplace(attribute(pair, "name"),
                                       PermanentAttribute{attribute(pair, "value"), attribute(pair, "id"), set_id});
    }
}

void read_transient(CibNode& node, const xmlNode* state)
{
    for (const xmlNode* const set : children(child(state, "transient_attributes"), "instance_attributes"))
        for (const xmlNode* const pair : children(set, "nvpair"))
            node.transient.try_emplace(attribute(pair, "name"), attribute(pair, "value"));
}

std::optional<InstanceEnd> end_of(const xmlNode* resource)
{
    const std::string last = attribute(resource, "id") + "_last_0";
    for (const xmlNode* const operation : children(resource, "lrm_rsc_op"))
    {
        if (attribute(operation, "id") != last || attribute(operation, "op-status") != "0")
            continue;
        const std::string name = attribute(operation, "operation");
        const std::string exit = attribute(operation, "rc-code");
        if ((name == "stop" && exit == "0") || (name == "monitor" && exit == "7"))
            return InstanceEnd::stopped;
        if (name == "demote" && exit == "0")
            return InstanceEnd::demoted;
    }
    return std::nullopt;
}

void read_history(CibNode& node, const xmlNode* state)
{
    for (const xmlNode* const resource : children(child(child(state, "lrm"), "lrm_resources"), "lrm_resource"))
        if (const auto end = end_of(resource))
            node.ends.try_emplace(attribute(resource, "id"), *end);
}

const xmlNode* state_of(const xmlNode* status, const std::string& id)
{
    const auto states = children(status, "node_state");
    const auto found =
        std::find_if(states.begin(), states.end(), [&](const xmlNode* state) { return attribute(state, "id") == id; });
    return found == states.end() ? nullptr : *found;
}

bool is_cluster_node(const xmlNode* element)
{
    const std::string type = attribute(element, "type");
    return type.empty() || type == "member" || type == "normal";
}

CibNode read_node(const xmlNode* element, const xmlNode* status, bool has_fencing)
{
    CibNode node;
    node.id = attribute(element, "id");
    node.name = attribute(element, "uname");
    const xmlNode* const state = state_of(status, node.id);
    node.membership = membership_of(state, has_fencing);
    read_permanent(node, element);
    read_transient(node, state);
    read_history(node, state);
    return node;
}

/// Clones may hold a group of primitives; resources may be in a group, but a clone never is.
void read_clones(Cib& cib, const xmlNode* resources)
{
    for (const char* const kind : {"clone", "master"})
        for (const xmlNode* const clone : children(resources, kind))
            if (const xmlNode* const primitive = child(clone, "primitive"))
                cib.clones.emplace(attribute(clone, "id"), attribute(primitive, "id"));
}

enum class Whose
{
    own,
    peers,
};

template <typename T>
Expected<std::optional<T>> record_on(const CibNode& node, const std::string& name)
{
    const std::string text = node.transient_value(name);
    if (text.empty())
        return std::optional<T>{};
    Expected<T> record = T::parse(text);
    if (!record)
        return within("attribute " + name + " of node " + node.name, record.error());
    return std::optional<T>{*std::move(record)};
}

/// What an unreadable record of this node itself counts as: one of no run, which permits nothing, and which upkeep
/// replaces. Without it a node could never again write over what another version has left there.
template <typename T>
Expected<std::optional<T>> own_record_on(const CibNode& node, const std::string& name)
{
    auto record = record_on<T>(node, name);
    return record ? record : std::optional<T>{T{}};
}

/// The run as Pacemaker's history leaves it.
std::optional<RunRecord> after_its_end(std::optional<RunRecord> run, const CibNode& node, const std::string& resource)
{
    const auto end = node.ends.find(resource);
    if (!run || end == node.ends.end())
        return run;
    if (end->second == InstanceEnd::stopped)
        return std::nullopt;
    return run->role == Role::primary ? RunRecord{run->run, Role::standby, Timeline::none, {}} : run;
}

Expected<NodeView> node_view(const CibNode& node, const AttributeNames& names, Whose whose)
{
    const bool is_own = whose == Whose::own;
    auto run = is_own ? own_record_on<RunRecord>(node, names.run) : record_on<RunRecord>(node, names.run);
    if (!run)
        return run.error();
    auto certificate =
        is_own ? own_record_on<Certificate>(node, names.certified) : record_on<Certificate>(node, names.certified);
    if (!certificate)
        return certificate.error();
    auto position = record_on<Position>(node, names.position);
    const DataStatus unreadable = is_own ? DataStatus::stale : DataStatus::primary;
    NodeView view;
    view.name = node.name;
    view.membership = node.membership;
    view.is_standby_mode = is_true(node.permanent_value("standby")) || is_true(node.transient_value("standby"));
    view.data_status = data_status_from(node.permanent_value(names.data_status)).value_or(unreadable);
    view.run = is_own ? *std::move(run) : after_its_end(*std::move(run), node, names.resource);
    view.certificate = *std::move(certificate);
    view.is_position_unreadable = !position;
    if (position)
        view.position = *std::move(position);
    view.score = score_from(node.transient_value(names.score));
    view.has_override = is_true(node.transient_value(names.accept_loss));
    view.alone_in = node.transient_value(names.alone_in);
    view.has_resync = !node.transient_value(names.resync).empty();
    return view;
}

/// Where Pacemaker's own tools would put a permanent attribute.
PermanentAttribute new_place(const CibNode& node, const std::string& attribute)
{
    PermanentAttribute place;
    place.set_id = node.set_id.empty() ? "nodes-" + node.id : node.set_id;
    place.id = place.set_id;
    place.id.append("-").append(attribute);
    return place;
}

/// A peer that was named and that no cluster has ever seen.
NodeView unseen_peer(std::string_view name, bool has_fencing)
{
    NodeView view;
    view.name = name;
    view.membership = has_fencing ? Membership::unclean : Membership::offline;
    return view;
}

} // namespace

std::string CibNode::transient_value(const std::string& attribute) const
{
    const auto found = transient.find(attribute);
    return found == transient.end() ? std::string{} : found->second;
}

std::string CibNode::permanent_value(const std::string& attribute) const
{
    const auto found = permanent.find(attribute);
    return found == permanent.end() ? std::string{} : found->second.value;
}

Expected<Cib> Cib::parse(std::string_view xml)
{
    const Expected<XmlDocument> document = parse_xml(xml, "the CIB");
    if (!document)
        return document.error();
    const xmlNode* const root = root_of(*document, "cib");
    const xmlNode* const configuration = child(root, "configuration");
    const xmlNode* const status = child(root, "status");
    if (configuration == nullptr || status == nullptr)
        return Error{ErrorKind::malformed, "the CIB lacks its configuration or status"};
    const auto options = option_sets(configuration);
    Cib cib;
    cib.has_quorum = is_true(attribute(root, "have-quorum"));
    cib.has_fencing = is_fencing_on(value_in(options, "fencing-enabled"), value_in(options, "stonith-enabled"));
    cib.is_maintenance = is_true(value_in(options, "maintenance-mode"));
    for (const xmlNode* const node : children(child(configuration, "nodes"), "node"))
        if (is_cluster_node(node))
            cib.nodes.push_back(read_node(node, status, cib.has_fencing));
    read_clones(cib, child(configuration, "resources"));
    return cib;
}

const CibNode* Cib::find(std::string_view name) const
{
    const auto found =
        std::find_if(nodes.begin(), nodes.end(), [name](const CibNode& node) { return same_node(node.name, name); });
    return found == nodes.end() ? nullptr : &*found;
}

Expected<const CibNode*> Cib::find_peer(std::string_view self, std::string_view peer) const
{
    if (!peer.empty())
        return find(peer);
    const CibNode* other = nullptr;
    for (const CibNode& node : nodes)
    {
        if (same_node(node.name, self))
            continue;
        if (other != nullptr)
            return Error{ErrorKind::conflict, "the cluster has more than two nodes, and node_list is not set"};
        other = &node;
    }
    return other;
}

Expected<ClusterView> view_of(const Cib& cib, const AttributeNames& names, std::string_view self, std::string_view peer)
{
    const CibNode* const own = cib.find(self);
    if (own == nullptr)
        return Error{ErrorKind::conflict, "node " + std::string{self} + " is not in the cluster"};
    const Expected<const CibNode*> other = cib.find_peer(self, peer);
    if (!other)
        return other.error();
    Expected<NodeView> own_view = node_view(*own, names, Whose::own);
    if (!own_view)
        return own_view.error();
    Expected<NodeView> peer_view =
        *other != nullptr ? node_view(**other, names, Whose::peers) : Expected<NodeView>{NodeView{}};
    if (!peer_view)
        return peer_view.error();
    if (*other == nullptr && !peer.empty())
        peer_view = unseen_peer(peer, cib.has_fencing);
    return ClusterView{*std::move(own_view), *std::move(peer_view), cib.has_quorum, cib.has_fencing,
                       cib.is_maintenance};
}

std::string change_of_nodes(const std::string& attribute, const std::vector<NodeValue>& values)
{
    const XmlDocument change = new_xml("nodes");
    bool is_needed = false;
    for (const NodeValue& wanted : values)
    {
        const CibNode& node = *wanted.node;
        if (node.permanent_value(attribute) == wanted.value)
            continue;
        is_needed = true;
        const auto known = node.permanent.find(attribute);
        const PermanentAttribute place = known == node.permanent.end() ? new_place(node, attribute) : known->second;
        xmlNode* const element = add_element(xmlDocGetRootElement(change.get()), "node",
                                             {
                                                 {"id", node.id}
        });
        xmlNode* const attributes = add_element(element, "instance_attributes",
                                                {
                                                    {"id", place.set_id}
        });
        add_element(attributes, "nvpair",
                    {
                        {"id",    place.id    },
                        {"name",  attribute   },
                        {"value", wanted.value}
        });
    }
    return is_needed ? xml_text(change) : std::string{};
}

} // namespace pgtwin::crm
