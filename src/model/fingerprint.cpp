// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/model/fingerprint.hpp"

#include <functional>

namespace pgtwin
{

std::string fingerprint(const std::vector<std::string>& lines)
{
    std::string all;
    for (const std::string& line : lines)
        all.append(line).append(1, '\n');
    return all.empty() ? all : std::to_string(std::hash<std::string>{}(all));
}

} // namespace pgtwin
