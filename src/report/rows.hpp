// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "pgtwin/report/facts.hpp"

namespace pgtwin::report
{

/// Both nodes beside each other.
[[nodiscard]] std::string nodes_text(const PairFacts& facts);

/// What lies between them, and what they have in common.
[[nodiscard]] std::string pair_text(const PairFacts& facts);

} // namespace pgtwin::report
