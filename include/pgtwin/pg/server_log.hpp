// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace pgtwin::pg
{

/// Why a server gave up, in its own words, from what it has logged since it was started; empty if it does not say.
/// Where its last word only sums up ("configuration file contains errors"), the first complaint before it is the
/// answer.
[[nodiscard]] std::string cause_in(std::string_view log);

/// The message of a line without what stands in front of it: the program that failed, the time, the process and the
/// severity. The whole line if it has none of them.
[[nodiscard]] std::string_view words_in(std::string_view line);

} // namespace pgtwin::pg
