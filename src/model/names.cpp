// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/model/names.hpp"

#include <algorithm>

namespace pgtwin
{
namespace
{

constexpr std::size_t longest_name = 63; // NAMEDATALEN - 1

constexpr char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_lower_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

constexpr bool is_word(char c)
{
    return is_lower_word(lower(c));
}

constexpr bool is_name_size(std::string_view text)
{
    return !text.empty() && text.size() <= longest_name;
}

} // namespace

bool is_slot_name(std::string_view text)
{
    return is_name_size(text) && std::all_of(text.begin(), text.end(), is_lower_word);
}

bool is_application_name(std::string_view text)
{
    return is_name_size(text) && std::all_of(text.begin(), text.end(), is_word);
}

std::string application_name_of(std::string_view node)
{
    std::string name{node.substr(0, node.find('.')).substr(0, longest_name)};
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return is_word(c) ? lower(c) : '_'; });
    return name;
}

bool same_node(std::string_view left, std::string_view right)
{
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char one, char other) { return lower(one) == lower(other); });
}

} // namespace pgtwin
