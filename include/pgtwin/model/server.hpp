// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "pgtwin/model/wal.hpp"

namespace pgtwin
{

/// State of the cluster files in pg_control (src/include/catalog/pg_control.h, enum DBState; same in 15 to 18).
enum class ControlState
{
    starting_up,
    shut_down,
    shut_down_in_recovery,
    shutting_down,
    in_crash_recovery,
    in_archive_recovery,
    in_production,
};

/// What pg_control says, from pg_controldata in the C locale or from the file itself.
struct ControlData
{
    std::uint64_t system_identifier = 0;
    ControlState state = ControlState::starting_up;
    Lsn checkpoint;                     ///< location of the last checkpoint record
    Timeline timeline = Timeline::none; ///< timeline of that checkpoint
    Lsn minimum_recovery_end;           ///< 0/0 unless the directory was in archive recovery
    Timeline minimum_recovery_timeline = Timeline::none;
    bool wal_log_hints = false;
    bool data_checksums = false;
    std::int64_t wal_segment_size = 0; ///< bytes
    friend bool operator==(const ControlData&, const ControlData&) = default;
};

/// Whether the directory has gone on where `newest`, which it knows from its primary, had left its timeline. A server
/// that is to recover to the latest timeline ends at once with "requested timeline ... does not contain minimum
/// recovery point" or "is not a child of this server's history" (xlogrecovery.c, InitWalRecovery).
[[nodiscard]] bool is_off(const ControlData& control, const TimelineHistory& newest);

/// A segment of WAL.
struct WalSegment
{
    Timeline timeline = Timeline::none;
    Lsn start;

    /// The segment that a file name of 24 hexadecimal digits stands for (xlog_internal.h, XLogFromFileName); empty if
    /// it is no such name, or the size none that a segment has.
    [[nodiscard]] static std::optional<WalSegment> named(std::string_view file_name, std::int64_t segment_size);
    /// "2:0/13000000".
    [[nodiscard]] std::string text() const;
    friend bool operator==(const WalSegment&, const WalSegment&) = default;
};

/// What lies at PGDATA.
enum class DirectoryKind
{
    absent,        ///< nothing at that path
    empty,         ///< a directory with nothing in it but perhaps lost+found
    foreign,       ///< not empty, and no PG_VERSION: not ours to touch
    data,          ///< a PostgreSQL data directory
    incomplete,    ///< PG_VERSION without a readable pg_control, or only what a server leaves whose files were deleted
    wrong_version, ///< PG_VERSION is another major version than the programs in pg_bindir
};

/// One look at PGDATA, without the help of a server.
struct Directory
{
    DirectoryKind kind = DirectoryKind::absent;
    int major_version = 0;   ///< from PG_VERSION; 0 if there is none
    int program_version = 0; ///< major version of pg_bindir's postgres; 0 if it could not be told
    bool has_standby_signal = false;
    bool has_backup_label = false;
    std::optional<ControlData> control; ///< present iff kind is data or wrong_version
    TimelineHistory history; ///< of the newest timeline known to the directory's pg_control; only if control is present
    Timeline newest_timeline{}; ///< by the history files in its pg_wal, if newer than that; only if control is present
    bool is_off_newest_timeline = false; ///< is_off(control, newest history in pg_wal): recovery to it would be refused
    std::optional<WalSegment> in_recovery; ///< what the startup process of a standby's server reads or waits for
    friend bool operator==(const Directory&, const Directory&) = default;
};

/// Which processes of the data directory live.
enum class Processes
{
    none,
    leftovers,  ///< no postmaster, but backends of a dead one (cwd is PGDATA)
    postmaster, ///< verified by pid, start time and working directory, never by postmaster.pid alone
};

/// How the server answered a connection to its socket.
enum class Answer
{
    none,      ///< nothing to connect to: no postmaster, or it does not listen yet
    ready,     ///< it answered the status query
    starting,  ///< SQLSTATE 57P03: starting up, in crash recovery or shutting down
    saturated, ///< SQLSTATE 53300: alive, and all connections taken
    refused,   ///< authentication or permission: alive, and we are not let in
    silent,    ///< no answer within the deadline, or one that could not be understood
};

enum class Role
{
    primary,
    standby,
};

/// Whom the configuration of a standby names as its primary.
enum class Upstream
{
    peer,
    nobody, ///< it receives nothing before it is told to (R9)
};

/// To which timeline a standby recovers (recovery_target_timeline).
enum class RecoveryTimeline
{
    latest,
    current, ///< its own one: it runs, but does not follow a promotion
};

/// Whether a standby may run restore_command.
enum class Archive
{
    held_back, ///< it is shadowed by an empty one, whoever has set it
    in_use,
};

/// What a standby is told before it starts (R0).
struct StandbySettings
{
    Upstream upstream = Upstream::peer;
    RecoveryTimeline timeline = RecoveryTimeline::latest;
    int slot_wal_limit = 0; ///< MiB for max_slot_wal_keep_size; 0: what is configured stays
    Archive archive = Archive::held_back;
    friend bool operator==(const StandbySettings&, const StandbySettings&) = default;
};

/// A row of pg_stat_replication of the peer's standby, as its primary sees it.
struct WalSender
{
    std::string state;      ///< startup, catchup, streaming, backup, stopping; stopped: by a signal or a debugger
    std::string sync_state; ///< async, potential, sync, quorum
    Lsn flush;              ///< 0/0 if not reported yet
    Lsn replay;
    friend bool operator==(const WalSender&, const WalSender&) = default;
};

/// The row of pg_stat_wal_receiver of a standby.
struct WalReceiver
{
    std::string status; ///< starting, streaming, waiting, ...
    std::string sender_host;
    Timeline received_timeline = Timeline::none;
    friend bool operator==(const WalReceiver&, const WalReceiver&) = default;
};

/// A row of pg_replication_slots: the slot named by parameter slot_name.
struct Slot
{
    bool active = false;
    std::string wal_status;      ///< reserved, extended, unreserved, lost; empty if nothing is reserved yet
    std::int64_t held_bytes = 0; ///< WAL kept by it
    friend bool operator==(const Slot&, const Slot&) = default;
};

/// What a ready server says of itself in one round trip.
struct ServerStatus
{
    Role role = Role::standby;
    std::uint64_t system_identifier = 0;
    Timeline timeline = Timeline::none; ///< primary: the one it writes; standby: none (see Identity)
    Lsn end;                            ///< primary: insert position; standby: max(received, replayed)
    Lsn replayed;                       ///< standby only
    bool is_replay_paused = false;
    bool is_waiting_for_wal = false; ///< standby: all local WAL is replayed (startup process in wait event
                                     ///< RecoveryWalStream or RecoveryRetrieveRetryInterval)
    std::string sync_standby_names;  ///< as the server reads it now
    std::string primary_conninfo;    ///< never logged
    std::optional<WalSender> peer_sender;
    std::optional<WalReceiver> receiver;
    std::optional<Slot> slot;
    bool is_checkpointer_idle = false; ///< it sleeps in wait event CheckpointerMain or CheckpointWriteDelay
    bool has_own_checkpoint = false;   ///< a CHECKPOINT that pgtwin requested still runs
    Lsn flushed;                       ///< what is left of the WAL after a crash; standby: end
    bool is_replay_held_up = false;    ///< standby: by sessions whose queries conflict with it
    bool is_archive_in_use = false;    ///< restore_command is not empty
    friend bool operator==(const ServerStatus&, const ServerStatus&) = default;
};

/// One look at the local server: its processes, and what it answered.
struct ServerLook
{
    Processes processes = Processes::none;
    Answer answer = Answer::none;
    std::optional<ServerStatus> status; ///< present iff answer is ready
    friend bool operator==(const ServerLook&, const ServerLook&) = default;
};

/// IDENTIFY_SYSTEM and, where asked, TIMELINE_HISTORY over a replication connection (manual, "Streaming Replication
/// Protocol"). On a standby the timeline is the one being replayed and the position max(received, replayed).
struct Identity
{
    std::uint64_t system_identifier = 0;
    TimelineHistory history;
    Lsn end;
    Role role = Role::standby; ///< parameter in_hot_standby as reported by the server
    int major_version = 0;
    friend bool operator==(const Identity&, const Identity&) = default;
};

/// Settings by name, in PostgreSQL's base units as in pg_settings.setting.
using Settings = std::map<std::string, std::string, std::less<>>;

} // namespace pgtwin
