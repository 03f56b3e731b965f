// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "pgtwin/base/deadline.hpp"
#include "pgtwin/base/expected.hpp"
#include "pgtwin/sys/fd.hpp"

namespace pgtwin::sys
{

/// An exclusive lock on a file, held while it lives: proof that its owner is alive, which no pid is.
///
/// The lock belongs to the open file (fcntl(2), "open file description locks"), so that is_held() can ask without
/// taking it.
class FileLock
{
public:
    /// Takes the lock, creating the file (0600) if needed. Conflict: another process held it until the deadline.
    [[nodiscard]] static Expected<FileLock> acquire(const std::string& path, const Deadline& deadline);

    /// Whether some living process holds the lock; false if there is no such file.
    [[nodiscard]] static Expected<bool> is_held(const std::string& path);

private:
    explicit FileLock(Fd file) : file_{std::move(file)} {}

    Fd file_;
};

} // namespace pgtwin::sys
