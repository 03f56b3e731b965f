// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "pgtwin/base/deadline.hpp"
#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/server.hpp"
#include "pgtwin/pg/connection.hpp"
#include "pgtwin/pg/details.hpp"
#include "pgtwin/pg/options.hpp"

namespace pgtwin::pg
{

/// The peer's pg_settings, as the replication user sees them in the database postgres: those that are for superusers
/// only are missing.
[[nodiscard]] Expected<Settings> peer_settings(const Options& options, const Deadline& deadline);

/// What a server tells of the standby that asks it.
struct OwnSender
{
    std::chrono::seconds since{}; ///< when it connected, since 1970
    std::string address;
    std::string state;      ///< empty: the replication user may not see it
    std::string sync_state; ///< the same
};

/// What the server on the other node tells the replication user.
struct PeerPart
{
    std::chrono::seconds started{}; ///< since 1970
    std::optional<Lsn> replayed;    ///< of a standby
    bool is_replay_paused = false;
    std::string sync_names;
    std::optional<Slot> slot;
    std::optional<std::int64_t> slot_left; ///< bytes; empty: the slot has no limit, or there is none
    std::optional<OwnSender> sender;       ///< empty: this node's standby is not connected there
    Changes changes;
};

/// Asked in the database postgres.
[[nodiscard]] Expected<PeerPart> peer_part(const Options& options, const Deadline& deadline);

/// The row of queries::peer_part. Malformed: it has another shape.
[[nodiscard]] Expected<PeerPart> parse_peer_part(const Rows& rows);

/// Takes the rights of others away from the password file, as its owner. Conflict: somebody else owns it.
[[nodiscard]] Expected<void> make_passfile_private(const Options& options);

} // namespace pgtwin::pg
