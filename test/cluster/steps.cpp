// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/steps.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <thread>

#include "cluster/document.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr const char* score = "master-postgres-db";

bool is_joined(const NodeState& node)
{
    return node.is_online && !node.is_pending;
}

bool has_refused(const ClusterState& state, const std::string& node, const std::string& reason)
{
    return std::any_of(state.failures.begin(), state.failures.end(),
                       [&](const std::string& failure) {
                           return failure.rfind("postgres-db_promote_0 on " + node, 0) == 0 &&
                                  failure.find(reason) != std::string::npos;
                       });
}

} // namespace

void wait_state(const Lab& lab, const std::string& what, seconds limit, const Lacking& lacking)
{
    const auto look = [&]() -> std::string
    {
        const ClusterState state = lab.state();
        const std::string missing = lacking(state);
        return missing.empty() ? "" : missing + " [" + state.summary() + "]";
    };
    // A look is two processes in a node, which should not slow down what is looked at.
    wait_until(what, Deadline{limit}, look, std::chrono::milliseconds{250});
}

void expect_throughout(const std::string& rule, std::chrono::milliseconds time, const Missing& broken)
{
    const Deadline end{time};
    while (!end.passed())
    {
        const std::string what = broken();
        EXPECT_EQ(what, "") << rule;
        if (!what.empty())
            return;
        std::this_thread::sleep_for(std::chrono::milliseconds{200});
    }
}

void expect_one_primary_at_most(const Lab& lab, std::chrono::milliseconds time)
{
    const auto is_primary = [&](const char* node)
    {
        return lab.try_sql(node, "SELECT pg_is_in_recovery()", seconds{1}).out == "f\n";
    };
    expect_throughout(
        "there is at most one primary", time,
        [&]() -> std::string
        { return is_primary(first_node) && is_primary(second_node) && is_primary(first_node) ? "there are two" : ""; });
}

void wait_primary(const Lab& lab, const std::string& node)
{
    wait_state(lab, "primary on " + node, patience,
               [&](const ClusterState& state) { return state.primary() == node ? "" : "another or none"; });
}

void wait_both_online(const Lab& lab)
{
    wait_state(lab, "both nodes online", patience,
               [](const ClusterState& state)
               {
                   const bool are_online = std::all_of(state.nodes.begin(), state.nodes.end(),
                                                       [](const auto& node) { return is_joined(node.second); });
                   return are_online ? "" : "not both";
               });
}

void wait_peer_gone(const Lab& lab, const std::string& node)
{
    wait_until(node + " sees its peer gone", Deadline{patience},
               [&]() -> std::string
               {
                   const ClusterState state = lab.state_seen_by(node);
                   const NodeState& peer = state.nodes.at(peer_of(node));
                   return !peer.is_online && !peer.is_unclean && state.has_dc ? "" : state.summary();
               });
}

void wait_withheld(const Lab& lab, const std::string& node)
{
    wait_until("a standby on " + node + " that must not be promoted", Deadline{patience},
               [&]() -> std::string
               {
                   const ClusterState state = lab.state_seen_by(node);
                   const NodeState& seen = state.nodes.at(node);
                   if (seen.role != "Unpromoted" || seen.attribute("postgres-db-position").empty())
                       return state.summary() + ", position '" + seen.attribute("postgres-db-position") + "'";
                   return seen.attribute(score) == "-INFINITY" ? "" : "score " + seen.attribute(score);
               });
}

void wait_stale(const Lab& lab, const std::string& node)
{
    wait_state(lab, node + " is recorded as stale", patience,
               [&](const ClusterState& state)
               {
                   const NodeState& seen = state.nodes.at(node);
                   return seen.attribute("postgres-db-data-status") == "stale" && seen.attribute(score) == "-INFINITY"
                              ? ""
                              : "status " + seen.attribute("postgres-db-data-status");
               });
}

void wait_without_quorum(const Lab& lab, const std::string& node)
{
    wait_until(node + " waits for all", Deadline{patience},
               [&]() -> std::string
               {
                   const std::string status = lab.try_exec(node, {"corosync-quorumtool", "-s"}).out;
                   if (status.find("Activity blocked") == std::string::npos)
                       return "quorum: " + status;
                   return lab.state_seen_by(node).has_dc ? "" : "no DC";
               });
}

void take_out(const Lab& lab, const std::string& node)
{
    lab.crm(node, {"node", "standby", node});
    wait_state(lab, "no server on " + node, patience,
               [&](const ClusterState& state)
               {
                   const NodeState& seen = state.nodes.at(node);
                   return seen.is_standby && (seen.role.empty() || seen.role == "Stopped") ? "" : "it runs";
               });
}

void bring_back(const Lab& lab, const std::string& node)
{
    lab.crm(node, {"node", "online", node});
}

void switch_over(const Lab& lab, const std::string& to)
{
    lab.crm(to, {"resource", "move", "postgres-clone", to});
    wait_primary(lab, to);
    lab.crm(to, {"resource", "clear", "postgres-clone"});
}

void release_quorum(const Lab& lab, const std::string& node)
{
    follow(lab, node, Block{"doc/troubleshooting.md", "release-quorum"});
}

void boot_alone(const Lab& lab, const std::string& node)
{
    lab.power_on(node);
    wait_without_quorum(lab, node);
    release_quorum(lab, node);
}

void on_both(const Lab& lab, void (Lab::*action)(const std::string&) const)
{
    auto first = std::async(std::launch::async, [&]() { (lab.*action)(first_node); });
    (lab.*action)(second_node);
    first.get();
}

void clean_up(const Lab& lab, const std::string& node)
{
    lab.crm(node, {"resource", "cleanup", "postgres-clone"});
    wait_state(lab, "no failed actions", patience,
               [](const ClusterState& state) { return state.failures.empty() ? "" : "there are some"; });
}

void expect_refusal(const Lab& lab, const std::string& node, const std::string& reason)
{
    wait_state(lab, "the promotion of " + node + " is refused: " + reason, patience,
               [&](const ClusterState& state) -> std::string
               {
                   if (has_refused(state, node, reason))
                       return "";
                   // A monitor that ends just now lowers it before Pacemaker has made its plan.
                   lab.exec(node, {"attrd_updater", "-n", score, "-U", "1000", "-N", node});
                   return "no such failure";
               });
    wait_withheld(lab, node);
    // Pacemaker restarts it after the failed promotion, and until then it shows what was true before.
    wait_until(node + " runs as a standby again", Deadline{patience},
               [&]()
               {
                   const Ran ran = lab.try_sql(node, "SELECT pg_is_in_recovery()");
                   return ran.out == "t\n" ? std::string{} : ran.out + ran.err;
               });
    clean_up(lab, node);
}

void wait_failure(const Lab& lab, const std::string& text, seconds limit)
{
    wait_state(lab, "failed action: " + text, limit,
               [&](const ClusterState& state) -> std::string
               {
                   const bool is_there =
                       std::any_of(state.failures.begin(), state.failures.end(),
                                   [&](const std::string& each) { return each.find(text) != std::string::npos; });
                   return is_there ? "" : state.summary();
               });
}

void wait_refusal(const Lab& lab, const std::string& node, const std::string& reason)
{
    wait_state(lab, "the promotion of " + node + " is refused: " + reason, patience,
               [&](const ClusterState& state) { return has_refused(state, node, reason) ? "" : "no such failure"; });
}

std::chrono::milliseconds time_to_certify(const Lab& lab, const std::string& primary)
{
    using std::chrono::milliseconds;
    const std::string query =
        "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND application_name = '" +
        peer_of(primary) + "'";
    wait_until(
        "the standby streams", Deadline{patience},
        [&]() -> std::string
        {
            const Ran seen = lab.try_sql(primary, query);
            return seen.out == "1\n" ? "" : seen.explained();
        },
        milliseconds{20});
    const auto streaming = std::chrono::steady_clock::now();
    wait_until(
        "the standby is certified", Deadline{patience}, [&]() { return ailment_of(lab); }, milliseconds{20});
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - streaming);
}

void wait_commits(const Pair& pair, std::size_t more, seconds limit)
{
    const std::size_t wanted = pair.ledger().count() + more;
    wait_until(std::to_string(more) + " further commits", Deadline{limit},
               [&]() -> std::string {
                   return pair.ledger().count() >= wanted ? ""
                                                          : std::to_string(wanted - pair.ledger().count()) + " lack";
               });
}

void let_ssh_reach_both(const Lab& lab)
{
    constexpr const char* make_key =
        "install -d -m 700 /root/.ssh; rm -f /root/.ssh/id_ed25519; ssh-keygen -q -t ed25519 -N '' -f "
        "/root/.ssh/id_ed25519; echo 'StrictHostKeyChecking accept-new' >/root/.ssh/config; systemctl start ssh; "
        "cat /root/.ssh/id_ed25519.pub";
    std::string keys;
    for (const char* const node : {first_node, second_node})
        keys += lab.exec(node, {"sh", "-ec", make_key}, patience);
    for (const char* const node : {first_node, second_node})
        lab.exec(node, {"sh", "-ec", "cat >/root/.ssh/authorized_keys <<'END'\n" + keys + "END\n"});
}

} // namespace pgtwin::test
