// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
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
    std::string hint{};                  ///< what to do; may be empty
    std::string cause{};                 ///< id of the message that tells why; may be empty

    /// What people look up: the cause if it is known, else the id.
    [[nodiscard]] std::string_view label() const;
};

/// What the facts amount to.
struct Assessment
{
    Verdict verdict = Verdict::healthy;
    std::vector<Problem> problems; ///< the gravest first
};

/// One pair with what it amounts to.
struct Judged
{
    PairFacts facts;
    Assessment assessment;
};

[[nodiscard]] Assessment assess(const PairFacts& facts);

} // namespace pgtwin::report
