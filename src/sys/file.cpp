// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/sys/file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "pgtwin/sys/error.hpp"
#include "pgtwin/sys/fd.hpp"

namespace pgtwin::sys
{
namespace
{

constexpr mode_t permission_bits = 07777;

Expected<std::string> read_all(const Fd& file, const std::string& path, std::size_t limit)
{
    std::string content;
    std::array<char, 8192> chunk{};
    for (;;)
    {
        const ssize_t count = ::read(file.get(), chunk.data(), chunk.size());
        if (count == 0)
            return content;
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return system_error("cannot read " + path, errno);
        content.append(chunk.data(), static_cast<std::size_t>(count));
        if (content.size() > limit)
            return Error{ErrorKind::malformed, path + " is larger than " + std::to_string(limit) + " bytes"};
    }
}

bool is_written(const Fd& file, std::string_view content)
{
    while (!content.empty())
    {
        const ssize_t count = ::write(file.get(), content.data(), content.size());
        if (count < 0 && errno != EINTR)
            return false;
        if (count > 0)
            content.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

Expected<void> write_new(const std::string& path, std::string_view content, mode_t mode)
{
    const Fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR)};
    // The mode is set on the open file: the umask of a resource agent is not ours to choose.
    if (!file || ::fchmod(file.get(), mode) != 0 || !is_written(file, content) || ::fsync(file.get()) != 0)
        return system_error("cannot write " + path, errno);
    return {};
}

Expected<void> rename_durably(const std::string& from, const std::string& to, unsigned flags)
{
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) != 0)
    {
        const int reason = errno;
        Error error = system_error("cannot rename " + from + " to " + to, reason);
        if (reason == EINVAL) // the file system does not know the flag
            error.kind = ErrorKind::conflict;
        return error;
    }
    if (const auto synced = sync_directory(parent_of(to)); !synced)
        return synced.error();
    return parent_of(from) == parent_of(to) ? Expected<void>{} : sync_directory(parent_of(from));
}

} // namespace

Expected<std::optional<FileInfo>> look_at(const std::string& path, Links links)
{
    struct stat info = {};
    const int flags = links == Links::refuse ? AT_SYMLINK_NOFOLLOW : 0;
    if (::fstatat(AT_FDCWD, path.c_str(), &info, flags) != 0)
    {
        // A path through a file, in a circle or too long names nothing either.
        if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENAMETOOLONG)
            return std::optional<FileInfo>{};
        return system_error("cannot look at " + path, errno);
    }
    return std::optional{
        FileInfo{S_ISDIR(info.st_mode), S_ISREG(info.st_mode), S_ISLNK(info.st_mode), info.st_uid, info.st_gid,
                 info.st_mode & permission_bits, info.st_dev, info.st_ino, static_cast<std::uint64_t>(info.st_size)}
    };
}

std::string existing(std::string path)
{
    for (auto info = look_at(path, Links::follow); path != "/" && (!info || !*info);
         info = look_at(path, Links::follow))
        path = parent_of(path);
    return path;
}

Expected<std::string> read_file(const std::string& path, Links links, std::size_t limit)
{
    const int no_follow = links == Links::refuse ? O_NOFOLLOW : 0;
    // Not blocking: somebody may have put a pipe there.
    const Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | no_follow)};
    if (!file)
        return system_error("cannot read " + path, errno);
    struct stat info = {};
    if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode))
        return Error{ErrorKind::malformed, path + " is not a regular file"};
    return read_all(file, path, limit);
}

Expected<std::string> read_end(const std::string& path, std::uint64_t from, std::size_t limit)
{
    const Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)};
    struct stat info = {};
    if (!file || ::fstat(file.get(), &info) != 0)
        return system_error("cannot read " + path, errno);
    if (!S_ISREG(info.st_mode))
        return Error{ErrorKind::malformed, path + " is not a regular file"};
    const auto size = static_cast<std::uint64_t>(info.st_size);
    const std::uint64_t begin = std::max(from, size - std::min<std::uint64_t>(size, limit));
    std::string content(begin < size ? size - begin : 0, '\0');
    const ssize_t count = ::pread(file.get(), content.data(), content.size(), static_cast<off_t>(begin));
    if (count < 0)
        return system_error("cannot read " + path, errno);
    content.resize(static_cast<std::size_t>(count));
    return content;
}

Expected<void> write_file(const std::string& path, std::string_view content, mode_t mode)
{
    const std::string temporary = path + ".pgtwin";
    if (::unlink(temporary.c_str()) != 0 && errno != ENOENT)
        return system_error("cannot remove " + temporary, errno);
    if (const auto written = write_new(temporary, content, mode); !written)
        return written.error();
    return rename_durably(temporary, path, 0);
}

Expected<std::uint64_t> append_file(const std::string& path, std::string_view text, mode_t mode)
{
    const Fd file{::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode)};
    struct stat info = {};
    if (!file || ::fstat(file.get(), &info) != 0)
        return system_error("cannot append to " + path, errno);
    if (!S_ISREG(info.st_mode))
        return Error{ErrorKind::malformed, path + " is not a regular file"};
    if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return system_error("cannot append to " + path, errno);
    return static_cast<std::uint64_t>(info.st_size) + text.size();
}

Expected<void> make_directory(const std::string& path, mode_t mode)
{
    if (::mkdir(path.c_str(), S_IRWXU) != 0)
    {
        const int error = errno;
        const auto there = look_at(path);
        if (error == EEXIST && there && *there && (*there)->is_directory)
            return {};
        return system_error("cannot create directory " + path, error);
    }
    const Fd directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!directory || ::fchmod(directory.get(), mode) != 0)
        return system_error("cannot set the mode of directory " + path, errno);
    return sync_directory(parent_of(path));
}

Expected<void> sync_directory(const std::string& path)
{
    const Fd directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!directory || ::fsync(directory.get()) != 0)
        return system_error("cannot sync directory " + path, errno);
    return {};
}

Expected<std::vector<std::string>> list_directory(const std::string& path)
{
    const std::unique_ptr<DIR, int (*)(DIR*)> directory{::opendir(path.c_str()), ::closedir};
    if (!directory)
        return system_error("cannot list directory " + path, errno);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(directory.get()))
        if (const std::string name{entry->d_name}; name != "." && name != "..")
            names.push_back(name);
    if (errno != 0)
        return system_error("cannot list directory " + path, errno);
    return names;
}

Expected<void> rename_new(const std::string& from, const std::string& to)
{
    return rename_durably(from, to, RENAME_NOREPLACE);
}

Expected<bool> is_mount_point(const std::string& path)
{
    struct statx info = {};
    if (::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, STATX_TYPE, &info) != 0)
        return system_error("cannot look at " + path, errno);
    return (info.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

Expected<Space> space_at(const std::string& path)
{
    struct statvfs info = {};
    if (::statvfs(path.c_str(), &info) != 0)
        return system_error("cannot tell the free space at " + path, errno);
    return Space{static_cast<std::int64_t>(info.f_bavail * info.f_frsize),
                 static_cast<std::int64_t>(info.f_blocks * info.f_frsize)};
}

std::string parent_of(const std::string& path)
{
    const std::size_t end = path.find_last_not_of('/');
    const std::size_t slash = path.rfind('/', end);
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

} // namespace pgtwin::sys
