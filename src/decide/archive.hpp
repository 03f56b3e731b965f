// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/decide/observation.hpp"
#include "pgtwin/decide/upkeep.hpp"

namespace pgtwin::decide
{

/// There may be a restore_command, and pgtwin holds it back.
[[nodiscard]] bool is_archive_held_back(const Observation& seen);

/// It is in use, and a standby that streams does without it. Needs the status.
[[nodiscard]] bool is_archive_to_go(const Observation& seen, const Context& context);

/// Before the primary learns that this standby follows it: a certified one is promoted without asking the archive.
/// Needs the status.
[[nodiscard]] Maybe hold_archive_back(const Observation& seen, const Context& context);

} // namespace pgtwin::decide
