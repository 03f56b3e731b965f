// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

namespace pgtwin::test
{

/// The commands that stand below the mark `executed: NAME` in a document (README.md, doc/...); throws if there are
/// none.
[[nodiscard]] std::string block_of(const std::string& document, const std::string& name);

/// `text` with each `what` replaced.
[[nodiscard]] std::string replaced(std::string text, const std::string& what, const std::string& by);

} // namespace pgtwin::test
