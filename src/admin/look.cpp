// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/admin/look.hpp"

#include <algorithm>
#include <unistd.h>

#include "pgtwin/config/reading.hpp"
#include "pgtwin/model/names.hpp"
#include "pgtwin/pg/local_postgres.hpp"
#include "pgtwin/pg/local_server.hpp"
#include "pgtwin/sys/proc.hpp"

namespace pgtwin::admin
{
namespace
{

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds server_limit = 700ms;
constexpr std::chrono::milliseconds peer_limit = 700ms;

template <typename T>
Seen<T> seen(Expected<T> found)
{
    return found ? Seen<T>{*std::move(found)} : Seen<T>::unknown(found.error().what);
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

Expected<std::string> find_server()
{
    const auto names = sys::list_directory("/proc");
    if (!names)
        return names.error();
    for (const std::string& name : *names)
        if (std::string directory = server_directory(name); !directory.empty())
            return directory;
    return Error{ErrorKind::unavailable, "no server of PostgreSQL runs here that this user may see"};
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

} // namespace

ServerLooks look_at_servers(const pg::Options& options, const store::Directories& directories, const Deadline& deadline)
{
    pg::LocalPostgres postgres{options};
    ServerLooks looks;
    if (!options.peer_host.empty())
        looks.peer = seen(postgres.peer_identity(deadline.at_most(peer_limit)));
    if (looks.peer && looks.peer->role == Role::primary)
        looks.primary_part = seen(pg::primary_part(options, deadline.at_most(peer_limit)));
    else if (!looks.peer)
        looks.primary_part = Seen<pg::PrimaryPart>::unknown(looks.peer.why());
    looks.server = seen(look_at_server(options, deadline.at_most(server_limit)));
    looks.state = ::geteuid() == 0 ? seen(store::FileStore{directories, sys::boot_name()}.load())
                                   : Seen<LocalState>::unknown("only root may read it");
    if (looks.server && looks.server->status)
    {
        looks.identity = seen(postgres.identity(deadline.at_most(server_limit)));
        looks.details = seen(postgres.details(deadline.at_most(server_limit)));
    }
    else if (looks.server && looks.server->processes == Processes::none)
        looks.directory = seen(pg::LocalServer{options}.directory(deadline.at_most(server_limit)));
    return looks;
}

Expected<Discovered> discover(const std::string& self, const Deadline& deadline)
{
    const auto directory = find_server();
    if (!directory)
        return directory.error();
    Discovered found;
    found.params = config::read_params({
                                           {"OCF_RESKEY_pgdata", *directory}
    })
                       .params;
    const auto look = look_at_server(options_of(found.params, {{}, self, {}}), deadline.at_most(server_limit));
    if (look && look->status)
        found.peer = peer_named_by(*look->status);
    return found;
}

} // namespace pgtwin::admin
