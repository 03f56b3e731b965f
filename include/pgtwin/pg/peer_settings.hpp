// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/base/deadline.hpp"
#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/server.hpp"
#include "pgtwin/pg/options.hpp"

namespace pgtwin::pg
{

/// The peer's pg_settings, as the replication user sees them in the database postgres: those that are for superusers
/// only are missing.
[[nodiscard]] Expected<Settings> peer_settings(const Options& options, const Deadline& deadline);

/// Takes the rights of others away from the password file, as its owner. Conflict: somebody else owns it.
[[nodiscard]] Expected<void> make_passfile_private(const Options& options);

} // namespace pgtwin::pg
