// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/server.hpp"

namespace pgtwin::pg
{

/// Whether pg_controldata says that the checksum of the file is wrong, or that it cannot be sound otherwise.
[[nodiscard]] bool is_doubtful(std::string_view text);

/// Parses what pg_controldata of PostgreSQL 15 to 18 prints in the C locale. Malformed: a line is missing or its value
/// is not understood, or the program says that the file's checksum is wrong.
[[nodiscard]] Expected<ControlData> parse_control_data(std::string_view text);

} // namespace pgtwin::pg
