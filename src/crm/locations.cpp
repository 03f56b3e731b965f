// SPDX-License-Identifier: GPL-2.0-or-later
#include "locations.hpp"

#include "pgtwin/crm/attributes.hpp"
#include "times.hpp"
#include "xml.hpp"

namespace pgtwin::crm
{
namespace
{

bool is_left(const std::string& id)
{
    return id.starts_with("cli-ban-") || id.starts_with("cli-prefer-");
}

/// The node of a constraint: an attribute, or, if it holds for a time only, an expression of its rule.
std::string node_of(const xmlNode* location)
{
    for (const xmlNode* const rule : children(location, "rule"))
        for (const xmlNode* const expression : children(rule, "expression"))
            if (attribute(expression, "attribute") == "#uname" && attribute(expression, "operation") != "ne")
                return attribute(expression, "value");
    return attribute(location, "node");
}

/// The score of the constraint, or that of its rule.
std::string score_of(const xmlNode* location)
{
    const xmlNode* const rule = child(location, "rule");
    return attribute(rule == nullptr ? location : rule, "score");
}

std::string role_of(const xmlNode* location)
{
    const std::string role = attribute(child(location, "rule"), "role");
    return role.empty() ? attribute(location, "role") : role;
}

std::optional<std::chrono::seconds> lifetime_of(const xmlNode* location)
{
    const xmlNode* const date = child(child(location, "rule"), "date_expression");
    return attribute(date, "operation") == "lt" ? time_from(attribute(date, "end")) : std::nullopt;
}

} // namespace

std::vector<LeftConstraint> left_constraints_in(const xmlNode* constraints)
{
    std::vector<LeftConstraint> found;
    for (const xmlNode* const location : children(constraints, "rsc_location"))
        if (const std::string id = attribute(location, "id"); is_left(id))
            found.push_back({id, attribute(location, "rsc"), node_of(location), id.starts_with("cli-ban-")});
    return found;
}

std::vector<Ban> bans_in(const xmlNode* constraints)
{
    std::vector<Ban> found;
    for (const xmlNode* const location : children(constraints, "rsc_location"))
    {
        const std::string node = node_of(location);
        if (node.empty() || score_from(score_of(location)) != -infinite_score)
            continue;
        const std::string role = role_of(location);
        found.push_back({attribute(location, "id"), attribute(location, "rsc"), node,
                         role == "Promoted" || role == "Master", is_left(attribute(location, "id")),
                         lifetime_of(location)});
    }
    return found;
}

} // namespace pgtwin::crm
