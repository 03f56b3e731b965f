// SPDX-License-Identifier: GPL-2.0-or-later
#include <cstdio>
#include <fstream>
#include <string>

#include "manual/pages.hpp"

namespace
{

constexpr const char* usage = "usage: pgtwin-manual agent|command|completion|example-crm|example-pcs DATE FILE\n";

std::string page(const std::string& name, const std::string& date)
{
    if (name == "agent")
        return pgtwin::manual::agent_page(date);
    if (name == "command")
        return pgtwin::manual::command_page(date);
    if (name == "example-crm")
        return pgtwin::manual::example(pgtwin::setup::Shell::crm);
    if (name == "example-pcs")
        return pgtwin::manual::example(pgtwin::setup::Shell::pcs);
    return name == "completion" ? pgtwin::manual::completion() : std::string{};
}

} // namespace

/// Writes a manual page, the completion or an example: run by the build, not installed.
int main(int argc, char** argv)
{
    const std::string text = argc == 4 ? page(argv[1], argv[2]) : std::string{};
    if (text.empty())
    {
        std::fputs(usage, stderr);
        return 2;
    }
    std::ofstream file{argv[3]};
    file << text << std::flush;
    return file ? 0 : 1;
}
