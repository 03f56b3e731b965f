// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/sys/lock.hpp"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "pgtwin/sys/error.hpp"

namespace pgtwin::sys
{
namespace
{

constexpr int retry_milliseconds = 20;

struct flock whole_file()
{
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

} // namespace

Expected<FileLock> FileLock::acquire(const std::string& path, const Deadline& deadline)
{
    Fd file{::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR)};
    if (!file)
        return system_error("cannot open lock " + path, errno);
    struct flock lock = whole_file();
    while (::fcntl(file.get(), F_OFD_SETLK, &lock) != 0)
    {
        if (errno != EAGAIN && errno != EACCES && errno != EINTR)
            return system_error("cannot lock " + path, errno);
        if (deadline.passed())
            return Error{ErrorKind::conflict, path + " is locked by another process"};
        ::poll(nullptr, 0, retry_milliseconds);
    }
    return FileLock{std::move(file)};
}

Expected<bool> FileLock::is_held(const std::string& path)
{
    // To ask takes no right to write: the file system may have become read-only.
    const Fd file{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)};
    if (!file && (errno == ENOENT || errno == ENOTDIR))
        return false;
    if (!file)
        return system_error("cannot open lock " + path, errno);
    struct flock lock = whole_file();
    if (::fcntl(file.get(), F_OFD_GETLK, &lock) != 0)
        return system_error("cannot ask for lock " + path, errno);
    return lock.l_type != F_UNLCK;
}

} // namespace pgtwin::sys
