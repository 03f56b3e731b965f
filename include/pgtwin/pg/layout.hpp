// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

namespace pgtwin::pg
{

/// The directory of PostgreSQL's programs: `configured` if it holds postgres; otherwise, as Debian lays them out,
/// /usr/lib/postgresql/N/bin with N from PG_VERSION of `pgdata`, or the only N installed; otherwise `configured`.
[[nodiscard]] std::string find_bindir(const std::string& configured, const std::string& pgdata);

/// Where the server of `resource` writes until its own logging starts: below /var/log/postgresql if that exists, else
/// in the data directory.
[[nodiscard]] std::string log_file_of(const std::string& resource, const std::string& pgdata);

} // namespace pgtwin::pg
