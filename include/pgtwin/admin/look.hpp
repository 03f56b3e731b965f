// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/admin/options.hpp"
#include "pgtwin/model/local_state.hpp"
#include "pgtwin/model/seen.hpp"
#include "pgtwin/model/server.hpp"
#include "pgtwin/pg/details.hpp"
#include "pgtwin/pg/peer_settings.hpp"

namespace pgtwin::admin
{

/// What this node and, over the network, its peer tell of one pair.
struct ServerLooks
{
    Seen<Identity> peer;
    Seen<pg::PrimaryPart> primary_part; ///< asked only if the peer is primary
    Seen<ServerLook> server;
    Seen<Identity> identity;
    Seen<pg::ServerDetails> details;
    Seen<Directory> directory; ///< asked only if no server answers
    Seen<LocalState> state;    ///< root may see it
};

/// Asks the peer first, so that a position of this node is never taken before the peer's.
[[nodiscard]] ServerLooks look_at_servers(const pg::Options& options, const store::Directories& directories,
                                          const Deadline& deadline);

/// A running server of this machine that this user may see, for whom the cluster does not say where it is.
struct Discovered
{
    Params params;
    std::string peer; ///< application name or host of the other one; empty: unknown
};

/// Unavailable: no server runs.
[[nodiscard]] Expected<Discovered> discover(const std::string& self, const Deadline& deadline);

} // namespace pgtwin::admin
