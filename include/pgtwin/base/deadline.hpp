// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <chrono>

namespace pgtwin
{

/// Point on the monotonic clock after which an operation has failed. Off limits to the pure modules.
class Deadline
{
public:
    using clock = std::chrono::steady_clock;

    explicit Deadline(std::chrono::milliseconds from_now) : at_{clock::now() + from_now} {}

    /// Time left, never negative.
    [[nodiscard]] std::chrono::milliseconds left() const
    {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(at_ - clock::now());
        return std::max(left, std::chrono::milliseconds{0});
    }

    [[nodiscard]] bool passed() const { return clock::now() >= at_; }

    /// The earlier of this deadline and `limit` from now.
    [[nodiscard]] Deadline at_most(std::chrono::milliseconds limit) const { return Deadline{std::min(left(), limit)}; }

private:
    clock::time_point at_;
};

} // namespace pgtwin
