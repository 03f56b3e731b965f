// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The action that the plan names is killed once, that long after it began; every other call is the agent's own.
constexpr const char* wrapper = R"(#!/bin/sh
if [ -f /run/doomed ] && read -r action delay </run/doomed && [ "$1" = "$action" ]; then
    mv /run/doomed /run/doomed.done
    (sleep "$delay" && kill -KILL $$) </dev/null >/dev/null 2>&1 &
fi
exec /usr/local/lib/pgtwin "$@"
)";

/// The agent dies in the middle of an action; what it has begun goes on, and the next action finds its way from there.
class KilledAgent : public PairTest
{
protected:
    void SetUp() override
    {
        PairTest::SetUp();
        for (const std::string node : {first_node, second_node})
            lab().exec(node, {"sh", "-c", install, "install", wrapper});
    }

    static void doom(const std::string& node, const std::string& action, milliseconds delay)
    {
        const std::string plan = action + " " + std::to_string(static_cast<double>(delay.count()) / 1000.0);
        lab().exec(node, {"sh", "-c", "rm -f /run/doomed.done; echo '" + plan + "' >/run/doomed"});
    }

    static void wait_killed(const std::string& node)
    {
        wait_until("an action to kill on " + node, Deadline{heal_limit},
                   [&]() -> std::string {
                       return lab().try_exec(node, {"test", "-e", "/run/doomed.done"}).ok() ? "" : "none yet";
                   });
    }

    void expect_healed(const std::string& action, milliseconds delay)
    {
        expect_recovery(action + " killed after " + std::to_string(delay.count()) + " ms", heal_limit, 2 * heal_limit);
    }

private:
    static constexpr const char* install = "cd /usr/lib/ocf/resource.d/heartbeat && "
                                           "if [ ! -e /usr/local/lib/pgtwin ]; then mv pgtwin /usr/local/lib/pgtwin && "
                                           "printf '%s' \"$1\" >.new && chmod 0755 .new && mv .new pgtwin; fi";
};

TEST_F(KilledAgent, InStartIsSurvivedAfterACleanup)
{
    for (const milliseconds delay : {milliseconds{30}, milliseconds{900}})
    {
        const std::string standby = pair().standby();
        begin();
        take_out(lab(), standby);
        doom(standby, "start", delay);
        bring_back(lab(), standby);
        wait_killed(standby);
        wait_state(lab(), "the instance is stopped or runs", heal_limit,
                   [&](const ClusterState& state)
                   { return state.failures.empty() && state.nodes.at(standby).role.empty() ? "in between" : ""; });
        lab().crm(standby, {"resource", "cleanup", "postgres-clone"});
        expect_healed("start", delay);
    }
}

TEST_F(KilledAgent, InPromoteIsSurvived)
{
    for (const milliseconds delay : {milliseconds{30}, milliseconds{500}})
    {
        const std::string primary = pair().primary();
        begin();
        doom(peer_of(primary), "promote", delay);
        pair().kill_postmaster(primary);
        wait_killed(peer_of(primary));
        expect_healed("promote", delay);
    }
}

TEST_F(KilledAgent, InDemoteIsSurvived)
{
    for (const milliseconds delay : {milliseconds{300}, milliseconds{800}})
    {
        const std::string primary = pair().primary();
        begin();
        doom(primary, "demote", delay);
        lab().crm(primary, {"resource", "move", "postgres-clone", peer_of(primary)});
        wait_killed(primary);
        wait_primary(lab(), peer_of(primary));
        lab().crm(primary, {"resource", "clear", "postgres-clone"});
        expect_healed("demote", delay);
    }
}

// Pacemaker fences a node whose stop failed, or stops once more if the end of the server was reported meanwhile.
TEST_F(KilledAgent, InStopIsSurvivedAfterACleanup)
{
    for (const milliseconds delay : {milliseconds{30}, milliseconds{200}})
    {
        const std::string standby = pair().standby();
        begin();
        doom(standby, "stop", delay);
        lab().crm(standby, {"node", "standby", standby});
        wait_until("the stop of " + standby + " is made good", Deadline{2 * heal_limit},
                   [&]() -> std::string
                   {
                       const Ran plan = lab().try_exec(standby, {"test", "!", "-e", "/run/doomed"});
                       const ClusterState state = lab().state_seen_by(peer_of(standby));
                       const NodeState& seen = state.nodes.at(standby);
                       const bool is_stopped = seen.role.empty() || seen.role == "Stopped";
                       return plan.ok() && seen.is_online && !seen.is_pending && is_stopped ? "" : state.summary();
                   });
        lab().crm(peer_of(standby), {"node", "online", standby});
        // The sentinel may report the end of the server before Pacemaker has fenced: then the failed stop is kept.
        lab().crm(peer_of(standby), {"resource", "cleanup", "postgres-clone"});
        expect_healed("stop", delay);
    }
}

TEST_F(KilledAgent, InNotifyIsSurvived)
{
    for (const milliseconds delay : {milliseconds{20}, milliseconds{100}})
    {
        const std::string primary = pair().primary();
        begin();
        doom(primary, "notify", delay);
        doom(peer_of(primary), "notify", delay);
        switch_over(lab(), peer_of(primary));
        wait_killed(primary);
        wait_killed(peer_of(primary));
        expect_healed("notify", delay);
    }
}

TEST_F(KilledAgent, InMonitorIsSurvived)
{
    for (const milliseconds delay : {milliseconds{20}, milliseconds{150}})
    {
        const std::string primary = pair().primary();
        begin();
        doom(primary, "monitor", delay);
        doom(peer_of(primary), "monitor", delay);
        wait_killed(primary);
        wait_killed(peer_of(primary));
        expect_healed("monitor", delay);
    }
}

TEST_F(KilledAgent, LeavesEqualLedgersInTheEnd)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
