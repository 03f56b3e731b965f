// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/decide/observation.hpp"

namespace pgtwin::test
{

/// Whether R1 to R4 license a promotion of the node that sees this: the rules said a second time, as a referee.
[[nodiscard]] bool is_licensed(const decide::Observation& seen, const decide::Context& context);

} // namespace pgtwin::test
