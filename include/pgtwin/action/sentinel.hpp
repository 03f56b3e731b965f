// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/action/run.hpp"

namespace pgtwin::action
{

/// Waits for the end of the server. If no action of pgtwin meant it to end, does what a monitor would do with a dead
/// server: a primary lowers its score, so that a certified standby takes over. Where none does, reports the failure to
/// Pacemaker.
///
/// Safety does not depend on it: the monitors remain. Does nothing in maintenance mode.
void watch(Ports& ports, const decide::Context& context);

} // namespace pgtwin::action
