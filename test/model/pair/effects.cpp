// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine.hpp"

namespace pgtwin::test::pair
{
namespace
{

void clear_position(Card& card)
{
    const Card was = card;
    card = {};
    card.status = was.status;
    card.run = was.run;
    card.role = was.role;
    card.timeline = was.timeline;
    card.word = was.word;
    card.certificate = was.certificate;
    card.certificate_mode = was.certificate_mode;
    card.has_override = was.has_override;
    card.score = was.score;
    card.alone_in = was.alone_in;
}

void put_position(Card& card, const Card& from)
{
    clear_position(card);
    card.has_position = from.has_position;
    card.position_run = from.position_run;
    card.has_data = from.has_data;
    card.position_system = from.position_system;
    card.position_timeline = from.position_timeline;
    card.position_end = from.position_end;
    card.position_word = from.position_word;
    card.position_alone = from.position_alone;
    card.position_orderly = from.position_orderly;
    card.position_primary = from.position_primary;
    card.position_unfinished = from.position_unfinished;
}

void put_run(Card& card, const Card& from)
{
    card.run = from.run;
    card.role = from.role;
    card.timeline = from.timeline;
    card.word = from.word;
}

/// The first stroke of a swap.
void put_aside(Node& node)
{
    if (node.directory != byte(DirectoryKind::data))
        return;
    node.has_old_copy = 1;
    node.old_wal = node.wal;
    node.directory = byte(DirectoryKind::absent);
    node.wal = {};
}

} // namespace

/// A write of the CIB goes through corosync: it waits while the peer is gone and nobody knows yet.
bool Machine::is_writable(std::size_t node) const
{
    const Node& self = world.node.at(node);
    const Node& peer = world.node.at(1 - node);
    return self.sees_peer == 0 || (world.is_connected != 0 && peer.has_power != 0 && peer.sees_peer != 0);
}

void Machine::copy_cib(std::size_t from, std::size_t to)
{
    world.cib.at(to) = world.cib.at(from);
    world.node.at(to).is_joined = 1;
    world.lag = 0;
}

void Machine::write(std::size_t node, const Effect& effect)
{
    Card& self = world.cib.at(node).of.at(node);
    Card& peer = world.cib.at(node).of.at(1 - node);
    if (is_kind<decide::PublishRun>(effect))
        put_run(self, effect.card);
    else if (is_kind<decide::PublishPosition>(effect))
        put_position(self, effect.card);
    else if (is_kind<decide::PublishAloneIn>(effect))
        self.alone_in = effect.card.alone_in;
    else if (is_kind<decide::SetCertificate>(effect))
    {
        peer.certificate = effect.card.certificate;
        peer.certificate_mode = effect.card.certificate_mode;
    }
    else if (is_kind<decide::Record>(effect))
    {
        self.status = effect.value;
        peer.status = effect.other;
        world.recorded_last = plan_.is_newest_record_kept ? byte(node + 1) : Byte{0};
    }
    else if (is_kind<decide::ClearOverride>(effect))
    {
        self.has_override = 0;
        // From here on the operator has given up what this node lacks, in whichever action it is promoted.
        world.acknowledged = static_cast<Byte>(world.acknowledged & world.node.at(node).wal.commits());
    }
    else if (is_kind<decide::SetOwnScore>(effect) && plan_.has_scores)
        self.score = effect.value;
    else if (is_kind<decide::SetPeerScore>(effect) && plan_.has_scores)
        peer.score = effect.value;
}

/// The other node's copy gets what was written, at once or later.
void Machine::spread(std::size_t node, const Copy& was)
{
    const bool is_pair = world.node.at(node).sees_peer != 0 && world.node.at(node).is_joined != 0;
    if (is_pair && was != world.cib.at(node))
        world.lag = byte(2 - node);
    if (!plan_.has_lag && world.lag == 2 - node && world.node.at(1 - node).is_joined != 0)
        copy_cib(node, 1 - node);
}

void Machine::forget_late_certificate()
{
    world.late_node = 0;
    world.late_certificate = 0;
    world.late_mode = 0;
}

void Machine::write_late_certificate(std::size_t node)
{
    if (!is_writable(node))
        return;
    if (world.lag == node + 1)
        copy_cib(1 - node, node);
    const Copy was = world.cib.at(node);
    Card& self = world.cib.at(node).of.at(node);
    self.certificate = world.late_certificate;
    self.certificate_mode = world.late_mode;
    forget_late_certificate();
    spread(node, was);
}

bool Machine::apply_to_cluster(std::size_t node, const Effect& effect)
{
    if (!is_writable(node))
        return false;
    if (world.lag == node + 1)
        copy_cib(1 - node, node);
    const Copy was = world.cib.at(node);
    write(node, effect);
    spread(node, was);
    if (is_kind<decide::SetCertificate>(effect) && world.late_node == 2 - node && world.node.at(node).sees_peer != 0)
        forget_late_certificate();
    if (is_kind<decide::SetCertificate>(effect) && effect.card.certificate != 0 &&
        effect.card.certificate_mode == byte(CertificateMode::sync))
        world.node.at(node).is_unprotected = 0;
    return true;
}

/// What goes on keeps the time that has passed in the world; what is new begins.
void Machine::save(Node& node, const Effect& effect) const
{
    const Notes was = node.notes;
    node.notes = effect.notes;
    if (node.notes.degrade == Delay::passed)
        node.notes.degrade = was.degrade == Delay::none ? Delay::begun : was.degrade;
    if (node.notes.certify != 0 && node.notes.is_second_over != 0)
        node.notes.is_second_over =
            was.certify == node.notes.certify && was.certified_by == node.notes.certified_by ? was.is_second_over : 0;
}

void Machine::remember(std::size_t node, const Effect& effect)
{
    Node& self = world.node.at(node);
    self.memory = effect.memory;
    if (self.memory.is_alone != 0 && self.mode != byte(ReplicationMode::async))
        self.is_unprotected = 0;
}

bool Machine::start(std::size_t node)
{
    Node& self = world.node.at(node);
    if (self.server != Server::down || self.directory != byte(DirectoryKind::data))
        return false;
    if (self.is_half_rewound != 0)
        break_promise("P3: a server is started in a directory that a rewind left halfway");
    if (self.has_signal == 0)
        break_promise("S5: a server is started that would open for writing");
    self.server = Server::standby;
    self.control = byte(ControlState::in_archive_recovery);
    self.is_hung = self.is_slow != 0 ? 2 : 0;
    return true;
}

bool Machine::stop_fast(std::size_t node)
{
    Node& self = world.node.at(node);
    if (self.is_hung == 1)
        return false;
    if (does_stream(world, 1 - node))
        world.node.at(1 - node).wal = self.wal;
    if (self.server != Server::down)
        self.is_half_open = 0;
    if (self.server != Server::down)
        self.control =
            byte(self.server == Server::primary ? ControlState::shut_down : ControlState::shut_down_in_recovery);
    end_server(node);
    return true;
}

bool Machine::promote(std::size_t node)
{
    Node& self = world.node.at(node);
    if (self.server != Server::standby || self.is_hung != 0 || self.wal.is_full() ||
        self.wal.promotions() == most_promotions)
        return false;
    const Action& action = world.action.at(node);
    self.wal.append(action.fresh);
    self.server = Server::primary;
    self.has_signal = 0;
    self.is_half_open = 0;
    self.control = byte(ControlState::in_production);
    self.are_names_taken = 0;
    self.are_names_young = self.has_names;
    self.waiting = 0;
    self.is_unprotected = self.mode == byte(ReplicationMode::async) ? 1 : 0;
    world.promotions++;
    return true;
}

bool Machine::set_names(std::size_t node, bool is_set)
{
    Node& self = world.node.at(node);
    if (self.server == Server::down || self.is_hung != 0)
        return false;
    const bool is_open = self.server == Server::primary && self.has_names != 0 && !is_set;
    if (is_open && (self.memory.is_alone == 0 || self.memory.certified != 0))
        break_promise("S7: commits stop waiting, and the peer was not seen gone");
    if (is_open && self.mode == byte(ReplicationMode::strict))
        break_promise("R10: commits stop waiting in strict mode");
    if (is_set && self.has_names == 0)
    {
        self.are_names_taken = 0;
        self.are_names_young = 1;
    }
    if (!is_set)
    {
        self.is_unprotected = self.mode == byte(ReplicationMode::async) ? 1 : self.is_unprotected;
        self.are_names_taken = 0;
        self.are_names_young = 0;
    }
    self.has_names = is_set ? 1 : 0;
    return true;
}

bool Machine::apply_to_server(std::size_t node, const Effect& effect)
{
    Node& self = world.node.at(node);
    if (is_kind<decide::StartServer>(effect))
        return start(node);
    if (is_kind<decide::StopFast>(effect))
        return stop_fast(node);
    if (is_kind<decide::StopImmediate>(effect) && self.is_hung == 1)
        return false;
    if (is_kind<decide::StopImmediate>(effect) || is_kind<decide::KillAll>(effect))
    {
        end_server(node);
        return true;
    }
    if (is_kind<decide::PromoteServer>(effect))
        return promote(node);
    if (is_kind<decide::FollowPeer>(effect))
    {
        const bool is_up = self.server != Server::down && self.is_hung == 0;
        self.names_peer = is_up ? 1 : self.names_peer;
        return is_up;
    }
    if (is_kind<decide::SetSyncStandbyNames>(effect))
        return set_names(node, effect.value != 0);
    return true;
}

bool Machine::is_rewindable(std::size_t node) const
{
    const Node& self = world.node.at(node);
    const Node& peer = world.node.at(1 - node);
    const bool is_clean =
        self.control == byte(ControlState::shut_down) || self.control == byte(ControlState::shut_down_in_recovery);
    return is_peer_reachable(node) && peer.server == Server::primary && self.directory == byte(DirectoryKind::data) &&
           self.is_half_rewound == 0 && is_clean && self.system == peer.system;
}

bool Machine::rewind(std::size_t node)
{
    Node& self = world.node.at(node);
    if (self.server != Server::down)
        break_promise("S4: a directory is rewound while its server runs");
    if (self.memory.rebuild != byte(Rebuild::rewinding))
        break_promise("R9: a directory is rewound before that is saved");
    const bool is_done = is_rewindable(node);
    if (!is_done)
    {
        leave_half_done(node);
        return false;
    }
    self.wal = world.node.at(1 - node).wal;
    self.is_half_open = 0;
    self.has_signal = 0;
    self.control = byte(ControlState::in_archive_recovery);
    return true;
}

void Machine::leave_half_done(std::size_t node)
{
    Node& self = world.node.at(node);
    if (self.memory.rebuild == byte(Rebuild::rewinding))
    {
        self.is_half_rewound = 1;
        self.wal = {};
    }
    else
        put_aside(self);
}

bool Machine::apply_to_directories(std::size_t node, const Effect& effect)
{
    Node& self = world.node.at(node);
    const Node& peer = world.node.at(1 - node);
    if (is_kind<decide::RehearseRewind>(effect))
        return is_rewindable(node);
    if (is_kind<decide::Rewind>(effect))
        return rewind(node);
    if (is_kind<decide::WriteStandbyConfiguration>(effect))
    {
        if (self.directory != byte(DirectoryKind::data))
            return false;
        self.has_signal = 1;
        self.has_names = 0;
        self.names_peer = effect.value;
    }
    if (is_kind<decide::BaseBackup>(effect))
    {
        if (!is_peer_reachable(node) || peer.server != Server::primary)
            return false;
        self.new_copy = byte(1 + peer.system);
        self.new_wal = peer.wal;
    }
    const bool touches = is_kind<decide::BaseBackup>(effect) || is_kind<decide::SwapDirectories>(effect);
    if (touches && self.server != Server::down)
        break_promise("S4: a directory is replaced while its server runs");
    if (is_kind<decide::SwapDirectories>(effect))
    {
        if (self.new_copy == 0)
            return self.directory == byte(DirectoryKind::data);
        put_aside(self);
        self.directory = byte(DirectoryKind::data);
        self.system = byte(self.new_copy - 1);
        self.wal = self.new_wal;
        self.is_half_rewound = 0;
        self.is_half_open = 0;
        self.has_signal = 0;
        self.control = byte(ControlState::in_production);
        self.new_copy = 0;
        self.new_wal = {};
    }
    if (is_kind<decide::DisposeOldDirectory>(effect))
    {
        self.has_old_copy = 0;
        self.old_wal = {};
    }
    return true;
}

bool Machine::apply(std::size_t node, Slot which, const Effect& effect)
{
    // What was said is not remembered here; a warning that fails is not tried again in the same action.
    if (is_kind<decide::Warn>(effect))
        return false;
    if (effect.is_pretended != 0)
        return true;
    if (is_kind<decide::SaveState>(effect))
        remember(node, effect);
    else if (is_kind<decide::SaveWatch>(effect))
        save(world.node.at(node), effect);
    else if (is_kind<decide::PublishRun>(effect) || is_kind<decide::PublishPosition>(effect) ||
             is_kind<decide::PublishAloneIn>(effect) || is_kind<decide::SetCertificate>(effect) ||
             is_kind<decide::Record>(effect) || is_kind<decide::ClearOverride>(effect) ||
             is_kind<decide::SetOwnScore>(effect) || is_kind<decide::SetPeerScore>(effect))
        return apply_to_cluster(node, effect);
    else if (is_kind<decide::LaunchWorker>(effect) && world.worker.at(node).goal == 0)
    {
        Action& worker = world.worker.at(node);
        const Label fresh = relabel(world);
        worker.goal = byte(byte(Goal::rebuild) + 1);
        worker.fresh = fresh;
        go_on(node, Slot::worker);
    }
    else if (is_kind<decide::EndWorker>(effect))
        world.worker.at(node) = {};
    else if (is_kind<decide::PublishResync>(effect))
        slot(node, which).resync = effect.value;
    else if (is_kind<decide::EnsurePeerSlot>(effect))
        return is_peer_reachable(node) && world.node.at(1 - node).server == Server::primary;
    else if (!apply_to_directories(node, effect))
        return false;
    return apply_to_server(node, effect);
}

} // namespace pgtwin::test::pair
