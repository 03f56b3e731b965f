// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <sys/types.h>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/room.hpp"
#include "pgtwin/model/server.hpp"
#include "pgtwin/pg/connection.hpp"

namespace pgtwin::pg
{

/// Whether a process of the server sleeps, as one does that waits; false: it runs, is stopped, or cannot be looked at.
using IsAsleep = std::function<bool(pid_t)>;

/// The row of queries::status; `is_asleep` is asked of a checkpointer whose wait event says that it is idle. Malformed:
/// a column is missing or not understood.
[[nodiscard]] Expected<ServerStatus> parse_status(const Rows& rows, const IsAsleep& is_asleep);

/// The answer to IDENTIFY_SYSTEM, with a history that is still empty but for its timeline; role and version stay unset.
[[nodiscard]] Expected<Identity> parse_identity(const Rows& rows);

/// The second answer to BASE_BACKUP. In-place tablespaces, whose location is not absolute, lie in the data directory.
[[nodiscard]] Expected<std::vector<BackupPart>> parse_parts(const Rows& rows);

/// A system identifier, which SQL shows as a signed number and the replication protocol as an unsigned one.
[[nodiscard]] std::optional<std::uint64_t> parse_system_identifier(const std::string& text);

} // namespace pgtwin::pg
