// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/postmaster_pid.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace pgtwin::pg
{
namespace
{

bool is_number(std::string_view text, int& value)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && error == std::errc{} && end == text.data() + text.size();
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

std::string_view take_line(std::string_view& text)
{
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

} // namespace

Expected<PostmasterPid> parse_postmaster_pid(std::string_view text)
{
    constexpr std::size_t pid = 0;
    constexpr std::size_t port = 3;
    constexpr std::size_t socket_directory = 4;
    std::array<std::string_view, 5> lines{};
    for (std::string_view& line : lines)
        line = take_line(text);
    PostmasterPid file;
    const bool has_port = !lines[port].empty();
    if (!is_number(lines[pid], file.pid) || file.pid == 0 || (has_port && !is_number(lines[port], file.port)))
        return Error{ErrorKind::malformed, "cannot understand postmaster.pid"};
    file.pid = file.pid < 0 ? -file.pid : file.pid;
    file.socket_directory = lines[socket_directory];
    return file;
}

} // namespace pgtwin::pg
