// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/config/aliases.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "pgtwin/base/table.hpp"

namespace pgtwin::config
{
namespace
{

/// The directory of a program; a text that is no path stays as it is, for the rule to refuse.
std::string_view directory_of(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos || slash == 0 ? path : path.substr(0, slash);
}

constexpr auto alias_rows = table_of(
    AliasSpec{
        .name = "pgctl",
        .meaning = "pg_bindir",
        .brief = "Path of pg_ctl, as in ocf:heartbeat:pgsql: its directory is pg_bindir",
        .value_of = directory_of,
    },
    AliasSpec{.name = "config", .meaning = "config_file", .brief = "Name of config_file in ocf:heartbeat:pgsql"},
    AliasSpec{.name = "pgdba", .meaning = "pguser", .brief = "Name of pguser in ocf:heartbeat:pgsql"},
    AliasSpec{.name = "socketdir", .meaning = "pghost", .brief = "Name of pghost in ocf:heartbeat:pgsql"},
    AliasSpec{.name = "repuser", .meaning = "rep_user", .brief = "Name of rep_user in ocf:heartbeat:pgsql"},
    AliasSpec{.name = "master_ip", .meaning = "vip", .brief = "Name of vip in ocf:heartbeat:pgsql"});

} // namespace

std::span<const AliasSpec> alias_table()
{
    return alias_rows;
}

const ParamSpec& meant_by(const AliasSpec& alias)
{
    const auto parameters = param_table();
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const ParamSpec& spec) { return spec.name == alias.meaning; });
    if (found == parameters.end())
        throw std::logic_error{"no parameter is called " + std::string{alias.meaning}};
    return *found;
}

} // namespace pgtwin::config
