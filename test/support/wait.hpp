// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>

#include "pgtwin/base/deadline.hpp"

namespace pgtwin::test
{

/// A condition was not reached in time. The text says which, and what was seen last.
class NotReached : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// What is still missing, in words; empty once the condition holds.
using Missing = std::function<std::string()>;

/// Looks every `pause` until nothing is missing. Returns how long that took; throws NotReached at the deadline. A look
/// that throws has seen just that: a cluster in trouble may not answer for a while.
std::chrono::milliseconds wait_until(const std::string& what, const Deadline& deadline, const Missing& missing,
                                     std::chrono::milliseconds pause = std::chrono::milliseconds{100});

} // namespace pgtwin::test
