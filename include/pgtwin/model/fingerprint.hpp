// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

namespace pgtwin
{

/// A word that tells these lines from others (FNV-1a, 64 bits in hexadecimal); empty if there are none.
[[nodiscard]] std::string fingerprint(const std::vector<std::string>& lines);

} // namespace pgtwin
