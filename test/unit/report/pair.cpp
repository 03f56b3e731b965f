// SPDX-License-Identifier: GPL-2.0-or-later
#include "pair.hpp"

namespace pgtwin::report
{
namespace
{

using namespace std::chrono_literals;

constexpr Time now{1795336350};

NodeFacts node(const char* name, Role role)
{
    NodeFacts facts;
    facts.name = name;
    facts.membership = Membership::online;
    facts.is_standby_mode = false;
    facts.is_maintenance = false;
    facts.server = ServerState::ready;
    facts.role = std::optional{role};
    facts.timeline = Timeline{3};
    facts.end = Lsn{0x5000148};
    facts.major_version = 17;
    facts.record = role == Role::primary ? DataStatus::primary : DataStatus::in_sync;
    facts.certificate = std::optional<Certificate>{};
    facts.has_override = false;
    facts.repair = std::optional<Repair>{};
    facts.promotion = Promotion{true, "is-primary", "is the primary"};
    return facts;
}

ClusterFacts cluster()
{
    ClusterFacts facts;
    facts.has_quorum = true;
    facts.has_fencing = true;
    facts.fencing_devices = std::vector<FencingDevice>{{"fence"}};
    facts.fencing = std::vector<FencingFacts>{};
    facts.is_maintenance = false;
    return facts;
}

} // namespace

PairFacts healthy_pair()
{
    PairFacts facts;
    facts.resource = "postgres-db";
    facts.clone = "postgres-clone";
    facts.now = now;
    facts.cluster = cluster();
    facts.nodes = {node("psql1", Role::primary), node("psql2", Role::standby)};
    NodeFacts& standby = facts.nodes[1];
    standby.is_local = true;
    standby.started = now - 2h;
    standby.replayed = Lsn{0x5000148};
    standby.is_replay_paused = false;
    standby.certificate = std::optional{
        Certificate{"00ff00ff00ff00ff", CertificateMode::sync}
    };
    standby.promotion = Promotion{true, "certified", "it has every commit"};
    Replication stream;
    stream.state = "streaming";
    stream.sync_state = std::string{"sync"};
    stream.since = now - 18min;
    stream.address = std::string{"192.0.2.12"};
    stream.flush_lag = 0;
    stream.replay_lag = 16 << 20;
    stream.replay_delay = 1500ms;
    facts.replication = std::optional{stream};
    facts.sync_names = std::string{"\"psql2\""};
    facts.commits_since = now - 17min;
    facts.slot = std::optional{
        SlotFacts{"ha_slot", true, "reserved", 16 << 20}
    };
    facts.management = Management::managed;
    facts.management_owner = "postgres-clone";
    facts.target_role = TargetRole::any;
    facts.target_role_owner = "postgres-clone";
    facts.bans = std::vector<BanFacts>{};
    facts.disks = {
        {"data", "/var/lib/postgresql/data", std::int64_t{30} << 30, std::int64_t{40} << 30}
    };
    facts.addresses = {
        {"postgres-vip", "192.0.2.20", std::string{"psql1"}}
    };
    facts.events = {
        {now - 18min, "psql2", "start",   {}, false, {}},
        {now - 30h,   "psql1", "promote", {}, false, {}},
    };
    return facts;
}

PairFacts primary_alone()
{
    PairFacts facts = healthy_pair();
    facts.nodes[0].is_local = true;
    facts.waiting = Waiting{};
    NodeFacts& gone = facts.nodes[1];
    gone = NodeFacts{};
    gone.name = "psql2";
    gone.membership = Membership::offline;
    gone.role = std::optional<Role>{};
    gone.server = ServerState::stopped;
    gone.record = DataStatus::stale;
    gone.promotion = Promotion{false, "not-running", "its server does not run"};
    facts.replication = std::optional<Replication>{};
    facts.sync_names = std::string{};
    facts.commits_since = now - 5min;
    facts.slot = std::optional{
        SlotFacts{"ha_slot", false, "extended", std::int64_t{3} << 30}
    };
    return facts;
}

PairFacts unknown_pair()
{
    PairFacts facts;
    facts.resource = "postgres-db";
    facts.now = now;
    facts.cluster.source = Source::absent;
    facts.cluster.silence = Silence::denied;
    facts.cluster.problem = "permission denied";
    facts.nodes.resize(2);
    facts.nodes[0].name = "psql1";
    facts.nodes[1].name = "psql2";
    return facts;
}

Judged judged(const PairFacts& facts)
{
    return {facts, assess(facts)};
}

} // namespace pgtwin::report
