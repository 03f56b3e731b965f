// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/pair.hpp"

#include <cstdio>
#include <iterator>

namespace pgtwin::test
{
namespace
{

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr const char* replication_query =
    "SELECT pg_is_in_recovery(), current_setting('synchronous_standby_names'), "
    "(SELECT string_agg(application_name || ' ' || state || ' ' || sync_state, ', ') FROM pg_stat_replication)";

std::string node_ailment(const std::string& name, const NodeState& node, const std::string& role)
{
    if (!node.is_online || node.is_pending || node.is_unclean)
        return name + " is not online";
    if (node.is_standby || node.is_maintenance)
        return name + " is in standby or maintenance";
    if (node.role != role)
        return name + " has role '" + node.role + "', not " + role;
    return "";
}

std::string record_ailment(const ClusterState& state, const std::string& primary, const std::string& mode)
{
    const std::string upper = state.nodes.at(primary).attribute("postgres-db-data-status");
    const std::string lower = state.nodes.at(peer_of(primary)).attribute("postgres-db-data-status");
    if (mode != "sync" || (upper == "primary" && lower == "in-sync"))
        return "";
    return "the primary is recorded as '" + upper + "', the standby as '" + lower + "'";
}

std::string cluster_ailment(const ClusterState& state, const std::string& mode)
{
    if (state.is_maintenance)
        return "the cluster is in maintenance mode";
    const auto primary = state.primary();
    if (!primary)
        return std::to_string(state.with_role("Promoted").size()) + " promoted instances";
    const std::string standby = peer_of(*primary);
    for (const auto& [name, node] : state.nodes)
        if (auto ailment = node_ailment(name, node, name == *primary ? "Promoted" : "Unpromoted"); !ailment.empty())
            return ailment;
    if (state.vip_node != *primary)
        return "the virtual address is not on " + *primary;
    if (auto ailment = record_ailment(state, *primary, mode); !ailment.empty())
        return ailment;
    const NodeState& node = state.nodes.at(standby);
    if (node.is_certified() && node.word("postgres-db-certified", "mode") == mode)
        return "";
    return standby + " is not certified (certificate '" + node.attribute("postgres-db-certified") + "', run '" +
           node.attribute("postgres-db-run") + "')";
}

std::string server_ailment(const Lab& lab, const std::string& primary, const std::string& mode)
{
    const std::string standby = peer_of(primary);
    const Ran upper = lab.try_sql(primary, replication_query);
    const std::string names = mode == "sync" ? "\"" + standby + "\"" : "";
    const std::string wanted = "f|" + names + "|" + standby + " streaming " + mode + "\n";
    if (upper.out != wanted)
        return primary + " says '" + upper.out + upper.err + "' instead of '" + wanted + "'";
    const Ran lower = lab.try_sql(standby, "SELECT pg_is_in_recovery()");
    if (lower.out != "t\n")
        return standby + " does not say that it is a standby: " + lower.explained();
    return "";
}

std::string in_seconds(milliseconds time)
{
    char text[32];
    (void)std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(time.count()) / 1000.0);
    return text;
}

} // namespace

std::string ailment_of(const Lab& lab, const std::string& mode)
{
    try
    {
        const ClusterState state = lab.state();
        if (auto ailment = cluster_ailment(state, mode); !ailment.empty())
            return ailment + " [" + state.summary() + "]";
        return server_ailment(lab, *state.primary(), mode);
    }
    catch (const LabError& error)
    {
        return error.what();
    }
}

std::string Cost::in_words() const
{
    return "healed after " + in_seconds(healed_after) + ", longest gap " + in_seconds(longest_gap) + ", " +
           std::to_string(acknowledged) + " commits acknowledged, " + std::to_string(lost.size()) + " lost";
}

Pair::Pair(const std::string& lab_name, const std::function<void()>& when_up) : lab_{lab_name}
{
    when_up();
    lab_.prepare_postgres();
}

void Pair::configure(const Arguments& parameters)
{
    lab_.configure(parameters);
    wait_until("a primary behind the virtual address", Deadline{seconds{60}},
               [&]() -> std::string
               {
                   const ClusterState state = lab_.state();
                   const auto primary = state.primary();
                   return primary && state.vip_node == *primary ? "" : state.summary();
               });
    create_ledger();
    client_ = std::make_unique<Client>(lab_.client_pid());
    referee_ = std::make_unique<Referee>(lab_.client_pid());
}

void Pair::create_ledger() const
{
    (void)lab_.sql(primary(), "SET ROLE app; CREATE TABLE ledger (id bigint PRIMARY KEY)");
}

std::string Pair::ailment() const
{
    return ailment_of(lab_, mode_);
}

void Pair::set_mode(const std::string& mode)
{
    lab_.crm(first_node, {"resource", "param", "postgres-db", "set", "rep_mode", mode});
    mode_ = mode == "async" ? "async" : "sync";
}

milliseconds Pair::wait_healthy(seconds limit) const
{
    // A look is four processes in the nodes: looking without a pause would slow down what is looked at.
    return wait_until(
        "primary and synchronous standby", Deadline{limit}, [this]() { return ailment(); }, milliseconds{300});
}

std::string Pair::primary() const
{
    const ClusterState state = lab_.state();
    if (const auto primary = state.primary())
        return *primary;
    throw LabError{"there is no primary: " + state.summary()};
}

std::string Pair::server_start(const std::string& node) const
{
    return lab_.sql(node, "SELECT pg_postmaster_start_time()");
}

// The backends notice it a moment later, and may acknowledge a commit until then.
void Pair::kill_postmaster(const std::string& node) const
{
    lab_.exec(node, {"sh", "-c", std::string{"postmaster=$(head -n 1 "} + data_directory + R"(/postmaster.pid)
children=$(pgrep -P "$postmaster")
kill -KILL "$postmaster"
for child in $children; do
    while readlink -q "/proc/$child/exe"; do sleep 0.01; done >/dev/null
done)"});
}

void Pair::wait_commit_after(Moment since, seconds limit) const
{
    wait_until("a commit through the virtual address", Deadline{limit},
               [&]() -> std::string
               { return ledger().last() > since ? "" : "no commit; the client says: " + client_->trouble(); });
}

void Pair::wait_silence(seconds limit) const
{
    wait_until("commits wait", Deadline{limit},
               [&]() -> std::string
               { return ledger().last() + seconds{2} < steady_clock::now() ? "" : "they are acknowledged"; });
}

std::vector<Id> Pair::lost_on(const std::string& node, seconds limit) const
{
    std::vector<Id> lost;
    const auto look = [&]() -> std::string
    {
        auto missing = client_->missing(node);
        if (!missing)
            return node + " cannot be read: " + missing.error().what;
        lost = std::move(missing.value());
        return lost.empty() ? "" : std::to_string(lost.size()) + " acknowledged commits are not on " + node;
    };
    try
    {
        wait_until("every acknowledged commit on " + node, Deadline{limit}, look);
    }
    catch (const NotReached&)
    {
        if (lost.empty())
            throw;
    }
    return lost;
}

Cost Pair::recover(Moment since, seconds limit)
{
    wait_healthy(limit);
    const auto healed = steady_clock::now();
    wait_commit_after(healed, seconds{15});
    Cost cost;
    cost.healed_after = duration_cast<milliseconds>(healed - since);
    const Moment now = steady_clock::now();
    cost.longest_gap = ledger().longest_gap(since, now).length();
    cost.acknowledged = ledger().count_between(since, now);
    const std::string primary_now = primary();
    cost.lost = lost_on(primary_now, seconds{5});
    cost.lost_on_standby = lost_on(peer_of(primary_now), seconds{15});
    cost.two_primaries = referee_->violations();
    return cost;
}

} // namespace pgtwin::test
