// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/base/deadline.hpp"
#include "pgtwin/base/expected.hpp"

/// What belongs to a data directory and lies outside: tablespaces, and pg_wal where it is a symbolic link.
///
/// Each base backup puts its own into directories of their own, below the place where such a thing lies: an old copy
/// keeps what it has, and to swap the data directory is to swap everything. The acting user is the server's.
namespace pgtwin::pg
{

/// Links of a data directory that point out of it.
struct Elsewhere
{
    std::vector<std::string> tablespaces; ///< targets of pg_tblspc/*, absolute
    std::string wal;                      ///< target of pg_wal, absolute; empty: it is a directory
};

/// Nothing for a directory that is not there.
[[nodiscard]] Expected<Elsewhere> elsewhere_of(const std::string& directory);

/// The place of which `location` is one of our directories, or `location` itself.
[[nodiscard]] std::string place_of(const std::string& location);

/// A directory below a place for a new copy of `pgdata`: one that none of `used` names, always out of the same few.
[[nodiscard]] std::string directory_for_copy(const std::string& place, const std::string& pgdata,
                                             const std::vector<std::string>& used);

/// Whether a name in pg_wal is PostgreSQL's (src/include/access/xlog_internal.h).
[[nodiscard]] bool is_wal_name(std::string_view name);

/// Removes what `directory` has outside and none of `others` uses: whole directories of ours, else only the entries
/// that are PostgreSQL's by their names.
[[nodiscard]] Expected<void> remove_elsewhere(const std::string& directory, const std::vector<std::string>& others,
                                              const Deadline& deadline);

} // namespace pgtwin::pg
