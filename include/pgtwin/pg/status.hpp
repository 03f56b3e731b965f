// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <sys/types.h>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/room.hpp"
#include "pgtwin/model/server.hpp"
#include "pgtwin/pg/connection.hpp"
#include "pgtwin/sys/proc.hpp"

namespace pgtwin::pg
{

/// A process of the server; empty: it is none, or cannot be looked at.
using LookAtProcess = std::function<std::optional<sys::ProcessInfo>(pid_t)>;

/// The row of queries::status. What it says of a checkpointer that is idle and of a WAL sender that streams holds only
/// as long as nobody has stopped that process, so it is looked at. Malformed: a column is missing or not understood.
[[nodiscard]] Expected<ServerStatus> parse_status(const Rows& rows, const LookAtProcess& look_at);

/// The answer to IDENTIFY_SYSTEM, with a history that is still empty but for its timeline; role and version stay unset.
[[nodiscard]] Expected<Identity> parse_identity(const Rows& rows);

/// The second answer to BASE_BACKUP. In-place tablespaces, whose location is not absolute, lie in the data directory.
[[nodiscard]] Expected<std::vector<BackupPart>> parse_parts(const Rows& rows);

/// A system identifier, which SQL shows as a signed number and the replication protocol as an unsigned one.
[[nodiscard]] std::optional<std::uint64_t> parse_system_identifier(const std::string& text);

} // namespace pgtwin::pg
