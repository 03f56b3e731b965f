// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "pgtwin/base/deadline.hpp"
#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/room.hpp"
#include "pgtwin/sys/user.hpp"

namespace pgtwin::pg
{

/// Where a new copy of the data directory is built, and where the old one goes.
///
/// Beside PGDATA (or beside what it links to), so that a rename suffices; inside it if PGDATA is a mount point, for
/// then nothing beside it lies on the same file system. Only these names are ever removed.
struct Directories
{
    std::string data;   ///< PGDATA without a symbolic link in its last component
    std::string fresh;  ///< the new copy, incomplete until somebody says otherwise
    std::string old;    ///< the displaced one
    std::string moving; ///< mount point only: the complete new copy while its entries move to their place
    bool is_mount = false;
    std::string torn{}; ///< where one goes that is not usable, so that it does not push out a kept one
    friend bool operator==(const Directories&, const Directories&) = default;
};

[[nodiscard]] Expected<Directories> directories_of(const std::string& pgdata);

/// Whether a name in PGDATA belongs to nobody's data: lost+found, and ours if PGDATA is a mount point.
[[nodiscard]] bool is_extraneous(std::string_view name);

/// Makes `fresh` an empty directory of `user`; as root only if that user may not write beside PGDATA.
[[nodiscard]] Expected<void> make_fresh(const Directories& directories, const sys::User& user,
                                        const Deadline& deadline);

/// Puts the complete `fresh` in the place of `data`. Safe to repeat after a crash at any point; success if it was done.
[[nodiscard]] Expected<void> swap_in(const Directories& directories, OldCopy old, const sys::User& user,
                                     const Deadline& deadline);

/// Keeps the displaced directory or removes it: exactly one is kept, a usable one if there is one. Nothing is kept in a
/// mount point.
[[nodiscard]] Expected<void> keep_one(const Directories& directories, OldCopy old, const sys::User& user,
                                      const Deadline& deadline);

/// Removes the new copy; success if it is not there.
[[nodiscard]] Expected<void> remove_fresh(const Directories& directories, const sys::User& user,
                                          const Deadline& deadline);

/// Whether there is a kept copy, or one that was displaced.
[[nodiscard]] Expected<bool> has_displaced(const Directories& directories);

/// Removes the kept copy and what was displaced; success if nothing is there.
[[nodiscard]] Expected<void> remove_displaced(const Directories& directories, const sys::User& user,
                                              const Deadline& deadline);

/// Removes the content of `data`. Safe to repeat.
[[nodiscard]] Expected<void> remove_data(const Directories& directories, const sys::User& user,
                                         const Deadline& deadline);

} // namespace pgtwin::pg
