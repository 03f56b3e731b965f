// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/action/run.hpp"

namespace pgtwin::action
{

/// Takes one step through the port it belongs to. No decision here: no step depends on any state.
[[nodiscard]] Expected<void> apply(const decide::Step& step, Ports& ports, const Deadline& deadline);

/// What a step that succeeded means to an admin; empty for steps that change nothing worth a line.
[[nodiscard]] std::string describe(const decide::Step& step);

} // namespace pgtwin::action
