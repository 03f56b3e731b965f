// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/admin/look.hpp"

#include <algorithm>
#include <set>
#include <unistd.h>

#include "pgtwin/config/reading.hpp"
#include "pgtwin/model/names.hpp"
#include "pgtwin/pg/elsewhere.hpp"
#include "pgtwin/pg/local_postgres.hpp"
#include "pgtwin/pg/local_server.hpp"
#include "pgtwin/pg/postmaster_pid.hpp"
#include "pgtwin/sys/clock.hpp"
#include "pgtwin/sys/proc.hpp"

namespace pgtwin::admin
{
namespace
{

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds server_limit = 700ms;
/// Some ten round trips of a login with a password: a standby that commits can wait for is not so far away.
constexpr std::chrono::milliseconds peer_limit = 1500ms;
/// What the looks at this node take.
constexpr std::chrono::milliseconds own_reserve = 500ms;

template <typename T>
Seen<T> seen(Expected<T> found)
{
    return found ? Seen<T>{*std::move(found)} : Seen<T>::unknown(found.error().what, found.error().kind);
}

Expected<ServerLook> look_at_server(const pg::Options& options, const Deadline& deadline)
{
    const auto processes = pg::LocalServer{options}.processes();
    if (!processes)
        return processes.error();
    ServerLook look{*processes, Answer::none, {}};
    if (look.processes != Processes::postmaster)
        return look;
    auto answer = pg::LocalPostgres{options}.status(deadline);
    if (!answer)
        return answer.error();
    look.answer = answer->first;
    look.status = std::move(answer->second);
    return look;
}

/// What follows `keyword` in a connection string, without quotes; empty if it is not there.
std::string value_in(const std::string& conninfo, const std::string& keyword)
{
    const std::size_t found = (" " + conninfo).find(" " + keyword + "=");
    if (found == std::string::npos)
        return {};
    std::string value = conninfo.substr(found + keyword.size() + 1);
    value = value.substr(0, value.find(' '));
    value.erase(std::remove(value.begin(), value.end(), '\''), value.end());
    return value;
}

/// The data directory of a postmaster by its arguments; empty if this is none.
std::string data_directory_of(const std::string& pid)
{
    const auto arguments = sys::read_file("/proc/" + pid + "/cmdline");
    const std::string option{"\0-D\0", 4};
    const std::size_t found = arguments ? arguments->find(option) : std::string::npos;
    if (found == std::string::npos)
        return {};
    const std::string rest = arguments->substr(found + option.size());
    return rest.substr(0, rest.find('\0'));
}

/// The data directory if the process is a server that sees the file system as we do: in a container the same path is
/// another directory.
std::string server_directory(const std::string& pid)
{
    if (pid.empty() || pid.size() > 9 || pid.find_first_not_of("0123456789") != std::string::npos)
        return {};
    const auto process = sys::find_process(static_cast<pid_t>(std::stol(pid)));
    if (!process || !*process || (*process)->program != "postgres")
        return {};
    std::string path = data_directory_of(pid);
    const auto directory = path.empty() ? std::optional<sys::FileInfo>{} : sys::look_at(path, sys::Links::follow);
    return directory && *directory && sys::works_in(**process, **directory) ? path : std::string{};
}

Expected<std::vector<std::string>> find_servers()
{
    const auto names = sys::list_directory("/proc");
    if (!names)
        return names.error();
    std::set<std::string> found;
    for (const std::string& name : *names)
        if (std::string directory = server_directory(name); !directory.empty())
            found.insert(std::move(directory));
    if (found.empty())
        return Error{ErrorKind::unavailable, "no server of PostgreSQL runs here that this user may see"};
    return std::vector<std::string>{found.begin(), found.end()};
}

/// What the directory and the server in it tell of the parameters.
Params params_of(const std::string& directory)
{
    Environment environment{
        {"OCF_RESKEY_pgdata", directory}
    };
    const auto text = sys::read_file(directory + "/postmaster.pid");
    const auto file = text ? pg::parse_postmaster_pid(*text) : Expected<pg::PostmasterPid>{text.error()};
    if (file && file->port != 0)
        environment["OCF_RESKEY_pgport"] = std::to_string(file->port);
    if (file && !file->socket_directory.empty())
        environment["OCF_RESKEY_pghost"] = file->socket_directory;
    return config::read_params(environment).params;
}

/// Whom the primary waits for, or whom the standby follows.
std::string peer_named_by(const ServerStatus& status)
{
    if (status.role == Role::standby)
        return value_in(status.primary_conninfo, "host");
    std::string names = status.sync_standby_names;
    names.erase(std::remove(names.begin(), names.end(), '"'), names.end());
    return is_application_name(names) ? names : std::string{};
}

/// What actions remember.
void add_files(ServerLooks& looks, const store::Directories& directories)
{
    const std::string only_root = "only root may read it";
    store::FileStore files{directories, sys::boot_name()};
    const bool is_root = ::geteuid() == 0;
    looks.state = is_root ? seen(files.load()) : Seen<LocalState>::unknown(only_root);
    looks.watch = is_root ? seen(files.load_watch()) : Seen<Watch>::unknown(only_root);
    looks.now = sys::since_boot();
}

/// Where the data directory lies, and where what it has outside.
std::vector<DiskLook> places_of(const std::string& pgdata)
{
    std::vector<DiskLook> places{
        {"data", pgdata, {}}
    };
    const auto outside = pg::elsewhere_of(pgdata);
    if (!outside)
        return places;
    if (!outside->wal.empty())
        places.push_back({"WAL", outside->wal, {}});
    for (const std::string& tablespace : outside->tablespaces)
        places.push_back({"tablespace", tablespace, {}});
    return places;
}

/// Each file system once, named after the first thing on it.
std::vector<DiskLook> disks_of(const std::string& pgdata)
{
    std::vector<DiskLook> disks;
    std::set<dev_t> devices;
    for (DiskLook& place : places_of(pgdata))
    {
        const auto info = sys::look_at(place.path, sys::Links::follow);
        const auto space = sys::space_at(place.path);
        if (!info || !*info || !space || !devices.insert((*info)->device).second)
            continue;
        place.space = *space;
        disks.push_back(std::move(place));
    }
    return disks;
}

} // namespace

ServerLooks look_at_servers(const pg::Options& options, const store::Directories& directories, const Deadline& deadline)
{
    pg::LocalPostgres postgres{options};
    ServerLooks looks;
    const auto most = std::max(std::min(peer_limit, deadline.left() - own_reserve), own_reserve);
    const Deadline peer_deadline = deadline.at_most(most);
    if (!options.peer_host.empty())
        looks.peer = seen(postgres.peer_identity(peer_deadline));
    if (looks.peer)
        looks.peer_part = seen(pg::peer_part(options, peer_deadline));
    looks.server = seen(look_at_server(options, deadline.at_most(server_limit)));
    add_files(looks, directories);
    looks.disks = disks_of(options.pgdata);
    if (looks.server && looks.server->status)
    {
        looks.identity = seen(postgres.identity(deadline.at_most(server_limit)));
        looks.details = seen(postgres.details(deadline.at_most(server_limit)));
    }
    else if (looks.server && looks.server->processes == Processes::none)
        looks.directory = seen(pg::LocalServer{options}.directory(deadline.at_most(server_limit)));
    return looks;
}

Expected<std::vector<Discovered>> discover(const std::string& self, const Deadline& deadline)
{
    const auto directories = find_servers();
    if (!directories)
        return directories.error();
    std::vector<Discovered> all;
    for (const std::string& directory : *directories)
    {
        Discovered found{params_of(directory), {}};
        const auto look = look_at_server(options_of(found.params, {{}, self, {}}), deadline.at_most(server_limit));
        if (look && look->status)
            found.peer = peer_named_by(*look->status);
        all.push_back(std::move(found));
    }
    return all;
}

} // namespace pgtwin::admin
