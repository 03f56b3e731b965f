// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/base/deadline.hpp"
#include "pgtwin/base/expected.hpp"
#include "pgtwin/message/severity.hpp"
#include "pgtwin/model/cluster.hpp"
#include "pgtwin/model/installation.hpp"
#include "pgtwin/model/local_state.hpp"
#include "pgtwin/model/room.hpp"
#include "pgtwin/model/server.hpp"

namespace pgtwin::port
{

/// SQL: the local server over its socket as parameter pguser, and the peer over a replication connection as rep_user.
///
/// One connection per call, closed at the end; every session has synchronous_commit=local and a statement_timeout of
/// what is left of the deadline.
class Postgres
{
public:
    virtual ~Postgres() = default;

    /// How the server answers, and its status if ready. An Error only for what is a fault of ours (no such user).
    virtual Expected<std::pair<Answer, std::optional<ServerStatus>>> status(const Deadline& deadline) = 0;
    /// IDENTIFY_SYSTEM of the local server; its history is read from pg_wal.
    virtual Expected<Identity> identity(const Deadline& deadline) = 0;
    /// The same of the peer, its history by TIMELINE_HISTORY: an authenticated replication connection is the proof.
    virtual Expected<Identity> peer_identity(const Deadline& deadline) = 0;
    /// Whether the peer still has the WAL that follows this position of ours: its own answer to START_REPLICATION. An
    /// Error: it gave none, or another one.
    virtual Expected<bool> peer_has_wal(const Identity& own, const Deadline& deadline) = 0;
    /// What a base backup of the peer would bring now, by the peer's own word; it makes a checkpoint there.
    virtual Expected<std::vector<BackupPart>> peer_parts(const Deadline& deadline) = 0;
    /// All of pg_settings that a configuration check asks for.
    virtual Expected<Settings> settings(const Deadline& deadline) = 0;

    /// ALTER SYSTEM, reload, and read back on a new connection until the server reports exactly this text.
    virtual Expected<void> set_sync_standby_names(std::string_view names, const Deadline& deadline) = 0;
    /// Creates the slot with its WAL reserved, or repairs one that is lost; success if it is there.
    virtual Expected<void> ensure_slot(const Deadline& deadline) = 0;
    /// Drops the local slot if it exists and is not active.
    virtual Expected<void> drop_slot(const Deadline& deadline) = 0;
    /// Creates the slot on the peer, with its WAL reserved, over the replication protocol.
    virtual Expected<void> ensure_peer_slot(const Deadline& deadline) = 0;
    virtual Expected<void> resume_replay(const Deadline& deadline) = 0;
    /// Ends the sessions for which replay waits; success if it waits for none.
    virtual Expected<void> end_conflicts(const Deadline& deadline) = 0;
    /// Sets primary_conninfo and primary_slot_name to the peer, reloads.
    virtual Expected<void> follow_peer(const Deadline& deadline) = 0;
    /// Sets what parameters prescribe of the server's settings, reloads; success if they prescribe nothing.
    virtual Expected<void> take_over_settings(const Deadline& deadline) = 0;
};

enum class StopMode
{
    fast,
    immediate,
};

/// Progress of a base backup or a rewind.
struct Progress
{
    std::int64_t done_bytes = 0;
    std::int64_t total_bytes = 0; ///< 0: not known yet
    friend bool operator==(const Progress&, const Progress&) = default;
};

/// What became of the directory that a base backup replaced.
enum class Disposed
{
    nothing, ///< there was none
    kept,
    removed,
    removed_from_mount, ///< it was to be kept, but lay in the mount point, where the next base backup would copy it
};

/// The data directory and PostgreSQL's programs. Everything written below PGDATA is written as user pguser.
class Server
{
public:
    virtual ~Server() = default;

    /// Programs, user, password file and access to PGDATA; changes nothing.
    [[nodiscard]] virtual Expected<Installation> installation() = 0;
    [[nodiscard]] virtual Expected<Directory> directory(const Deadline& deadline) = 0;
    [[nodiscard]] virtual Expected<Processes> processes() = 0;
    /// Values of settings as the server would read them if it were started now ("postgres -C").
    virtual Expected<Settings> settings_on_disk(const std::vector<std::string>& names, const Deadline& deadline) = 0;

    /// standby.signal, primary_conninfo of the upstream, timeline, slot of the peer, no synchronous standby names: all
    /// fsynced (R0).
    virtual Expected<void> write_standby_configuration(StandbySettings settings, const Deadline& deadline) = 0;
    /// Lets a standby use restore_command, or not: the server takes it at once if it runs, else with its start.
    virtual Expected<void> set_archive(Archive archive, const Deadline& deadline) = 0;
    /// pg_ctl start without waiting for readiness. The error holds the end of the server's log.
    virtual Expected<void> start(const Deadline& deadline) = 0;
    /// The same, and back as soon as the postmaster runs.
    virtual Expected<void> launch(const Deadline& deadline) = 0;
    /// Why the server that was started last has ended, by its log; empty: it does not tell, or none was started.
    [[nodiscard]] virtual std::string last_words() const = 0;
    /// Waits for the end of the postmaster; timed_out if it outlives the deadline.
    virtual Expected<void> await_end(const Deadline& deadline) = 0;
    /// pg_ctl stop; success once the postmaster has ended.
    virtual Expected<void> stop(StopMode mode, const Deadline& deadline) = 0;
    /// SIGKILL to every process whose working directory is PGDATA, until none is left.
    virtual Expected<void> kill_all(const Deadline& deadline) = 0;
    /// pg_ctl promote without waiting.
    virtual Expected<void> promote(const Deadline& deadline) = 0;
    /// CHECKPOINT in a process of its own that outlives the action.
    virtual Expected<void> checkpoint_in_background() = 0;

    /// What a copy of these parts needs, and what is free, for each file system of this node that it touches.
    virtual Expected<std::vector<Room>> room_for(const std::vector<BackupPart>& parts) = 0;
    /// Removes something by exact name, with what it has in tablespaces and elsewhere; success if it is not there.
    virtual Expected<void> make_room(Sacrifice sacrifice, const Deadline& deadline) = 0;
    /// pg_basebackup from the peer into the sibling directory of PGDATA, fsynced and verified by its manifest; reports
    /// progress as it goes. `tablespaces` are the locations on the peer; the copies lie in directories of their own.
    virtual Expected<void> base_backup(const std::vector<std::string>& tablespaces,
                                       const std::function<void(Progress)>& progress, const Deadline& deadline) = 0;
    /// Puts the new directory in the place of PGDATA by rename; the old one stays aside. One that is not usable does
    /// not take the place of a kept one. Safe to repeat after a crash.
    virtual Expected<void> swap_directories(OldCopy old, const Deadline& deadline) = 0;
    /// Removes the displaced old directory by exact name (or keeps it, per backup_before_basebackup): exactly one is
    /// kept, a usable one if there is one.
    virtual Expected<Disposed> dispose_old_directory(OldCopy old, const Deadline& deadline) = 0;
    /// Whether pg_rewind could take the stopped PGDATA to the peer's history; changes nothing (pg_rewind --dry-run).
    virtual Expected<void> rehearse_rewind(const Deadline& deadline) = 0;
    /// pg_rewind, fsynced; this node's own configuration files stay. After an error or a crash PGDATA may be torn.
    virtual Expected<void> rewind(const std::function<void(Progress)>& progress, const Deadline& deadline) = 0;
};

/// Pacemaker, through its command line tools.
///
/// Writers are confirmed: success means the value was read back. An Error of kind unavailable from look() means that no
/// cluster runs on this machine.
class Cluster
{
public:
    virtual ~Cluster() = default;

    virtual Expected<ClusterView> look(const Deadline& deadline) = 0;
    /// Text that changes with every change of the corosync membership.
    virtual Expected<std::string> membership(const Deadline& deadline) = 0;

    virtual Expected<void> publish_run(const std::optional<RunRecord>& run, const Deadline& deadline) = 0;
    virtual Expected<void> publish_position(const std::optional<Position>& position, const Deadline& deadline) = 0;
    /// In which membership this node is primary with its mark; empty removes it.
    virtual Expected<void> publish_alone_in(const std::string& membership, const Deadline& deadline) = 0;
    /// The peer's certificate. Removal is read back from attrd and from the CIB (R5.1).
    virtual Expected<void> set_certificate(const std::optional<Certificate>& certificate, const Deadline& deadline) = 0;
    virtual Expected<void> set_own_score(int score, const Deadline& deadline) = 0;
    virtual Expected<void> set_peer_score(int score, const Deadline& deadline) = 0;
    /// Both data statuses in one write of the CIB.
    virtual Expected<void> record(DataStatus self, DataStatus peer, const Deadline& deadline) = 0;
    /// Text for people about a repair in progress; empty removes it.
    virtual Expected<void> publish_resync(std::string_view text, const Deadline& deadline) = 0;
    /// Tells Pacemaker that this instance has failed, so that it recovers at once instead of at the next monitor.
    virtual Expected<void> report_failure(const Deadline& deadline) = 0;
    /// Removes the operator's override (R4).
    virtual Expected<void> clear_override(const Deadline& deadline) = 0;
};

/// pgtwin's own state files.
class Store
{
public:
    virtual ~Store() = default;

    /// The remembered state; a default one if there is no file; an Error if it does not parse.
    virtual Expected<LocalState> load() = 0;
    /// Durable: temporary file, fsync, rename, fsync of the directory.
    virtual Expected<void> save(const LocalState& state) = 0;
    virtual Expected<Watch> load_watch() = 0;
    virtual Expected<void> save_watch(const Watch& watch) = 0;
};

/// The supervised worker of this instance.
class Worker
{
public:
    virtual ~Worker() = default;

    /// Whether its lock is held by a living process.
    [[nodiscard]] virtual Expected<bool> is_running() = 0;
    /// Starts `pgtwin rebuild` in a session of its own; success once it holds its lock.
    virtual Expected<void> launch(const Deadline& deadline) = 0;
    /// Ends the worker and everything it started.
    virtual Expected<void> end(const Deadline& deadline) = 0;
};

/// The process that waits for the end of a postmaster.
class Sentinel
{
public:
    virtual ~Sentinel() = default;

    /// Starts `pgtwin sentinel` in a session of its own. What was said of the server before is void.
    virtual Expected<void> launch() = 0;
    /// The server is about to be ended: its end is no failure, even if the action that ends it does not live to see it.
    virtual Expected<void> expect_end() = 0;
    /// Whether the end of the server is expected, or an action of pgtwin that may end it runs now.
    [[nodiscard]] virtual Expected<bool> is_end_intended() = 0;
};

class Clock
{
public:
    virtual ~Clock() = default;

    [[nodiscard]] virtual BootTime since_boot() = 0;
    virtual void wait(std::chrono::milliseconds pause) = 0;
    /// A new random word of 16 hexadecimal digits.
    [[nodiscard]] virtual RunId random_word() = 0;
};

/// The log by the rules of ocf-shellfuncs.
class Log
{
public:
    virtual ~Log() = default;

    /// One event, one line.
    virtual void write(Severity severity, std::string_view line) = 0;
    /// The line Pacemaker shows with a failed action: one line, at most 127 bytes. It is not logged here.
    virtual void exit_reason(std::string_view line) = 0;
};

} // namespace pgtwin::port
