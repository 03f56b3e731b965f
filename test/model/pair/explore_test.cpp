// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <iostream>

#include "healing.hpp"
#include "mutations.hpp"
#include "pgtwin/base/table.hpp"
#include "search.hpp"

namespace pgtwin::test::pair
{
namespace
{

using decide::Rule;

#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t share = 40;
#else
constexpr std::size_t share = 1;
#endif

const Events power = bit(Event::power_loss);
const Events cut = bit(Event::network_down);
const Events blocked = bit(Event::replication_blocked);
const Events crash = bit(Event::crash);
const Events kills = events({Event::kill, Event::kill_worker});
const Events orders = events({Event::ordered_demote, Event::ordered_stop, Event::leave});

/// One exploration, as a sentence about the pair.
struct Explored
{
    const char* sentence;
    Root root;
    int faults;
    Events kinds;
    int commits;
    int promotions;
    std::vector<Rule> rules; ///< by which promotions must have been allowed
    void (*change)(Plan&);   ///< what else is different
    std::size_t most_states;
};

void nothing_else(Plan&) {}

void set_quorum_of_one(Plan& plan)
{
    plan.has_wait_for_all = false;
}

void set_ignored_quorum(Plan& plan)
{
    plan.is_quorum_ignored = true;
}

void set_an_operator(Plan& plan)
{
    plan.most_overrides = 1;
    plan.is_newest_record_kept = true;
}

void set_newest_record(Plan& plan)
{
    plan.is_newest_record_kept = true;
    plan.has_pauses = false;
}

void set_strict(Plan& plan)
{
    plan.mode = ReplicationMode::strict;
}

void set_async(Plan& plan)
{
    plan.mode = ReplicationMode::async;
}

void set_changing_mode(Plan& plan)
{
    plan.most_mode_changes = 2;
    plan.has_lag = false;
}

void set_deep(Plan& plan)
{
    plan.has_pauses = false;
    plan.has_lag = false;
}

Plan plan_of(const Explored& explored)
{
    Plan plan;
    plan.name = explored.sentence;
    plan.root = explored.root;
    plan.most_faults = explored.faults;
    plan.faults = explored.kinds;
    plan.most_commits = explored.commits;
    plan.most_promotions = explored.promotions;
    plan.most_states = explored.most_states / share;
    explored.change(plan);
    return plan;
}

/// Every hundredth or so of the states is healed: too many to heal all.
constexpr std::size_t healed_share = 97;

/// L1, from a sample of the states.
class Healed
{
public:
    explicit Healed(Search& search) : search_{search} {}

    void operator()(const World& world, std::size_t state)
    {
        if (state % healed_share != 0 || !complaint.empty())
            return;
        count++;
        const Healing healing = heal(world, search_.plan(), search_.decider());
        human += healing.is_human_needed ? 1 : 0;
        rounds = std::max(rounds, healing.rounds);
        if (healing.broken != nullptr)
            complaint = std::string{healing.broken} + ", while the pair heals\n";
        else if (!healing.is_whole && !healing.is_human_needed)
            complaint = "L1: the pair does not come back\n";
        if (!complaint.empty())
            complaint += search_.story(state) + "  After the healing\n" + describe(healing.world);
    }

    std::size_t count = 0;
    std::size_t human = 0;
    int rounds = 0;
    std::string complaint;

private:
    Search& search_;
};

/// Where L1 is asked for; elsewhere the first story without a healing is printed.
bool heals(Root root, const std::string& sentence)
{
    return root == Root::alone || root == Root::both_down || sentence == "orders" || sentence == "strict" ||
           sentence == "stale_standby";
}

class PairExploration : public testing::TestWithParam<Explored>
{
};

TEST_P(PairExploration, KeepsEveryPromise)
{
    Search search{plan_of(GetParam())};
    Healed healed{search};
    search.visit = [&healed](const World& world, std::size_t state)
    {
        healed(world, state);
    };
    search.run(root_of(search.plan()));
    std::cout << GetParam().sentence << ": " << search.states() << " states" << (search.is_complete() ? " (all)" : "")
              << ", depth " << search.depth() << ", " << search.decider().asked() << " decisions; healed "
              << healed.count << ", longest " << healed.rounds << " rounds, diverged " << healed.human << "\n";
    EXPECT_FALSE(search.violation()) << search.violation()->promise << "\n" << search.violation()->story;
    if (heals(GetParam().root, GetParam().sentence))
        EXPECT_EQ(healed.complaint, "");
    else
        std::cout << healed.complaint;
    EXPECT_TRUE(search.is_complete() || search.states() >= search.plan().most_states);
    for (const Rule rule : share == 1 ? GetParam().rules : std::vector<Rule>{})
        EXPECT_TRUE(search.decider().rules().contains(rule)) << "no promotion by rule " << static_cast<int>(rule);
}

constexpr std::size_t many = 700'000;

const std::vector<Explored> explorations{
    {"first_deployment",
     Root::first_deployment,
     1,                                                  power | cut | crash | kills,
     1,                                                                                                       2,
     {Rule::first_run},
     nothing_else,                                                                                                                                              many},
    {"two_databases",            Root::two_databases, 1, power | cut | kills,                              1, 2, {},                        nothing_else,       many},
    {"running_pair",             Root::running_pair,  2, power | cut | crash | kills,                      1, 2, {Rule::certified},         nothing_else,       many},
    {"running_pair_in_depth",    Root::running_pair,  2, power | cut,                                      2, 2, {Rule::certified},         set_deep,           many},
    {"orders",                   Root::running_pair,  2, orders | kills,                                   1, 2, {Rule::certified},         nothing_else,       many},
    {"hung_servers",
     Root::running_pair,
     2,                                                  bit(Event::hang) | blocked | crash,
     1,                                                                                                       2,
     {Rule::certified},
     set_deep,                                                                                                                                                  many},
    {"cold_boot",                Root::both_down,     1, power | crash | kills,                            1, 2, {Rule::compared},          set_deep,           many},
    {"a_node_that_cannot_start",
     Root::both_down,
     1,                                                  bit(Event::failing_step),
     1,                                                                                                       2,
     {Rule::compared, Rule::peer_cannot_start},
     set_deep,                                                                                                                                                  many},
    {"stale_standby",            Root::held_loss,     1, power | crash | kills,                            2, 2, {Rule::alone},             set_quorum_of_one,  many},
    {"operator",                 Root::held_loss,     1, power | crash,                                    2, 2, {Rule::operator_override}, set_an_operator,    many},
    {"alone",                    Root::alone,         1, power | cut | crash | kills,                      1, 1, {},                        nothing_else,       many},
    {"torn_directories",
     Root::running_pair,
     2,                                                  events({Event::wipe, Event::tear, Event::crash}),
     1,                                                                                                       2,
     {},
     set_deep,                                                                                                                                                  many},
    {"strict",                   Root::running_pair,  2, power | blocked | crash,                          1, 2, {Rule::certified},         set_strict,         many},
    {"async",                    Root::running_pair,  2, power | cut | crash,                              2, 2, {Rule::certified},         set_async,          many},
    {"changing_mode",            Root::running_pair,  1, power | crash,                                    1, 1, {Rule::certified},         set_changing_mode,  many},
    {"ignored_quorum",           Root::both_down,     1, power | cut,                                      1, 2, {Rule::compared},          set_ignored_quorum, many},
    {"two_histories",            Root::forked,        1, power | crash,                                    3, 1, {Rule::compared},          nothing_else,       many},
    {"after_a_switchover",       Root::switched,      1, power | crash | kills,                            1, 1, {Rule::certified},         nothing_else,       many},
    {"after_an_override",        Root::overridden,    1, power | crash,                                    2, 1, {},                        set_newest_record,  many},
};

INSTANTIATE_TEST_SUITE_P(Of, PairExploration, testing::ValuesIn(explorations),
                         [](const auto& each) { return each.param.sentence; });

} // namespace
} // namespace pgtwin::test::pair
