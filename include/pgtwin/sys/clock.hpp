// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <string>

namespace pgtwin::sys
{

/// Time since boot, including time the machine was suspended (CLOCK_BOOTTIME).
[[nodiscard]] std::chrono::milliseconds since_boot();

/// 16 hexadecimal digits from the kernel's random number generator.
[[nodiscard]] std::string random_word();

} // namespace pgtwin::sys
