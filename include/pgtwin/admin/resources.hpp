// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/config/reading.hpp"
#include "pgtwin/crm/cib.hpp"
#include "pgtwin/crm/fencing.hpp"
#include "pgtwin/crm/resources.hpp"
#include "pgtwin/model/seen.hpp"

namespace pgtwin::admin
{

/// What the cluster on this machine shows, as far as it answers.
struct ClusterLook
{
    crm::CibSource source = crm::CibSource::live;
    Error problem{};  ///< why it is not the live CIB
    std::string self; ///< this node's name in the cluster, else the host's name
    crm::ResourceView resources;
    Seen<crm::Cib> status;                     ///< nodes and their attributes; unknown of a saved CIB
    Seen<std::vector<crm::Fencing>> fencing{}; ///< asked by look_at_fencing() only
};

/// Adds what the fencer remembers, if the cluster runs.
void look_at_fencing(ClusterLook& look, crm::Tools& tools, const Deadline& deadline);

/// Looks at the running cluster, or, if that does not answer, at the configuration that Pacemaker saved on this node.
/// The error is that of the running one. `deadline` holds for all of it.
[[nodiscard]] Expected<ClusterLook> look_at_cluster(crm::Tools& tools, const Deadline& deadline);

/// The name of this machine.
[[nodiscard]] std::string host_name();

/// "postgres-db, second-db".
[[nodiscard]] std::string names_of(const std::vector<crm::PairResource>& pairs);

/// The resources of pgtwin with that name, or all of them if it is empty. Unavailable: there is none; the text says
/// which ones there are.
[[nodiscard]] Expected<std::vector<crm::PairResource>> find_resources(const crm::ResourceView& view,
                                                                      std::string_view name);

/// The name of the other node: as the parameters say, else the only other one in the cluster; empty if unknown.
[[nodiscard]] std::string find_peer(const ClusterLook& look, const Params& params);

} // namespace pgtwin::admin
