// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/failover/contender.hpp"

#include "bench/failover/contenders.hpp"
#include "cluster/pair.hpp"

namespace pgtwin::bench
{

using std::chrono::steady_clock;
using test::ClusterState;
using test::LabError;
using test::peer_of;

namespace
{

void move_primary(const Lab& lab, const std::string& to)
{
    lab.exec(to, {"crm_resource", "--move", "--resource", "postgres-clone", "--node", to, "--promoted"});
    test::wait_until(to + " is primary", Deadline{std::chrono::seconds{60}},
                     [&]() -> std::string
                     {
                         const ClusterState state = lab.state();
                         return state.primary() == to ? "" : state.summary();
                     });
    lab.exec(to, {"crm_resource", "--clear", "--resource", "postgres-clone"});
}

} // namespace

Moment Contender::cause(Fault fault, const Lab& lab) const
{
    const std::string primary = primary_of(lab);
    const Moment now = steady_clock::now();
    switch (fault)
    {
    case Fault::primary_killed:
        kill_postmaster(lab, primary);
        break;
    case Fault::switchover:
        move_primary(lab, peer_of(primary));
        break;
    case Fault::primary_off:
        lab.power_off(primary);
        break;
    case Fault::standby_killed:
        kill_postmaster(lab, peer_of(primary));
        break;
    case Fault::standby_off:
        lab.power_off(peer_of(primary));
        break;
    }
    return now;
}

void load_configuration(const Lab& lab, const std::string& text)
{
    lab.exec(test::first_node,
             {"sh", "-c", "printf '%s' \"$1\" >/run/configuration && crm configure load update /run/configuration",
              "sh", text},
             std::chrono::seconds{60});
}

std::string with_address(const std::string& primitive, const std::string& order)
{
    return primitive + R"(
primitive postgres-vip ocf:heartbeat:IPaddr2 params ip=192.0.2.20 cidr_netmask=24 op monitor interval=10s timeout=20s
clone postgres-clone postgres-db meta promotable=true notify=true clone-max=2 clone-node-max=1 promoted-max=1 promoted-node-max=1 interleave=true
colocation postgres-vip-with-primary inf: postgres-vip postgres-clone:Promoted
order postgres-promote-then-vip Mandatory: postgres-clone:promote postgres-vip:start symmetrical=false
order postgres-demote-then-vip )" +
           order + ": postgres-clone:demote postgres-vip:stop symmetrical=false\n";
}

std::string primary_of(const Lab& lab)
{
    const ClusterState state = lab.state();
    if (const auto primary = state.primary())
        return *primary;
    throw LabError{"there is no primary: " + state.summary()};
}

std::string cluster_ailment(const Lab& lab)
{
    try
    {
        const ClusterState state = lab.state();
        const auto primary = state.primary();
        const bool is_pair = primary && state.vip_node == *primary && state.with_role("Unpromoted").size() == 1;
        return is_pair ? "" : state.summary();
    }
    catch (const LabError& error)
    {
        return error.what();
    }
}

void create_ledger(const Lab& lab, const std::string& primary)
{
    (void)lab.sql(primary, "SET ROLE app; CREATE TABLE IF NOT EXISTS ledger (id bigint PRIMARY KEY)");
}

void kill_postmaster(const Lab& lab, const std::string& node)
{
    lab.exec(node, {"sh", "-c", std::string{"kill -KILL $(head -n 1 "} + test::data_directory + "/postmaster.pid)"});
}

std::vector<std::string> contender_names()
{
    return {"floor", "pgtwin", "PAF", "pgsql"};
}

std::unique_ptr<Contender> make_contender(const std::string& name)
{
    if (name == "floor")
        return make_floor();
    if (name == "pgtwin")
        return make_pgtwin();
    if (name == "PAF")
        return make_paf();
    if (name == "pgsql")
        return make_pgsql();
    return nullptr;
}

} // namespace pgtwin::bench
