// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "pgtwin/admin/gather.hpp"
#include "pgtwin/admin/promotion.hpp"

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
    node.server = state_of(*looks.server);
    if (looks.server->processes == Processes::none)
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

void add_peer(NodeFacts& node, const ServerLooks& looks)
{
    if (looks.peer)
    {
        node.server = ServerState::ready;
        node.role = std::optional{looks.peer->role};
        node.timeline = looks.peer->history.timeline;
        node.end = looks.peer->end;
        node.major_version = looks.peer->major_version;
        return;
    }
    const auto* const status = looks.server && looks.server->status ? &*looks.server->status : nullptr;
    // The primary goes on showing a standby whose node is gone until wal_sender_timeout.
    const bool is_gone = node.membership && *node.membership == Membership::offline;
    if (status == nullptr || !status->peer_sender || status->role != Role::primary || is_gone)
        return;
    node.server = ServerState::running;
    node.role = std::optional{Role::standby};
    node.end = status->peer_sender->flush;
    node.timeline = status->timeline;
}

/// Idle streams have no delay.
Seen<std::chrono::milliseconds> delay(const std::optional<std::chrono::milliseconds>& measured, std::int64_t lag)
{
    if (lag == 0)
        return std::chrono::milliseconds{0};
    return measured ? Seen<std::chrono::milliseconds>{*measured} : Seen<std::chrono::milliseconds>{};
}

std::optional<report::SlotFacts> slot_facts(const std::string& name, const std::optional<Slot>& slot)
{
    if (!slot)
        return std::nullopt;
    return report::SlotFacts{name, slot->active, slot->wal_status, slot->held_bytes};
}

/// By the word of a primary on the other node.
void add_primary_part(PairFacts& facts, const Target& target, const ServerLooks& looks)
{
    if (!looks.primary_part)
    {
        facts.sync_names = Seen<std::string>::unknown(looks.primary_part.why());
        facts.slot = Seen<std::optional<report::SlotFacts>>::unknown(looks.primary_part.why());
        return;
    }
    const pg::PrimaryPart& part = *looks.primary_part;
    facts.sync_names = part.sync_names;
    facts.slot = slot_facts(target.params.slot_name, part.slot);
    if (part.settings_written)
        facts.commits_unchanged_since = *part.settings_written;
}

void add_stream_of_primary(PairFacts& facts, const Target& target, const ServerStatus& status, const ServerLooks& looks)
{
    facts.sync_names = status.sync_standby_names;
    facts.slot = slot_facts(target.params.slot_name, status.slot);
    facts.replication = std::optional<report::Replication>{};
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
        stream.flush_delay = delay(looks.details->sender->flush_delay, flush);
        stream.replay_delay = delay(looks.details->sender->replay_delay, replay);
    }
    facts.replication = std::optional{std::move(stream)};
}

void add_stream_of_standby(PairFacts& facts, const NodeFacts& node, const ServerStatus& status,
                           const ServerLooks& looks)
{
    facts.replication = std::optional<report::Replication>{};
    if (!status.receiver)
        return;
    report::Replication stream;
    stream.state = status.receiver->status;
    if (node.certificate && *node.certificate)
        stream.sync_state = std::string{(*node.certificate)->mode == CertificateMode::async ? "async" : "sync"};
    Lsn end = status.end;
    if (looks.details && looks.details->receiver)
    {
        stream.since = looks.details->receiver->since;
        end = std::max(end, looks.details->receiver->primary_end);
    }
    if (looks.peer && looks.peer->role == Role::primary)
        end = std::max(end, looks.peer->end);
    stream.flush_lag = distance(end, status.end);
    stream.replay_lag = distance(end, status.replayed);
    if (looks.details)
        stream.replay_delay = looks.details->replay_age ? *looks.details->replay_age : std::chrono::milliseconds{0};
    facts.replication = std::optional{std::move(stream)};
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

void add_promotion(NodeFacts& node, const Target& target, const std::optional<ClusterView>& view,
                   const ServerLooks& looks)
{
    if (node.role && *node.role == Role::primary)
        node.promotion = report::Promotion{true, "is-primary", "is the primary"};
    else if (node.repair && *node.repair)
        node.promotion = no("rebuilding", "it is being repaired");
    else if (node.role && !*node.role)
        node.promotion = no("not-running", "its server does not run");
    else if (view)
        node.promotion = judged(target, node.is_local ? *view : swapped(*view), looks, node.is_local);
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
        add_primary_part(facts, target, looks);
    const auto view = view_of(target, look);
    for (NodeFacts& node : facts.nodes)
        add_promotion(node, target, view, looks);
}

} // namespace pgtwin::admin
