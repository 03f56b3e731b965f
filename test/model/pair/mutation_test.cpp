// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <iostream>

#include "healing.hpp"
#include "mutations.hpp"
#include "search.hpp"

namespace pgtwin::test::pair
{
namespace
{

class PairMutation : public testing::TestWithParam<Mutant>
{
};

TEST_P(PairMutation, IsFoundUnlessHarmless)
{
    const Mutant& mutant = GetParam();
    Search search{mutant.plan, &mutant.mutation};
    search.run(root_of(mutant.plan, mutant.is_of_before ? &mutant.mutation : nullptr));
    std::cout << mutant.mutation.name << ": " << search.states() << " states, depth " << search.depth() << "\n";
    if (mutant.is_harmless)
    {
        EXPECT_FALSE(search.violation()) << search.violation()->story;
        return;
    }
    ASSERT_TRUE(search.violation()) << "nothing broke";
    std::cout << search.violation()->story;

    // What the rules themselves break would be found with every mutation. A plan without an assumption has no mutation.
    if (!mutant.mutation.before && !mutant.mutation.after)
        return;
    Plan same = mutant.plan;
    same.most_states = search.states();
    Search sound{same};
    sound.run(root_of(same));
    EXPECT_FALSE(sound.violation()) << sound.violation()->promise << "\n" << sound.violation()->story;
}

INSTANTIATE_TEST_SUITE_P(Rule, PairMutation, testing::ValuesIn(mutants()),
                         [](const auto& each) { return each.param.mutation.name; });

} // namespace
} // namespace pgtwin::test::pair
