// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/instance.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>

#include "pgtwin/pg/conninfo.hpp"
#include "pgtwin/pg/passfile.hpp"
#include "pgtwin/pg/programs.hpp"
#include "pgtwin/pg/queries.hpp"

namespace pgtwin::pg
{
namespace
{

constexpr int timeline_digits = 8;

std::string history_file(Timeline timeline)
{
    std::ostringstream name;
    name << "pg_wal/" << std::uppercase << std::hex << std::setfill('0') << std::setw(timeline_digits)
         << number(timeline) << ".history";
    return name.str();
}

bool is_server(const sys::ProcessInfo& process)
{
    return process.program == "postgres" || process.program == "postmaster";
}

Expected<std::vector<sys::ProcessInfo>> servers_in(const sys::FileInfo& directory)
{
    auto found = sys::processes_in(directory);
    if (found)
        std::erase_if(*found, [](const sys::ProcessInfo& process) { return !is_server(process); });
    return found;
}

/// A postmaster always has children, an orphaned backend never: that finds one whose postmaster.pid somebody removed.
std::optional<sys::ProcessInfo> parent_among(const std::vector<sys::ProcessInfo>& processes)
{
    const auto is_parent = [&](const sys::ProcessInfo& process)
    {
        return std::any_of(processes.begin(), processes.end(),
                           [&](const sys::ProcessInfo& other) { return other.parent == process.pid; });
    };
    const auto parent = std::find_if(processes.begin(), processes.end(), is_parent);
    return parent == processes.end() ? std::nullopt : std::optional{*parent};
}

/// What `look` finds with the rights of the server's user.
template <typename Look>
auto with_rights_of(const Expected<sys::User>& owner, Look look) -> decltype(look())
{
    if (!owner)
        return owner.error();
    const auto guard = sys::AsUser::enter(*owner);
    if (!guard)
        return guard.error();
    return look();
}

} // namespace

Expected<sys::User> Instance::user() const
{
    return sys::find_user(options_.user);
}

Expected<std::string> Instance::read(const std::string& name) const
{
    return with_rights_of(user(), [&] { return sys::read_file(options_.pgdata + "/" + name, sys::Links::follow); });
}

Expected<std::optional<sys::FileInfo>> Instance::look_at(const std::string& name) const
{
    return with_rights_of(user(), [&] { return sys::look_at(options_.pgdata + "/" + name, sys::Links::follow); });
}

Expected<std::optional<PostmasterPid>> Instance::postmaster_pid() const
{
    const auto text = read("postmaster.pid");
    if (!text && text.error().kind == ErrorKind::unavailable)
        return std::optional<PostmasterPid>{};
    if (!text)
        return text.error();
    const auto file = parse_postmaster_pid(*text);
    if (!file)
        return file.error();
    return std::optional{*file};
}

Expected<TimelineHistory> Instance::history(Timeline timeline) const
{
    if (number(timeline) <= 1)
        return TimelineHistory{timeline, {}};
    const auto text = read(history_file(timeline));
    if (!text && text.error().kind != ErrorKind::unavailable)
        return text.error();
    return TimelineHistory::parse(timeline, text ? *text : "");
}

Expected<std::optional<sys::FileInfo>> Instance::data_directory() const
{
    return sys::look_at(options_.pgdata, sys::Links::follow);
}

Expected<std::vector<sys::ProcessInfo>> Instance::displaced_processes() const
{
    const auto candidates = sys::processes_with("-D", options_.pgdata);
    if (!candidates)
        return candidates.error();
    for (const sys::ProcessInfo& candidate : *candidates)
    {
        const auto directory =
            is_server(candidate) ? sys::working_directory(candidate) : std::optional<sys::FileInfo>{};
        if (!directory)
            return directory.error();
        auto found = *directory ? servers_in(**directory) : std::vector<sys::ProcessInfo>{};
        // "postgres -C" is called with the same arguments, but it has no children.
        if (!found || parent_among(*found))
            return found;
    }
    return std::vector<sys::ProcessInfo>{};
}

Expected<std::vector<sys::ProcessInfo>> Instance::server_processes() const
{
    const auto directory = data_directory();
    if (!directory)
        return directory.error();
    auto found = *directory ? servers_in(**directory) : std::vector<sys::ProcessInfo>{};
    return !found || !found->empty() ? found : displaced_processes();
}

Expected<std::optional<sys::ProcessInfo>> Instance::postmaster() const
{
    const auto directory = data_directory();
    if (!directory)
        return directory.error();
    // The file only saves a look at all processes: one that is torn or cannot be read says nothing about them.
    const auto file = *directory ? postmaster_pid() : std::optional<PostmasterPid>{};
    auto named = file && *file ? sys::find_process((*file)->pid) : std::optional<sys::ProcessInfo>{};
    if (!named)
        return named.error();
    if (*named && is_server(**named) && sys::works_in(**named, **directory))
        return named;
    const auto found = server_processes();
    return found ? parent_among(*found) : Expected<std::optional<sys::ProcessInfo>>{found.error()};
}

Expected<std::string> Instance::passfile() const
{
    if (!options_.passfile.empty())
        return options_.passfile;
    const auto owner = user();
    if (!owner)
        return owner.error();
    return owner->home + "/.pgpass";
}

std::string Instance::session_options() const
{
    constexpr int has_transaction_timeout = 17;
    std::string options = queries::session_options;
    const auto version = read("PG_VERSION");
    if (version && data_version(*version) >= has_transaction_timeout)
        options += queries::session_options_17;
    return options;
}

Expected<std::string> Instance::replication_user() const
{
    if (!options_.replication_user.empty())
        return options_.replication_user;
    const auto owner = user();
    const auto path = passfile();
    if (!owner || !path)
        return owner ? path.error() : owner.error();
    const auto guard = sys::AsUser::enter(*owner);
    if (!guard)
        return guard.error();
    const auto text = sys::read_file(*path, sys::Links::follow);
    const auto found = text ? replication_user_in(*text, options_.peer_host, options_.port) : std::nullopt;
    return found.value_or("replicator");
}

Expected<std::string> Instance::peer_conninfo(std::string_view application_name) const
{
    if (options_.peer_host.empty())
        return Error{ErrorKind::conflict, "there is no peer to connect to"};
    const auto user = replication_user();
    const auto path = passfile();
    if (!user || !path)
        return user ? path.error() : user.error();
    Conninfo conninfo;
    conninfo.add("host", options_.peer_host)
        .add("port", std::to_string(options_.port))
        .add("user", *user)
        .add("application_name", application_name)
        .add("passfile", *path)
        .add("connect_timeout", "10")
        .add("keepalives_idle", "10")
        .add("keepalives_interval", "5")
        .add("keepalives_count", "3")
        .add("tcp_user_timeout", "20000")
        .add("gssencmode", "disable")
        .append(options_.conninfo_extra);
    if (const auto valid = check_conninfo(conninfo.text()); !valid)
        return within("parameter primary_conninfo_opt", valid.error());
    return conninfo.text();
}

} // namespace pgtwin::pg
