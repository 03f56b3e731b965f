// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>

namespace pgtwin
{

/// An array of its arguments. A call instead of nested braces, which clang-format 14 cannot lay out when rows are long.
template <typename Row, typename... Rows>
[[nodiscard]] constexpr std::array<Row, 1 + sizeof...(Rows)> table_of(Row first, Rows... others)
{
    return {first, others...};
}

} // namespace pgtwin
