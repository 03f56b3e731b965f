// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "pgtwin/base/deadline.hpp"
#include "pgtwin/base/expected.hpp"

namespace pgtwin::sys
{

/// Removes a directory with everything in it; success if there is nothing at `path`.
///
/// Symbolic links are removed, never followed, and no mount point is entered: then, or if `path` is not a directory,
/// the answer is conflict. After the deadline what is left is left (timed_out); calling again goes on.
[[nodiscard]] Expected<void> remove_tree(const std::string& path, const Deadline& deadline);

} // namespace pgtwin::sys
