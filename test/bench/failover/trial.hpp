// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "bench/failover/contender.hpp"

namespace pgtwin::bench
{

/// Width of a bar of the picture, and where the fault lies in it.
inline constexpr std::chrono::milliseconds bar_width{100};
inline constexpr std::chrono::milliseconds before_fault{1000};

/// One fault, measured once.
struct Trial
{
    std::string contender;
    Fault fault = Fault::switchover;
    int round = 0;
    std::string failure;                ///< why nothing could be measured; empty: it was
    std::chrono::milliseconds outage{}; ///< the longest time without an answer
    std::size_t lost = 0;               ///< acknowledged commits that the primary does not have afterwards
    std::optional<std::chrono::milliseconds> certified; ///< from streaming to certified, where a standby came back
    std::vector<std::size_t> bars;                      ///< answers in each bar width
};

/// Causes the fault in a lab that is ready, measures, and makes the lab ready again.
[[nodiscard]] Trial measure(const Contender& contender, const Lab& lab, Fault fault);

} // namespace pgtwin::bench
