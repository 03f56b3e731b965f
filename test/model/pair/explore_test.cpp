// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <iostream>
#include <set>
#include <string_view>

#include "explored.hpp"
#include "healing.hpp"
#include "search.hpp"

namespace pgtwin::test::pair
{
namespace
{

/// Every hundredth or so of the states is healed: too many to heal all.
constexpr std::size_t healed_share = 97;

/// L1, from a sample of the states.
class Healed
{
public:
    Healed(Search& search, std::optional<Reason> human) : search_{search}, human_{human} {}

    void operator()(const World& world, std::size_t state)
    {
        if (state % healed_share != 0 || !complaint.empty())
            return;
        count++;
        const Healing healing = heal(world, search_.plan(), decider_);
        needy += healing.human ? 1U : 0U;
        rounds = std::max(rounds, healing.rounds);
        // Without "One database" of doc/safety.md, or after an override that the node which was passed over has not
        // heard of (R4), the pair may break a promise while it heals, too.
        if (healing.broken != nullptr && (human_ == Reason::different_systems || is_lost_to_an_override(healing)))
            return;
        if (healing.broken != nullptr)
            complaint = std::string{healing.broken} + ", while the pair heals\n";
        else if (!healing.is_whole && (!healing.human || healing.human != human_))
            complaint = "L1: the pair does not come back\n";
        if (!complaint.empty())
            complaint += search_.story(state) + "  After the healing\n" + describe(healing.world);
    }

    std::size_t count = 0;
    std::size_t needy = 0;
    int rounds = 0;
    std::string complaint;

private:
    [[nodiscard]] bool is_lost_to_an_override(const Healing& healing) const
    {
        return healing.world.overrides > 0 && std::string_view{healing.broken}.starts_with("S2:");
    }

    Search& search_;
    std::optional<Reason> human_;
    /// What heals is not what was explored.
    Decider decider_;
};

class PairExploration : public testing::TestWithParam<Explored>
{
};

void expect_rules(const Decider& decider)
{
    const Explored& explored = PairExploration::GetParam();
    for (const decide::Rule rule : explored.rules)
        EXPECT_TRUE(decider.rules().contains(rule)) << "no promotion by rule " << static_cast<int>(rule);
    std::string done;
    for (const std::string& deed : decider.deeds())
        done += "  " + deed + "\n";
    for (const Deed& deed : explored.deeds)
        EXPECT_TRUE(decider.deeds().contains(deed.step)) << deed.rule << ", never done: " << deed.step << "; done:\n"
                                                         << done;
}

/// The rule of doc/safety.md by which a promotion is allowed.
const char* name_of(decide::Rule rule)
{
    switch (rule)
    {
    case decide::Rule::compared:
        return "R1";
    case decide::Rule::certified:
        return "R2";
    case decide::Rule::alone:
        return "R2b";
    case decide::Rule::peer_cannot_start:
        return "R2c";
    case decide::Rule::first_run:
        return "R3";
    case decide::Rule::operator_override:
        return "R4";
    case decide::Rule::by_hand:
        break;
    }
    return "by hand";
}

TEST(PairExplorations, TogetherTakeEveryRuleIn)
{
    std::set<std::string> rules;
    for (const Explored& explored : explorations())
    {
        for (const decide::Rule rule : explored.rules)
            rules.insert(name_of(rule));
        for (const Deed& deed : explored.deeds)
            rules.insert(deed.rule);
    }
    const std::set<std::string> all{"R0", "R1", "R2", "R2b", "R2c", "R3",  "R4",
                                    "R5", "R6", "R7", "R8",  "R9",  "R10", "R11"};
    EXPECT_EQ(rules, all);
}

TEST_P(PairExploration, KeepsEveryPromise)
{
    Search search{plan_of(GetParam())};
    Healed healed{search, GetParam().human};
    search.visit = [&healed](const World& world, std::size_t state)
    {
        healed(world, state);
    };
    search.run(root_of(search.plan()));
    std::cout << GetParam().sentence << ": " << search.states() << " states" << (search.is_complete() ? " (all)" : "")
              << ", depth " << search.depth() << ", " << search.decider().asked() << " decisions; healed "
              << healed.count << ", longest " << healed.rounds << " rounds, diverged " << healed.needy << "\n";
    EXPECT_FALSE(search.violation()) << search.violation()->promise << "\n" << search.violation()->story;
    EXPECT_EQ(healed.complaint, "");
    EXPECT_TRUE(search.is_complete() || search.states() >= search.plan().most_states);
    if (share == 1)
        expect_rules(search.decider());
}

INSTANTIATE_TEST_SUITE_P(Of, PairExploration, testing::ValuesIn(explorations()),
                         [](const auto& each) { return each.param.sentence; });

} // namespace
} // namespace pgtwin::test::pair
