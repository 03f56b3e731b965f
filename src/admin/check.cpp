// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <unistd.h>

#include "pgtwin/admin/options.hpp"
#include "pgtwin/admin/resources.hpp"
#include "pgtwin/crm/quorum.hpp"
#include "pgtwin/pg/boot.hpp"
#include "pgtwin/pg/directories.hpp"
#include "pgtwin/pg/local_postgres.hpp"
#include "pgtwin/pg/local_server.hpp"
#include "pgtwin/pg/peer_settings.hpp"
#include "pgtwin/report/checkup.hpp"

namespace pgtwin::admin
{
namespace
{

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr int could_not_look = 3;

template <typename T>
Seen<T> seen(Expected<T> look)
{
    return look ? Seen<T>{*std::move(look)} : Seen<T>::unknown(look.error().what);
}

/// A time as Pacemaker reads it: a number without a unit is seconds. Empty: it is none.
std::optional<milliseconds> time_in(const std::string& text)
{
    std::int64_t count = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
    constexpr std::array<std::pair<std::string_view, std::int64_t>, 9> units{
        {
         {"", 1000},
         {"s", 1000},
         {"sec", 1000},
         {"ms", 1},
         {"msec", 1},
         {"m", 60'000},
         {"min", 60'000},
         {"h", 3'600'000},
         {"hr", 3'600'000},
         }
    };
    const auto* const found =
        std::find_if(units.begin(), units.end(), [&](const auto& each) { return each.first == unit; });
    if (problem != std::errc{} || found == units.end())
        return std::nullopt;
    return milliseconds{count * found->second};
}

bool names(const std::vector<std::string>& ids, const crm::PairResource& pair)
{
    return std::any_of(ids.begin(), ids.end(),
                       [&](const std::string& id) { return id == pair.id || id == pair.clone; });
}

/// Of the pair and of the addresses that are placed with it.
void add_leftovers(report::CheckupFacts& facts, const ClusterLook& look, const crm::PairResource& pair)
{
    for (const crm::LeftConstraint& each : look.resources.left_constraints)
    {
        const bool is_address =
            std::any_of(facts.addresses.begin(), facts.addresses.end(),
                        [&](const report::AddressFact& address) { return address.id == each.resource; });
        if (is_address || names({each.resource}, pair))
            facts.leftovers.push_back({each.id, each.resource, each.node, each.is_ban});
    }
}

void add_node(report::CheckupFacts& facts, const crm::CibNode& node)
{
    facts.cluster_nodes.push_back(node.name);
    for (const char* const attribute : {"maintenance", "standby"})
        if (crm::is_true(node.permanent_value(attribute)) || crm::is_true(node.transient_value(attribute)))
            facts.nodes_aside.push_back({node.name, attribute, crm::is_true(node.transient_value(attribute))});
}

void add_configuration(report::CheckupFacts& facts, const ClusterLook& look, const crm::PairResource& pair)
{
    facts.resource = pair.id;
    facts.clone = pair.clone;
    facts.meta = pair.meta;
    facts.own_meta = pair.own_meta;
    facts.properties = look.resources.properties;
    facts.fencing_devices = look.resources.fencing_devices.size();
    for (const crm::Operation& operation : pair.operations)
        facts.operations.push_back({operation.name, operation.role, time_in(operation.interval).value_or(0ms),
                                    time_in(operation.timeout), operation.id, operation.on_fail,
                                    !operation.enabled.empty() && !crm::is_true(operation.enabled)});
    for (const crm::AddressResource& address : look.resources.addresses)
        if (names(address.follows, pair))
            facts.addresses.push_back({address.id, address.address, names(address.awaits, pair)});
    add_leftovers(facts, look, pair);
    for (const crm::OperationResult& result : look.resources.history)
        if (result.resource == pair.id || result.resource.starts_with(pair.id + ":"))
            facts.durations.push_back({result.node, result.operation, result.took});
    if (look.status)
        for (const crm::CibNode& node : look.status->nodes)
            add_node(facts, node);
}

Role role_in(const Seen<Settings>& settings)
{
    if (!settings)
        return Role::primary;
    const auto found = settings->find("in_hot_standby");
    return found != settings->end() && found->second == "on" ? Role::standby : Role::primary;
}

Seen<report::Login> login_to(pg::LocalPostgres& postgres, const std::string& peer, const Deadline& deadline)
{
    if (peer.empty())
        return Seen<report::Login>::unknown("the other node is not known");
    const auto identity = postgres.peer_identity(deadline);
    if (identity)
        return report::Login{};
    const Error& error = identity.error();
    const bool has_no_password = error.what.find("no password supplied") != std::string::npos;
    const bool is_away = error.kind == ErrorKind::unavailable || error.kind == ErrorKind::timed_out;
    return is_away && !has_no_password ? Seen<report::Login>::unknown(error.what) : report::Login{error.what};
}

/// For a copy of the server's data, unless there is an older one, which would be removed before.
Seen<std::vector<Room>> room_beside(const pg::LocalPostgres& postgres, const pg::Options& options)
{
    const auto places = pg::directories_of(options.pgdata);
    const auto is_kept = places ? pg::has_displaced(*places) : Expected<bool>{places.error()};
    if (!is_kept)
        return Seen<std::vector<Room>>::unknown(is_kept.error().what);
    if (*is_kept)
        return std::vector<Room>{};
    const auto parts = postgres.own_parts(Deadline{3s});
    return seen(parts ? pg::LocalServer{options}.room_for(*parts) : Expected<std::vector<Room>>{parts.error()});
}

/// Those of the running server, and where the next one would work, which the running one does not tell.
Seen<Settings> own_settings(pg::LocalPostgres& postgres, const pg::Options& options)
{
    auto settings = postgres.settings(Deadline{3s});
    if (!settings)
        return Seen<Settings>::unknown(settings.error().what);
    if (auto on_disk = pg::LocalServer{options}.settings_on_disk({"data_directory"}, Deadline{3s}))
        settings->merge(*on_disk);
    return *std::move(settings);
}

report::CheckedNode own_node(const pg::Options& options, const Place& place)
{
    pg::LocalPostgres postgres{options};
    report::CheckedNode node;
    node.name = place.self;
    node.installation = seen(pg::LocalServer{options}.installation());
    node.settings = own_settings(postgres, options);
    node.role = role_in(node.settings);
    node.login = login_to(postgres, place.peer, Deadline{5s});
    node.boot_starters = pg::boot_starters(options.pgdata);
    if (node.settings)
        node.rooms = room_beside(postgres, options);
    return node;
}

/// What the other server tells the replication user.
report::CheckedNode other_node(const pg::Options& options, const Place& place)
{
    report::CheckedNode node;
    node.name = place.peer;
    node.settings = seen(pg::peer_settings(options, Deadline{5s}));
    node.role = role_in(node.settings);
    return node;
}

/// The only repair that cannot harm: a password file that others can read is of no use to PostgreSQL.
void repair(const report::CheckedNode& node, const pg::Options& options)
{
    if (!node.installation || node.installation->fault != InstallationFault::passfile_not_private)
        return;
    const auto done = pg::make_passfile_private(options);
    std::fprintf(stderr, "pgtwin check: %s %s\n", done ? "made private:" : "cannot repair",
                 done ? node.installation->detail.c_str() : done.error().what.c_str());
}

report::Checkup check_one(const ClusterLook& look, const crm::PairResource& pair, crm::Tools& tools,
                          const cli::Invocation& invocation)
{
    report::CheckupFacts facts;
    add_configuration(facts, look, pair);
    config::Reading reading = parameters_in(pair.environment());
    facts.params = std::move(reading.params);
    for (const config::ParamError& problem : reading.errors)
        facts.wrong_parameters.push_back(problem.text());
    facts.unknown_parameters = config::unknown_params(pair.environment());
    facts.quorum = Seen<report::QuorumFact>::unknown("corosync does not answer");
    if (const auto flags = crm::quorum_flags(tools, Deadline{2s}))
        facts.quorum = report::QuorumFact{flags->is_two_node, flags->waits_for_all, flags->has_device};
    facts.token = seen(crm::token(tools, Deadline{2s}));
    const Place place{pair.id, look.self, find_peer(look, facts.params)};
    const pg::Options options = options_of(facts.params, place);
    facts.peer_host = options.peer_host;
    facts.nodes.push_back(own_node(options, place));
    if (invocation.has("fix"))
    {
        repair(facts.nodes.front(), options);
        facts.nodes.front() = own_node(options, place);
    }
    if (!place.peer.empty())
        facts.nodes.push_back(other_node(options, place));
    return report::check_pair(facts);
}

int refused(const std::string& why)
{
    std::fprintf(stderr, "pgtwin check: %s\n", why.c_str());
    return could_not_look;
}

/// Errors before warnings before what could not be looked at.
int worst_of(const std::vector<report::Checkup>& checkups)
{
    constexpr std::array<int, 4> rank{0, 2, 3, 1};
    int worst = 0;
    for (const report::Checkup& checkup : checkups)
        if (const int code = exit_code(checkup);
            rank.at(static_cast<std::size_t>(code)) > rank.at(static_cast<std::size_t>(worst)))
            worst = code;
    return worst;
}

} // namespace

int check(const cli::Invocation& invocation, const Environment& environment)
{
    if (::geteuid() != 0)
        return refused("must be run as root");
    crm::SystemTools tools{environment};
    const auto look = look_at_cluster(tools, Deadline{4s});
    if (!look)
        return refused(look.error().what);
    const auto pairs = find_resources(look->resources, invocation.arguments.empty() ? "" : invocation.arguments[0]);
    if (!pairs)
        return refused(pairs.error().what);
    std::vector<report::Checkup> checkups;
    for (const crm::PairResource& pair : *pairs)
        checkups.push_back(check_one(*look, pair, tools, invocation));
    std::string text;
    if (invocation.has("json"))
        text = report::json_of(checkups);
    else
        for (const report::Checkup& checkup : checkups)
            text += report::text_of(checkup);
    std::fputs(text.c_str(), stdout);
    return worst_of(checkups);
}

} // namespace pgtwin::admin
