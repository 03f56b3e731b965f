// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "pgtwin/config/reading.hpp"
#include "pgtwin/model/pair_note.hpp"
#include "pgtwin/pg/options.hpp"
#include "pgtwin/store/files.hpp"

namespace pgtwin::admin
{

/// Which instance, on which node. `peer` empty: it is not known.
struct Place
{
    std::string resource; ///< id of the primitive
    std::string self;
    std::string peer;
};

/// config::read_params, and what libpq says of the connection options.
[[nodiscard]] config::Reading parameters_in(const Environment& environment);

/// Pacemaker demotes and stops an instance whose resource was deleted without its parameters: then those of its last
/// start on this node hold. Any other environment stays as it is.
[[nodiscard]] Environment recalled(Environment environment, const std::string& resource,
                                   const std::vector<PairNote>& notes);

[[nodiscard]] store::Directories directories_of(const std::string& resource);

/// The other node of parameter node_list; empty if that is not set.
[[nodiscard]] std::string peer_of(const Params& params, const std::string& self);

/// What a node's standby is called by its primary.
[[nodiscard]] std::string application_name_for(const Params& params, const std::string& node);

/// What the adapters of PostgreSQL need, from the parameters.
[[nodiscard]] pg::Options options_of(const Params& params, const Place& place);

} // namespace pgtwin::admin
