// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/report/assessment.hpp"

namespace pgtwin::report
{

/// Whether escape sequences may be written.
enum class Color
{
    never,
    always,
};

/// What people look at.
struct View
{
    Color color = Color::never;
    std::size_t height = 0; ///< lines that there is room for; 0: as many as needed
};

/// The pair on one screen, 80 columns wide, in ASCII: what is wrong first. Where the height is limited the last events
/// give way before anything else.
[[nodiscard]] std::string terminal_text(const PairFacts& facts, const Assessment& assessment, View view);

/// Several pairs: a line for each, then all of them; where the height is limited, what is wrong with each.
[[nodiscard]] std::string terminal_text(const std::vector<Judged>& pairs, View view);

/// A text in the colour of a verdict, if colours are wanted. All are readable on a light and on a dark background.
[[nodiscard]] std::string painted(std::string_view text, Verdict verdict, Color color);

} // namespace pgtwin::report
