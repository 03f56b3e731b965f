// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/sys/tree.hpp"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "pgtwin/sys/error.hpp"
#include "pgtwin/sys/fd.hpp"
#include "pgtwin/sys/file.hpp"

namespace pgtwin::sys
{
namespace
{

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// Names first, removal later: what readdir answers while entries vanish is not defined.
Expected<std::vector<std::string>> names_in(const Fd& directory, const std::string& path)
{
    const std::unique_ptr<DIR, int (*)(DIR*)> stream{::fdopendir(::dup(directory.get())), ::closedir};
    if (!stream)
        return system_error("cannot list directory " + path, errno);
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(stream.get()))
        if (const std::string name{entry->d_name}; name != "." && name != "..")
            names.push_back(name);
    return names;
}

bool is_mount_root(const Fd& directory)
{
    struct statx info = {};
    return ::statx(directory.get(), "", AT_EMPTY_PATH, STATX_TYPE, &info) == 0 &&
           (info.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

/// One removal: what it needs to know at every depth.
class Removal
{
public:
    explicit Removal(const Deadline& deadline) : deadline_{deadline} {}

    // NOLINTNEXTLINE(misc-no-recursion)
    Expected<void> directory(int parent, const std::string& name, const std::string& path)
    {
        const Fd self{::openat(parent, name.c_str(), directory_flags)};
        if (!self)
            return system_error("cannot open directory " + path, errno);
        if (is_mount_root(self))
            return Error{ErrorKind::conflict, path + " is a mount point"};
        const auto names = names_in(self, path);
        if (!names)
            return names.error();
        const std::filesystem::path here{path};
        for (const std::string& inner : *names)
            if (const auto removed = entry(self.get(), inner, (here / inner).string()); !removed)
                return removed.error();
        if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) != 0)
            return system_error("cannot remove directory " + path, errno);
        return {};
    }

private:
    // NOLINTNEXTLINE(misc-no-recursion)
    Expected<void> entry(int parent, const std::string& name, const std::string& path)
    {
        if (deadline_.passed())
            return Error{ErrorKind::timed_out, "cannot remove " + path + " in time"};
        struct stat info = {};
        if (::fstatat(parent, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0)
            return errno == ENOENT ? Expected<void>{} : system_error("cannot look at " + path, errno);
        if (S_ISDIR(info.st_mode))
            return directory(parent, name, path);
        if (::unlinkat(parent, name.c_str(), 0) != 0 && errno != ENOENT)
            return system_error("cannot remove " + path, errno);
        return {};
    }

    const Deadline& deadline_;
};

} // namespace

Expected<void> remove_tree(const std::string& path, const Deadline& deadline)
{
    const auto info = look_at(path);
    if (!info)
        return info.error();
    if (!*info)
        return {};
    if (!(*info)->is_directory)
        return Error{ErrorKind::conflict, path + " is not a directory"};
    if (const auto removed = Removal{deadline}.directory(AT_FDCWD, path, path); !removed)
        return removed.error();
    return sync_directory(parent_of(path));
}

} // namespace pgtwin::sys
