// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/cli/commands.hpp"
#include "pgtwin/report/facts.hpp"
#include "pgtwin/report/terminal.hpp"

namespace pgtwin::admin
{

/// Seconds since 1970.
[[nodiscard]] report::Time now();

/// How far local time is from UTC then.
[[nodiscard]] std::chrono::seconds utc_offset(report::Time time);

/// By option --color, else by whether standard output is a terminal.
[[nodiscard]] report::Color color_of(const cli::Invocation& invocation);

/// A number from 1 to `most`; `fallback` for no text, 0 for one that is no such number.
[[nodiscard]] int number_from(const std::string& text, int fallback, int most);

/// The first argument; empty if there is none.
[[nodiscard]] std::string first_argument(const cli::Invocation& invocation);

} // namespace pgtwin::admin
