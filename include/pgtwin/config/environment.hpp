// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <map>
#include <string>

namespace pgtwin
{

/// Environment of the action, name to value, copied once by main.
using Environment = std::map<std::string, std::string, std::less<>>;

} // namespace pgtwin
