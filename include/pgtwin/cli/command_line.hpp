// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

namespace pgtwin::cli
{

/// What the command line asks for.
enum class Request
{
    action,   ///< one of the action table, named by `name`
    internal, ///< a subcommand that pgtwin starts itself ("rebuild")
    help,
    version,
    usage, ///< nothing that pgtwin knows: exit code 3 after the usage text
};

struct CommandLine
{
    Request request = Request::usage;
    std::string name;    ///< action or subcommand
    std::string problem; ///< why it is `usage`: "unknown action 'restart'"; empty if nothing was asked for
};

/// Reads the arguments after the program's name. Never fails: what cannot be understood is a request for usage.
[[nodiscard]] CommandLine read_command_line(const std::vector<std::string>& arguments);

} // namespace pgtwin::cli
