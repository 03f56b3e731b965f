// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

namespace pgtwin::report
{

/// Validates by python3-jsonschema, as anybody who reads the output would. `schema` is a file of doc/.
[[nodiscard]] bool obeys(const std::string& json, const std::string& schema);

} // namespace pgtwin::report
