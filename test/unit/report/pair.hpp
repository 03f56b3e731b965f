// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/report/json.hpp"

namespace pgtwin::report
{

/// A healthy pair, seen from the standby psql2.
[[nodiscard]] PairFacts healthy_pair();

/// The same with no standby: its node is away, and the primary is asked.
[[nodiscard]] PairFacts primary_alone();

/// Nothing but the name is known.
[[nodiscard]] PairFacts unknown_pair();

[[nodiscard]] Judged judged(const PairFacts& facts);

} // namespace pgtwin::report
