// SPDX-License-Identifier: GPL-2.0-or-later
#include <functional>
#include <memory>

#include "cluster/doom.hpp"
#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"
#include "cluster/trouble.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;

/// More than the default of sync_degrade_delay, the token, and a request to the power switch.
constexpr seconds stall_time{15};
constexpr seconds nearly_the_delay{8};
constexpr seconds any_gap{600};

/// A machine that hangs just when it was about to act, and acts on what it knew before (H8).
class FrozenAmidst : public PairTest
{
protected:
    void SetUp() override
    {
        PairTest::SetUp();
        lab().set_fencing("works");
        install_doom(lab());
    }

    static void wait_unclean(const std::string& observer)
    {
        wait_until(observer + " sees a lost node", Deadline{heal_limit},
                   [&]() -> std::string
                   {
                       const ClusterState state = lab().state_seen_by(observer);
                       return state.nodes.at(peer_of(observer)).is_unclean ? "" : state.summary();
                   });
    }

    static void expect_no_primary_on(const std::string& node, milliseconds time)
    {
        expect_throughout(
            "nobody is promoted beside a node that may live", time,
            [&]() -> std::string
            { return lab().try_sql(node, "SELECT pg_is_in_recovery()", seconds{2}).out == "f\n" ? "promoted" : ""; });
    }

    /// The primary has recorded that the standby is stale, and waits before it goes alone.
    static std::unique_ptr<Blocked> lose_stream(const std::string& standby)
    {
        auto blocked = std::make_unique<Blocked>(
            lab(), standby, std::vector<Arguments>{replication_from_peer(standby), replication_to_peer(standby)});
        wait_stale(lab(), standby);
        return blocked;
    }

    static void expect_silence(const std::string& why, milliseconds time)
    {
        const std::size_t before = pair().ledger().count();
        expect_throughout(why, time,
                          [&]() -> std::string
                          { return pair().ledger().count() == before ? "" : "a commit was acknowledged"; });
    }

    /// The steps of a promotion after a crash; they are watched in a spare one.
    static std::vector<Step> steps_of_promotion()
    {
        const std::string candidate = pair().standby();
        doom(lab(), candidate, "promote");
        pair().kill_postmaster(peer_of(candidate));
        std::vector<Step> steps = wait_doomed_ended(lab(), candidate).steps;
        steps.pop_back(); // its answer: nothing is left to stop
        pair().wait_healthy(heal_limit);
        return chosen_steps(steps);
    }

    /// The standby halts at that step of its promotion, and its node with it; nothing if this promotion has no such
    /// step.
    static std::unique_ptr<FrozenNode> freeze_amidst_promotion(const std::string& candidate, const Step& step)
    {
        doom(lab(), candidate, "promote", step, "SIGSTOP");
        pair().kill_postmaster(peer_of(candidate));
        return wait_doomed_halted(lab(), candidate) ? std::make_unique<FrozenNode>(lab(), candidate) : nullptr;
    }

    using Story =
        std::function<void(const std::string& candidate, std::unique_ptr<FrozenNode> frozen, const Step& step)>;

    /// False: the promotion ended before that step.
    bool tell(const std::string& fencing, const Step& step, const Story& story)
    {
        SetUp();
        const std::string candidate = pair().standby();
        begin();
        lab().set_fencing(fencing);
        auto frozen = freeze_amidst_promotion(candidate, step);
        if (frozen)
        {
            story(candidate, std::move(frozen), step);
            return true;
        }
        report("a promotion ended before " + step.text());
        pair().wait_healthy(heal_limit);
        return false;
    }

    /// Tells the story at each chosen step. No two promotions look equally often for what they wait for: one that ends
    /// before a late step is told at an earlier one.
    void at_each_step(const std::string& fencing, const Story& story)
    {
        for (Step step : steps_of_promotion())
            while (!tell(fencing, step, story))
            {
                ASSERT_GT(step.count, 1);
                step.count = step.count * 2 / 3;
            }
    }
};

TEST_F(FrozenAmidst, GoingAloneLosesNothingWhenItsNodeAwakes)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    auto blocked = lose_stream(standby);
    lab().set_fencing("fails");
    auto frozen = std::make_unique<FrozenNode>(lab(), primary);
    wait_unclean(standby);
    expect_no_primary_on(standby, stall_time);
    frozen.reset();
    lab().set_fencing("works");
    blocked.reset();
    expect_recovery("primary node frozen for 15 s while it was about to go alone", any_gap, 2 * heal_limit);
}

TEST_F(FrozenAmidst, GoingAloneBeginsItsDelayAnewIfNobodyLookedMeanwhile)
{
    const std::string primary = pair().primary();
    begin();
    auto blocked = lose_stream(peer_of(primary));
    expect_silence("the delay has begun", seconds{3});
    auto frozen = std::make_unique<Frozen>(lab(), primary, "pgrep -x pacemaker-execd");
    expect_silence("nobody looks", stall_time);
    frozen.reset();
    expect_silence("the delay begins anew", nearly_the_delay);
    wait_commits(pair(), 100, heal_limit);
    blocked.reset();
    expect_recovery("monitors of the primary frozen for 15 s while it was about to go alone", 2 * heal_limit);
    EXPECT_EQ(pair().primary(), primary);
}

/// The monitor has connected, and its question reaches the server when nobody else of the server lives any more.
TEST_F(FrozenAmidst, AMonitorThatADyingServerAnswersDoesNotHinderTheFailover)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    doom(lab(), primary, "monitor", Step{"sendto", 1}, "SIGSTOP");
    ASSERT_TRUE(wait_doomed_halted(lab(), primary));
    {
        const Frozen backend{lab(), primary, "pgrep -f 'postgres: .*\\[local\\] (idle|startup|authentication)'"};
        lab().exec(primary, {"pkill", "-CONT", "-f", "/usr/local/lib/pgtwin monitor"});
        wait_until("a question to the server", Deadline{heal_limit},
                   [&]() -> std::string
                   {
                       const std::string calls = lab().try_exec(primary, {"cat", "/var/log/doomed.calls"}).out;
                       return calls.find("pg_is_in_recovery") != std::string::npos ? "" : calls;
                   });
        lab().exec(primary, {"sh", "-c", std::string{"kill -KILL $("} + postmaster + ")"});
        wait_until("the end of the stream", Deadline{heal_limit},
                   [&]() -> std::string {
                       return lab().try_exec(primary, {"pgrep", "-f", "postgres: .*walsender"}).ok() ? "it lives" : "";
                   });
    }
    expect_recovery("postmaster of the primary killed while a monitor asks it");
    EXPECT_EQ(pair().primary(), standby);
}

TEST_F(FrozenAmidst, PromotionThatNobodyCanFenceLosesNothing)
{
    at_each_step("fails",
                 [this](const std::string& candidate, std::unique_ptr<FrozenNode> frozen, const Step& step)
                 {
                     wait_unclean(peer_of(candidate));
                     expect_no_primary_on(peer_of(candidate), stall_time);
                     frozen.reset();
                     lab().set_fencing("works");
                     expect_recovery("standby node frozen for 15 s at " + step.text() + " of its promotion", any_gap,
                                     2 * heal_limit);
                 });
}

TEST_F(FrozenAmidst, PromotionThatIsFencedLosesNothing)
{
    at_each_step(
        "works",
        [this](const std::string& /*candidate*/, const std::unique_ptr<FrozenNode>& /*frozen*/, const Step& step)
        {
            expect_recovery("standby node frozen and fenced at " + step.text() + " of its promotion", any_gap,
                            2 * heal_limit);
        });
}

TEST_F(FrozenAmidst, LeavesEqualLedgersInTheEnd)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
