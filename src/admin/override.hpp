// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/cli/commands.hpp"
#include "pgtwin/config/environment.hpp"

namespace pgtwin::admin
{

/// `pgtwin accept-data-loss`; answers the exit code.
[[nodiscard]] int accept_data_loss(const cli::Invocation& invocation, const Environment& environment);

} // namespace pgtwin::admin
