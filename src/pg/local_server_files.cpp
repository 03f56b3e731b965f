// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <array>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

#include "pgtwin/pg/auto_conf.hpp"
#include "pgtwin/pg/conninfo.hpp"
#include "pgtwin/pg/local_server.hpp"

namespace pgtwin::pg
{
namespace
{

constexpr const char* auto_conf = "/postgresql.auto.conf";
constexpr std::array<const char*, 5> programs{"postgres", "pg_ctl", "pg_controldata", "pg_basebackup", "psql"};

/// What follows the mode of PGDATA: PostgreSQL lets the group read if it may read the directory.
mode_t file_mode(const sys::FileInfo& pgdata)
{
    return (pgdata.mode & S_IRGRP) != 0 ? S_IRUSR | S_IWUSR | S_IRGRP : S_IRUSR | S_IWUSR;
}

/// Whom the standby follows: nothing if that is left as it is.
Expected<std::optional<std::string>> upstream_conninfo(const Instance& instance, Upstream upstream)
{
    if (upstream == Upstream::nobody)
        return std::optional{std::string{}};
    // Without a peer, as when run by hand, it is a standby all the same.
    if (instance.options().peer_host.empty())
        return std::optional<std::string>{};
    auto conninfo = instance.peer_conninfo(instance.options().application_name);
    if (!conninfo)
        return conninfo.error();
    return std::optional{*std::move(conninfo)};
}

/// The shadow comes last, behind the parameter and behind whatever ALTER SYSTEM was told.
Expected<void> edit_archive(AutoConf& file, const Options& options, Archive archive)
{
    const std::string name = "restore_command";
    if (!options.restore_command.empty())
        if (const auto set = file.set(name, options.restore_command); !set)
            return set.error();
    if (archive == Archive::held_back)
        file.shadow(name);
    else
        file.unshadow(name);
    return {};
}

Expected<std::string> edited(std::string_view text, const Options& options, const StandbySettings& settings,
                             const std::optional<std::string>& conninfo)
{
    const int slot_wal_limit = options.slot_wal_limit > 0 ? options.slot_wal_limit : settings.slot_wal_limit;
    std::vector<std::pair<std::string, std::string>> values{
        {"primary_slot_name",        options.slot_name                                                   },
        {"recovery_target_timeline", settings.timeline == RecoveryTimeline::latest ? "latest" : "current"}
    };
    if (conninfo)
        values.emplace_back("primary_conninfo", *conninfo);
    if (options.sync_names == SyncNames::managed)
        values.emplace_back("synchronous_standby_names", "");
    if (slot_wal_limit > 0)
        values.emplace_back("max_slot_wal_keep_size", std::to_string(slot_wal_limit) + "MB");
    AutoConf file{text};
    for (const auto& [name, value] : values)
        if (const auto set = file.set(name, value); !set)
            return set.error();
    if (const auto set = edit_archive(file, options, settings.archive); !set)
        return set.error();
    return file.text();
}

/// Rewrites a file of settings in PGDATA, as pguser. A file that is not there is empty.
template <typename Edit>
Expected<void> rewrite(const std::string& path, mode_t mode, const Edit& edit)
{
    const auto text = sys::read_file(path, sys::Links::follow);
    if (!text && text.error().kind != ErrorKind::unavailable)
        return text.error();
    const Expected<std::string> content = edit(text ? *text : "");
    if (!content)
        return content.error();
    return text && *text == *content ? Expected<void>{} : sys::write_file(path, *content, mode);
}

Expected<void> write_files(const Options& options, const StandbySettings& settings,
                           const std::optional<std::string>& conninfo)
{
    const std::string& pgdata = options.pgdata;
    const auto info = sys::look_at(pgdata, sys::Links::follow);
    if (!info || !*info)
        return info ? Error{ErrorKind::unavailable, "there is no directory " + pgdata} : info.error();
    // The signal first: whatever happens next, this directory does not start as a primary any more.
    if (const auto written = sys::write_file(pgdata + "/standby.signal", "", file_mode(**info)); !written)
        return written.error();
    return rewrite(pgdata + auto_conf, file_mode(**info),
                   [&](const std::string& text) { return edited(text, options, settings, conninfo); });
}

Expected<void> rewrite_archive(const Options& options, Archive archive)
{
    const auto info = sys::look_at(options.pgdata, sys::Links::follow);
    if (!info || !*info)
        return info ? Error{ErrorKind::unavailable, "there is no directory " + options.pgdata} : info.error();
    return rewrite(options.pgdata + auto_conf, file_mode(**info),
                   [&](const std::string& text) -> Expected<std::string>
                   {
                       AutoConf file{text};
                       const auto set = edit_archive(file, options, archive);
                       return set ? Expected<std::string>{file.text()} : set.error();
                   });
}

/// libpq ignores a password file that others can read (fe-connect.c, passwordFromFile()).
bool is_private(const sys::FileInfo& file, const sys::User& user)
{
    return file.owner == user.uid && (file.mode & (S_IRWXG | S_IRWXO)) == 0 && (file.mode & S_IRUSR) != 0;
}

/// What the server demands of its directory (miscinit.c, checkDataDir()).
bool is_usable(const sys::FileInfo& directory, const sys::User& user)
{
    return directory.owner == user.uid && (directory.mode & (S_IWGRP | S_IRWXO)) == 0;
}

template <typename T>
bool is_denied(const Expected<T>& look)
{
    return !look && look.error().kind == ErrorKind::denied;
}

/// Any other failure to read it is no matter of rights, and is told by whoever looks into it.
bool may_not_enter(const std::string& directory)
{
    return is_denied(sys::list_directory(directory));
}

/// Where a directory that is not there yet cannot be made: the nearest thing above it that is no directory.
std::string obstacle_of(const std::string& pgdata)
{
    const std::string above = sys::existing(pgdata);
    const auto info = sys::look_at(above, sys::Links::follow);
    return info && *info && (*info)->is_directory ? std::string{} : above;
}

/// Whether a connection string brings something to log in with.
bool has_login(const std::string& conninfo)
{
    return conninfo.find("passfile") != std::string::npos || conninfo.find("sslcert") != std::string::npos;
}

} // namespace

Expected<Installation> LocalServer::installation()
{
    if (const std::string& named = instance_.options().wrong_bindir; !named.empty())
        return Installation{InstallationFault::program_missing, named + "/postgres"};
    const auto* const missing =
        std::find_if(programs.begin(), programs.end(),
                     [&](const char* name) { return ::access(instance_.program(name).c_str(), X_OK) != 0; });
    if (missing != programs.end())
        return Installation{InstallationFault::program_missing, instance_.program(*missing)};
    if (::access(sys::setpriv, X_OK) != 0)
        return Installation{InstallationFault::program_missing, sys::setpriv};
    const auto user = instance_.user();
    if (!user && user.error().kind == ErrorKind::unavailable)
        return Installation{InstallationFault::user_missing, instance_.options().user};
    const auto passfile = instance_.passfile();
    if (!user || !passfile)
        return user ? passfile.error() : user.error();
    const auto guard = sys::AsUser::enter(*user);
    if (!guard)
        return guard.error();
    return accessible(*user, *passfile);
}

Installation LocalServer::accessible(const sys::User& user, const std::string& passfile) const
{
    const std::string& pgdata = instance_.options().pgdata;
    const auto file = sys::look_at(passfile, sys::Links::follow);
    const bool is_there = file && *file && (*file)->is_regular;
    if (!is_there && !has_login(instance_.options().conninfo_extra))
        return {InstallationFault::passfile_missing, passfile};
    if (file && *file && !is_private(**file, user))
        return {InstallationFault::passfile_not_private, passfile};
    const auto directory = sys::look_at(pgdata, sys::Links::follow);
    if (is_denied(directory) || (directory && *directory && (!is_usable(**directory, user) || may_not_enter(pgdata))))
        return {InstallationFault::directory_not_accessible, pgdata};
    const bool is_absent = directory && !*directory;
    if (const std::string obstacle = obstacle_of(pgdata); is_absent && !obstacle.empty())
        return {InstallationFault::directory_not_accessible, obstacle};
    const std::string rewind = instance_.program("pg_rewind");
    return {InstallationFault::none, {}, ::access(rewind.c_str(), X_OK) == 0 ? std::string{} : rewind};
}

Expected<void> LocalServer::write_standby_configuration(StandbySettings settings, const Deadline& deadline)
{
    if (deadline.passed())
        return Error{ErrorKind::timed_out, "no time left to write the configuration of a standby"};
    const auto user = instance_.user();
    const auto conninfo = upstream_conninfo(instance_, settings.upstream);
    if (!user || !conninfo)
        return user ? conninfo.error() : user.error();
    const auto guard = sys::AsUser::enter(*user);
    if (!guard)
        return guard.error();
    return write_files(instance_.options(), settings, *conninfo);
}

Expected<void> LocalServer::set_archive(Archive archive, const Deadline& deadline)
{
    const auto user = instance_.user();
    if (!user)
        return user.error();
    const auto written = [&]() -> Expected<void>
    {
        const auto guard = sys::AsUser::enter(*user);
        return guard ? rewrite_archive(instance_.options(), archive) : guard.error();
    }();
    const auto postmaster = instance_.postmaster();
    if (!written || !postmaster)
        return written ? postmaster.error() : written.error();
    if (!*postmaster)
        return {};
    // Also where the file says so already: an action that was killed may not have told the server.
    const auto told = output_of("pg_ctl", {"reload", "-s", "-D", instance_.options().pgdata}, deadline);
    return told ? Expected<void>{} : told.error();
}

Expected<void> LocalServer::checkpoint_in_background()
{
    const auto file = instance_.postmaster_pid();
    if (!file)
        return file.error();
    if (!*file)
        return Error{ErrorKind::unavailable, "no server runs in " + instance_.options().pgdata};
    const auto passfile = instance_.passfile();
    if (!passfile)
        return passfile.error();
    const Options& options = instance_.options();
    const std::string conninfo = Conninfo{}
                                     .add("host", (*file)->socket_directory)
                                     .add("port", std::to_string((*file)->port))
                                     .add("user", options.user)
                                     .add("passfile", *passfile)
                                     .add("dbname", "postgres")
                                     .add("application_name", "pgtwin checkpoint")
                                     .add("options", instance_.session_options())
                                     .text();
    const auto checkpointer = command("psql", {"-X", "-w", "-q", "-d", conninfo, "-c", "CHECKPOINT"});
    if (!checkpointer)
        return checkpointer.error();
    const auto started = sys::spawn_detached(*checkpointer, "");
    return started ? Expected<void>{} : started.error();
}

} // namespace pgtwin::pg
