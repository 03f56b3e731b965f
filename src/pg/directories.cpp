// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/directories.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <sys/stat.h>
#include <unistd.h>

#include "pgtwin/pg/elsewhere.hpp"
#include "pgtwin/sys/error.hpp"
#include "pgtwin/sys/fd.hpp"
#include "pgtwin/sys/file.hpp"
#include "pgtwin/sys/tree.hpp"

namespace pgtwin::pg
{
namespace
{

constexpr mode_t private_mode = S_IRWXU;
constexpr int most_links = 8;

using Act = std::function<Expected<void>()>;

/// Does something as the user; as root only if the user may not, because the directory around is not that user's: then
/// no link can have been laid there by that user either.
Expected<void> as_user_or_root(const sys::User& user, const Act& act)
{
    {
        const auto guard = sys::AsUser::enter(user);
        if (!guard)
            return guard.error();
        auto done = act();
        if (done || done.error().kind != ErrorKind::denied)
            return done;
    }
    return act();
}

Expected<bool> exists(const std::string& path)
{
    const auto info = sys::look_at(path);
    if (!info)
        return info.error();
    return info->has_value();
}

/// Renames; success if that was done before.
Expected<void> move_once(const std::string& from, const std::string& to)
{
    const auto is_there = exists(from);
    if (!is_there)
        return is_there.error();
    return *is_there ? sys::rename_new(from, to) : sys::sync_directory(sys::parent_of(to));
}

/// Without the symbolic link that PGDATA may be; the target need not exist.
Expected<std::string> without_link(std::string path)
{
    for (int count = 0; count < most_links; ++count)
    {
        const auto info = sys::look_at(path);
        if (!info)
            return info.error();
        if (!*info || !(*info)->is_link)
            return path;
        std::error_code error;
        const std::filesystem::path target = std::filesystem::read_symlink(path, error);
        if (error)
            return sys::system_error("cannot read the link " + path, error.value());
        path = (std::filesystem::path{sys::parent_of(path)} / target).lexically_normal().string();
    }
    return Error{ErrorKind::conflict, path + " has too many levels of symbolic links"};
}

std::string without_slashes(std::string path)
{
    while (path.size() > 1 && path.back() == '/')
        path.pop_back();
    return path;
}

Expected<bool> holds_data(const std::string& path)
{
    const auto names = sys::list_directory(path);
    if (!names)
        return names.error();
    return !std::all_of(names->begin(), names->end(), is_extraneous);
}

Expected<void> make_for(const std::string& path, const sys::User& user)
{
    if (const auto made = sys::make_directory(path, private_mode); !made)
        return made.error();
    if (::geteuid() == user.uid)
        return {};
    const sys::Fd directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!directory || ::fchown(directory.get(), user.uid, user.gid) != 0)
        return sys::system_error("cannot give " + path + " to " + user.name, errno);
    return {};
}

constexpr const char* control_file = "/global/pg_control";

/// Removes a copy with what it has outside, as far as the data directory and the new one do not use that. Its
/// pg_control goes first: whoever is killed in between leaves what nobody takes for a copy.
Expected<void> remove_copy(const Directories& places, const std::string& copy, const sys::User& user,
                           const Deadline& deadline)
{
    {
        const auto guard = sys::AsUser::enter(user);
        if (!guard)
            return guard.error();
        (void)::unlink((copy + control_file).c_str());
        auto removed = remove_elsewhere(copy, {places.data, places.fresh, places.moving}, deadline);
        if (!removed && removed.error().kind != ErrorKind::denied)
            return removed;
    }
    return as_user_or_root(user, [&] { return sys::remove_tree(copy, deadline); });
}

enum class Global
{
    first,
    last,
};

/// Moves every entry that belongs to the data, "global" first or last: it holds pg_control, without which no server
/// starts.
Expected<void> move_entries(const std::string& from, const std::string& to, Global global)
{
    auto names = sys::list_directory(from);
    if (!names)
        return names.error();
    std::erase_if(*names, is_extraneous);
    std::partition(names->begin(), names->end(),
                   [&](const std::string& name) { return (name == "global") == (global == Global::first); });
    const std::filesystem::path source{from};
    const std::filesystem::path target{to};
    for (const std::string& name : *names)
        if (const auto moved = sys::rename_new((source / name).string(), (target / name).string()); !moved)
            return moved.error();
    return {};
}

Expected<void> swap_siblings(const Directories& places, OldCopy old, const sys::User& user, const Deadline& deadline)
{
    const std::string& aside = old == OldCopy::usable ? places.old : places.torn;
    const auto has_data = exists(places.data);
    if (!has_data)
        return has_data.error();
    if (*has_data)
    {
        const auto is_full = holds_data(places.data);
        if (!is_full)
            return is_full.error();
        // With data, fresh and old all there, old is left from an earlier time; with no data, it is this swap's.
        if (const auto removed = *is_full
                                     ? remove_copy(places, aside, user, deadline)
                                     : as_user_or_root(user, [&] { return sys::remove_tree(places.data, deadline); });
            !removed)
            return removed.error();
        if (*is_full)
            if (const auto moved = as_user_or_root(user, [&] { return move_once(places.data, aside); }); !moved)
                return moved.error();
    }
    return as_user_or_root(user, [&] { return move_once(places.fresh, places.data); });
}

Expected<void> empty_mount(const Directories& places, const sys::User& user, const Deadline& deadline)
{
    const auto is_untouched = exists(places.data + "/global");
    const auto is_full = holds_data(places.data);
    if (!is_untouched || !is_full)
        return is_full ? is_untouched.error() : is_full.error();
    // "global" moves first: while it is here, old is left from an earlier time.
    if (*is_untouched)
        if (const auto removed = remove_copy(places, places.old, user, deadline); !removed)
            return removed.error();
    if (*is_full)
    {
        if (const auto made = sys::make_directory(places.old, private_mode); !made)
            return made.error();
        if (const auto moved = move_entries(places.data, places.old, Global::first); !moved)
            return moved.error();
    }
    return sys::rename_new(places.fresh, places.moving);
}

Expected<void> swap_in_mount(const Directories& places, const sys::User& user, const Deadline& deadline)
{
    const auto guard = sys::AsUser::enter(user);
    if (!guard)
        return guard.error();
    const auto is_built = exists(places.fresh);
    if (!is_built)
        return is_built.error();
    if (*is_built)
        if (const auto emptied = empty_mount(places, user, deadline); !emptied)
            return emptied.error();
    if (const auto moved = move_entries(places.moving, places.data, Global::last); !moved)
        return moved.error();
    if (::rmdir(places.moving.c_str()) != 0)
        return sys::system_error("cannot remove " + places.moving, errno);
    return sys::sync_directory(places.data);
}

} // namespace

bool is_extraneous(std::string_view name)
{
    constexpr std::array<std::string_view, 5> names{"lost+found", "pgtwin-new", "pgtwin-moving", "pgtwin-old",
                                                    "pgtwin-torn"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

Expected<Directories> directories_of(const std::string& pgdata)
{
    auto data = without_link(without_slashes(pgdata));
    if (!data)
        return data.error();
    const auto is_there = exists(*data);
    if (!is_there)
        return is_there.error();
    const auto is_mount = *is_there ? sys::is_mount_point(*data) : Expected<bool>{false};
    if (!is_mount)
        return is_mount.error();
    const std::string stem = *data + (*is_mount ? "/pgtwin" : ".pgtwin");
    return Directories{*data, stem + "-new", stem + "-old", stem + "-moving", *is_mount, stem + "-torn"};
}

Expected<void> make_fresh(const Directories& directories, const sys::User& user, const Deadline& deadline)
{
    if (const auto removed = remove_fresh(directories, user, deadline); !removed)
        return removed.error();
    return as_user_or_root(user, [&] { return make_for(directories.fresh, user); });
}

Expected<void> swap_in(const Directories& directories, OldCopy old, const sys::User& user, const Deadline& deadline)
{
    const auto is_built = exists(directories.fresh);
    const auto is_moving = exists(directories.moving);
    if (!is_built || !is_moving)
        return is_built ? is_moving.error() : is_built.error();
    if (*is_built || *is_moving)
        return directories.is_mount ? swap_in_mount(directories, user, deadline)
                                    : swap_siblings(directories, old, user, deadline);
    const auto is_done = exists(directories.data + "/PG_VERSION");
    if (!is_done)
        return is_done.error();
    if (!*is_done)
        return Error{ErrorKind::conflict, "there is no new directory " + directories.fresh};
    return {};
}

Expected<void> remove_fresh(const Directories& directories, const sys::User& user, const Deadline& deadline)
{
    return as_user_or_root(user, [&] { return sys::remove_tree(directories.fresh, deadline); });
}

Expected<void> keep_one(const Directories& directories, OldCopy old, const sys::User& user, const Deadline& deadline)
{
    if (directories.is_mount)
        return remove_displaced(directories, user, deadline);
    const auto has_kept = exists(directories.old + control_file);
    const auto is_displaced = exists(directories.torn);
    if (!has_kept || !is_displaced)
        return has_kept ? is_displaced.error() : has_kept.error();
    if (old != OldCopy::damaged || *has_kept || !*is_displaced)
        return remove_copy(directories, directories.torn, user, deadline);
    if (auto removed = remove_copy(directories, directories.old, user, deadline); !removed)
        return removed;
    return as_user_or_root(user, [&] { return move_once(directories.torn, directories.old); });
}

Expected<bool> has_displaced(const Directories& directories)
{
    const auto is_there = exists(directories.old);
    return is_there && !*is_there ? exists(directories.torn) : is_there;
}

Expected<void> remove_displaced(const Directories& directories, const sys::User& user, const Deadline& deadline)
{
    const auto removed = remove_copy(directories, directories.old, user, deadline);
    return removed ? remove_copy(directories, directories.torn, user, deadline) : removed;
}

Expected<void> remove_data(const Directories& directories, const sys::User& user, const Deadline& deadline)
{
    const auto is_there = exists(directories.data);
    if (!is_there)
        return is_there.error();
    if (!directories.is_mount && *is_there)
    {
        if (auto removed = remove_copy(directories, directories.torn, user, deadline); !removed)
            return removed;
        auto moved = as_user_or_root(user, [&] { return move_once(directories.data, directories.torn); });
        if (!moved)
            return moved;
    }
    if (directories.is_mount)
    {
        const auto guard = sys::AsUser::enter(user);
        const auto made = guard ? sys::make_directory(directories.torn, private_mode) : Expected<void>{guard.error()};
        auto moved = made ? move_entries(directories.data, directories.torn, Global::first) : made;
        if (!moved)
            return moved;
    }
    return remove_copy(directories, directories.torn, user, deadline);
}

} // namespace pgtwin::pg
