// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/cluster_state.hpp"

#include <libxml/parser.h>
#include <libxml/xpath.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <sstream>

namespace pgtwin::test
{
namespace
{

struct Free
{
    void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
    void operator()(xmlXPathContext* context) const { xmlXPathFreeContext(context); }
    void operator()(xmlXPathObject* object) const { xmlXPathFreeObject(object); }
    void operator()(xmlChar* text) const { xmlFree(text); }
};

const xmlChar* xml(const char* text)
{
    return reinterpret_cast<const xmlChar*>(
        text); // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): libxml2's text
}

std::string value(xmlNode* element, const char* name)
{
    const std::unique_ptr<xmlChar, Free> text{xmlGetProp(element, xml(name))};
    return text ? reinterpret_cast<const char*>(text.get()) : ""; // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
}

bool is_true(xmlNode* element, const char* name)
{
    return value(element, name) == "true";
}

using Visit = std::function<void(xmlNode*)>;

void for_each(xmlDoc* document, const char* path, const Visit& visit)
{
    const std::unique_ptr<xmlXPathContext, Free> context{xmlXPathNewContext(document)};
    const std::unique_ptr<xmlXPathObject, Free> found{xmlXPathEvalExpression(xml(path), context.get())};
    if (!found || found->nodesetval == nullptr)
        return;
    for (int i = 0; i < found->nodesetval->nodeNr; ++i)
        visit(found->nodesetval->nodeTab[i]);
}

void read_nodes(xmlDoc* document, ClusterState& state)
{
    for_each(document, "/*/nodes/node",
             [&](xmlNode* element)
             {
                 NodeState& node = state.nodes[value(element, "name")];
                 node.is_online = is_true(element, "online");
                 node.is_standby = is_true(element, "standby");
                 node.is_maintenance = is_true(element, "maintenance");
                 node.is_pending = is_true(element, "pending");
                 node.is_unclean = is_true(element, "unclean");
             });
}

void read_resources(xmlDoc* document, ClusterState& state)
{
    for_each(document, "/*/resources//resource[@id='postgres-db' or starts-with(@id,'postgres-db:')]/node",
             [&](xmlNode* element) { state.nodes[value(element, "name")].role = value(element->parent, "role"); });
    for_each(document, "/*/resources//resource[@id='postgres-vip']/node",
             [&](xmlNode* element) { state.vip_node = value(element, "name"); });
    for_each(document, "/*/summary/current_dc", [&](xmlNode* element) { state.has_dc = is_true(element, "present"); });
    for_each(document, "/*/summary/cluster_options",
             [&](xmlNode* element) { state.is_maintenance = is_true(element, "maintenance-mode"); });
}

void read_history(xmlDoc* document, ClusterState& state)
{
    for_each(document, "/*/node_attributes/node/attribute",
             [&](xmlNode* element)
             {
                 NodeState& node = state.nodes[value(element->parent, "name")];
                 node.attributes[value(element, "name")] = value(element, "value");
             });
    for_each(document, "/*/node_history/node/resource_history[@id='postgres-db']",
             [&](xmlNode* element)
             {
                 const std::string count = value(element, "fail-count");
                 state.nodes[value(element->parent, "name")].fail_count =
                     count == "INFINITY" ? 1000000 : std::atoi(count.c_str());
             });
    for_each(document, "/*/failures/failure",
             [&](xmlNode* element)
             {
                 state.failures.push_back(value(element, "op_key") + " on " + value(element, "node") + " at " +
                                          value(element, "last-rc-change") + ": " + value(element, "exitstatus") +
                                          " (" + value(element, "exitreason") + ")");
             });
}

std::string words(const NodeState& node)
{
    return std::string{node.is_online ? "online" : "offline"} + (node.is_pending ? " pending" : "") +
           (node.is_unclean ? " UNCLEAN" : "") + (node.is_standby ? " standby" : "") +
           (node.is_maintenance ? " maintenance" : "") + " " + (node.role.empty() ? "-" : node.role);
}

} // namespace

std::string NodeState::attribute(const std::string& name) const
{
    const auto found = attributes.find(name);
    return found == attributes.end() ? "" : found->second;
}

std::string NodeState::word(const std::string& name, const std::string& key) const
{
    std::istringstream words{attribute(name)};
    for (std::string next; words >> next;)
        if (next.rfind(key + "=", 0) == 0)
            return next.substr(key.size() + 1);
    return "";
}

bool NodeState::is_certified() const
{
    const std::string run = word("postgres-db-certified", "run");
    return !run.empty() && run == word("postgres-db-run", "run");
}

std::vector<std::string> ClusterState::with_role(const std::string& role) const
{
    std::vector<std::string> names;
    for (const auto& [name, node] : nodes)
        if (node.role == role)
            names.push_back(name);
    return names;
}

std::optional<std::string> ClusterState::primary() const
{
    const auto promoted = with_role("Promoted");
    return promoted.size() == 1 ? std::optional{promoted.front()} : std::nullopt;
}

std::string ClusterState::summary() const
{
    std::string text;
    for (const auto& [name, node] : nodes)
        text += name + " " + words(node) + "; ";
    text += std::string{is_maintenance ? "maintenance mode; " : ""} + "vip " +
            (vip_node.empty() ? "nowhere" : "on " + vip_node);
    for (const std::string& failure : failures)
        text += "; failed: " + failure;
    return text;
}

std::optional<ClusterState> parse_cluster_state(const std::string& xml_text)
{
    const std::unique_ptr<xmlDoc, Free> document{
        xmlReadMemory(xml_text.data(), static_cast<int>(xml_text.size()), "crm_mon", nullptr,
                      XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET)};
    if (!document)
        return std::nullopt;
    ClusterState state;
    read_nodes(document.get(), state);
    read_resources(document.get(), state);
    read_history(document.get(), state);
    return state;
}

} // namespace pgtwin::test
