// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/programs.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace pgtwin::pg
{
namespace
{

/// Cuts a number off the front.
std::optional<std::int64_t> take_number(std::string_view& text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || value < 0)
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

int leading_number(std::string_view text)
{
    constexpr std::int64_t most = 1000;
    const auto value = take_number(text);
    return value && *value < most ? static_cast<int>(*value) : 0;
}

} // namespace

int program_version(std::string_view text)
{
    constexpr std::string_view before = "(PostgreSQL) ";
    const std::size_t at = text.find(before);
    return at == std::string_view::npos ? 0 : leading_number(text.substr(at + before.size()));
}

int data_version(std::string_view text)
{
    return leading_number(text);
}

std::optional<port::Progress> parse_progress(std::string_view line)
{
    constexpr std::int64_t kilobyte = 1024;
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const auto done = take_number(line);
    if (!done || !line.starts_with('/'))
        return std::nullopt;
    line.remove_prefix(1);
    const auto total = take_number(line);
    if (!total || !line.starts_with(" kB"))
        return std::nullopt;
    return port::Progress{*done * kilobyte, *total * kilobyte};
}

bool is_plain_path(std::string_view path)
{
    return path.starts_with('/') && path.find_first_of("'\"`$\\\n\r") == std::string_view::npos;
}

} // namespace pgtwin::pg
