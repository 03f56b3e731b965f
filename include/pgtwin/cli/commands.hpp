// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pgtwin::cli
{

/// Whether an option has a value.
enum class Value
{
    none,
    optional, ///< only as --name=VALUE
    required,
};

/// One option of a command for people.
struct OptionSpec
{
    std::string_view name; ///< without the dashes
    Value value = Value::none;
    std::string_view value_name; ///< for people: "SECONDS"; the words to choose from: "auto|always|never"
    std::string_view brief;      ///< one line, no full stop
};

/// One command for people. Help, completion and the manual page are made from this table.
struct CommandSpec
{
    std::string_view name;
    std::string_view arguments; ///< for people: "[RESOURCE]"
    std::size_t least_arguments = 0;
    std::size_t most_arguments = 0;
    std::span<const OptionSpec> options;
    std::string_view brief;  ///< one line, no full stop
    std::string_view detail; ///< sentences for the manual
};

[[nodiscard]] std::span<const CommandSpec> command_table();

/// The row of that name; null if there is none.
[[nodiscard]] const CommandSpec* find_command(std::string_view name);

/// A command with what was given to it.
struct Invocation
{
    std::string command;
    std::vector<std::string> arguments;
    std::map<std::string, std::string, std::less<>> options; ///< name to value; empty value: none was given

    [[nodiscard]] bool has(std::string_view option) const { return options.find(option) != options.end(); }
    /// Value of an option; empty if it was not given, or without one.
    [[nodiscard]] std::string value(std::string_view option) const;
};

/// How a command is called, and what its options mean; at most 80 columns.
[[nodiscard]] std::string help_of(const CommandSpec& command);

} // namespace pgtwin::cli
