// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

namespace pgtwin
{

/// What keeps pgtwin from working on this node, whatever the data directory holds.
enum class InstallationFault
{
    none,
    program_missing,          ///< one of PostgreSQL's programs, or one of those pgtwin runs
    user_missing,             ///< pguser has no entry in the user database
    passfile_missing,         ///< no password file, and nothing else in primary_conninfo_opt to log in with
    passfile_not_private,     ///< libpq would ignore it: readable by others, or owned by somebody else
    directory_not_accessible, ///< PGDATA is there, and pguser does not own it or cannot enter it
};

/// One look at the programs, the user and the password file.
struct Installation
{
    InstallationFault fault = InstallationFault::none;
    std::string detail{};         ///< the path or name at fault
    std::string missing_rewind{}; ///< pg_rewind, if nothing but that is missing: repairs are base backups then
    friend bool operator==(const Installation&, const Installation&) = default;
};

/// What starts a server at boot, before Pacemaker does.
struct BootStarter
{
    std::string unit;    ///< of systemd
    std::string cluster; ///< Debian's version/name whose start.conf says so; empty elsewhere
    friend bool operator==(const BootStarter&, const BootStarter&) = default;
};

} // namespace pgtwin
