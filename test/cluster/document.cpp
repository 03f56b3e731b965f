// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/document.hpp"

#include <fstream>
#include <stdexcept>

namespace pgtwin::test
{
namespace
{

std::string commands_of(const Block& block)
{
    std::ifstream file{std::string{PGTWIN_SOURCE_DIR "/"} + block.document};
    const std::string mark = std::string{"<!-- executed: "} + block.name + " -->";
    std::string line;
    while (std::getline(file, line) && line != mark)
        continue;
    if (!std::getline(file, line) || line != "```sh")
        throw std::runtime_error{std::string{block.document} + " has no block of commands below '" + mark + "'"};
    std::string commands;
    while (std::getline(file, line) && line != "```")
        commands += line + "\n";
    return commands;
}

Ran run(const Lab& lab, const std::string& node, const Block& block, const Differences& differences,
        std::chrono::seconds limit, const char* options)
{
    std::string commands = commands_of(block);
    for (const auto& [what, by] : differences)
        commands = replaced(commands, what, by);
    return lab.try_exec(node, {"bash", options, "cd /root\n" + commands}, limit);
}

} // namespace

std::string follow(const Lab& lab, const std::string& node, const Block& block, const Differences& differences,
                   std::chrono::seconds limit)
{
    const Ran ran = run(lab, node, block, differences, limit, "-ec");
    if (!ran.ok())
        throw LabError{std::string{block.document} + ", " + block.name + " on " + node + ": " + ran.explained()};
    return ran.out;
}

Ran try_follow(const Lab& lab, const std::string& node, const Block& block, const Differences& differences,
               std::chrono::seconds limit)
{
    return run(lab, node, block, differences, limit, "-c");
}

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

} // namespace pgtwin::test
