// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/cli/commands.hpp"
#include "pgtwin/config/environment.hpp"

namespace pgtwin::admin
{

/// `pgtwin check`; answers the exit code.
[[nodiscard]] int check(const cli::Invocation& invocation, const Environment& environment);

} // namespace pgtwin::admin
