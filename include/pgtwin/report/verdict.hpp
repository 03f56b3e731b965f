// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

namespace pgtwin::report
{

/// How a pair stands, in one word.
enum class Verdict
{
    healthy,  ///< a primary, and a standby that can take over at once
    degraded, ///< a primary, but something is wrong
    down,     ///< no primary
    unknown,  ///< it cannot be told whether there is a primary
};

/// 0 healthy, 1 degraded, 2 down, 3 unknown.
[[nodiscard]] int exit_code(Verdict verdict);

/// "healthy".
[[nodiscard]] std::string_view name_of(Verdict verdict);

/// The one that needs attention first: down, unknown, degraded, healthy.
[[nodiscard]] Verdict worse_of(Verdict left, Verdict right);

} // namespace pgtwin::report
