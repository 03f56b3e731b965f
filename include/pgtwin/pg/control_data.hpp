// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/server.hpp"

namespace pgtwin::pg
{

/// Whether pg_controldata says that the checksum of the file is wrong, or that it cannot be sound otherwise.
[[nodiscard]] bool is_doubtful(std::string_view text);

/// Parses what pg_controldata of PostgreSQL 15 to 18 prints in the C locale. Malformed: a line is missing or its value
/// is not understood, or the program says that the file's checksum is wrong.
[[nodiscard]] Expected<ControlData> parse_control_data(std::string_view text);

/// A setting of which a server that recovers as a hot standby needs at least this much.
using LeastSetting = std::pair<std::string_view, std::int64_t>;

/// What the WAL was written with, by pg_controldata (xlogrecovery.c, CheckRequiredParameterValues()). A line that is
/// missing or not understood demands nothing.
[[nodiscard]] std::vector<LeastSetting> least_settings(std::string_view text);

} // namespace pgtwin::pg
