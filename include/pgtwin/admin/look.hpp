// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/admin/options.hpp"
#include "pgtwin/model/local_state.hpp"
#include "pgtwin/model/seen.hpp"
#include "pgtwin/model/server.hpp"
#include "pgtwin/pg/details.hpp"
#include "pgtwin/pg/peer_settings.hpp"
#include "pgtwin/sys/file.hpp"

namespace pgtwin::admin
{

/// A file system on which something of the server lies.
struct DiskLook
{
    std::string what; ///< "data", "WAL", "tablespace"
    std::string path;
    sys::Space space;
};

/// What this node and, over the network, its peer tell of one pair.
struct ServerLooks
{
    Seen<Identity> peer;
    Seen<pg::PeerPart> peer_part; ///< asked if the peer has answered
    Seen<ServerLook> server;
    Seen<Identity> identity;
    Seen<pg::ServerDetails> details;
    Seen<Directory> directory; ///< asked only if no server answers
    Seen<LocalState> state;    ///< root may see it
    Seen<Watch> watch;         ///< the same
    BootTime now{};            ///< when the watch was read
    std::vector<DiskLook> disks;
};

/// Asks the peer first, so that a position of this node is never taken before the peer's.
[[nodiscard]] ServerLooks look_at_servers(const pg::Options& options, const store::Directories& directories,
                                          const Deadline& deadline);

/// A running server of this machine that this user may see, for whom neither the cluster nor a note says where it is.
struct Discovered
{
    Params params;
    std::string peer; ///< application name or host of the other one; empty: unknown
};

/// In the order of their data directories. Unavailable: no server runs.
[[nodiscard]] Expected<std::vector<Discovered>> discover(const std::string& self, const Deadline& deadline);

} // namespace pgtwin::admin
