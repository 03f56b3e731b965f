// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/ocf/exit_reason.hpp"

#include <algorithm>

namespace pgtwin::ocf
{
namespace
{

constexpr std::string_view ellipsis = "...";

bool continues_character(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

} // namespace

std::string one_line(std::string_view text)
{
    std::string line{text};
    const auto is_control = [](char c)
    {
        return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    };
    while (!line.empty() && (is_control(line.back()) || line.back() == ' '))
        line.pop_back();
    std::replace_if(line.begin(), line.end(), is_control, ' ');
    return line;
}

std::string cut(std::string_view text, std::size_t size)
{
    if (text.size() <= size)
        return std::string{text};
    std::size_t end = size > ellipsis.size() ? size - ellipsis.size() : 0;
    while (end > 0 && continues_character(text[end]))
        --end;
    return std::string{text.substr(0, end)}.append(ellipsis.substr(0, size));
}

} // namespace pgtwin::ocf
