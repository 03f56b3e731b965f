// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pgtwin::ocf
{

/// The text as one line: line breaks and other control characters become blanks.
[[nodiscard]] std::string one_line(std::string_view text);

/// At most `size` bytes of a UTF-8 text, cut between characters; a text that was cut ends in "...".
[[nodiscard]] std::string cut(std::string_view text, std::size_t size);

} // namespace pgtwin::ocf
