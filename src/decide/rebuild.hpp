// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <string>

#include "pgtwin/decide/observation.hpp"
#include "pgtwin/model/resync.hpp"

/// What the worker proves before it touches anything, and how it tells people what holds it up.
namespace pgtwin::decide
{

inline constexpr int removal_tries = 3;

/// What attribute and log say of a reason.
[[nodiscard]] std::string resync_text(ResyncPhase phase, Reason reason, const std::string& why);

/// The longer it waits, the longer it waits for the next look.
[[nodiscard]] std::chrono::milliseconds growing_pause(const Observation& seen);

/// Waits on; what holds the worker up is told to people while it does, by the log and by the attribute.
[[nodiscard]] Next wait_on(const Observation& seen, std::chrono::milliseconds pause, Reason reason,
                           const std::string& why);

/// The same for what stays until somebody mends it: people are told at once, and again only of another cause.
[[nodiscard]] Next wait_for_remedy(const Observation& seen, std::chrono::milliseconds pause, Reason reason,
                                   const std::string& why);

/// The worker ends; the attribute names the cause as well as the log.
[[nodiscard]] Next give_up(const Observation& seen, Reason reason);

/// The source is proven before anything is touched: cluster and source itself call it primary, same system, same
/// version.
[[nodiscard]] Maybe prove_source(const Observation& seen);

/// There is room for a second copy of the data, before anything is touched. What an earlier base backup left may go:
/// the directory that is displaced next would push it out.
[[nodiscard]] Maybe prove_room(const Observation& seen, const Context& context);

} // namespace pgtwin::decide
