// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

namespace pgtwin::cli
{

/// What a sub-command prints, and its exit code: text for standard output if that is 0, else for standard error.
struct Answer
{
    std::string text;
    int exit = 0;
};

/// `pgtwin configure` with the arguments after its name: the configuration of a new pair, or one line and exit code 2.
[[nodiscard]] Answer configure(const std::vector<std::string>& arguments);

/// An option of `pgtwin configure`: "--config-file", "VALUE" or empty, and what it says.
struct ConfigureOption
{
    std::string name;
    std::string argument;
    std::string brief;
};

/// All of them: those of the pair, then one for each parameter of the agent that a new pair may want.
[[nodiscard]] std::vector<ConfigureOption> configure_options();

} // namespace pgtwin::cli
