// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

namespace pgtwin::test
{

/// doc/parameters.md: the parameter and action tables for people.
[[nodiscard]] std::string parameters_page();

/// doc/messages.md: every reason and every configuration check, with what to do about it.
[[nodiscard]] std::string messages_page();

} // namespace pgtwin::test
