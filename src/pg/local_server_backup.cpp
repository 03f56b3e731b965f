// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "pgtwin/pg/directories.hpp"
#include "pgtwin/pg/elsewhere.hpp"
#include "pgtwin/pg/local_server.hpp"
#include "pgtwin/pg/programs.hpp"
#include "pgtwin/sys/fd.hpp"
#include "pgtwin/sys/tree.hpp"

namespace pgtwin::pg
{
namespace
{

/// WAL that arrives while the data are copied.
constexpr std::int64_t reserve_for_wal = std::int64_t{64} << 20;
/// What an estimate may be wrong by.
constexpr std::int64_t share_of_reserve = 32;

Expected<dev_t> device_of(const std::string& path)
{
    const auto info = sys::look_at(path, sys::Links::follow);
    if (!info)
        return info.error();
    return *info ? Expected<dev_t>{(*info)->device} : Error{ErrorKind::unavailable, "there is no " + path};
}

/// The rooms are few: one for each file system.
Expected<void> add_need(std::vector<Room>& rooms, std::vector<dev_t>& devices, const std::string& path,
                        std::int64_t bytes)
{
    const auto device = device_of(path);
    if (!device)
        return device.error();
    const auto found = std::find(devices.begin(), devices.end(), *device);
    const auto at = static_cast<std::size_t>(found - devices.begin());
    if (found == devices.end())
    {
        const auto space = sys::space_at(path);
        if (!space)
            return space.error();
        devices.push_back(*device);
        rooms.push_back({path, 0, space->free});
    }
    rooms.at(at).needed += bytes;
    return {};
}

/// Whoever reads the machine's disks meanwhile goes first.
std::vector<std::string> unhurried(const std::vector<std::string>& argv)
{
    std::vector<std::string> prefixed{"/usr/bin/ionice", "-c", "2", "-n", "7", "/usr/bin/nice", "-n", "10"};
    prefixed.insert(prefixed.end(), argv.begin(), argv.end());
    return prefixed;
}

Expected<void> run_unhurried(const sys::Command& command, const Deadline& deadline)
{
    sys::Command slow = command;
    slow.argv = unhurried(command.argv);
    const auto finished = sys::run(slow, deadline);
    if (!finished)
        return finished.error();
    return finished->is_success() ? Expected<void>{} : sys::failure(command, *finished);
}

/// pg_basebackup separates the two directories by the first "=" without a backslash.
std::string escaped(const std::string& path)
{
    std::string text;
    for (const char c : path)
        text.append(c == '=' ? "\\=" : std::string(1, c));
    return text;
}

/// Where a new copy has its WAL: beside that of the old one, or in the new copy itself.
Expected<std::string> place_of_wal(const Directories& places, const sys::User& user)
{
    const auto guard = sys::AsUser::enter(user);
    const auto present = guard ? elsewhere_of(places.data) : Expected<Elsewhere>{guard.error()};
    if (!present)
        return present.error();
    return present->wal.empty() ? sys::parent_of(places.fresh) : place_of(present->wal);
}

/// What an earlier copy that did not come to its end left there.
Expected<void> clear(const std::string& directory, const Deadline& deadline)
{
    if (auto removed = sys::remove_tree(directory, deadline); !removed)
        return removed;
    const auto place = sys::look_at(sys::parent_of(directory), sys::Links::follow);
    if (!place)
        return place.error();
    return *place ? Expected<void>{} : sys::make_directory(sys::parent_of(directory), S_IRWXU);
}

/// pg_basebackup gives the files the rights they have on the primary; the directory they lie in was made before.
Expected<void> open_for_group(const std::string& directory)
{
    const auto file = sys::look_at(directory + "/PG_VERSION");
    if (!file)
        return file.error();
    if (!*file || ((*file)->mode & S_IRGRP) == 0)
        return {};
    std::error_code error;
    std::filesystem::permissions(directory, std::filesystem::perms{S_IRWXU | S_IRGRP | S_IXGRP}, error);
    return error ? Error{ErrorKind::denied, "cannot let the group read " + directory + ": " + error.message()}
                 : Expected<void>{};
}

/// Whether there is a copy without a note of where it comes from.
Expected<bool> lacks_note(const std::string& copy, const std::string& note, const sys::User& user)
{
    const auto guard = sys::AsUser::enter(user);
    if (!guard)
        return guard.error();
    const auto directory = sys::look_at(copy);
    const auto present = sys::look_at(note);
    if (!directory || !present)
        return directory ? present.error() : directory.error();
    return *directory && !*present;
}

} // namespace

Expected<std::vector<Room>> LocalServer::room_for(const std::vector<BackupPart>& parts)
{
    const auto places = directories_of(instance_.options().pgdata);
    const auto user = instance_.user();
    if (!places || !user)
        return places ? user.error() : places.error();
    const auto wal = place_of_wal(*places, *user);
    if (!wal)
        return wal.error();
    std::vector<Room> rooms;
    std::vector<dev_t> devices;
    for (const BackupPart& part : parts)
    {
        const std::string path = part.location.empty() ? sys::parent_of(places->fresh) : place_of(part.location);
        const std::int64_t needed = part.bytes + (part.location.empty() ? part.bytes / share_of_reserve : 0);
        if (const auto added = add_need(rooms, devices, sys::existing(path), needed); !added)
            return added.error();
    }
    if (const auto added = add_need(rooms, devices, sys::existing(*wal), reserve_for_wal); !added)
        return added.error();
    return rooms;
}

Expected<std::vector<std::string>> LocalServer::arguments_elsewhere(const Directories& places,
                                                                    const std::vector<std::string>& tablespaces,
                                                                    const Deadline& deadline) const
{
    const auto data = elsewhere_of(places.data);
    const auto old = elsewhere_of(places.old);
    if (!data || !old)
        return data ? old.error() : data.error();
    std::vector<std::string> used{data->wal, old->wal};
    used.insert(used.end(), data->tablespaces.begin(), data->tablespaces.end());
    used.insert(used.end(), old->tablespaces.begin(), old->tablespaces.end());
    std::vector<std::string> arguments;
    const auto add = [&](const std::string& place, const std::string& option)
    {
        std::string directory = directory_for_copy(place, instance_.options().pgdata, used);
        used.push_back(directory);
        arguments.push_back(option + escaped(directory));
        return clear(directory, deadline);
    };
    for (const std::string& location : tablespaces)
        if (const auto added = add(place_of(location), "--tablespace-mapping=" + escaped(location) + "="); !added)
            return within("cannot prepare a directory for tablespace " + location, added.error());
    if (data->wal.empty())
        return arguments;
    if (const auto added = add(place_of(data->wal), "--waldir="); !added)
        return within("cannot prepare a directory for pg_wal", added.error());
    return arguments;
}

Expected<void> LocalServer::copy_from_peer(const Directories& places, const std::vector<std::string>& tablespaces,
                                           const std::function<void(port::Progress)>& progress,
                                           const Deadline& deadline)
{
    const auto conninfo = instance_.peer_conninfo("pgtwin_basebackup");
    if (!conninfo)
        return conninfo.error();
    std::vector<std::string> arguments{"-D", places.fresh, "-X", "stream", "-c", "fast", "-P", "-w", "-d", *conninfo};
    if (!instance_.options().slot_name.empty())
        arguments.insert(arguments.end(), {"-S", instance_.options().slot_name});
    if (!instance_.options().backup_rate.empty())
        arguments.push_back("--max-rate=" + instance_.options().backup_rate);
    const auto user = instance_.user();
    if (!user)
        return user.error();
    {
        const auto guard = sys::AsUser::enter(*user);
        const auto more = guard ? arguments_elsewhere(places, tablespaces, deadline)
                                : Expected<std::vector<std::string>>{guard.error()};
        if (!more)
            return more.error();
        arguments.insert(arguments.end(), more->begin(), more->end());
    }
    auto backup = command("pg_basebackup", std::move(arguments));
    if (!backup)
        return backup.error();
    const sys::Fd fresh{::open(places.fresh.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    backup->on_error_line = [&](std::string_view line)
    {
        const auto step = parse_progress(line);
        if (step && progress)
            progress(*step);
        // The disk begins with what was copied so far: pg_basebackup would have it wait until all of it is there.
        if (step)
            (void)::syncfs(fresh.get());
    };
    return run_unhurried(*backup, deadline);
}

Expected<void> LocalServer::verify(const std::string& directory, const Deadline& deadline) const
{
    if (::access(instance_.program("pg_verifybackup").c_str(), X_OK) != 0)
        return {};
    auto verifier = command("pg_verifybackup", {"--quiet", "--exit-on-error", directory});
    if (!verifier)
        return verifier.error();
    return run_unhurried(*verifier, deadline);
}

Expected<void> LocalServer::base_backup(const std::vector<std::string>& tablespaces,
                                        const std::function<void(port::Progress)>& progress, const Deadline& deadline)
{
    const auto user = instance_.user();
    const auto places = directories_of(instance_.options().pgdata);
    if (!user || !places)
        return user ? places.error() : user.error();
    if (const auto made = make_fresh(*places, *user, deadline); !made)
        return made.error();
    if (auto copied = copy_from_peer(*places, tablespaces, progress, deadline); !copied)
        return copied;
    if (auto verified = verify(places->fresh, deadline); !verified)
        return verified;
    const auto guard = sys::AsUser::enter(*user);
    return guard ? open_for_group(places->fresh) : Expected<void>{guard.error()};
}

Expected<void> LocalServer::make_room(Sacrifice sacrifice, const Deadline& deadline)
{
    const auto user = instance_.user();
    const auto places = directories_of(instance_.options().pgdata);
    if (!user || !places)
        return user ? places.error() : user.error();
    switch (sacrifice)
    {
    case Sacrifice::incomplete_copy:
        return remove_fresh(*places, *user, deadline);
    case Sacrifice::kept_copy:
        return remove_displaced(*places, *user, deadline);
    case Sacrifice::data_directory:
        return remove_data(*places, *user, deadline);
    }
    return {};
}

Expected<void> LocalServer::swap_directories(OldCopy old, const Deadline& deadline)
{
    const auto user = instance_.user();
    const auto places = directories_of(instance_.options().pgdata);
    if (!user || !places)
        return user ? places.error() : user.error();
    return swap_in(*places, old, *user, deadline);
}

Expected<port::Disposed> LocalServer::dispose_old_directory(OldCopy old, const Deadline& deadline)
{
    using enum port::Disposed;
    const auto user = instance_.user();
    const auto places = directories_of(instance_.options().pgdata);
    if (!user || !places)
        return user ? places.error() : user.error();
    const auto was_there = has_displaced(*places);
    if (!was_there)
        return was_there.error();
    const bool may_keep = instance_.options().old_directory == OldDirectory::keep;
    const auto done = may_keep ? keep_one(*places, old, *user, deadline) : remove_displaced(*places, *user, deadline);
    if (!done)
        return done.error();
    const auto is_kept = has_displaced(*places);
    if (!is_kept)
        return is_kept.error();
    if (!*was_there)
        return nothing;
    if (!*is_kept)
        return may_keep && places->is_mount ? removed_from_mount : removed;
    const auto noted = note_provenance(places->old, *user, deadline);
    return noted ? Expected<port::Disposed>{kept} : noted.error();
}

Expected<void> LocalServer::note_provenance(const std::string& copy, const sys::User& user,
                                            const Deadline& deadline) const
{
    const std::string path = copy + "/pgtwin.provenance";
    const auto is_wanted = lacks_note(copy, path, user);
    if (!is_wanted || !*is_wanted)
        return is_wanted ? Expected<void>{} : is_wanted.error();
    const auto control = output_of("pg_controldata", {"-D", copy}, deadline);
    const std::string text = "This was the data directory " + instance_.options().pgdata + ". A base backup from " +
                             instance_.options().peer_host +
                             " has taken its place. pg_controldata said of it then:\n\n" +
                             (control ? *control : control.error().what + "\n");
    const auto guard = sys::AsUser::enter(user);
    return guard ? sys::write_file(path, text, S_IRUSR | S_IWUSR) : Expected<void>{guard.error()};
}

} // namespace pgtwin::pg
