// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/wal.hpp"
#include "pgtwin/pg/options.hpp"
#include "pgtwin/pg/postmaster_pid.hpp"
#include "pgtwin/sys/file.hpp"
#include "pgtwin/sys/proc.hpp"
#include "pgtwin/sys/user.hpp"

namespace pgtwin::pg
{

/// What LocalPostgres and LocalServer both need to know of the instance. Files of the user are read as that user.
class Instance
{
public:
    explicit Instance(Options options) : options_{std::move(options)} {}

    [[nodiscard]] const Options& options() const { return options_; }
    [[nodiscard]] Expected<sys::User> user() const;

    /// Content of a file below PGDATA; unavailable if there is none.
    [[nodiscard]] Expected<std::string> read(const std::string& name) const;
    /// What lies below PGDATA under this name; empty if nothing does. What cannot be looked at is never taken for that.
    [[nodiscard]] Expected<std::optional<sys::FileInfo>> look_at(const std::string& name) const;
    /// Content of postmaster.pid; empty if there is none: then no server runs, or it is about to end itself.
    [[nodiscard]] Expected<std::optional<PostmasterPid>> postmaster_pid() const;
    /// History of a timeline from pg_wal; without ancestors if the file is not there.
    [[nodiscard]] Expected<TimelineHistory> history(Timeline timeline) const;

    /// Server processes whose working directory is PGDATA: the postmaster, its children and those of a dead one. If
    /// there are none, those of a server that was started in PGDATA and whose directory was moved away or removed.
    [[nodiscard]] Expected<std::vector<sys::ProcessInfo>> server_processes() const;
    /// The living postmaster of PGDATA; empty if there is none.
    [[nodiscard]] Expected<std::optional<sys::ProcessInfo>> postmaster() const;

    [[nodiscard]] std::string program(const std::string& name) const { return options_.bindir + "/" + name; }
    /// Path of the password file.
    [[nodiscard]] Expected<std::string> passfile() const;
    /// How to reach the peer as the replication user; malformed if primary_conninfo_opt is not a connection string.
    [[nodiscard]] Expected<std::string> peer_conninfo(std::string_view application_name) const;
    /// Options of a local session, by the major version of the data.
    [[nodiscard]] std::string session_options() const;
    /// Role that replicates: as the parameter, else the password file says.
    [[nodiscard]] Expected<std::string> replication_user() const;

private:
    [[nodiscard]] Expected<std::optional<sys::FileInfo>> data_directory() const;
    [[nodiscard]] Expected<std::vector<sys::ProcessInfo>> displaced_processes() const;

    Options options_;
};

} // namespace pgtwin::pg
