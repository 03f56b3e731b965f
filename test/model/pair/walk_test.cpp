// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "explored.hpp"
#include "wander.hpp"

namespace pgtwin::test::pair
{
namespace
{

using std::chrono::seconds;
using std::chrono::steady_clock;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise)
{
    const char* const text = std::getenv(variable); // NOLINT(concurrency-mt-unsafe): nobody writes the environment
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::vector<Wanderer> all_wanderers(Decider& decider)
{
    std::vector<Wanderer> all;
    for (const Explored& explored : explorations())
    {
        const Plan plan = plan_of(explored);
        all.emplace_back(plan, root_of(plan), explored.human, decider);
    }
    return all;
}

/// The seed of a walk says all about it, and without a time there is a number of walks: neither depends on how fast the
/// machine is.
constexpr std::uint64_t seeds_apart = 1'000'003;
constexpr std::size_t walks_without_time = 2000;

TEST(PairWalk, KeepsEveryPromiseAtRandom)
{
    const std::uint64_t seed = number_from("PGTWIN_WALK_SEED", 1);
    const seconds time{number_from("PGTWIN_WALK_SECONDS", 0)};
    const auto end = steady_clock::now() + time;
    Decider decider;
    auto wanderers = all_wanderers(decider);
    std::size_t walks = 0;
    for (; time.count() == 0 ? walks < walks_without_time : steady_clock::now() < end; ++walks)
    {
        const std::size_t which = walks % wanderers.size();
        const auto story = wanderers.at(which).walk(seed * seeds_apart + walks);
        ASSERT_FALSE(story) << explorations().at(which).sentence << ", walk " << walks
                            << " of PGTWIN_WALK_SEED=" << seed << "\n"
                            << *story;
    }
    std::size_t steps = 0;
    std::size_t healed = 0;
    for (const Wanderer& each : wanderers)
    {
        steps += each.steps();
        healed += each.healed();
    }
    std::cout << "seed " << seed << ": " << walks << " walks, " << steps << " steps, healed " << healed << "\n";
    EXPECT_GE(walks, wanderers.size());
}

} // namespace
} // namespace pgtwin::test::pair
