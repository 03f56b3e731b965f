// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/admin/look.hpp"
#include "pgtwin/admin/resources.hpp"
#include "pgtwin/model/history.hpp"
#include "pgtwin/report/facts.hpp"

namespace pgtwin::admin
{

/// One pair to be looked at.
struct Target
{
    crm::PairResource resource; ///< its id is empty if the cluster could not be asked
    Params params;
    std::string self;
    std::string peer; ///< empty: unknown
};

/// Facts of the cluster alone: what it says of itself and of the resource. `look` is empty if it could not be read.
[[nodiscard]] report::PairFacts cluster_facts(const Target& target, const Expected<ClusterLook>& look,
                                              report::Time now);

/// Adds what the servers tell.
void add_servers(report::PairFacts& facts, const Target& target, const Expected<ClusterLook>& look,
                 const ServerLooks& looks);

/// Adds what a node remembers: what it did with its server and with the waiting of commits, and since when commits wait
/// or do not, if it is the primary. `entries` are oldest first. Of what the cluster tells too, the node knows more.
void add_history(report::PairFacts& facts, const std::string& node, const std::vector<HistoryEntry>& entries);

/// The view of the pair in the cluster; empty if that does not answer or does not know this node.
[[nodiscard]] std::optional<ClusterView> view_of(const Target& target, const Expected<ClusterLook>& look);

} // namespace pgtwin::admin
