// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/cli/commands.hpp"
#include "pgtwin/config/environment.hpp"
#include "pgtwin/report/facts.hpp"
#include "pgtwin/report/terminal.hpp"

namespace pgtwin::admin
{

/// Seconds since 1970.
[[nodiscard]] report::Time now();

/// How far local time is from UTC then.
[[nodiscard]] std::chrono::seconds utc_offset(report::Time time);

/// A terminal that understands escape sequences.
[[nodiscard]] bool is_terminal(const Environment& environment);

/// By option --color, else by whether standard output is a terminal and the user has not set NO_COLOR (no-color.org).
[[nodiscard]] report::Color color_of(const cli::Invocation& invocation, const Environment& environment);

/// Lines of the window; 0: it is none.
[[nodiscard]] std::size_t window_height(const Environment& environment);

/// A number from 1 to `most`; `fallback` for no text, 0 for one that is no such number.
[[nodiscard]] int number_from(const std::string& text, int fallback, int most);

/// The first argument; empty if there is none.
[[nodiscard]] std::string first_argument(const cli::Invocation& invocation);

} // namespace pgtwin::admin
