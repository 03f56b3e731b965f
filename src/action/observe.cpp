// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/action/observe.hpp"

#include <string>

#include "pgtwin/config/checks.hpp"

namespace pgtwin::action
{
namespace
{

using decide::Observation;
using decide::Subject;

using namespace std::chrono_literals;

/// A look that takes longer is worth no more than "unknown" (peers: hung servers, frozen cluster daemons).
constexpr std::chrono::milliseconds look_limit = 5s;
/// The peer may be a machine that is not there.
constexpr std::chrono::milliseconds peer_limit = 3s;
/// It makes a checkpoint and looks at each of its files.
constexpr std::chrono::milliseconds size_limit = 10min;

template <typename T>
void keep(Seen<T>& place, Expected<T> found, const char* what, Ports& ports)
{
    if (!found)
        ports.log.write(Severity::debug, std::string{"unknown "} + what + ": " + found.error().what);
    place = found ? Seen<T>{std::move(*found)} : Seen<T>::unknown(found.error().what, found.error().kind);
}

Expected<ServerLook> look_at_server(Ports& ports, const Deadline& deadline)
{
    auto processes = ports.server.processes();
    if (!processes)
        return processes.error();
    ServerLook look;
    look.processes = *processes;
    if (look.processes != Processes::postmaster)
        return look;
    auto answer = ports.postgres.status(deadline.at_most(look_limit));
    if (!answer)
        return answer.error();
    look.answer = answer->first;
    look.status = std::move(answer->second);
    return look;
}

/// A cluster that runs this very action is there: its tools were only refused for a moment.
Expected<std::optional<ClusterView>> look_at_cluster(bool is_run_by_pacemaker, Ports& ports, const Deadline& deadline)
{
    auto view = ports.cluster.look(deadline.at_most(look_limit));
    if (view)
        return std::optional<ClusterView>{std::move(*view)};
    if (view.error().kind == ErrorKind::unavailable && !is_run_by_pacemaker)
        return std::optional<ClusterView>{};
    return view.error();
}

void look_at_upstream(Observation& seen, Ports& ports, const Deadline& deadline)
{
    auto identity = ports.postgres.peer_identity(deadline.at_most(peer_limit));
    seen.upstream_fault = identity ? std::optional<ErrorKind>{} : identity.error().kind;
    keep(seen.upstream, std::move(identity), "identity of the peer", ports);
}

Expected<bool> look_at_peer_wal(const Observation& seen, Ports& ports, const Deadline& deadline)
{
    if (seen.identity)
        return ports.postgres.peer_has_wal(*seen.identity, deadline.at_most(peer_limit));
    if (!seen.directory || !seen.directory->in_recovery)
        return Error{ErrorKind::unavailable, "the position of this server is unknown"};
    Identity own;
    own.history.timeline = seen.directory->in_recovery->timeline;
    own.end = seen.directory->in_recovery->start;
    return ports.postgres.peer_has_wal(own, deadline.at_most(peer_limit));
}

/// The primary is asked once: that costs it a checkpoint.
Expected<std::vector<Room>> look_at_room(Observation& seen, Ports& ports, const Deadline& deadline)
{
    if (!seen.source)
    {
        auto parts = ports.postgres.peer_parts(deadline.at_most(size_limit));
        if (!parts)
            return parts.error();
        seen.source = std::move(*parts);
    }
    return ports.server.room_for(*seen.source);
}

/// Looks that ask the database.
bool observe_database(Subject subject, Observation& seen, Ports& ports, const Deadline& deadline)
{
    switch (subject)
    {
    case Subject::server:
        seen.server_seen_at = ports.clock.since_boot();
        keep(seen.server, look_at_server(ports, deadline), "server", ports);
        return true;
    case Subject::identity:
        keep(seen.identity, ports.postgres.identity(deadline.at_most(look_limit)), "identity of the server", ports);
        return true;
    case Subject::upstream:
        look_at_upstream(seen, ports, deadline);
        return true;
    case Subject::room:
        keep(seen.room, look_at_room(seen, ports, deadline), "room for a base backup", ports);
        return true;
    case Subject::peer_wal:
        keep(seen.peer_has_wal, look_at_peer_wal(seen, ports, deadline), "WAL of the peer", ports);
        return true;
    case Subject::settings:
        keep(seen.settings, ports.postgres.settings(deadline), "settings", ports);
        return true;
    case Subject::settings_on_disk:
        keep(seen.settings_on_disk, ports.server.settings_on_disk(config::settings_before_start(), deadline),
             "settings on disk", ports);
        return true;
    case Subject::state:
    case Subject::watch:
    case Subject::worker:
    case Subject::processes:
    case Subject::directory:
    case Subject::cluster:
    case Subject::membership:
    case Subject::installation:
        return false;
    }
    return false;
}

/// Looks at this machine and its cluster.
void observe_machine(Subject subject, Observation& seen, Ports& ports, const Deadline& deadline)
{
    if (subject == Subject::state)
        keep(seen.state, ports.store.load(), "state", ports);
    else if (subject == Subject::watch)
        keep(seen.watch, ports.store.load_watch(), "watch", ports);
    else if (subject == Subject::worker)
        keep(seen.is_worker_running, ports.worker.is_running(), "worker", ports);
    else if (subject == Subject::processes)
        keep(seen.processes, ports.server.processes(), "processes", ports);
    else if (subject == Subject::directory)
        keep(seen.directory, ports.server.directory(deadline), "data directory", ports);
    else if (subject == Subject::cluster)
        keep(seen.cluster, look_at_cluster(seen.is_run_by_pacemaker, ports, deadline), "cluster", ports);
    else if (subject == Subject::installation)
        keep(seen.installation, ports.server.installation(), "installation", ports);
    else if (subject == Subject::membership)
        keep(seen.membership, ports.cluster.membership(deadline.at_most(look_limit)), "membership", ports);
}

/// The server may have changed in any way.
void forget_server(Observation& seen)
{
    seen.processes = {};
    seen.server = {};
    seen.directory = {};
    seen.identity = {};
}

/// Which looks a step makes untrue.
struct Forget
{
    Observation& seen;

    void operator()(const decide::Inspect& /*step*/) const {}
    /// Noted whether it succeeded or not: nobody waits for it.
    void operator()(const decide::PublishResync& step) const { seen.resync = step.text; }
    void operator()(const decide::CheckpointInBackground& /*step*/) const {}
    void operator()(const decide::LaunchSentinel& /*step*/) const {}
    void operator()(const decide::TakeOverSettings& /*step*/) const { seen.settings = {}; }
    void operator()(const decide::Warn& step) const
    {
        if (step.watch)
            seen.watch = {};
    }
    void operator()(const decide::EnsurePeerSlot& /*step*/) const {}
    void operator()(const decide::SaveState& /*step*/) const { seen.state = {}; }
    void operator()(const decide::SaveWatch& /*step*/) const { seen.watch = {}; }
    void operator()(const decide::Wait& /*step*/) const
    {
        forget_server(seen);
        seen.cluster = {};
        seen.membership = {};
        seen.upstream = {};
        seen.is_worker_running = {};
        seen.room = {};
        seen.peer_has_wal = {};
    }
    void operator()(const decide::MakeRoom& /*step*/) const
    {
        seen.directory = {};
        seen.room = {};
    }
    void operator()(const decide::PublishRun& /*step*/) const { seen.cluster = {}; }
    void operator()(const decide::PublishPosition& /*step*/) const { seen.cluster = {}; }
    void operator()(const decide::PublishAloneIn& /*step*/) const { seen.cluster = {}; }
    void operator()(const decide::SetCertificate& /*step*/) const { seen.cluster = {}; }
    void operator()(const decide::SetOwnScore& /*step*/) const { seen.cluster = {}; }
    void operator()(const decide::SetPeerScore& /*step*/) const { seen.cluster = {}; }
    void operator()(const decide::Record& /*step*/) const { seen.cluster = {}; }
    void operator()(const decide::ClearOverride& /*step*/) const {}
    void operator()(const decide::WriteStandbyConfiguration& /*step*/) const { seen.directory = {}; }
    void operator()(const decide::ResumeReplay& /*step*/) const { seen.server = {}; }
    void operator()(const decide::EndConflicts& /*step*/) const { seen.server = {}; }
    void operator()(const decide::FollowPeer& /*step*/) const { seen.server = {}; }
    void operator()(const decide::SetArchive& /*step*/) const
    {
        seen.server = {};
        seen.settings = {};
    }
    void operator()(const decide::SetSyncStandbyNames& /*step*/) const { seen.server = {}; }
    void operator()(const decide::EnsureSlot& /*step*/) const { seen.server = {}; }
    void operator()(const decide::DropSlot& /*step*/) const { seen.server = {}; }
    void operator()(const decide::LaunchWorker& /*step*/) const { seen.is_worker_running = {}; }
    void operator()(const decide::EndWorker& /*step*/) const
    {
        seen.is_worker_running = {};
        seen.state = {};
        forget_server(seen);
    }
    void operator()(const decide::StartServer& /*step*/) const
    {
        forget_server(seen);
        seen.settings = {};
    }
    void operator()(const decide::StopFast& /*step*/) const { forget_server(seen); }
    void operator()(const decide::StopImmediate& /*step*/) const { forget_server(seen); }
    void operator()(const decide::KillAll& /*step*/) const { forget_server(seen); }
    void operator()(const decide::PromoteServer& /*step*/) const { forget_server(seen); }
    void operator()(const decide::BaseBackup& /*step*/) const
    {
        forget_server(seen);
        seen.upstream = {};
        seen.room = {};
        seen.source.reset();
    }
    void operator()(const decide::SwapDirectories& /*step*/) const { forget_server(seen); }
    void operator()(const decide::DisposeOldDirectory& /*step*/) const { seen.directory = {}; }
    void operator()(const decide::RehearseRewind& /*step*/) const {}
    void operator()(const decide::Rewind& /*step*/) const { forget_server(seen); }
};

} // namespace

void observe(Subject subject, Observation& seen, Ports& ports, const Deadline& deadline)
{
    if (!observe_database(subject, seen, ports, deadline))
        observe_machine(subject, seen, ports, deadline);
}

void forget(const decide::Step& step, Observation& seen)
{
    std::visit(Forget{seen}, step);
}

} // namespace pgtwin::action
