// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "pgtwin/report/facts.hpp"
#include "pgtwin/report/verdict.hpp"

namespace pgtwin::report
{

/// One thing that is wrong, or that cannot be told.
struct Problem
{
    Verdict verdict = Verdict::degraded; ///< what it makes of the pair by itself
    std::string id;                      ///< stable
    std::string text;                    ///< one sentence without a full stop
    std::string hint;                    ///< what to do; may be empty
};

/// What the facts amount to.
struct Assessment
{
    Verdict verdict = Verdict::healthy;
    std::vector<Problem> problems; ///< the gravest first
};

[[nodiscard]] Assessment assess(const PairFacts& facts);

} // namespace pgtwin::report
