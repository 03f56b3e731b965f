// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

namespace pgtwin::test
{

/// Whether `part` stands somewhere in `text`.
[[nodiscard]] inline bool holds(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

} // namespace pgtwin::test
