// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/admin/look.hpp"
#include "pgtwin/report/facts.hpp"

namespace pgtwin::admin
{

/// What is known of a node that may be promoted or not: the local one by its own files, the other one by what it has
/// published.
struct Candidate
{
    ClusterView view; ///< `self` is the candidate
    Seen<LocalState> state;
    Seen<Identity> identity;
};

/// The candidate whose view this is, by what the cluster shows alone.
[[nodiscard]] Candidate candidate_of(const ClusterView& view);

/// What the guard would answer. With a primary there it is asked as if that were lost at once.
[[nodiscard]] report::Promotion judge(const Candidate& candidate, const Params& params);

/// The view as the other node has it.
[[nodiscard]] ClusterView swapped(const ClusterView& view);

} // namespace pgtwin::admin
