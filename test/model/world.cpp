// SPDX-License-Identifier: GPL-2.0-or-later
#include "world.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

template <typename T>
using Change = std::function<void(T&)>;

template <typename T>
void leave(T& /*unchanged*/)
{
}

/// Every combination of one change of each dimension.
template <typename T>
std::vector<T> combinations(const T& base, const std::vector<std::vector<Change<T>>>& dimensions)
{
    std::vector<T> all{base};
    for (const auto& dimension : dimensions)
    {
        std::vector<T> next;
        for (const T& each : all)
            for (const auto& change : dimension)
            {
                next.push_back(each);
                change(next.back());
            }
        all = std::move(next);
    }
    return all;
}

ServerLook answering(Answer answer)
{
    return {Processes::postmaster, answer, std::nullopt};
}

void any_peer_node(std::vector<std::vector<Change<ClusterView>>>& dimensions)
{
    dimensions.push_back({[](ClusterView& v) { v.peer.membership = Membership::online; },
                          [](ClusterView& v) { v.peer.membership = Membership::pending; },
                          [](ClusterView& v) { v.peer.membership = Membership::left; },
                          [](ClusterView& v)
                          {
                              v.peer.membership = Membership::left;
                              v.self.alone_in = "ring 8";
                          },
                          [](ClusterView& v) { v.peer.membership = Membership::unclean; },
                          [](ClusterView& v)
                          {
                              v.peer.membership = Membership::offline;
                          }});
}

Change<ClusterView> recorded(DataStatus self, DataStatus peer)
{
    return [self, peer](ClusterView& v)
    {
        v.self.data_status = self;
        v.peer.data_status = peer;
    };
}

} // namespace

std::vector<View> views(const std::vector<ClusterView>& of)
{
    return {of.begin(), of.end()};
}

std::vector<View> views_or_none(const std::vector<ClusterView>& of)
{
    auto all = views(of);
    all.emplace_back();
    return all;
}

ServerLook look_of(const Scene& scene)
{
    return *scene.observation().server;
}

std::vector<ServerLook> standby_servers()
{
    std::vector<ServerLook> servers{look_of(a_standby()), look_of(two_standbys())};
    servers.push_back(look_of(with(a_standby(), [](Scene& s) { s.status.receiver->received_timeline = Timeline{2}; })));
    servers.push_back(look_of(with(two_standbys(), [](Scene& s) { s.status.is_waiting_for_wal = false; })));
    servers.push_back(look_of(with(two_standbys(), [](Scene& s) { s.status.is_replay_paused = true; })));
    servers.push_back(look_of(with(two_standbys(), [](Scene& s) { s.status.sync_standby_names = "\"beta\""; })));
    servers.push_back(look_of(with(two_standbys(), [](Scene& s) { s.status.slot = Slot{false, "reserved", 0}; })));
    return servers;
}

std::vector<ServerLook> servers_of_any_kind()
{
    auto servers = standby_servers();
    servers.push_back(look_of(a_primary()));
    servers.push_back({Processes::none, Answer::none, std::nullopt});
    for (const Answer answer : {Answer::none, Answer::starting, Answer::saturated, Answer::silent})
        servers.push_back(answering(answer));
    return servers;
}

std::vector<ServerLook> a_few_servers()
{
    return {look_of(a_standby()), look_of(two_standbys()), look_of(a_primary()), answering(Answer::starting)};
}

std::vector<Processes> all_processes()
{
    return {Processes::none, Processes::leftovers, Processes::postmaster};
}

std::vector<Directory> directories()
{
    std::vector<Directory> all{a_stopped_standby().directory, a_stopped_primary().directory, a_primary().directory,
                               a_standby().directory};
    for (const DirectoryKind kind : {DirectoryKind::absent, DirectoryKind::foreign, DirectoryKind::incomplete})
    {
        all.emplace_back();
        all.back().kind = kind;
    }
    all.push_back(a_stopped_primary().directory);
    all.back().kind = DirectoryKind::wrong_version;
    all.push_back(a_stopped_primary().directory);
    all.back().control->state = ControlState::shutting_down;
    return all;
}

std::vector<Identity> identities()
{
    std::vector<Identity> all{a_standby().identity, a_standby().identity};
    all.back().end = Lsn{0x5000010};
    return all;
}

std::vector<Identity> upstreams()
{
    std::vector<Identity> all(4, a_standby().upstream);
    all[1].end = Lsn{0x4000000};
    all[2].role = Role::standby;
    all[3].system_identifier = 9;
    return all;
}

std::vector<Settings> settings()
{
    return {{}, {{"restart_after_crash", "on"}}};
}

std::vector<ClusterView> guard_views()
{
    std::vector<std::vector<Change<ClusterView>>> dimensions;
    any_peer_node(dimensions);
    dimensions.push_back({leave<ClusterView>, [](ClusterView& v) { v.peer.run.reset(); },
                          [](ClusterView& v)
                          {
                              v.peer.run->role = Role::primary;
                          }});
    dimensions.push_back({leave<ClusterView>, [](ClusterView& v) { v.peer.position.reset(); },
                          [](ClusterView& v) { v.peer.position->lsn = Lsn{0x4000000}; },
                          [](ClusterView& v) { v.peer.position->run = "run-beta-0"; },
                          [](ClusterView& v) { v.peer.position->has_data = false; },
                          [](ClusterView& v) { v.peer.position->is_alone = true; },
                          [](ClusterView& v) { v.peer.position->is_final = false; },
                          [](ClusterView& v)
                          {
                              v.peer.position.reset();
                              v.peer.is_position_unreadable = true;
                          },
                          [](ClusterView& v)
                          {
                              v.peer.position->timeline = Timeline{4};
                          }});
    dimensions.push_back({leave<ClusterView>, [](ClusterView& v)
                          {
                              v.self.position.reset();
                          }});
    dimensions.push_back({leave<ClusterView>, [](ClusterView& v)
                          {
                              v.self.certificate = Certificate{"run-alpha", CertificateMode::sync};
                          }});
    dimensions.push_back({leave<ClusterView>, [](ClusterView& v)
                          {
                              v.peer.certificate = Certificate{"run-beta", CertificateMode::sync};
                          }});
    dimensions.push_back(
        {recorded(DataStatus::primary, DataStatus::in_sync), recorded(DataStatus::primary, DataStatus::stale),
         recorded(DataStatus::in_sync, DataStatus::primary), recorded(DataStatus::none, DataStatus::none)});
    dimensions.push_back({leave<ClusterView>, [](ClusterView& v)
                          {
                              v.has_quorum = false;
                          }});

    return combinations(two_standbys().cluster, dimensions);
}

std::vector<ClusterView> later_guard_views()
{
    const ClusterView recorded_alone =
        with(a_certified_standby(), [](Scene& s) { recorded(DataStatus::primary, DataStatus::stale)(s.cluster); })
            .cluster;
    const ClusterView overridden = with(two_standbys(), [](Scene& s) { s.self().has_override = true; }).cluster;
    return {a_certified_standby().cluster, two_standbys().cluster, a_standby().cluster, recorded_alone, overridden};
}

std::vector<ClusterView> primary_views()
{
    std::vector<std::vector<Change<ClusterView>>> dimensions;
    any_peer_node(dimensions);
    dimensions.push_back({leave<ClusterView>, [](ClusterView& v) { v.peer.run.reset(); },
                          [](ClusterView& v) { v.peer.run->run = "run-beta-2"; },
                          [](ClusterView& v)
                          {
                              v.peer.run->word = "word-other";
                          }});
    dimensions.push_back({leave<ClusterView>, [](ClusterView& v) { v.peer.certificate.reset(); },
                          [](ClusterView& v)
                          {
                              v.peer.certificate->mode = CertificateMode::async;
                          }});
    dimensions.push_back({recorded(DataStatus::primary, DataStatus::in_sync),
                          recorded(DataStatus::primary, DataStatus::stale),
                          recorded(DataStatus::in_sync, DataStatus::primary)});
    return combinations(a_primary().cluster, dimensions);
}

std::vector<ClusterView> later_primary_views()
{
    const ClusterView revoked = with(a_primary_with_candidate(), [](Scene& /*s*/) {}).cluster;
    const ClusterView noted =
        with(a_primary_with_candidate(), [](Scene& s) { s.peer().data_status = DataStatus::in_sync; }).cluster;
    return {a_primary().cluster, revoked, noted, a_lone_primary().cluster};
}

std::vector<ServerLook> primary_servers()
{
    const std::vector<std::vector<Change<Scene>>> dimensions{
        {leave<Scene>,                                                 [](Scene& s) { s.status.sync_standby_names.clear(); },
         [](Scene& s)
         {
             s.status.sync_standby_names = "*";
         }},
        { leave<Scene>, [](Scene& s) { s.status.peer_sender.reset(); },
         [](Scene& s) { s.status.peer_sender->sync_state = "async"; },
         [](Scene& s) { s.status.peer_sender->state = "catchup"; },
         [](Scene& s)
         {
             s.status.peer_sender->flush = Lsn{0x4000000};
         }},
    };
    std::vector<ServerLook> servers;
    servers.push_back(look_of(with(a_primary(), [](Scene& s) { s.status.is_checkpointer_idle = false; })));
    servers.push_back(look_of(with(a_primary(), [](Scene& s) { s.status.has_own_checkpoint = true; })));
    for (const Scene& scene : combinations(a_primary(), dimensions))
        servers.push_back(look_of(scene));
    return servers;
}

std::vector<Watch> primary_watches()
{
    std::vector<Watch> all(6);
    all[1].degrade = DegradeWatch{60min - 4s, 60min - 1s, "ring 8"};
    all[2].degrade = DegradeWatch{60min - 12s, 60min - 2s, "ring 8"};
    all[3].certify = CertifyWatch{"run-beta", "run-alpha", 60min - 500ms, false, std::nullopt};
    all[4].certify = CertifyWatch{"run-beta", "run-alpha", 60min - 5s, false, std::nullopt};
    all[5].certify = CertifyWatch{"run-beta", "run-alpha", 60min - 5s, true, Lsn{0x4f00000}};
    return all;
}

} // namespace pgtwin::test
