// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "walk.hpp"

namespace pgtwin::test
{

/// What no step of any action may break; the sentence that it breaks, or nothing. Written from the safety protocol and
/// not from the decisions.
[[nodiscard]] std::optional<std::string> broken_by(const Walk& walk, const Node& node, const decide::Step& step);

/// The same for the end of an action.
[[nodiscard]] std::optional<std::string> broken_by(const Walk& walk, const Node& node, const decide::Outcome& outcome);

} // namespace pgtwin::test
