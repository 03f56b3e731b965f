// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/report/override.hpp"

#include <algorithm>

#include "pgtwin/model/wal.hpp"

namespace pgtwin::report
{
namespace
{

bool is_primary(const NodeView& node)
{
    return node.run && node.run->role == Role::primary;
}

std::string presence_of(const NodeView& node)
{
    switch (node.membership)
    {
    case Membership::online:
        return node.run ? "its server runs" : "its server is stopped";
    case Membership::pending:
        return "joining the cluster";
    case Membership::left:
        return "without Pacemaker, but with corosync";
    case Membership::unclean:
        return "lost and not fenced";
    case Membership::offline:
        break;
    }
    return "offline";
}

std::string data_of(const NodeView& node)
{
    if (!node.position)
        return "how far its data goes is not known";
    if (!node.position->has_data)
        return "it has no data";
    const std::string place = (node.position->is_final ? "data up to " : "data at least up to ") +
                              place_text(node.position->timeline, node.position->lsn);
    return node.position->is_alone ? place + ", everything by its own word" : place;
}

std::string row(std::string name, const std::string& text)
{
    constexpr std::size_t column = 18;
    name.resize(std::max(name.size() + 1, column), ' ');
    return "  " + name + text + "\n";
}

} // namespace

std::string refusal_of(const OverrideFacts& facts)
{
    const NodeView& self = facts.view.self;
    const NodeView& peer = facts.view.peer;
    if (is_primary(self))
        return self.name + " is the primary already";
    if (is_primary(peer) && peer.membership != Membership::offline)
        return peer.name + " is the primary: switch over, or stop it first";
    if (self.has_override)
        return "the loss is accepted on " + self.name + " already; its next monitor raises the score";
    if (facts.promotion.is_allowed)
        return self.name + " may be promoted without a loss: " + facts.promotion.text;
    return {};
}

std::string warning_of(const OverrideFacts& facts)
{
    const NodeView& self = facts.view.self;
    const std::string peer = facts.view.peer.name.empty() ? "the other node" : facts.view.peer.name;
    std::string text = "Accepting a loss of commits: " + facts.resource + " on " + self.name + "\n\n";
    text += row("refused so far", facts.promotion.text);
    text += row(self.name, data_of(self));
    text += row(peer, presence_of(facts.view.peer) + ", " + data_of(facts.view.peer));
    text += "\nPacemaker will promote " + self.name + " once. Commits that only " + peer + " has are lost.\n" +
            "When " + peer + " comes back it is filled from " + self.name + ".\n" +
            "Before you go on: make sure that " + peer +
            " is off, or its server stopped,\nand do not let it boot alone before it has met " + self.name + ".\n";
    return text;
}

} // namespace pgtwin::report
