// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/decide/observation.hpp"
#include "pgtwin/decide/promotion.hpp"

namespace pgtwin::decide
{

/// Says which parameters are wrong: once, and again when that has changed. Empty if there is nothing to say.
[[nodiscard]] Maybe warn_of_parameters(const Observation& seen, const Context& context);

/// The same for settings of the running server that are worth a warning. Needs settings to be asked.
[[nodiscard]] Maybe warn_of_settings(const Observation& seen, Role role, const Context& context);

/// Says what is missing on this node and forbids no start; each time. Needs installation to be asked.
[[nodiscard]] Maybe warn_of_installation(const Observation& seen);

/// Lines of the same warnings, for an action that says them each time.
[[nodiscard]] std::vector<std::string> warnings_in(const Settings& settings, Role role, const Context& context);

/// Says that something is wrong with this standby: once, when it has been so for a while, and again when the line has
/// changed. Needs watch to be known.
[[nodiscard]] Maybe say_if_it_lasts(const Observation& seen, const std::string& line);

/// Says in the same way that a server which pgtwin did not start runs on without protection, since it would not start
/// again. Needs watch to be asked.
[[nodiscard]] Maybe say_foreign_server_stays(const Observation& seen, const Outcome& refusal);

/// Says in the same way that the slot of the peer keeps much WAL, and again each time that has doubled. Needs server
/// and watch to be known.
[[nodiscard]] Maybe watch_slot(const Observation& seen, const Context& context);

/// Says in the same way why this standby may not be promoted, and what would override that. Needs watch, cluster and
/// identity to be known.
[[nodiscard]] Maybe explain_refusal(const Observation& seen, const Context& context, const Verdict& verdict);

} // namespace pgtwin::decide
