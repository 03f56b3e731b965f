// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "pgtwin/cli/commands.hpp"

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

/// Options of `pgtwin configure`: those of the pair, then one for each parameter of the agent that a new pair may want.
[[nodiscard]] std::span<const OptionSpec> configure_options();

} // namespace pgtwin::cli
