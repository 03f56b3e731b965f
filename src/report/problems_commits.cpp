// SPDX-License-Identifier: GPL-2.0-or-later
#include <optional>

#include "pgtwin/report/format.hpp"
#include "problems.hpp"
#include "remedies.hpp"

namespace pgtwin::report
{
namespace
{

using namespace std::chrono_literals;

/// A commit over a slow network, or while the standby flushes, is no trouble.
constexpr std::chrono::milliseconds usual_wait = 3s;
/// What ends by itself has ended by then.
constexpr std::chrono::milliseconds long_wait = 20s;

/// What commits wait for.
struct Cause
{
    std::string text;
    std::string hint;
    bool ends_by_itself = false;
};

bool is_followed(const PairFacts& facts)
{
    return facts.replication && *facts.replication && (*facts.replication)->state == "streaming";
}

bool has_waited(const PairFacts& facts, std::chrono::milliseconds time)
{
    return facts.waiting && facts.waiting->sessions > 0 && facts.waiting->oldest >= time;
}

Cause of_a_lost_node(const PairFacts& facts, const NodeFacts& standby)
{
    const std::string confirm = "if " + standby.name + " is surely off: " + confirm_off(standby);
    const auto fencing = fencing_of(facts, standby);
    if (fencing == FencingState::failed)
        return {"it is lost, and fencing it fails", "mend the fencing device; " + confirm, false};
    if (fencing == FencingState::running)
        return {"it is lost, and is being fenced", "wait; " + confirm, true};
    return {"it is lost, and not fenced yet", "wait; " + confirm, true};
}

/// Without Pacemaker nobody lets commits go on.
std::optional<Cause> of_the_cluster(const PairFacts& facts, const NodeFacts& primary)
{
    if (is(facts.cluster.is_maintenance))
        return Cause{"the cluster is in maintenance mode", end_maintenance(), false};
    if (is(primary.is_maintenance))
        return Cause{"node " + primary.name + " is in maintenance mode", end_maintenance_of(primary), false};
    if (facts.management && *facts.management != Management::managed)
        return Cause{"Pacemaker does not manage the resource", manage(facts), false};
    if (facts.cluster.silence == Silence::stopped && primary.is_local)
        return Cause{"Pacemaker does not run here", "systemctl start pacemaker, or: pcs cluster start", false};
    return std::nullopt;
}

Cause of_the_mode(const PairFacts& facts, const NodeFacts& standby)
{
    return {"rep_mode is strict, and it does not follow",
            "bring " + standby.name + " back, or let them go on: crm_resource -r " + facts.resource +
                " --set-parameter rep_mode --parameter-value sync",
            false};
}

Cause cause_of(const PairFacts& facts, const NodeFacts& primary, const NodeFacts& standby)
{
    if (is_lost(standby))
        return of_a_lost_node(facts, standby);
    if (const auto cause = of_the_cluster(facts, primary))
        return *cause;
    if (is_followed(facts))
        return {"it is connected and does not confirm them: its server or its disk hangs",
                "wait for wal_sender_timeout and sync_degrade_delay, or take it out: " + take_out(standby), false};
    if (facts.mode == ReplicationMode::strict)
        return of_the_mode(facts, standby);
    if (facts.delay_left)
        return {"it does not follow; without it they go on in " + duration_text(*facts.delay_left), "wait", true};
    return {"it does not follow; the monitors of the primary decide when they go on",
            "pgtwin explain, on " + primary.name, true};
}

std::string sessions_text(const PairFacts& facts)
{
    if (!facts.waiting || facts.waiting->sessions == 0)
        return {};
    const int count = facts.waiting->sessions;
    return " (" + std::to_string(count) + (count == 1 ? " session" : " sessions") + ", for " +
           duration_text(facts.waiting->oldest) + ")";
}

} // namespace

Problems problems_of_commits(const PairFacts& facts)
{
    const NodeFacts* const primary = facts.primary();
    const NodeFacts* const standby = facts.standby();
    if (primary == nullptr || standby == nullptr || !facts.sync_names || facts.sync_names->empty())
        return {};
    const bool is_alone = facts.replication && !is_followed(facts);
    if (!is_alone && !has_waited(facts, usual_wait))
        return {};
    const Cause cause = cause_of(facts, *primary, *standby);
    Problem problem{Verdict::down, "commits-blocked",
                    "commits wait for " + standby->name + sessions_text(facts) + ": " + cause.text, cause.hint};
    if (cause.ends_by_itself && !has_waited(facts, long_wait))
        problem.verdict = Verdict::degraded;
    return {std::move(problem)};
}

} // namespace pgtwin::report
