// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "pgtwin/decide/observation.hpp"

namespace pgtwin::action
{

/// What an action did and what it rested on, for people.
class Account
{
public:
    /// A step that was taken after this observation. Waits, progress and counters are left out; a step that is taken
    /// again in the same words is told once.
    void note(const decide::Step& step, const decide::Observation& seen, const std::string& failure);

    /// The action ends after this observation.
    void end(const decide::Observation& seen);

    [[nodiscard]] const std::vector<std::string>& steps() const { return steps_; }
    /// What was seen before the first of the steps, or at the end if there was none.
    [[nodiscard]] const std::string& facts() const { return facts_; }

private:
    std::vector<std::string> steps_;
    std::string facts_;
};

/// The roles, places, runs and marks of an observation as `key=value` between blanks; only what was asked for.
[[nodiscard]] std::string facts_of(const decide::Observation& seen);

} // namespace pgtwin::action
