// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "pgtwin/cli/commands.hpp"

namespace pgtwin::cli
{

/// What the command line asks for.
enum class Request
{
    action,   ///< one of the action table, named by `name`
    command,  ///< one of the command table, with its `invocation`
    internal, ///< a subcommand that pgtwin starts itself ("rebuild")
    help,
    version,
    command_help,  ///< how the command `name` is called
    command_usage, ///< the command `name`, wrongly called
    usage,         ///< nothing that pgtwin knows: exit code 3 after the usage text
};

struct CommandLine
{
    Request request = Request::usage;
    std::string name;    ///< action or subcommand
    std::string problem; ///< why it is usage: "unknown action 'restart'"; empty if nothing was asked for
    Invocation invocation{};
};

/// Reads the arguments after the program's name. Never fails: what cannot be understood is a request for usage.
[[nodiscard]] CommandLine read_command_line(const std::vector<std::string>& arguments);

} // namespace pgtwin::cli
