// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgtwin::report
{

/// Columns of the screen.
inline constexpr std::size_t screen = 80;
inline constexpr const char* not_known = "?";
/// A cell that has nothing to say.
inline constexpr const char* nothing = "-";

/// "  label         text", further lines under the text.
[[nodiscard]] std::string row(std::string_view label, std::string_view text);

/// A row with a cell for each node; empty if no node has anything to say.
[[nodiscard]] std::string cells(std::string_view label, const std::vector<std::string>& texts);

/// A text with marks in front of its first line and of the further ones, as wide as the screen.
[[nodiscard]] std::string paragraph(std::string_view first, std::string_view further, std::string_view text);

/// At most that many lines of a text; what is cut off is told in the last one. 0: all of it.
[[nodiscard]] std::string cut(const std::string& text, std::size_t lines);

} // namespace pgtwin::report
