// SPDX-License-Identifier: GPL-2.0-or-later
#include "contract/node.hpp"

#include <cstdlib>

namespace pgtwin::test
{
namespace
{

// Long enough to build a missing root file system first.
constexpr std::chrono::seconds limit{280};

} // namespace

Ran run_on_node(const std::string& script)
{
    const char* const executable = std::getenv("PGTWIN_EXECUTABLE");
    return run_program({PGTWIN_SOURCE_DIR "/test/contract/in-root.sh", executable == nullptr ? "" : executable, "sh",
                        "-euc", std::string{"agent="} + agent_path + "\ncd /tmp\n" + script},
                       Deadline{limit});
}

} // namespace pgtwin::test
