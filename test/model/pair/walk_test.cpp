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

/// "One database", on which doc/safety.md rests: without it `no_single_database` shows what breaks.
bool holds_one_database(const World& world)
{
    const Node& a = world.node[0];
    const Node& b = world.node[1];
    return a.system == b.system || a.directory != byte(DirectoryKind::data) || b.directory != byte(DirectoryKind::data);
}

/// The beginnings that keep the assumptions.
std::vector<Explored> walked()
{
    std::vector<Explored> all;
    for (const Explored& explored : explorations())
        if (holds_one_database(root_of(plan_of(explored))))
            all.push_back(explored);
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
    const std::vector<Explored> beginnings = walked();
    ASSERT_EQ(beginnings.size() + 1, explorations().size()) << "one row of explored.cpp is about two databases";
    Decider decider;
    std::vector<Wanderer> wanderers;
    for (const Explored& each : beginnings)
        wanderers.emplace_back(plan_of(each), root_of(plan_of(each)), each.human, decider);
    std::size_t walks = 0;
    for (; time.count() == 0 ? walks < walks_without_time : steady_clock::now() < end; ++walks)
    {
        const std::size_t which = walks % wanderers.size();
        const auto story = wanderers.at(which).walk(seed * seeds_apart + walks);
        ASSERT_FALSE(story) << beginnings.at(which).sentence << ", walk " << walks << " of PGTWIN_WALK_SEED=" << seed
                            << "\n"
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
