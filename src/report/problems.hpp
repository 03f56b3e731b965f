// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <vector>

#include "pgtwin/report/assessment.hpp"

namespace pgtwin::report
{

// What is wrong in one respect each, in the order in which people should read of it.

using Problems = std::vector<Problem>;

[[nodiscard]] Problems problems_of_primary(const PairFacts& facts);
/// Commits that wait, and what they wait for.
[[nodiscard]] Problems problems_of_commits(const PairFacts& facts);
[[nodiscard]] Problems problems_of_actions(const PairFacts& facts);
[[nodiscard]] Problems problems_of_fencing(const PairFacts& facts);
[[nodiscard]] Problems problems_of_cluster(const PairFacts& facts);
[[nodiscard]] Problems problems_of_nodes(const PairFacts& facts);
[[nodiscard]] Problems problems_of_standby(const PairFacts& facts);
[[nodiscard]] Problems problems_of_storage(const PairFacts& facts);
[[nodiscard]] Problems problems_of_addresses(const PairFacts& facts);

/// Known, and true.
[[nodiscard]] inline bool is(const Seen<bool>& fact)
{
    return fact && *fact;
}

/// Known, and false.
[[nodiscard]] inline bool is_not(const Seen<bool>& fact)
{
    return fact && !*fact;
}

/// Known to have no server.
[[nodiscard]] inline bool is_stopped(const NodeFacts& node)
{
    return node.role && !node.role->has_value();
}

[[nodiscard]] inline bool is_lost(const NodeFacts& node)
{
    return node.membership && *node.membership == Membership::unclean;
}

[[nodiscard]] inline bool is_in_repair(const NodeFacts& node)
{
    return node.repair && node.repair->has_value();
}

/// Whether the servers alone show a standby that confirms each commit.
[[nodiscard]] bool is_synchronous(const PairFacts& facts);

/// What the last attempts to fence a node amount to; empty: nobody tried, or it is not known.
[[nodiscard]] std::optional<FencingState> fencing_of(const PairFacts& facts, const NodeFacts& node);

} // namespace pgtwin::report
