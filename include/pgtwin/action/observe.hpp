// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/action/run.hpp"

namespace pgtwin::action
{

/// Takes one look and puts it into `seen`. What cannot be told becomes unknown, with a debug line.
void observe(decide::Subject subject, decide::Observation& seen, Ports& ports, const Deadline& deadline);

/// Forgets every look that `step` may have made untrue.
void forget(const decide::Step& step, decide::Observation& seen);

} // namespace pgtwin::action
