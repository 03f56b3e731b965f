// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/crm/instance.hpp"

#include <algorithm>

#include "pgtwin/crm/cib.hpp"

namespace pgtwin::crm
{
namespace
{

/// The id is an XML name, but it also names directories.
bool is_usable(const std::string& resource)
{
    return !resource.empty() && resource.size() <= 128 && resource.front() != '.' &&
           std::none_of(resource.begin(), resource.end(), [](char c) { return c <= ' ' || c > '~' || c == '/'; });
}

std::string first_line(const std::string& text)
{
    return text.substr(0, text.find('\n'));
}

Expected<std::string> ask_node_name(Tools& tools, const Deadline& deadline)
{
    const Expected<std::string> answer = output_of(tools, "crm_node", {"-n"}, deadline);
    if (!answer)
        return answer.error();
    return first_line(*answer);
}

Expected<std::string> primitive_of(const std::string& resource, Tools& tools, const Deadline& deadline)
{
    const Expected<std::string> xml = output_of(tools, "cibadmin", {"--query"}, deadline);
    if (!xml)
        return xml.error();
    const Expected<Cib> cib = Cib::parse(*xml);
    if (!cib)
        return cib.error();
    const auto clone = cib->clones.find(resource);
    return clone == cib->clones.end() ? resource : clone->second;
}

Expected<Instance> ask_cluster(Instance instance, Tools& tools, const Deadline& deadline)
{
    const Expected<std::string> node = ask_node_name(tools, deadline);
    if (!node && node.error().kind == ErrorKind::unavailable)
        return instance;
    if (!node)
        return node.error();
    const Expected<std::string> primitive = primitive_of(instance.resource, tools, deadline);
    if (!primitive)
        return primitive.error();
    instance.node = *node;
    instance.resource = *primitive;
    return instance;
}

} // namespace

Expected<Instance> find_instance(const Environment& environment, Tools& tools, const Deadline& deadline)
{
    const std::string id = value_of(environment, "OCF_RESOURCE_INSTANCE");
    Instance instance;
    instance.resource = id.substr(0, id.find(':'));
    if (!is_usable(instance.resource))
        return Error{ErrorKind::conflict, "OCF_RESOURCE_INSTANCE does not name a resource"};
    instance.node = value_of(environment, "OCF_RESKEY_CRM_meta_on_node");
    instance.is_run_by_pacemaker = !instance.node.empty();
    if (instance.is_run_by_pacemaker)
        return instance;
    return ask_cluster(std::move(instance), tools, deadline);
}

} // namespace pgtwin::crm
