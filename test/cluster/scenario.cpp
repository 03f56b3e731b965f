// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/scenario.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

std::unique_ptr<Pair>& shared_pair()
{
    static std::unique_ptr<Pair> pair;
    return pair;
}

/// Takes the cluster down before main() ends, while everything it needs still exists.
class TakeDown : public testing::Environment
{
public:
    void TearDown() override { shared_pair().reset(); }
};

const testing::Environment* const take_down = testing::AddGlobalTestEnvironment(new TakeDown);

std::string present_test()
{
    const testing::TestInfo* const info = testing::UnitTest::GetInstance()->current_test_info();
    return std::string{info->test_suite_name()} + "." + info->name();
}

Pair& deployed()
{
    auto& pair = shared_pair();
    pair.reset();
    pair = std::make_unique<Pair>(Lab::name_for("scenarios"));
    pair->configure();
    pair->wait_healthy(heal_limit);
    return *pair;
}

bool is_fit(const Pair* pair)
{
    if (pair == nullptr || !pair->is_configured())
        return false;
    try
    {
        pair->wait_healthy(seconds{15});
        return true;
    }
    catch (const NotReached& ailing)
    {
        std::cout << "[ renewed  ] the cluster of the previous scenario: " << ailing.what() << std::endl;
        return false;
    }
}

} // namespace

Pair& PairTest::pair()
{
    if (!shared_pair())
        throw LabError{"no cluster is up"};
    return *shared_pair();
}

Pair& PairTest::renew()
{
    shared_pair().reset();
    shared_pair() = std::make_unique<Pair>(Lab::name_for("scenarios"));
    return *shared_pair();
}

void PairTest::SetUp()
{
    if (!is_fit(shared_pair().get()))
        deployed();
}

void PairTest::TearDown()
{
    if (HasFailure() && shared_pair())
        std::cout << "logs of this scenario: " << lab().collect_logs(present_test()) << std::endl;
}

void PairTest::report(const std::string& line)
{
    std::cout << "[ measured ] " << line << std::endl;
    if (const char* const path = std::getenv("PGTWIN_TEST_REPORT")) // NOLINT(concurrency-mt-unsafe): nobody writes it
        std::ofstream{path, std::ios::app} << line << '\n';
}

void PairTest::begin()
{
    failures_ = lab().state().failures;
    since_ = std::chrono::steady_clock::now();
}

Cost PairTest::recovered(const std::string& what, seconds longest_gap, seconds healed_within)
{
    Cost cost = pair().recover(since_, healed_within);
    report(what + ": " + cost.in_words());
    EXPECT_LE(cost.longest_gap, longest_gap) << what << " blocked the writes too long";
    EXPECT_EQ(cost.lost, std::vector<Id>{}) << what << " lost acknowledged commits";
    EXPECT_EQ(cost.lost_on_standby, std::vector<Id>{}) << "the synchronous standby lacks acknowledged commits";
    return cost;
}

void PairTest::expect_recovery(const std::string& what, seconds longest_gap, seconds healed_within)
{
    EXPECT_EQ(recovered(what, longest_gap, healed_within).two_primaries, std::vector<std::string>{});
}

void PairTest::expect_no_loss(const std::string& what, seconds longest_gap)
{
    (void)recovered(what, longest_gap, heal_limit);
}

void PairTest::expect_smooth_recovery(const std::string& what)
{
    expect_recovery(what);
    for (const std::string& failure : lab().state().failures)
        EXPECT_NE(std::find(failures_.begin(), failures_.end(), failure), failures_.end())
            << what << " made an action fail: " << failure;
}

void PairTest::expect_equal_ledgers()
{
    pair().client().stop();
    EXPECT_EQ(pair().lost_on(pair().standby(), seconds{15}), std::vector<Id>{});
    const auto on_primary = pair().client().ids_on(pair().primary());
    const auto on_standby = pair().client().ids_on(pair().standby());
    ASSERT_TRUE(on_primary && on_standby);
    EXPECT_EQ(*on_primary, *on_standby);
}

} // namespace pgtwin::test
