// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace pgtwin::test
{

/// Name of an enumerator as the compiler spells it in __PRETTY_FUNCTION__; empty for a number without a name.
template <auto Value>
constexpr std::string_view name_of()
{
    std::string_view text = __PRETTY_FUNCTION__;
    text = text.substr(text.find("Value = ") + 8);
    text = text.substr(0, text.find_first_of(";]"));
    const std::size_t colon = text.rfind("::");
    return colon == std::string_view::npos || text.find(')') != std::string_view::npos ? std::string_view{}
                                                                                       : text.substr(colon + 2);
}

template <typename Enum, int... Numbers>
constexpr auto names_of(std::integer_sequence<int, Numbers...> /*numbers*/)
{
    return std::array{name_of<static_cast<Enum>(Numbers)>()...};
}

/// Names of the enumerators of a scoped enum that counts up from 0.
template <typename Enum>
std::vector<std::string_view> enumerator_names()
{
    std::vector<std::string_view> names;
    for (const std::string_view name : names_of<Enum>(std::make_integer_sequence<int, 200>{}))
        if (!name.empty())
            names.push_back(name);
    return names;
}

} // namespace pgtwin::test
