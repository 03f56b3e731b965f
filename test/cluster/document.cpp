// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/document.hpp"

#include <fstream>
#include <stdexcept>

namespace pgtwin::test
{

std::string block_of(const std::string& document, const std::string& name)
{
    std::ifstream file{std::string{PGTWIN_SOURCE_DIR "/"} + document};
    const std::string mark = "<!-- executed: " + name + " -->";
    std::string line;
    while (std::getline(file, line) && line != mark)
        continue;
    if (!std::getline(file, line) || line != "```sh")
        throw std::runtime_error{document + " has no block of commands below '" + mark + "'"};
    std::string block;
    while (std::getline(file, line) && line != "```")
        block += line + "\n";
    return block;
}

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

} // namespace pgtwin::test
