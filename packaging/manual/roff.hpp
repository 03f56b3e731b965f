// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace pgtwin::manual
{

/// Text for a line of roff: no character of it is taken for a request or an escape.
[[nodiscard]] std::string escaped(std::string_view text);

/// ".TH": name, section, date as 2026-11-22, and what stands at the foot.
[[nodiscard]] std::string title(std::string_view name, int section, std::string_view date);

[[nodiscard]] std::string section(std::string_view name);

/// A whole page, where no paragraph begins right behind a heading: that is one anyway.
[[nodiscard]] std::string tidied(std::string text);

/// Running text, wrapped.
[[nodiscard]] std::string paragraph(std::string_view text);

/// A head in bold with a text behind it.
[[nodiscard]] std::string item(std::string_view head, std::string_view text);

/// Lines as they are.
[[nodiscard]] std::string verbatim(std::string_view text);

} // namespace pgtwin::manual
