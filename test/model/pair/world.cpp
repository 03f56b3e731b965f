// SPDX-License-Identifier: GPL-2.0-or-later
#include "world.hpp"

#include <algorithm>

namespace pgtwin::test::pair
{
namespace
{

bool is_promotion(Byte token)
{
    return token != 0 && token < first_commit;
}

template <typename F>
void each_label(Action& action, F&& visit)
{
    visit(action.fresh);
    pair::each_label(action.looks.memory, visit);
    pair::each_label(action.looks.notes, visit);
    pair::each_label(action.looks.self, visit);
    pair::each_label(action.looks.peer, visit);
}

template <typename F>
void each_label(Wal& wal, F&& visit)
{
    for (Byte& token : wal.token)
    {
        if (token == 0)
            return;
        if (is_promotion(token))
            visit(token);
    }
}

/// Gives numbers in the order of the visits.
class Renaming
{
public:
    void operator()(Label& label)
    {
        if (label == 0)
            return;
        Label& name = names_.at(label);
        if (name == 0)
        {
            name = next_++;
            back_.at(name) = label;
        }
        label = name;
    }
    [[nodiscard]] Label next() const { return next_; }
    [[nodiscard]] const Names& back() const { return back_; }

private:
    Names names_{};
    Names back_{};
    Label next_ = 1;
};

/// How far two directories have the same promotions at the same places.
bool is_beginning_of(const Wal& wal, const Wal& whole)
{
    for (std::size_t i = 0; i < longest_wal && wal.token[i] != 0; ++i)
        if (whole.token[i] == 0 || is_promotion(wal.token[i]) != is_promotion(whole.token[i]))
            return false;
    return true;
}

} // namespace

std::size_t Wal::size() const
{
    std::size_t length = 0;
    while (length < longest_wal && token[length] != 0)
        ++length;
    return length;
}

Byte Wal::commits() const
{
    unsigned held = 0;
    for (const Byte what : token)
        if (what >= first_commit)
            held |= 1U << (what - first_commit);
    return static_cast<Byte>(held);
}

std::size_t Wal::promotions() const
{
    return static_cast<std::size_t>(std::count_if(token.begin(), token.end(), is_promotion));
}

Line line_of(const Node& node)
{
    Line line;
    line.system = node.system;
    std::size_t promotions = 0;
    for (std::size_t i = 0; i < longest_wal && node.wal.token[i] != 0; ++i)
    {
        line.end = byte(i + 1);
        if (is_promotion(node.wal.token[i]))
            line.promoted_at.at(promotions++) = byte(i + 1);
    }
    return line;
}

namespace
{

/// A standby's WAL receiver and the server it asks, in any role, can talk.
bool is_connected_to_peer(const World& world, std::size_t node)
{
    const Node& standby = world.node[node];
    const Node& peer = world.node[1 - node];
    return world.is_connected != 0 && world.can_replicate != 0 && standby.has_power != 0 && peer.has_power != 0 &&
           standby.server == Server::standby && standby.names_peer != 0 && peer.server != Server::down &&
           standby.is_hung == 0 && peer.is_hung == 0 && standby.system == peer.system;
}

/// The promotion that made this timeline; 0: none did, or it is not there.
Byte promotion_of(const Wal& wal, std::size_t timeline)
{
    std::size_t reached = 1;
    for (const Byte token : wal.token)
        if (is_promotion(token) && ++reached == timeline)
            return token;
    return 0;
}

} // namespace

bool does_stream(const World& world, std::size_t node)
{
    const Node& primary = world.node[1 - node];
    return is_connected_to_peer(world, node) && primary.server == Server::primary &&
           is_beginning_of(world.node[node].wal, primary.wal);
}

bool does_overwrite(const World& world, std::size_t node)
{
    const Wal& wal = world.node[node].wal;
    const std::size_t timeline = 1 + wal.promotions();
    const Byte theirs = promotion_of(world.node[1 - node].wal, timeline);
    return is_connected_to_peer(world, node) && theirs != 0 && theirs != promotion_of(wal, timeline);
}

std::size_t streamed_timeline(const World& world, std::size_t node)
{
    const Wal& has = world.node[node].wal;
    const std::size_t end = has.size();
    const bool is_at_switch = end < longest_wal && is_promotion(world.node[1 - node].wal.token[end]);
    return 1 + has.promotions() + (is_at_switch ? 1 : 0);
}

Label relabel(World& world)
{
    Renaming rename;
    rename(world.late_certificate);
    for (std::size_t i = 0; i < 2; ++i)
    {
        Node& node = world.node[i];
        each_label(node.wal, rename);
        each_label(node.new_wal, rename);
        each_label(node.old_wal, rename);
        each_label(node.memory, rename);
        each_label(node.notes, rename);
        for (Card& card : world.cib[i].of)
            each_label(card, rename);
        if (world.action[i].goal != 0)
            each_label(world.action[i], rename);
        if (world.worker[i].goal != 0)
            each_label(world.worker[i], rename);
    }
    return rename.next();
}

Names relabel(Action& action)
{
    Renaming rename;
    each_label(action, rename);
    return rename.back();
}

} // namespace pgtwin::test::pair
