// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/admin/resources.hpp"
#include "pgtwin/report/facts.hpp"

namespace pgtwin::admin
{

/// Adds what the cluster's history of operations tells: what happened, what failed and still has to be mended, and what
/// runs now.
void add_operations(report::PairFacts& facts, const ClusterLook& look);

/// Puts the newest event first.
void sort_events(report::PairFacts& facts);

} // namespace pgtwin::admin
