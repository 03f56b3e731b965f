// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

namespace pgtwin::pg
{

/// Whether pgtwin owns synchronous_standby_names.
enum class SyncNames
{
    managed,   ///< rep_mode sync and strict
    untouched, ///< rep_mode async (R11)
};

/// What becomes of the directory that a base backup displaced.
enum class OldDirectory
{
    keep, ///< exactly one is kept, under its own name; none if PGDATA is a mount point
    remove,
};

/// What the adapters need to know of one instance; the composition root fills it from the parameters.
struct Options
{
    std::string pgdata{};       ///< absolute; may be a symbolic link or a mount point
    std::string config_file{};  ///< absolute; empty: postgresql.conf in pgdata
    std::string bindir{};       ///< absolute directory of postgres, pg_ctl, pg_controldata, pg_basebackup, psql
    std::string wrong_bindir{}; ///< what parameter pg_bindir names although no server is there; empty: all is well
    std::string user{};         ///< account that owns the server; also the database role for local sessions
    std::string socket_host{};  ///< a directory, if it begins with a slash; tried when postmaster.pid names none
    int port = 5432;
    std::string log_file{}; ///< where the server writes until its own logging starts; empty: nowhere

    std::string application_name{};      ///< of this node's standby
    std::string peer_application_name{}; ///< of the peer's standby
    std::string slot_name{};
    std::string peer_host{};        ///< empty: there is no peer
    std::string replication_user{}; ///< empty: as the password file says, else "replicator"
    std::string passfile{};         ///< absolute; empty: .pgpass in the home directory of `user`
    std::string conninfo_extra{};   ///< parameter primary_conninfo_opt
    std::string restore_command{};  ///< empty: what is configured stays
    std::string backup_rate{};      ///< largest rate of a base backup, as pg_basebackup takes it; empty: no limit
    int slot_wal_limit = 0; ///< MiB for max_slot_wal_keep_size, set by the administrator; 0: what is configured stays

    SyncNames sync_names = SyncNames::managed;
    OldDirectory old_directory = OldDirectory::keep;
};

} // namespace pgtwin::pg
