// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/crm/notification.hpp"

#include <algorithm>

#include "pgtwin/model/names.hpp"

namespace pgtwin::crm
{
namespace
{

std::string_view variable(const Environment& environment, const std::string& name)
{
    const auto found = environment.find("OCF_RESKEY_CRM_meta_notify_" + name);
    return found == environment.end() ? std::string_view{} : std::string_view{found->second};
}

/// An empty list arrives as one blank.
NodeNames split(std::string_view text)
{
    NodeNames names;
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0)
            names.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return names;
}

NodeNames nodes(const Environment& environment, const std::string& list)
{
    return split(variable(environment, list + "_uname"));
}

NodeNames nodes(const Environment& environment, const std::string& list, const std::string& former)
{
    NodeNames names = nodes(environment, list);
    return names.empty() ? nodes(environment, former) : names;
}

bool contains(const NodeNames& names, std::string_view node)
{
    return std::any_of(names.begin(), names.end(), [node](const std::string& name) { return same_node(name, node); });
}

} // namespace

Transition Transition::from(const Environment& environment)
{
    Transition transition;
    transition.start = nodes(environment, "start");
    transition.stop = nodes(environment, "stop");
    transition.promote = nodes(environment, "promote");
    transition.demote = nodes(environment, "demote");
    transition.promoted = nodes(environment, "promoted", "master");
    transition.unpromoted = nodes(environment, "unpromoted", "slave");
    return transition;
}

bool Transition::will_stop(std::string_view node) const
{
    return contains(stop, node);
}

bool Transition::will_demote(std::string_view node) const
{
    return contains(demote, node);
}

bool Transition::will_promote(std::string_view node) const
{
    return contains(promote, node);
}

std::optional<Notification> Notification::from(const Environment& environment)
{
    const std::string_view type = variable(environment, "type");
    const std::string_view operation = variable(environment, "operation");
    if ((type != "pre" && type != "post") || operation.empty())
        return std::nullopt;
    return Notification{type == "pre" ? Moment::pre : Moment::post, std::string{operation},
                        Transition::from(environment)};
}

} // namespace pgtwin::crm
