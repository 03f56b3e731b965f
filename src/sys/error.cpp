// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/sys/error.hpp"

#include <cerrno>
#include <cstring>

namespace pgtwin::sys
{
namespace
{

ErrorKind kind_of(int error_number)
{
    switch (error_number)
    {
    case EACCES:
    case EPERM:
    case EROFS:
        return ErrorKind::denied;
    case EEXIST:
    case ENOTEMPTY:
    case EBUSY:
    case ELOOP:
    case EISDIR:
    case EXDEV:
    case EIO: // what lies there cannot be read, which is not the same as nothing
    case EUCLEAN:
    case EBADMSG:
    case ESTALE:
    case ENODEV:
    case ENOTCONN:
    case ESHUTDOWN:
    case EREMOTEIO:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
        return ErrorKind::conflict;
    case ETIMEDOUT:
        return ErrorKind::timed_out;
    default:
        return ErrorKind::unavailable;
    }
}

} // namespace

Error system_error(const std::string& doing, int error_number)
{
    return {kind_of(error_number), doing + ": " + std::strerror(error_number)};
}

} // namespace pgtwin::sys
