// SPDX-License-Identifier: GPL-2.0-or-later
#include <functional>
#include <iostream>

#include "cluster/doom.hpp"
#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

/// What makes Pacemaker call an action on a node, and what follows.
struct Occasion
{
    using Deed = std::function<void(const std::string& node)>;

    std::string action;
    std::function<std::string()> victim; ///< the node on which the next action is killed
    Deed cause;
    Deed after_kill = [](const std::string&) {
    }; ///< what only a failed action asks for
    Deed after = [](const std::string&) {
    }; ///< undoes what the cause left in the configuration
};

/// The agent dies before one of its steps; what it has begun goes on, and the next action finds its way from there.
class KilledAgent : public PairTest
{
protected:
    void SetUp() override
    {
        PairTest::SetUp();
        install_doom(lab());
    }

    /// Watches the action once, then kills it at each chosen step.
    void expect_survival(const Occasion& occasion)
    {
        const Watched whole = strike(occasion, std::nullopt);
        ASSERT_FALSE(whole.is_killed);
        ASSERT_FALSE(whole.steps.empty());
        for (const Step& step : chosen_steps(whole.steps))
            try
            {
                SetUp();
                strike(occasion, step);
            }
            catch (const std::exception& failure)
            {
                ADD_FAILURE() << occasion.action << " killed at " << step.text() << ": " << failure.what();
            }
    }

    void expect_survival(const std::vector<Occasion>& occasions)
    {
        if (!is_every_occasion_wanted())
            return expect_survival(occasions.at(chosen_occasion(occasions.size())));
        for (const Occasion& occasion : occasions)
            expect_survival(occasion);
    }

    static std::string primary() { return pair().primary(); }
    static std::string standby() { return pair().standby(); }

    static void clean_up_resource(const std::string& node)
    {
        lab().crm(node, {"resource", "cleanup", "postgres-clone"});
    }

    static void move_away(const std::string& node)
    {
        lab().crm(node, {"resource", "move", "postgres-clone", peer_of(node)});
    }

    static void end_move(const std::string& node)
    {
        wait_primary(lab(), peer_of(node));
        lab().crm(node, {"resource", "clear", "postgres-clone"});
    }

private:
    Watched strike(const Occasion& occasion, const std::optional<Step>& step)
    {
        const std::string node = occasion.victim();
        begin();
        doom(lab(), node, occasion.action, step);
        occasion.cause(node);
        Watched watched = wait_doomed_ended(lab(), node);
        if (watched.is_killed)
            occasion.after_kill(node);
        occasion.after(node);
        expect_recovery(described(occasion, step, watched), heal_limit, 2 * heal_limit);
        return watched;
    }

    static std::string described(const Occasion& occasion, const std::optional<Step>& step, const Watched& watched)
    {
        if (!step)
            return occasion.action + " watched, " + std::to_string(watched.steps.size()) + " steps";
        return occasion.action + (watched.was_killed_at(*step) ? " killed at " : " ended before ") + step->text();
    }
};

TEST_F(KilledAgent, InStartIsSurvivedAfterACleanup)
{
    expect_survival({"start", standby,
                     [](const std::string& node)
                     {
                         take_out(lab(), node);
                         bring_back(lab(), node);
                     },
                     [](const std::string& node)
                     {
                         wait_state(lab(), "the failed instance is stopped", heal_limit,
                                    [&](const ClusterState& state)
                                    {
                                        const std::string& role = state.nodes.at(node).role;
                                        const bool is_stopped = role.empty() || role == "Stopped";
                                        return !state.failures.empty() && is_stopped ? "" : "in between";
                                    });
                         clean_up_resource(node);
                     }});
}

TEST_F(KilledAgent, InPromoteIsSurvived)
{
    const Occasion after_a_crash{"promote", standby,
                                 [](const std::string& node)
                                 {
                                     pair().kill_postmaster(peer_of(node));
                                 }};
    const Occasion in_a_switchover{"promote", standby, [](const std::string& node) { move_away(peer_of(node)); },
                                   [](const std::string&) {},
                                   [](const std::string& node)
                                   {
                                       end_move(peer_of(node));
                                   }};
    expect_survival(std::vector<Occasion>{after_a_crash, in_a_switchover});
}

TEST_F(KilledAgent, InDemoteIsSurvived)
{
    expect_survival({"demote", primary, move_away, [](const std::string&) {}, end_move});
}

// Pacemaker fences a node whose stop failed, or stops once more if the end of the server was reported meanwhile.
TEST_F(KilledAgent, InStopIsSurvived)
{
    const auto wait_made_good = [](const std::string& node)
    {
        wait_until("the stop of " + node + " is made good", Deadline{2 * heal_limit},
                   [&]() -> std::string
                   {
                       const ClusterState state = lab().state_seen_by(peer_of(node));
                       const NodeState& seen = state.nodes.at(node);
                       const bool is_stopped = seen.role.empty() || seen.role == "Stopped";
                       return seen.is_online && !seen.is_pending && is_stopped ? "" : state.summary();
                   });
    };
    expect_survival({"stop", standby,
                     [](const std::string& node) {
                         lab().crm(node, {"node", "standby", node});
                     },
                     wait_made_good,
                     [](const std::string& node)
                     {
                         lab().crm(node, {"node", "online", node});
                     }});
}

TEST_F(KilledAgent, InMonitorIsSurvived)
{
    const auto wait_for_it = [](const std::string&) {
    };
    expect_survival(std::vector<Occasion>{
        {"monitor", primary, wait_for_it},
        {"monitor", standby, wait_for_it}
    });
}

TEST_F(KilledAgent, InNotifyIsSurvived)
{
    const auto take_out_and_back = [](const std::string& primary)
    {
        take_out(lab(), peer_of(primary));
        bring_back(lab(), peer_of(primary));
    };
    const Occasion started{"notify-post-start", primary, take_out_and_back};
    const Occasion demoted{"notify-pre-demote", primary, move_away, [](const std::string&) {}, end_move};
    const Occasion stopped{"notify-post-stop", primary,
                           [](const std::string& primary) { take_out(lab(), peer_of(primary)); },
                           [](const std::string&) {},
                           [](const std::string& primary)
                           {
                               bring_back(lab(), peer_of(primary));
                           }};
    expect_survival(std::vector<Occasion>{started, demoted, stopped});
}

TEST_F(KilledAgent, LeavesEqualLedgersInTheEnd)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
