// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

namespace pgtwin
{

/// A word that tells these lines from others, the same in every process of one build; empty if there are none.
[[nodiscard]] std::string fingerprint(const std::vector<std::string>& lines);

} // namespace pgtwin
