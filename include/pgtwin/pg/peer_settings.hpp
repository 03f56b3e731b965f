// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "pgtwin/base/deadline.hpp"
#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/server.hpp"
#include "pgtwin/pg/connection.hpp"
#include "pgtwin/pg/options.hpp"

namespace pgtwin::pg
{

/// The peer's pg_settings, as the replication user sees them in the database postgres: those that are for superusers
/// only are missing.
[[nodiscard]] Expected<Settings> peer_settings(const Options& options, const Deadline& deadline);

/// What the primary on the other node tells the replication user of its part.
struct PrimaryPart
{
    std::string sync_names;
    std::optional<Slot> slot;
    /// When its settings were changed last, since 1970; empty: the replication user may not see that.
    std::optional<std::chrono::seconds> settings_written;
};

/// Asked in the database postgres. The other server must be a primary.
[[nodiscard]] Expected<PrimaryPart> primary_part(const Options& options, const Deadline& deadline);

/// The row of queries::primary_part. Malformed: it has another shape.
[[nodiscard]] Expected<PrimaryPart> parse_primary_part(const Rows& rows);

/// Takes the rights of others away from the password file, as its owner. Conflict: somebody else owns it.
[[nodiscard]] Expected<void> make_passfile_private(const Options& options);

} // namespace pgtwin::pg
