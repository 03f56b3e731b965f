// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/cli/commands.hpp"
#include "pgtwin/config/environment.hpp"

namespace pgtwin::admin
{

/// Exit code of a command that was called wrongly (EX_USAGE of sysexits.h).
inline constexpr int exit_usage = 64;

/// Runs a command of the command table and writes to the standard streams. Answers the exit code of the program.
[[nodiscard]] int run(const cli::Invocation& invocation, const Environment& environment);

} // namespace pgtwin::admin
