// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "pgtwin/base/expected.hpp"

namespace pgtwin::sys
{

/// An errno value as an Error: "<doing>: <text of the error>". Absence is `unavailable`, permission is `denied`, and
/// what is in the way (it exists, is not empty, is busy, is a symbolic link) or there and not readable (an I/O error, a
/// file system that has gone) is `conflict`. Want of memory or of file descriptors is `timed_out`: later it may do.
[[nodiscard]] Error system_error(const std::string& doing, int error_number);

} // namespace pgtwin::sys
