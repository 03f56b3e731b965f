// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pgtwin/port/ports.hpp"

namespace pgtwin::pg
{

/// Major version in what `postgres -V` says, "18beta1" and "18devel" included; 0 if it cannot be told.
[[nodiscard]] int program_version(std::string_view text);

/// Major version in PG_VERSION; 0 if it cannot be told.
[[nodiscard]] int data_version(std::string_view text);

/// A line of `pg_basebackup -P`: "  12345/67890 kB (18%), 0/1 tablespace"; empty if it is another line.
[[nodiscard]] std::optional<port::Progress> parse_progress(std::string_view line);

/// Whether a path is absolute and survives the shell that pg_ctl puts it through.
[[nodiscard]] bool is_plain_path(std::string_view path);

} // namespace pgtwin::pg
