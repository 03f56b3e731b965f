// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/report/facts.hpp"

namespace pgtwin::report
{

/// "0 B", "16.0 MiB".
[[nodiscard]] std::string bytes_text(std::int64_t bytes);

/// "0.4 ms", "3 s", "5 min", "2 h 05 min", "3 d 4 h".
[[nodiscard]] std::string duration_text(std::chrono::milliseconds time);

/// How long ago that was, in whole seconds: "4 s". The clocks of two nodes may differ: what is to come is now.
[[nodiscard]] std::string age_text(Time then, Time now);

/// "2026-11-22 18:05:09" at that distance from UTC.
[[nodiscard]] std::string time_text(Time time, std::chrono::seconds utc_offset);

/// "2026-11-22T18:05:09Z".
[[nodiscard]] std::string utc_text(Time time);

/// Time of day if it is less than a day ago, else date and time.
[[nodiscard]] std::string recent_text(Time time, Time now, std::chrono::seconds utc_offset);

/// "[########............]  42 %".
[[nodiscard]] std::string bar_text(std::int64_t done, std::int64_t total, std::size_t width = 20);

/// The text in printable ASCII: what is none is replaced by a question mark.
[[nodiscard]] std::string plain(std::string_view text);

/// At most `width` characters; a longer text ends in "...".
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);

/// Lines of at most `width` characters, broken at blanks; a longer word is cut.
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text, std::size_t width);

} // namespace pgtwin::report
