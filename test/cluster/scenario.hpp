// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cluster/pair.hpp"

namespace pgtwin::test
{

/// Longest time that writes may be blocked by any single fault.
inline constexpr std::chrono::seconds gap_limit{10};
/// Time in which the pair must be primary and synchronous standby again.
inline constexpr std::chrono::seconds heal_limit{60};

/// Scenarios that share one cluster per process: each begins with a healthy pair, on a new cluster if the one before
/// left it ailing. Logs are collected after a failure.
class PairTest : public testing::Test
{
protected:
    void SetUp() override;
    void TearDown() override;

    static Pair& pair();
    static Lab& lab() { return pair().lab(); }
    /// Replaces the shared cluster by a fresh one in which nothing is configured.
    static Pair& renew();

    /// Begins to measure: what follows is the fault.
    void begin();
    /// The pair heals by itself, commits were blocked at most for `longest_gap`, none is lost, and there never were two
    /// primaries.
    void expect_recovery(const std::string& what, std::chrono::seconds longest_gap = gap_limit,
                         std::chrono::seconds healed_within = heal_limit);
    /// As expect_recovery, where a server that nobody asked for is a primary until it is found.
    void expect_no_loss(const std::string& what, std::chrono::seconds longest_gap = gap_limit);
    /// As expect_recovery, for what an administrator does on purpose: no action fails either.
    void expect_smooth_recovery(const std::string& what);
    /// A line among the measurements.
    static void report(const std::string& line);
    /// Ends the load; then both servers hold the same ids.
    static void expect_equal_ledgers();

private:
    Cost recovered(const std::string& what, std::chrono::seconds longest_gap, std::chrono::seconds healed_within);

    Moment since_;
    std::vector<std::string> failures_;
};

} // namespace pgtwin::test
