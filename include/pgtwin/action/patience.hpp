// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <string>

#include "pgtwin/decide/step.hpp"

namespace pgtwin::action
{

/// Tells for what an action waits: somebody may sit before it. First after ten seconds, then at growing intervals.
class Patience
{
public:
    /// The line for the log, if it is time for one; `elapsed` is counted from the beginning of the action.
    [[nodiscard]] std::string line_for(const decide::Step& step, std::chrono::milliseconds elapsed);

private:
    std::chrono::milliseconds told_at_ = std::chrono::seconds{10};
};

} // namespace pgtwin::action
