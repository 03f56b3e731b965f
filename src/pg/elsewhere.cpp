// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/elsewhere.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <unistd.h>

#include "pgtwin/model/fingerprint.hpp"
#include "pgtwin/pg/programs.hpp"
#include "pgtwin/sys/error.hpp"
#include "pgtwin/sys/file.hpp"
#include "pgtwin/sys/tree.hpp"

namespace pgtwin::pg
{
namespace
{

constexpr std::string_view prefix = "pgtwin-";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view hex_digits = "0123456789ABCDEF";
constexpr std::size_t wal_name_size = 24;
constexpr std::size_t history_name_size = 8;

/// "pgtwin-<number>-<digit>"
bool is_ours(std::string_view name)
{
    if (!name.starts_with(prefix) || name.size() < prefix.size() + 3)
        return false;
    name.remove_prefix(prefix.size());
    const std::string_view word = name.substr(0, name.size() - 2);
    return word.find_first_not_of(digits) == std::string_view::npos && name[name.size() - 2] == '-' &&
           digits.find(name.back()) != std::string_view::npos;
}

std::string name_in(const std::string& path)
{
    return path.substr(path.rfind('/') + 1);
}

/// Where a link points to; empty if it is none.
Expected<std::string> target_of(const std::string& link)
{
    const auto info = sys::look_at(link);
    if (!info)
        return info.error();
    if (!*info || !(*info)->is_link)
        return std::string{};
    std::error_code error;
    const std::filesystem::path target = std::filesystem::read_symlink(link, error);
    if (error)
        return sys::system_error("cannot read the link " + link, error.value());
    std::string path = (std::filesystem::path{sys::parent_of(link)} / target).lexically_normal().string();
    while (path.size() > 1 && path.back() == '/')
        path.pop_back();
    return path;
}

bool contains(const std::vector<std::string>& paths, const std::string& path)
{
    return std::find(paths.begin(), paths.end(), path) != paths.end();
}

Expected<void> remove_entry(const std::string& path, const Deadline& deadline)
{
    const auto info = sys::look_at(path);
    if (!info)
        return info.error();
    if (*info && (*info)->is_directory)
        return sys::remove_tree(path, deadline);
    return ::unlink(path.c_str()) == 0 || errno == ENOENT ? Expected<void>{}
                                                          : sys::system_error("cannot remove " + path, errno);
}

using IsName = std::function<bool(std::string_view)>;

Expected<void> remove_entries(const std::string& directory, const IsName& is_wanted, const Deadline& deadline)
{
    const auto names = sys::list_directory(directory);
    if (!names)
        return names.error().kind == ErrorKind::unavailable ? Expected<void>{} : names.error();
    for (const std::string& name : *names)
        if (is_wanted(name))
            if (const auto removed = remove_entry((std::filesystem::path{directory} / name).string(), deadline);
                !removed)
                return removed.error();
    return {};
}

Expected<void> remove_target(const std::string& target, const IsName& is_entry, const Deadline& deadline)
{
    return is_ours(name_in(target)) ? sys::remove_tree(target, deadline) : remove_entries(target, is_entry, deadline);
}

/// The directory that a server of this version makes in a tablespace: PG_17_202406281. Of a torn copy nothing is known.
IsName version_directories(const std::string& directory)
{
    const auto text = sys::read_file(directory + "/PG_VERSION");
    const int version = text ? data_version(*text) : 0;
    return [version, begin = "PG_" + std::to_string(version) + "_"](std::string_view name)
    {
        return version != 0 && name.starts_with(begin);
    };
}

/// Targets of the others, for nothing of theirs goes.
Expected<std::vector<std::string>> targets_of(const std::vector<std::string>& directories)
{
    std::vector<std::string> targets;
    for (const std::string& directory : directories)
    {
        const auto found = elsewhere_of(directory);
        if (!found)
            return found.error();
        targets.insert(targets.end(), found->tablespaces.begin(), found->tablespaces.end());
        targets.push_back(found->wal);
    }
    return targets;
}

} // namespace

Expected<Elsewhere> elsewhere_of(const std::string& directory)
{
    Elsewhere found;
    auto wal = target_of(directory + "/pg_wal");
    if (!wal)
        return wal.error();
    found.wal = std::move(*wal);
    const std::string links = directory + "/pg_tblspc";
    const auto is_there = sys::look_at(links);
    if (!is_there || !*is_there)
        return is_there ? Expected<Elsewhere>{found} : is_there.error();
    const auto names = sys::list_directory(links);
    if (!names)
        return names.error();
    for (const std::string& name : *names)
    {
        auto target = target_of((std::filesystem::path{links} / name).string());
        if (!target)
            return target.error();
        if (!target->empty())
            found.tablespaces.push_back(std::move(*target));
    }
    return found;
}

std::string place_of(const std::string& location)
{
    return is_ours(name_in(location)) ? sys::parent_of(location) : location;
}

std::string directory_for_copy(const std::string& place, const std::string& pgdata,
                               const std::vector<std::string>& used)
{
    const std::string stem = place + "/" + std::string{prefix} + fingerprint({pgdata}) + "-";
    for (const char number : digits)
        if (std::string path = stem + number; !contains(used, path))
            return path;
    return stem + digits.back();
}

bool is_wal_name(std::string_view name)
{
    const std::size_t size = std::min(name.find_first_not_of(hex_digits), name.size());
    const std::string_view ending = name.substr(size);
    if (size == wal_name_size)
        return ending.empty() || ending == ".partial" || ending.ends_with(".backup");
    return (size == history_name_size && ending == ".history") || name == "archive_status" || name == "summaries" ||
           name.starts_with("xlogtemp.");
}

Expected<void> remove_elsewhere(const std::string& directory, const std::vector<std::string>& others,
                                const Deadline& deadline)
{
    const auto own = elsewhere_of(directory);
    const auto used = targets_of(others);
    if (!own || !used)
        return own ? used.error() : own.error();
    for (const std::string& target : own->tablespaces)
        if (!contains(*used, target))
            if (const auto removed = remove_target(target, version_directories(directory), deadline); !removed)
                return removed.error();
    if (own->wal.empty() || contains(*used, own->wal))
        return {};
    return remove_target(own->wal, is_wal_name, deadline);
}

} // namespace pgtwin::pg
