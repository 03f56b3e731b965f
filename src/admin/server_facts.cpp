// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "pgtwin/admin/gather.hpp"
#include "pgtwin/admin/promotion.hpp"
#include "pgtwin/model/names.hpp"

namespace pgtwin::admin
{
namespace
{

using report::NodeFacts;
using report::PairFacts;
using report::ServerState;

std::int64_t distance(Lsn ahead, Lsn behind)
{
    return std::max<std::int64_t>((ahead - behind).count, 0);
}

ServerState state_of(const ServerLook& look)
{
    if (look.processes == Processes::none)
        return ServerState::stopped;
    if (look.processes == Processes::leftovers)
        return ServerState::leftovers;
    switch (look.answer)
    {
    case Answer::ready:
        return ServerState::ready;
    case Answer::starting:
        return ServerState::starting;
    case Answer::saturated:
        return ServerState::saturated;
    case Answer::refused:
        return ServerState::refusing;
    case Answer::none: // the postmaster does not listen yet
        return ServerState::starting;
    case Answer::silent:
        break;
    }
    return ServerState::silent;
}

void add_status(NodeFacts& node, const ServerStatus& status, const ServerLooks& looks)
{
    node.role = std::optional{status.role};
    node.end = status.end;
    if (status.timeline != Timeline::none)
        node.timeline = status.timeline;
    else if (looks.identity)
        node.timeline = looks.identity->history.timeline;
    if (status.role == Role::standby)
    {
        node.replayed = status.replayed;
        node.is_replay_paused = status.is_replay_paused;
    }
}

/// A directory without a server, by pg_control.
void add_directory(NodeFacts& node, const Seen<Directory>& directory)
{
    if (!directory || !directory->control)
        return;
    node.timeline = directory->history.timeline;
    node.end = std::max(directory->control->checkpoint, directory->control->minimum_recovery_end);
    node.major_version = directory->major_version;
}

void add_local(NodeFacts& node, const ServerLooks& looks)
{
    if (!looks.server)
        return;
    const bool is_absent = looks.server->processes == Processes::none;
    // What the cluster knows of an instance without a server says more than that there is none.
    const bool is_told =
        node.server && (*node.server == ServerState::repairing || *node.server == ServerState::waiting);
    if (!is_absent || !is_told)
        node.server = state_of(*looks.server);
    if (is_absent)
        node.role = std::optional<Role>{};
    if (looks.server->status)
        add_status(node, *looks.server->status, looks);
    else
        add_directory(node, looks.directory);
    if (looks.details)
    {
        node.started = looks.details->started;
        node.major_version = looks.details->major_version;
    }
}

/// Why the peer could not be asked makes of its server what it is for this node.
ServerState state_of(ErrorKind kind)
{
    switch (kind)
    {
    case ErrorKind::denied:
        return ServerState::refusing;
    case ErrorKind::conflict: // it is up, and not yet or not now for us
        return ServerState::starting;
    case ErrorKind::unavailable:
    case ErrorKind::timed_out:
    case ErrorKind::malformed:
    case ErrorKind::internal:
        break;
    }
    return ServerState::silent;
}

void add_part(NodeFacts& node, const Seen<pg::PeerPart>& part)
{
    if (!part)
        return;
    node.started = part->started;
    if (!part->replayed)
        return;
    node.replayed = *part->replayed;
    node.is_replay_paused = part->is_replay_paused;
}

bool is_expected_to_run(const NodeFacts& node)
{
    const bool is_member = node.membership && *node.membership == Membership::online;
    return is_member && node.server && *node.server == ServerState::running;
}

/// A server that ought to run and does not answer this node. A user who sees no server here may not ask there either.
void add_silence(NodeFacts& node, const ServerLooks& looks)
{
    if (!looks.peer.is_unknown() || !looks.server || !is_expected_to_run(node))
        return;
    node.server = state_of(looks.peer.kind());
    if (*node.server != ServerState::starting)
        node.silence = looks.peer.why();
}

/// The primary goes on showing a standby whose node is gone until wal_sender_timeout.
void add_sender(NodeFacts& node, const ServerLooks& looks)
{
    const auto* const status = looks.server && looks.server->status ? &*looks.server->status : nullptr;
    const bool is_gone =
        node.membership && (*node.membership == Membership::offline || *node.membership == Membership::left);
    if (status == nullptr || !status->peer_sender || status->role != Role::primary || is_gone)
        return;
    node.server = ServerState::running;
    node.role = std::optional{Role::standby};
    node.end = status->peer_sender->flush;
    node.timeline = status->timeline;
}

void add_peer(NodeFacts& node, const ServerLooks& looks)
{
    if (looks.peer)
    {
        node.server = ServerState::ready;
        node.role = std::optional{looks.peer->role};
        node.timeline = looks.peer->history.timeline;
        node.end = looks.peer->end;
        node.major_version = looks.peer->major_version;
        return add_part(node, looks.peer_part);
    }
    add_sender(node, looks);
    add_silence(node, looks);
}

/// Idle streams have no delay.
Seen<std::chrono::milliseconds> delay(const std::optional<std::chrono::milliseconds>& measured, std::int64_t lag)
{
    if (lag == 0)
        return std::chrono::milliseconds{0};
    return measured ? Seen<std::chrono::milliseconds>{*measured} : Seen<std::chrono::milliseconds>{};
}

std::optional<report::SlotFacts> slot_facts(const std::string& name, const std::optional<Slot>& slot,
                                            const std::optional<std::int64_t>& left)
{
    if (!slot)
        return std::nullopt;
    report::SlotFacts facts{name, slot->active, slot->wal_status, slot->held_bytes};
    if (left)
        facts.left_bytes = *left;
    return facts;
}

/// A promotion begins anew with what waits; otherwise the settings may have been written again without a change.
void add_changes(PairFacts& facts, const pg::Changes& changes)
{
    if (!changes.settings_written)
        return;
    if (changes.promoted && *changes.promoted >= *changes.settings_written)
        facts.commits_since = *changes.promoted;
    else
        facts.commits_unchanged_since = *changes.settings_written;
}

/// By the word of a primary on the other node.
void add_part_of_primary(PairFacts& facts, const Target& target, const ServerLooks& looks)
{
    if (!looks.peer || looks.peer->role != Role::primary)
        return;
    if (!looks.peer_part)
    {
        facts.sync_names = Seen<std::string>::unknown(looks.peer_part.why());
        facts.slot = Seen<std::optional<report::SlotFacts>>::unknown(looks.peer_part.why());
        return;
    }
    const pg::PeerPart& part = *looks.peer_part;
    facts.sync_names = part.sync_names;
    facts.slot = slot_facts(target.params.slot_name, part.slot, part.slot_left);
    add_changes(facts, part.changes);
    if (!part.sender)
        facts.replication = std::optional<report::Replication>{};
    else if (facts.replication && *facts.replication)
    {
        report::Replication stream = **facts.replication;
        stream.address = part.sender->address;
        facts.replication = std::optional{std::move(stream)};
    }
}

void add_stream_of_primary(PairFacts& facts, const Target& target, const ServerStatus& status, const ServerLooks& looks)
{
    const auto left = looks.details ? looks.details->slot_left : std::nullopt;
    facts.sync_names = status.sync_standby_names;
    facts.slot = slot_facts(target.params.slot_name, status.slot, left);
    facts.replication = std::optional<report::Replication>{};
    if (looks.details)
    {
        facts.waiting = report::Waiting{looks.details->waiting_sessions, looks.details->longest_wait};
        add_changes(facts, looks.details->changes);
    }
    if (!status.peer_sender)
        return;
    report::Replication stream;
    stream.state = status.peer_sender->state;
    stream.sync_state = status.peer_sender->sync_state;
    const std::int64_t flush = distance(status.end, status.peer_sender->flush);
    const std::int64_t replay = distance(status.end, status.peer_sender->replay);
    stream.flush_lag = flush;
    stream.replay_lag = replay;
    if (looks.details && looks.details->sender)
    {
        stream.since = looks.details->sender->since;
        stream.address = looks.details->sender->address;
        stream.flush_delay = delay(looks.details->sender->flush_delay, flush);
        stream.replay_delay = delay(looks.details->sender->replay_delay, replay);
    }
    facts.replication = std::optional{std::move(stream)};
}

/// How far the standby is behind can only be told if the primary was asked; what it has received tells nothing of what
/// it has not.
void add_lag_of_standby(report::Replication& stream, const ServerStatus& status, const ServerLooks& looks)
{
    if (!looks.peer || looks.peer->role != Role::primary)
        return;
    Lsn end = std::max(status.end, looks.peer->end);
    if (looks.details && looks.details->receiver)
        end = std::max(end, looks.details->receiver->primary_end);
    stream.flush_lag = distance(end, status.end);
    stream.replay_lag = distance(end, status.replayed);
    if (looks.details)
        stream.replay_delay = looks.details->replay_age ? *looks.details->replay_age : std::chrono::milliseconds{0};
}

void add_stream_of_standby(PairFacts& facts, const NodeFacts& node, const ServerStatus& status,
                           const ServerLooks& looks)
{
    facts.replication = std::optional<report::Replication>{};
    if (!status.receiver)
        return;
    report::Replication stream;
    stream.state = status.receiver->status;
    if (looks.peer_part && looks.peer_part->sender && !looks.peer_part->sender->sync_state.empty())
        stream.sync_state = looks.peer_part->sender->sync_state;
    else if (node.certificate && *node.certificate)
        stream.sync_state = std::string{(*node.certificate)->mode == CertificateMode::async ? "async" : "sync"};
    if (looks.details && looks.details->receiver)
        stream.since = looks.details->receiver->since;
    add_lag_of_standby(stream, status, looks);
    facts.replication = std::optional{std::move(stream)};
}

/// Until commits go on without the standby (safety.md, R5.2), while a monitor of the primary counts.
void add_delay(PairFacts& facts, const Target& target, const ServerLooks& looks)
{
    if (!looks.watch || !looks.watch->degrade)
        return;
    const DegradeWatch& watch = *looks.watch->degrade;
    const std::chrono::milliseconds whole = target.params.sync_degrade_delay;
    if (looks.now < watch.first || looks.now - watch.last > whole)
        return;
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(whole - (looks.now - watch.first));
    facts.delay_left = std::max(left, std::chrono::seconds{0});
}

report::Promotion no(const char* id, const char* text)
{
    return {false, id, text};
}

/// The peer's history is known only if it answered; without it timelines that differ cannot be compared.
Seen<report::Promotion> judged(const Target& target, const ClusterView& view, const ServerLooks& looks, bool is_local)
{
    Candidate candidate = candidate_of(view);
    const Seen<Identity>& identity = is_local ? looks.identity : looks.peer;
    if (is_local && looks.state)
        candidate.state = looks.state;
    if (identity)
        candidate.identity = identity;
    const bool is_history_needed =
        view.self.position && view.peer.position && view.self.position->timeline != view.peer.position->timeline;
    if (!identity && is_history_needed)
        return Seen<report::Promotion>::unknown("the history of its timeline is not known");
    return judge(candidate, target.params);
}

const report::BanFacts* ban_of(const PairFacts& facts, const NodeFacts& node)
{
    if (!facts.bans)
        return nullptr;
    const auto found = std::find_if(facts.bans->begin(), facts.bans->end(),
                                    [&](const report::BanFacts& ban) { return same_node(ban.node, node.name); });
    return found == facts.bans->end() ? nullptr : &*found;
}

/// The guard was asked about a loss that has not happened: its words would tell of it.
void tell_of_commits(report::Promotion& promotion, const PairFacts& facts)
{
    const bool is_waited_for = facts.sync_names && !facts.sync_names->empty();
    if (promotion.is_allowed || promotion.id != "stale-alone" || facts.primary() == nullptr)
        return;
    promotion.id = "not-certified";
    promotion.text = !facts.sync_names ? "it is not certified"
                     : is_waited_for   ? "commits wait for it, it is not certified yet"
                                       : "commits do not wait for it, it may lack some";
}

Seen<report::Promotion> promotion_of(const NodeFacts& node, const PairFacts& facts, const Target& target,
                                     const std::optional<ClusterView>& view, const ServerLooks& looks)
{
    if (node.role && *node.role == Role::primary)
        return report::Promotion{true, "is-primary", "is the primary"};
    if (node.repair && *node.repair)
        return no("rebuilding", "it is being repaired");
    if (node.role && !*node.role)
        return no("not-running", "its server does not run");
    if (!node.role)
        return Seen<report::Promotion>::unknown("what its server does is not known");
    if (const auto* const ban = ban_of(facts, node))
        return report::Promotion{false, ban->is_left ? "left-ban" : "banned", "kept off by constraint " + ban->id};
    if (!view)
        return {};
    auto promotion = judged(target, node.is_local ? *view : swapped(*view), looks, node.is_local);
    if (!promotion)
        return promotion;
    report::Promotion told = *promotion;
    tell_of_commits(told, facts);
    return told;
}

void add_disks(PairFacts& facts, const ServerLooks& looks)
{
    for (const DiskLook& disk : looks.disks)
        facts.disks.push_back({disk.what, disk.path, disk.space.free, disk.space.total});
}

} // namespace

void add_servers(PairFacts& facts, const Target& target, const Expected<ClusterLook>& look, const ServerLooks& looks)
{
    const auto* const status = looks.server && looks.server->status ? &*looks.server->status : nullptr;
    for (NodeFacts& node : facts.nodes)
        if (node.is_local)
            add_local(node, looks);
        else
            add_peer(node, looks);
    for (const NodeFacts& node : facts.nodes)
        if (node.is_local && status != nullptr)
            status->role == Role::primary ? add_stream_of_primary(facts, target, *status, looks)
                                          : add_stream_of_standby(facts, node, *status, looks);
    if (status == nullptr || status->role != Role::primary)
        add_part_of_primary(facts, target, looks);
    add_delay(facts, target, looks);
    add_disks(facts, looks);
    const auto view = view_of(target, look);
    for (NodeFacts& node : facts.nodes)
        node.promotion = promotion_of(node, facts, target, view, looks);
}

} // namespace pgtwin::admin
