// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "pgtwin/base/deadline.hpp"

namespace pgtwin::test
{

using Arguments = std::vector<std::string>;

/// How a program ended and all it said.
struct Ran
{
    int code = -1; ///< exit code; 128 + signal; -1: killed at the deadline or never started
    std::string out;
    std::string err;

    [[nodiscard]] bool ok() const { return code == 0; }
    /// Exit code and the end of the messages, for people.
    [[nodiscard]] std::string explained() const;
};

/// Runs a program found through PATH with the caller's environment and without input, in a process group of its own
/// that is killed at the deadline. Independent of the production code, which is what the tests judge.
[[nodiscard]] Ran run_program(const Arguments& argv, const Deadline& deadline);

} // namespace pgtwin::test
