// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "bench/failover/trial.hpp"

namespace pgtwin::bench
{

/// The trials of one contender and fault in figures.
struct Summary
{
    std::size_t count = 0; ///< trials that were measured
    std::size_t failed = 0;
    std::size_t lost = 0;
    std::chrono::milliseconds least{};
    std::chrono::milliseconds median{};
    std::chrono::milliseconds most{};
};

[[nodiscard]] Summary summary_of(const std::vector<Trial>& trials, const std::string& contender, Fault fault);
/// The contenders that the trials name, in the order of their first trial.
[[nodiscard]] std::vector<std::string> contenders_in(const std::vector<Trial>& trials);
/// The trial with the median outage; nothing if none was measured.
[[nodiscard]] const Trial* median_trial(const std::vector<Trial>& trials, const std::string& contender, Fault fault);

/// A table in Markdown: rows are faults, columns are contenders.
[[nodiscard]] std::string table_of(const std::vector<Trial>& trials);
/// Whether pgtwin keeps its bars, one line for each.
[[nodiscard]] std::string bars_of(const std::vector<Trial>& trials);
[[nodiscard]] std::string json_of(const std::vector<Trial>& trials);
/// Answers in each 100 ms around the fault: one chart for each fault, one row for each contender.
[[nodiscard]] std::string picture_of(const std::vector<Trial>& trials);

} // namespace pgtwin::bench
