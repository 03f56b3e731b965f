// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "pgtwin/report/assessment.hpp"

namespace pgtwin::report
{

/// Whether escape sequences may be written.
enum class Color
{
    never,
    always,
};

/// The pair on one screen, 80 columns wide, in ASCII.
[[nodiscard]] std::string terminal_text(const PairFacts& facts, const Assessment& assessment, Color color);

/// A text in the colour of a verdict, if colours are wanted: green, yellow or red, which a light and a dark background
/// both show.
[[nodiscard]] std::string painted(std::string_view text, Verdict verdict, Color color);

} // namespace pgtwin::report
