// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/passfile.hpp"

#include <algorithm>
#include <array>

namespace pgtwin::pg
{
namespace
{

constexpr std::size_t fields_before_password = 4;
using Fields = std::array<std::string, fields_before_password>;

/// One field with its escapes resolved; empty if the line ends before a colon does.
std::optional<std::string> take_field(std::string_view& line)
{
    std::string field;
    for (std::size_t at = 0; at < line.size(); ++at)
    {
        if (line[at] == ':')
        {
            line.remove_prefix(at + 1);
            return field;
        }
        if (line[at] == '\\' && at + 1 < line.size())
            ++at;
        field += line[at];
    }
    return std::nullopt;
}

std::optional<Fields> parse_entry(std::string_view line)
{
    Fields fields;
    for (std::string& field : fields)
    {
        auto taken = take_field(line);
        if (!taken)
            return std::nullopt;
        field = std::move(*taken);
    }
    return fields;
}

bool is_match(std::string_view pattern, std::string_view value)
{
    return pattern == "*" || pattern == value;
}

} // namespace

std::optional<std::string> replication_user_in(std::string_view passfile, std::string_view host, int port)
{
    const std::string port_text = std::to_string(port);
    while (!passfile.empty())
    {
        const std::size_t end = std::min(passfile.find('\n'), passfile.size());
        const std::string_view line = passfile.substr(0, end);
        passfile.remove_prefix(std::min(end + 1, passfile.size()));
        const auto entry = line.starts_with('#') ? std::nullopt : parse_entry(line);
        if (!entry || !is_match((*entry)[0], host) || !is_match((*entry)[1], port_text) ||
            !is_match((*entry)[2], "replication"))
            continue;
        const std::string& user = (*entry)[3];
        return user.empty() || user == "*" ? std::nullopt : std::optional{user};
    }
    return std::nullopt;
}

} // namespace pgtwin::pg
