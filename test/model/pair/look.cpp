// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "machine.hpp"

namespace pgtwin::test::pair
{

using decide::Subject;

namespace
{

/// What pg_control tells of the directory: after a crash only which promotion it has come to, and while the server
/// recovers it may be as old as one likes.
Line by_pg_control(const Node& node)
{
    Line line = line_of(node);
    if (node.is_half_open != 0)
        *std::max_element(line.promoted_at.begin(), line.promoted_at.end()) = 0;
    if (node.is_hung == 2)
        return {line.system, 0, {}};
    const bool is_behind =
        node.control == byte(ControlState::in_production) || node.control == byte(ControlState::in_archive_recovery);
    if (is_behind)
        line.end = *std::max_element(line.promoted_at.begin(), line.promoted_at.end());
    return line;
}

} // namespace

bool Machine::is_peer_reachable(std::size_t node) const
{
    const Node& peer = world.node.at(1 - node);
    return world.is_connected != 0 && world.can_replicate != 0 && peer.has_power != 0 && peer.server != Server::down &&
           peer.is_hung == 0;
}

void Machine::look_at_server(std::size_t node, Looks& looks) const
{
    const Node& self = world.node.at(node);
    ServerSeen& seen = looks.server;
    seen = {};
    seen.server = self.server;
    if (self.server == Server::down)
        return;
    seen.is_silent = self.is_hung;
    if (self.is_hung != 0)
        return;
    seen.has_names = self.has_names;
    seen.names_peer = self.names_peer;
    // A second after a reload an idle checkpointer has taken it; before, its wait event proves nothing.
    seen.is_idle = self.are_names_young != 0 || self.are_names_taken == self.has_names ? 1 : 0;
    seen.line = line_of(self);
    if (does_stream(world, node))
        seen.receiver = byte(streamed_timeline(world, node));
    if (does_stream(world, 1 - node))
    {
        seen.has_sender = 1;
        seen.flush = byte(world.node.at(1 - node).wal.size());
    }
}

void Machine::look_at_cluster(std::size_t node, Looks& looks) const
{
    const Node& self = world.node.at(node);
    looks.self = world.cib.at(node).of.at(node);
    looks.peer = world.cib.at(node).of.at(1 - node);
    looks.peer.alone_in = 0;
    looks.has_quorum = self.has_quorum;
    if (self.sees_peer != 0)
        looks.membership = byte(self.is_joined != 0                    ? Membership::online
                                : world.node.at(1 - node).is_left != 0 ? Membership::left
                                                                       : Membership::pending);
    else
        looks.membership = byte(self.is_peer_clean != 0 ? Membership::offline : Membership::unclean);
}

void Machine::look(std::size_t node, Subject subject, Looks& looks) const
{
    const Node& self = world.node.at(node);
    Kept& kept = looks.kept.at(static_cast<std::size_t>(subject));
    kept = Kept::known;
    if (subject == Subject::state)
        looks.memory = self.memory;
    else if (subject == Subject::watch)
        looks.notes = self.notes;
    else if (subject == Subject::worker)
        looks.worker = world.worker.at(node).goal != 0 ? 1 : 0;
    else if (subject == Subject::processes)
        looks.processes = self.server == Server::down ? Server::down : Server::standby;
    else if (subject == Subject::directory)
    {
        looks.directory = self.directory;
        looks.has_signal = self.has_signal;
        looks.control = self.control;
        looks.newest = byte(1 + self.wal.promotions());
        looks.line = by_pg_control(self);
    }
    else if (subject == Subject::server)
        look_at_server(node, looks);
    else if (subject == Subject::cluster)
        look_at_cluster(node, looks);
    else if (subject == Subject::membership)
        looks.ring = 0;
    else if (subject == Subject::identity)
    {
        kept = self.server == Server::down || self.is_hung != 0 ? Kept::unknown : Kept::known;
        looks.identity = kept == Kept::known ? line_of(self) : Line{};
        looks.identity_role = byte(self.server == Server::primary ? Role::primary : Role::standby);
    }
    else if (subject == Subject::upstream)
    {
        const Node& peer = world.node.at(1 - node);
        kept = is_peer_reachable(node) ? Kept::known : Kept::unknown;
        looks.upstream = kept == Kept::known ? line_of(peer) : Line{};
        looks.upstream_role = byte(peer.server == Server::primary ? Role::primary : Role::standby);
    }
}

} // namespace pgtwin::test::pair
