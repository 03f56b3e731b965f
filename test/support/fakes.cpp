// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/fakes.hpp"

#include <algorithm>

namespace pgtwin::test
{
namespace
{

constexpr int major_version = 15;
constexpr std::int64_t backup_bytes = 1000;

Error error(ErrorKind kind, const std::string& what)
{
    return {kind, what};
}

Timeline after(Timeline timeline)
{
    return Timeline{number(timeline) + 1};
}

} // namespace

Expected<void> Journal::note(const std::string& what)
{
    changes_.push_back(what);
    const auto failure = failures_.find(what);
    if (failure == failures_.end() || failure->second.first == 0)
        return {};
    failure->second.first--;
    return error(failure->second.second, what + " fails");
}

void Journal::fail(const std::string& what, int times, ErrorKind kind)
{
    failures_[what] = {times, kind};
}

int Journal::place_of(const std::string& what) const
{
    const auto place = std::find(changes_.begin(), changes_.end(), what);
    return place == changes_.end() ? -1 : static_cast<int>(place - changes_.begin());
}

int Journal::last_place_of(const std::string& what) const
{
    const auto place = std::find(changes_.rbegin(), changes_.rend(), what);
    return place == changes_.rend() ? -1 : static_cast<int>(changes_.rend() - place) - 1;
}

FakeInstance FakeInstance::initialised(std::uint64_t system)
{
    FakeInstance instance;
    instance.directory.kind = DirectoryKind::data;
    instance.directory.major_version = major_version;
    instance.directory.program_version = major_version;
    instance.directory.control.emplace();
    instance.directory.control->system_identifier = system;
    instance.directory.control->state = ControlState::shut_down;
    instance.directory.control->checkpoint = Lsn{instance.end.bytes() - 120};
    instance.directory.control->timeline = Timeline{1};
    instance.directory.history.timeline = Timeline{1};
    return instance;
}

bool FakeInstance::streams_from(const FakeInstance& primary) const
{
    if (!is_standby() || !primary.is_primary() || !primary.is_reachable || !primary.slot)
        return false;
    if (!names_peer || !has_connection_to_peer || is_cut_off)
        return false;
    return directory.control->system_identifier == primary.directory.control->system_identifier && end <= primary.end &&
           can_follow(primary.directory.history, directory.history.timeline, end);
}

void FakeInstance::become_primary()
{
    role = Role::primary;
    directory.history.ancestors.push_back({directory.history.timeline, end});
    directory.history.timeline = after(directory.history.timeline);
    directory.newest_timeline = directory.history.timeline;
    directory.control->timeline = directory.history.timeline;
    directory.control->state = ControlState::in_production;
    directory.has_standby_signal = false;
}

ServerStatus FakePostgres::look() const
{
    ServerStatus status;
    status.role = own_.role;
    status.system_identifier = own_.directory.control->system_identifier;
    status.timeline = own_.is_primary() ? own_.directory.history.timeline : Timeline::none;
    status.end = own_.end;
    status.flushed = own_.end;
    status.replayed = own_.end;
    status.sync_standby_names = own_.sync_standby_names;
    status.primary_conninfo = own_.names_peer ? "host=peer" : "";
    status.slot = own_.slot;
    status.is_checkpointer_idle = true;
    const bool is_streaming = own_.streams_from(peer_);
    status.is_waiting_for_wal = own_.is_standby() && !is_streaming;
    if (is_streaming)
        status.receiver = WalReceiver{"streaming", "peer", peer_.directory.history.timeline};
    if (peer_.streams_from(own_))
    {
        const char* const sync_state = own_.sync_standby_names == peer_names_ ? "sync" : "async";
        status.peer_sender = WalSender{"streaming", sync_state, own_.end, own_.end};
        status.slot->active = true;
    }
    return status;
}

Expected<std::pair<Answer, std::optional<ServerStatus>>> FakePostgres::status(const Deadline& /*deadline*/)
{
    journal_.looks["status"]++;
    if (own_.streams_from(peer_))
    {
        own_.end = peer_.end;
        own_.directory.history = peer_.directory.history;
    }
    if (own_.processes != Processes::postmaster)
        return std::pair{Answer::none, std::optional<ServerStatus>{}};
    if (own_.answer != Answer::ready)
        return std::pair{own_.answer, std::optional<ServerStatus>{}};
    return std::pair{Answer::ready, std::optional{look()}};
}

Expected<Identity> FakePostgres::identity(const Deadline& /*deadline*/)
{
    journal_.looks["identity"]++;
    if (own_.processes != Processes::postmaster || own_.answer != Answer::ready)
        return error(ErrorKind::unavailable, "no server");
    return Identity{own_.directory.control->system_identifier, own_.directory.history, own_.end, own_.role,
                    major_version};
}

Expected<Identity> FakePostgres::peer_identity(const Deadline& /*deadline*/)
{
    journal_.looks["upstream"]++;
    if (peer_.processes != Processes::postmaster || !peer_.is_reachable || own_.is_cut_off)
        return error(ErrorKind::unavailable, "no connection");
    return Identity{peer_.directory.control->system_identifier, peer_.directory.history, peer_.end, peer_.role,
                    major_version};
}

Expected<bool> FakePostgres::peer_has_wal(const Identity& /*own*/, const Deadline& /*deadline*/)
{
    journal_.looks["WAL of the peer"]++;
    if (!peer_.is_primary() || !peer_.is_reachable)
        return error(ErrorKind::unavailable, "no connection");
    return !peer_.has_lost_wal;
}

Expected<std::vector<BackupPart>> FakePostgres::peer_parts(const Deadline& /*deadline*/)
{
    journal_.looks["size of the peer"]++;
    if (!peer_.is_primary() || !peer_.is_reachable)
        return error(ErrorKind::unavailable, "no connection");
    return std::vector<BackupPart>{
        {"", backup_bytes}
    };
}

Expected<Settings> FakePostgres::settings(const Deadline& /*deadline*/)
{
    journal_.looks["settings"]++;
    return own_.settings;
}

Expected<void> FakePostgres::set_sync_standby_names(std::string_view names, const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note(names.empty() ? "empty names" : "set names"); !noted)
        return noted;
    own_.sync_standby_names = names;
    return {};
}

Expected<void> FakePostgres::ensure_slot(const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("ensure slot"); !noted)
        return noted;
    own_.slot = Slot{false, "reserved", 0};
    return {};
}

Expected<void> FakePostgres::drop_slot(const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("drop slot"); !noted)
        return noted;
    own_.slot.reset();
    return {};
}

Expected<void> FakePostgres::ensure_peer_slot(const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("ensure slot on the peer"); !noted)
        return noted;
    if (!peer_.is_primary() || !peer_.is_reachable)
        return error(ErrorKind::unavailable, "no connection");
    peer_.slot = Slot{false, "reserved", 0};
    return {};
}

Expected<void> FakePostgres::resume_replay(const Deadline& /*deadline*/)
{
    return journal_.note("resume replay");
}

Expected<void> FakePostgres::end_conflicts(const Deadline& /*deadline*/)
{
    return journal_.note("end conflicts");
}

Expected<void> FakePostgres::follow_peer(const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("follow peer"); !noted)
        return noted;
    own_.names_peer = true;
    own_.has_connection_to_peer = true;
    return {};
}

Expected<void> FakePostgres::take_over_settings(const Deadline& /*deadline*/)
{
    return journal_.note("take over settings");
}

Expected<Directory> FakeServer::directory(const Deadline& /*deadline*/)
{
    journal_.looks["directory"]++;
    return own_.directory;
}

Expected<Processes> FakeServer::processes()
{
    journal_.looks["processes"]++;
    return own_.processes;
}

Expected<Installation> FakeServer::installation()
{
    journal_.looks["installation"]++;
    return Installation{};
}

Expected<Settings> FakeServer::settings_on_disk(const std::vector<std::string>& /*names*/, const Deadline& /*deadline*/)
{
    journal_.looks["settings on disk"]++;
    return own_.settings;
}

Expected<void> FakeServer::write_standby_configuration(StandbySettings settings, const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("write standby configuration"); !noted)
        return noted;
    own_.directory.has_standby_signal = true;
    own_.names_peer = settings.upstream == Upstream::peer;
    own_.has_connection_to_peer = true;
    own_.sync_standby_names.clear();
    return {};
}

Expected<void> FakeServer::set_archive(Archive /*archive*/, const Deadline& /*deadline*/)
{
    return journal_.note("set archive");
}

Expected<void> FakeServer::start(const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("start"); !noted)
        return noted;
    if (own_.directory.kind != DirectoryKind::data || own_.processes != Processes::none)
        return error(ErrorKind::conflict, "cannot start");
    own_.processes = Processes::postmaster;
    own_.role = own_.directory.has_standby_signal ? Role::standby : Role::primary;
    own_.directory.control->state =
        own_.role == Role::standby ? ControlState::in_archive_recovery : ControlState::in_production;
    return {};
}

Expected<void> FakeServer::await_end(const Deadline& /*deadline*/)
{
    if (own_.processes == Processes::postmaster)
        return error(ErrorKind::timed_out, "the server runs on");
    return {};
}

Expected<void> FakeServer::stop(port::StopMode mode, const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note(mode == port::StopMode::fast ? "stop fast" : "stop immediate"); !noted)
        return noted;
    if (mode == port::StopMode::fast && own_.is_hanging)
        return error(ErrorKind::timed_out, "the server does not stop");
    if (mode == port::StopMode::fast && own_.is_primary())
        own_.write(120);
    if (mode == port::StopMode::fast)
    {
        own_.directory.control->state =
            own_.role == Role::primary ? ControlState::shut_down : ControlState::shut_down_in_recovery;
        own_.directory.control->checkpoint = Lsn{own_.end.bytes() - 120};
    }
    if (mode == port::StopMode::fast && peer_.streams_from(own_))
        peer_.end = own_.end;
    own_.processes = Processes::none;
    return {};
}

Expected<void> FakeServer::kill_all(const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("kill all"); !noted)
        return noted;
    own_.crash();
    return {};
}

Expected<void> FakeServer::promote(const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("promote"); !noted)
        return noted;
    if (!own_.is_promotion_slow)
        own_.become_primary();
    return {};
}

Expected<void> FakeServer::checkpoint_in_background()
{
    return journal_.note("checkpoint");
}

Expected<std::vector<Room>> FakeServer::room_for(const std::vector<BackupPart>& parts)
{
    std::vector<Room> rooms;
    for (const BackupPart& part : parts)
        rooms.push_back({"/", part.bytes, std::int64_t{1} << 40U});
    return rooms;
}

Expected<void> FakeServer::make_room(Sacrifice /*sacrifice*/, const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("make room"); !noted)
        return noted;
    own_.displaced_directory.reset();
    return {};
}

Expected<void> FakeServer::base_backup(const std::vector<std::string>& /*tablespaces*/,
                                       const std::function<void(port::Progress)>& progress,
                                       const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("base backup"); !noted)
        return noted;
    if (!peer_.is_primary() || !peer_.is_reachable)
        return error(ErrorKind::unavailable, "no connection");
    progress({backup_bytes / 2, backup_bytes});
    own_.new_directory = peer_.directory;
    own_.new_directory->has_standby_signal = false;
    return {};
}

Expected<void> FakeServer::swap_directories(OldCopy /*old*/, const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("swap directories"); !noted)
        return noted;
    if (!own_.new_directory)
        return own_.displaced_directory ? Expected<void>{} : error(ErrorKind::conflict, "nothing to swap");
    own_.displaced_directory = std::exchange(own_.directory, *std::exchange(own_.new_directory, std::nullopt));
    own_.end = peer_.end;
    return {};
}

Expected<void> FakeServer::rehearse_rewind(const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("rehearse a rewind"); !noted)
        return noted;
    const bool is_possible = peer_.is_primary() && peer_.is_reachable;
    return is_possible ? Expected<void>{} : error(ErrorKind::unavailable, "no connection");
}

Expected<void> FakeServer::rewind(const std::function<void(port::Progress)>& progress, const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("rewind"); !noted)
        return noted;
    if (!peer_.is_primary() || !peer_.is_reachable)
        return error(ErrorKind::unavailable, "no connection");
    progress({backup_bytes / 2, backup_bytes});
    own_.directory = peer_.directory;
    own_.directory.has_standby_signal = false;
    own_.end = peer_.end;
    return {};
}

Expected<port::Disposed> FakeServer::dispose_old_directory(OldCopy /*old*/, const Deadline& /*deadline*/)
{
    if (auto noted = journal_.note("dispose of the old directory"); !noted)
        return noted.error();
    const bool was_there = own_.displaced_directory.has_value();
    own_.displaced_directory.reset();
    return was_there ? port::Disposed::removed : port::Disposed::nothing;
}

} // namespace pgtwin::test
