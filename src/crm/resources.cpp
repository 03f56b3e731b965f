// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/crm/resources.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "locations.hpp"
#include "pgtwin/sys/file.hpp"
#include "xml.hpp"

namespace pgtwin::crm
{
namespace
{

// Where Pacemaker's file keeps the CIB (CRM_CONFIG_DIR, the same on Debian, Fedora and SUSE).
constexpr const char* saved_cib = "/var/lib/pacemaker/cib/cib.xml";
constexpr int status_pending = -1;  // PCMK_EXEC_PENDING
constexpr int status_timed_out = 2; // PCMK_EXEC_TIMEOUT

template <typename Number>
Number number_in(const std::string& text, Number fallback = {})
{
    Number value{};
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && stop != text.data() ? value : fallback;
}

/// What was said first counts: the primitive before its template.
void read_pairs(Options& into, const xmlNode* element, const char* kind)
{
    for (const xmlNode* const set : children(element, kind))
        for (const xmlNode* const pair : children(set, "nvpair"))
            into.try_emplace(attribute(pair, "name"), attribute(pair, "value"));
}

/// A primitive and the template that it names.
struct Primitive
{
    const xmlNode* element = nullptr;
    const xmlNode* base = nullptr; ///< null: it names none
    const xmlNode* clone = nullptr;

    [[nodiscard]] std::string id() const { return attribute(element, "id"); }
    [[nodiscard]] std::string kind(const char* name) const
    {
        const std::string own = attribute(element, name);
        return own.empty() ? attribute(base, name) : own;
    }
    [[nodiscard]] Options pairs(const char* kind) const
    {
        Options found;
        read_pairs(found, element, kind);
        read_pairs(found, base, kind);
        return found;
    }
};

const xmlNode* template_of(const xmlNode* resources, const xmlNode* primitive)
{
    const std::string id = attribute(primitive, "template");
    const auto all = children(resources, "template");
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const xmlNode* each) { return attribute(each, "id") == id; });
    return id.empty() || found == all.end() ? nullptr : *found;
}

/// All primitives, those in groups and clones too.
void collect(const xmlNode* resources, const xmlNode* element, const xmlNode* clone, std::vector<Primitive>& found)
{
    for (const xmlNode* const primitive : children(element, "primitive"))
        found.push_back({primitive, template_of(resources, primitive), clone});
    for (const xmlNode* const group : children(element, "group"))
        collect(resources, group, clone, found);
    for (const char* const kind : {"clone", "master"})
        for (const xmlNode* const inner : children(element, kind))
            collect(resources, inner, inner, found);
}

void read_operations(PairResource& resource, const xmlNode* element)
{
    for (const xmlNode* const operation : children(child(element, "operations"), "op"))
        resource.operations.push_back({attribute(operation, "name"), attribute(operation, "role"),
                                       attribute(operation, "interval"), attribute(operation, "timeout"),
                                       attribute(operation, "id"), attribute(operation, "on-fail"),
                                       attribute(operation, "enabled")});
}

PairResource pair_resource(const Primitive& primitive)
{
    PairResource resource;
    resource.id = primitive.id();
    resource.clone = attribute(primitive.clone, "id");
    resource.parameters = primitive.pairs("instance_attributes");
    resource.own_meta = primitive.pairs("meta_attributes");
    resource.meta = resource.own_meta;
    read_pairs(resource.meta, primitive.clone, "meta_attributes");
    read_operations(resource, primitive.element);
    if (resource.operations.empty())
        read_operations(resource, primitive.base);
    return resource;
}

bool is_promoted_role(const std::string& role)
{
    return role == "Promoted" || role == "Master";
}

/// A set of a colocation, or one of its two sides.
struct Side
{
    std::set<std::string> ids;
    bool is_promoted = false;
};

std::vector<Side> sides_of(const xmlNode* colocation)
{
    std::vector<Side> sides;
    for (const xmlNode* const set : children(colocation, "resource_set"))
    {
        Side side;
        side.is_promoted = is_promoted_role(attribute(set, "role"));
        for (const xmlNode* const reference : children(set, "resource_ref"))
            side.ids.insert(attribute(reference, "id"));
        sides.push_back(std::move(side));
    }
    if (!sides.empty())
        return sides;
    return {
        {{attribute(colocation, "rsc")},      is_promoted_role(attribute(colocation, "rsc-role"))     },
        {{attribute(colocation, "with-rsc")}, is_promoted_role(attribute(colocation, "with-rsc-role"))},
    };
}

bool names_any(const Side& side, const std::vector<std::string>& ids)
{
    return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) { return side.ids.contains(id); });
}

/// Clones whose promoted instance `ids` (a resource, or the group it is in) is placed with.
std::vector<std::string> followed_by(const std::vector<std::string>& ids, const xmlNode* constraints)
{
    std::vector<std::string> found;
    for (const xmlNode* const colocation : children(constraints, "rsc_colocation"))
    {
        const auto sides = sides_of(colocation);
        if (attribute(colocation, "score").starts_with('-') ||
            std::none_of(sides.begin(), sides.end(), [&](const Side& side) { return names_any(side, ids); }))
            continue;
        for (const Side& side : sides)
            if (side.is_promoted)
                found.insert(found.end(), side.ids.begin(), side.ids.end());
    }
    return found;
}

bool is_among(const std::string& id, const std::vector<std::string>& ids)
{
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// What is promoted in a set before the set in which one of `ids` is.
std::vector<std::string> promoted_before(const std::vector<const xmlNode*>& sets, const std::vector<std::string>& ids)
{
    std::vector<std::string> promoted;
    for (const xmlNode* const set : sets)
    {
        std::vector<std::string> members;
        for (const xmlNode* const reference : children(set, "resource_ref"))
            members.push_back(attribute(reference, "id"));
        if (std::any_of(members.begin(), members.end(), [&](const std::string& id) { return is_among(id, ids); }))
            return promoted;
        if (attribute(set, "action") == "promote")
            promoted.insert(promoted.end(), members.begin(), members.end());
    }
    return {};
}

/// Clones after whose promotion `ids` are started.
std::vector<std::string> awaited_by(const std::vector<std::string>& ids, const xmlNode* constraints)
{
    std::vector<std::string> found;
    for (const xmlNode* const order : children(constraints, "rsc_order"))
    {
        const auto before = promoted_before(children(order, "resource_set"), ids);
        found.insert(found.end(), before.begin(), before.end());
        if (attribute(order, "first-action") == "promote" && is_among(attribute(order, "then"), ids))
            found.push_back(attribute(order, "first"));
    }
    return found;
}

std::vector<std::string> own_and_group(const xmlNode* primitive)
{
    std::vector<std::string> ids{attribute(primitive, "id")};
    if (primitive->parent != nullptr && is_named(primitive->parent, "group"))
        ids.push_back(attribute(primitive->parent, "id"));
    return ids;
}

/// Those that hold always: sets with a rule hold for a time or on a node.
void read_defaults(Options& into, const xmlNode* configuration)
{
    for (const xmlNode* const set : children(child(configuration, "rsc_defaults"), "meta_attributes"))
        if (children(set, "rule").empty())
            for (const xmlNode* const pair : children(set, "nvpair"))
                into.try_emplace(attribute(pair, "name"), attribute(pair, "value"));
}

void read_resources(ResourceView& view, const xmlNode* configuration)
{
    const xmlNode* const resources = child(configuration, "resources");
    std::vector<Primitive> primitives;
    collect(resources, resources, nullptr, primitives);
    for (const Primitive& primitive : primitives)
    {
        const std::string type = primitive.kind("type");
        if (primitive.kind("class") == "stonith")
            view.fencing_devices.push_back({primitive.id(), primitive.pairs("meta_attributes")});
        else if (type == "pgtwin" && primitive.kind("provider") == "heartbeat")
        {
            view.pairs.push_back(pair_resource(primitive));
            read_defaults(view.pairs.back().meta, configuration);
        }
        else if (type == "IPaddr2" || type == "IPaddr")
            view.addresses.push_back(
                {primitive.id(), primitive.pairs("instance_attributes")["ip"],
                 followed_by(own_and_group(primitive.element), child(configuration, "constraints")),
                 awaited_by(own_and_group(primitive.element), child(configuration, "constraints"))});
    }
}

/// Expected exit code in a transition key "action:transition:expected:uuid".
int expected_code(const std::string& key)
{
    const std::size_t first = key.find(':');
    const std::size_t second = first == std::string::npos ? first : key.find(':', first + 1);
    return second == std::string::npos ? -1 : number_in<int>(key.substr(second + 1), -1);
}

OperationResult result_of(const xmlNode* operation)
{
    OperationResult result;
    result.operation = attribute(operation, "operation");
    result.interval = std::chrono::milliseconds{number_in<std::int64_t>(attribute(operation, "interval"))};
    result.exit_code = number_in<int>(attribute(operation, "rc-code"), -1);
    result.expected_code = expected_code(attribute(operation, "transition-key"));
    const int status = number_in<int>(attribute(operation, "op-status"));
    result.is_pending = status == status_pending;
    result.has_timed_out = status == status_timed_out;
    result.call = number_in<int>(attribute(operation, "call-id"));
    result.when = std::chrono::seconds{number_in<std::int64_t>(attribute(operation, "last-rc-change"))};
    result.took = std::chrono::milliseconds{number_in<std::int64_t>(attribute(operation, "exec-time"))};
    result.reason = attribute(operation, "exit-reason");
    return result;
}

/// Instances of a clone with globally-unique=true have a number behind the primitive's id.
std::string without_number(const std::string& id)
{
    return id.substr(0, id.find(':'));
}

void read_history(ResourceView& view, const xmlNode* status)
{
    for (const xmlNode* const state : children(status, "node_state"))
    {
        std::vector<OperationResult> results;
        for (const xmlNode* const resource : children(child(child(state, "lrm"), "lrm_resources"), "lrm_resource"))
            for (const xmlNode* const operation : children(resource, "lrm_rsc_op"))
            {
                results.push_back(result_of(operation));
                results.back().resource = without_number(attribute(resource, "id"));
                results.back().node = attribute(state, "uname");
            }
        std::stable_sort(results.begin(), results.end(),
                         [](const OperationResult& left, const OperationResult& right) {
                             return std::pair{left.is_pending, left.call} < std::pair{right.is_pending, right.call};
                         });
        view.history.insert(view.history.end(), results.begin(), results.end());
    }
}

} // namespace

bool OperationResult::has_failed() const
{
    const bool is_probe = operation == "monitor" && interval.count() == 0;
    if (is_pending || has_timed_out || expected_code < 0)
        return has_timed_out;
    constexpr int success = 0;
    constexpr int not_running = 7;
    constexpr int running_promoted = 8;
    if (is_probe && (exit_code == success || exit_code == not_running || exit_code == running_promoted))
        return false;
    return exit_code != expected_code;
}

Environment PairResource::environment() const
{
    Environment environment{
        {"OCF_RESOURCE_INSTANCE", id}
    };
    for (const auto& [name, value] : parameters)
        environment["OCF_RESKEY_" + name] = value;
    return environment;
}

const std::string& PairResource::owner_of(const std::string& meta_attribute) const
{
    return clone.empty() || own_meta.contains(meta_attribute) ? id : clone;
}

Expected<ResourceView> ResourceView::parse(std::string_view xml)
{
    const Expected<XmlDocument> document = parse_xml(xml, "the CIB");
    if (!document)
        return document.error();
    const xmlNode* const root = root_of(*document, "cib");
    const xmlNode* const configuration = child(root, "configuration");
    if (configuration == nullptr)
        return Error{ErrorKind::malformed, "the CIB lacks its configuration"};
    ResourceView view;
    for (const xmlNode* const set : children(child(configuration, "crm_config"), "cluster_property_set"))
        for (const xmlNode* const pair : children(set, "nvpair"))
            view.properties.try_emplace(attribute(pair, "name"), attribute(pair, "value"));
    for (const xmlNode* const node : children(child(configuration, "nodes"), "node"))
        read_pairs(view.nodes[attribute(node, "uname")], node, "instance_attributes");
    read_resources(view, configuration);
    view.left_constraints = left_constraints_in(child(configuration, "constraints"));
    view.bans = bans_in(child(configuration, "constraints"));
    read_history(view, child(root, "status"));
    return view;
}

const PairResource* ResourceView::find(std::string_view id) const
{
    const auto found = std::find_if(pairs.begin(), pairs.end(),
                                    [id](const PairResource& each) { return each.id == id || each.clone == id; });
    return found == pairs.end() ? nullptr : &*found;
}

Expected<CibText> read_cib(Tools& tools, const Deadline& deadline)
{
    Expected<std::string> live = output_of(tools, "cibadmin", {"--query"}, deadline);
    if (live)
        return CibText{CibSource::live, *std::move(live), {}};
    Expected<std::string> saved = sys::read_file(saved_cib, sys::Links::refuse, largest_cib);
    if (!saved)
        return live.error();
    return CibText{CibSource::saved, *std::move(saved), live.error()};
}

Expected<std::string> node_name(Tools& tools, const Deadline& deadline)
{
    const Expected<std::string> answer = output_of(tools, "crm_node", {"-n"}, deadline);
    if (!answer)
        return answer.error();
    return answer->substr(0, answer->find('\n'));
}

} // namespace pgtwin::crm
