// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/scene.hpp"

#include "pgtwin/decide/promotion.hpp"

namespace pgtwin::test
{
namespace
{

using decide::Subject;

decide::Context context_of_alpha()
{
    decide::Context context;
    context.self = "alpha";
    context.peer_sync_names = "\"beta\"";
    context.fresh = "fresh";
    context.is_run_by_pacemaker = true;
    context.params.pgdata = "/data";
    context.params.sentinel = false;
    context.params.rep_mode = ReplicationMode::sync;
    context.params.sync_degrade_delay = std::chrono::seconds{10};
    context.params.max_promotion_lag_bytes = 16 * 1024 * 1024;
    context.params.replication_failure_threshold = 5;
    return context;
}

Directory a_directory(ControlState state)
{
    Directory directory;
    directory.kind = DirectoryKind::data;
    directory.major_version = 15;
    directory.program_version = 15;
    directory.control.emplace();
    directory.control->system_identifier = system_identifier;
    directory.control->state = state;
    directory.control->checkpoint = end;
    directory.control->timeline = timeline;
    directory.history = history_of(timeline);
    return directory;
}

/// Both nodes online with quorum, an instance on each, nothing certified.
Scene a_pair()
{
    Scene scene;
    scene.context = context_of_alpha();
    scene.state.run = "run-alpha";
    scene.state.origin = Origin::standby;
    scene.state.remember(timeline, "word-3");
    scene.directory = a_directory(ControlState::in_production);
    scene.identity = Identity{system_identifier, history_of(timeline), end, Role::standby, 15};
    scene.upstream = Identity{system_identifier, history_of(timeline), end, Role::primary, 15};
    scene.cluster.has_quorum = true;
    scene.cluster.has_fencing = true;
    scene.self().name = "alpha";
    scene.self().membership = Membership::online;
    scene.self().score = -decide::infinity;
    scene.peer().name = "beta";
    scene.peer().membership = Membership::online;
    scene.peer().run = RunRecord{"run-beta", Role::standby, Timeline::none, {}};
    scene.peer().score = -decide::infinity;
    return scene;
}

void run_server(Scene& scene, Role role)
{
    scene.processes = Processes::postmaster;
    scene.answer = Answer::ready;
    scene.status.role = role;
    scene.status.primary_conninfo = "host=beta";
    scene.status.system_identifier = system_identifier;
    scene.status.timeline = role == Role::primary ? timeline : Timeline::none;
    scene.status.end = end;
    scene.status.flushed = end;
    scene.status.replayed = end;
    scene.status.is_waiting_for_wal = role == Role::standby;
    scene.status.is_checkpointer_idle = true;
    scene.identity.role = role;
    scene.state.role = role;
    scene.self().run = RunRecord{"run-alpha", role, timeline, "word-3"};
    scene.directory.has_standby_signal = role == Role::standby;
    scene.directory.control->state =
        role == Role::primary ? ControlState::in_production : ControlState::in_archive_recovery;
}

/// A running primary, whatever its standby does.
Scene a_primary_alone()
{
    Scene scene = a_pair();
    run_server(scene, Role::primary);
    scene.state.origin = Origin::primary;
    scene.state.alone = a_mark();
    scene.self().data_status = DataStatus::primary;
    scene.self().score = decide::score_primary;
    scene.peer().data_status = DataStatus::stale;
    scene.status.slot = Slot{true, "reserved", 0};
    return scene;
}

/// A running standby of which nobody has said anything yet.
Scene a_plain_standby()
{
    Scene scene = a_pair();
    run_server(scene, Role::standby);
    scene.self().run->timeline = Timeline::none;
    scene.self().run->word.clear();
    return scene;
}

template <typename T>
void set(Seen<T>& place, const T& value, Subject subject, const Scene& scene)
{
    if (scene.not_asked.contains(subject))
        return;
    place = scene.unknown.contains(subject) ? Seen<T>::unknown() : Seen<T>{value};
}

} // namespace

decide::Observation Scene::observation() const
{
    ServerLook look{processes, processes == Processes::postmaster ? answer : Answer::none, std::nullopt};
    if (look.answer == Answer::ready)
        look.status = status;
    decide::Observation seen;
    set(seen.state, state, Subject::state, *this);
    set(seen.watch, watch, Subject::watch, *this);
    set(seen.is_worker_running, is_worker_running, Subject::worker, *this);
    set(seen.processes, processes, Subject::processes, *this);
    set(seen.directory, directory, Subject::directory, *this);
    set(seen.installation, installation, Subject::installation, *this);
    set(seen.server, look, Subject::server, *this);
    set(seen.cluster, has_cluster ? std::optional{cluster} : std::nullopt, Subject::cluster, *this);
    set(seen.membership, membership, Subject::membership, *this);
    set(seen.identity, identity, Subject::identity, *this);
    set(seen.upstream, upstream, Subject::upstream, *this);
    set(seen.room, room, Subject::room, *this);
    set(seen.peer_has_wal, peer_has_wal, Subject::peer_wal, *this);
    seen.upstream_fault = upstream_fault;
    seen.source = source;
    set(seen.settings, settings, Subject::settings, *this);
    set(seen.settings_on_disk, settings_on_disk, Subject::settings_on_disk, *this);
    seen.now = now;
    seen.server_seen_at = server_seen_at.value_or(now);
    seen.remaining = remaining;
    seen.elapsed = elapsed;
    seen.attempts = attempts;
    seen.failure = failure;
    seen.resync = resync;
    return seen;
}

Scene with(Scene scene, const std::function<void(Scene&)>& change)
{
    change(scene);
    return scene;
}

Scene a_lone_primary()
{
    Scene scene = a_primary_alone();
    scene.peer().membership = Membership::offline;
    scene.peer().run.reset();
    scene.peer().score.reset();
    return scene;
}

Scene a_primary_with_candidate()
{
    Scene scene = a_primary_alone();
    scene.peer().run = RunRecord{"run-beta", Role::standby, timeline, "word-3"};
    scene.status.peer_sender = WalSender{"streaming", "async", end, end};
    return scene;
}

Scene a_primary()
{
    Scene scene = a_primary_with_candidate();
    scene.state.alone.reset();
    scene.state.certified = "run-beta";
    scene.status.sync_standby_names = scene.context.peer_sync_names;
    scene.status.peer_sender->sync_state = "sync";
    scene.peer().data_status = DataStatus::in_sync;
    scene.peer().certificate = Certificate{"run-beta", CertificateMode::sync};
    scene.peer().score = decide::score_certified;
    return scene;
}

Scene a_standby()
{
    Scene scene = a_plain_standby();
    scene.status.receiver = WalReceiver{"streaming", "10.0.0.2", timeline};
    scene.status.is_waiting_for_wal = false;
    scene.state.followed = "run-beta";
    scene.watch.cluster_checked = scene.now - std::chrono::seconds{3};
    scene.watch.checked = "run-alpha:run-beta";
    scene.self().run = RunRecord{"run-alpha", Role::standby, timeline, "word-3"};
    scene.self().certificate = Certificate{"run-alpha", CertificateMode::sync};
    scene.self().data_status = DataStatus::in_sync;
    scene.self().score = decide::score_certified;
    scene.peer().run = RunRecord{"run-beta", Role::primary, timeline, "word-3"};
    scene.peer().data_status = DataStatus::primary;
    scene.peer().score = decide::score_primary;
    return scene;
}

Scene a_certified_standby()
{
    Scene scene = a_standby();
    scene.status.receiver.reset();
    scene.status.is_waiting_for_wal = true;
    scene.peer().membership = Membership::offline;
    scene.peer().run.reset();
    scene.peer().score.reset();
    return scene;
}

Scene two_standbys()
{
    Scene scene = a_plain_standby();
    scene.self().data_status = DataStatus::primary;
    scene.peer().data_status = DataStatus::in_sync;
    scene.peer().position = a_peer_position();
    publish_own_position(scene);
    return scene;
}

Scene a_lonely_standby()
{
    Scene scene = a_plain_standby();
    scene.self().data_status = DataStatus::in_sync;
    scene.peer().data_status = DataStatus::stale;
    scene.peer().membership = Membership::offline;
    scene.peer().run.reset();
    scene.peer().score.reset();
    publish_own_position(scene);
    return scene;
}

Scene a_stopped_standby()
{
    Scene scene = a_pair();
    scene.state.run.clear();
    scene.directory = a_directory(ControlState::shut_down_in_recovery);
    scene.directory.has_standby_signal = true;
    scene.self().data_status = DataStatus::stale;
    scene.peer().data_status = DataStatus::primary;
    scene.peer().run = RunRecord{"run-beta", Role::primary, timeline, "word-3"};
    return scene;
}

Scene a_stopped_primary()
{
    Scene scene = a_pair();
    scene.state.run.clear();
    scene.state.origin = Origin::primary;
    scene.directory = a_directory(ControlState::shut_down);
    scene.self().data_status = DataStatus::primary;
    scene.peer().data_status = DataStatus::in_sync;
    return scene;
}

Scene an_empty_instance()
{
    Scene scene = a_pair();
    scene.state = LocalState{};
    scene.state.run = "run-alpha";
    scene.state.origin = Origin::none;
    scene.directory = Directory{};
    scene.self().run = RunRecord{"run-alpha", Role::standby, Timeline::none, {}};
    scene.peer().run = RunRecord{"run-beta", Role::primary, timeline, "word-3"};
    scene.peer().data_status = DataStatus::primary;
    return scene;
}

TimelineHistory history_of(Timeline of)
{
    TimelineHistory history;
    history.timeline = of;
    for (std::uint32_t ancestor = 1; ancestor < number(of); ++ancestor)
        history.ancestors.push_back({Timeline{ancestor}, Lsn{0x1000000ULL * ancestor}});
    return history;
}

AloneMark a_mark()
{
    return {system_identifier, timeline, Lsn{0x4000000}};
}

Position a_peer_position()
{
    Position position;
    position.run = "run-beta";
    position.system_identifier = system_identifier;
    position.timeline = timeline;
    position.lsn = end;
    position.word = "word-3";
    return position;
}

Position own_position(const Scene& scene)
{
    return decide::position_of(scene.state, scene.identity);
}

void publish_own_position(Scene& scene)
{
    scene.self().position = own_position(scene);
}

void forget_records(Scene& scene)
{
    scene.self().data_status = DataStatus::none;
    scene.peer().data_status = DataStatus::none;
    scene.state.origin = Origin::primary;
    scene.state.words.clear();
    publish_own_position(scene);
}

} // namespace pgtwin::test
