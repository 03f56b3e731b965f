// SPDX-License-Identifier: GPL-2.0-or-later
#include "menus.hpp"

#include "world.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

const std::vector<std::chrono::milliseconds> long_action{30s, 20s, 2500ms, 300ms};
const std::vector<std::chrono::milliseconds> short_action{10s, 9900ms, 4s, 300ms};

Exploration of(Goal goal)
{
    Exploration exploration;
    exploration.goal = goal;
    exploration.context = a_standby().context;
    exploration.context.params.sentinel = true;
    exploration.times = long_action;
    exploration.menu.watches = {a_standby().watch};
    return exploration;
}

LocalState with_rebuild(LocalState state, Rebuild rebuild)
{
    state.rebuild = rebuild;
    return state;
}

LocalState with_mark(LocalState state)
{
    state.alone = a_mark();
    return state;
}

/// What is left of a state file when the run in it is one of an earlier boot.
LocalState without_run(LocalState state)
{
    state.run.clear();
    return state;
}

void offer_what_a_start_needs(Menu& menu)
{
    menu.offer(Subject::installation, finds_or_not(&Observation::installation, std::vector<Installation>{{}}));
    menu.offer(Subject::settings_on_disk, finds_or_not(&Observation::settings_on_disk, settings()));
}

} // namespace

Exploration a_start_on_any_directory()
{
    Exploration exploration = of(Goal::start);
    Menu& menu = exploration.menu;
    menu.states = {LocalState{}, with_mark(a_stopped_standby().state), a_primary().state,
                   with_rebuild(a_stopped_standby().state, Rebuild::swapping)};
    menu.offer(Subject::worker, finds_or_not(&Observation::is_worker_running, std::vector<bool>{false, true}));
    menu.offer(Subject::processes, finds_or_not(&Observation::processes, all_processes()),
               finds(&Observation::processes, std::vector{Processes::none, Processes::leftovers}));
    menu.offer(Subject::directory, finds_or_not(&Observation::directory, directories()),
               finds(&Observation::directory, std::vector{a_stopped_standby().directory}));
    menu.offer(Subject::cluster, finds(&Observation::cluster, views_or_none({a_standby().cluster})));
    menu.offer(Subject::server, finds(&Observation::server, std::vector{look_of(a_primary())}));
    offer_what_a_start_needs(menu);
    return exploration;
}

Exploration a_start_of_any_server()
{
    Exploration exploration = of(Goal::start);
    Menu& menu = exploration.menu;
    menu.states = {with_mark(a_stopped_primary().state)};
    menu.offer(Subject::worker, finds(&Observation::is_worker_running, std::vector<bool>{false}));
    menu.offer(Subject::processes, finds(&Observation::processes, std::vector{Processes::none}),
               finds(&Observation::processes, std::vector{Processes::none, Processes::postmaster}));
    menu.offer(Subject::directory, finds(&Observation::directory, std::vector{a_stopped_standby().directory}));
    menu.offer(Subject::installation, finds(&Observation::installation, std::vector<Installation>{{}}));
    menu.offer(Subject::cluster, finds(&Observation::cluster, views({a_standby().cluster, two_standbys().cluster})));
    menu.offer(Subject::server, finds_or_not(&Observation::server, servers_of_any_kind()),
               finds(&Observation::server, std::vector{look_of(a_standby()), look_of(two_standbys())}));
    menu.offer(Subject::identity, finds(&Observation::identity, std::vector{a_standby().identity}));
    menu.offer(Subject::upstream, finds(&Observation::upstream, upstreams()));
    menu.offer(Subject::settings, finds(&Observation::settings, settings()));
    menu.offer(Subject::settings_on_disk, finds(&Observation::settings_on_disk, std::vector<Settings>{{}}));
    return exploration;
}

Exploration a_stop_of_anything()
{
    Exploration exploration = of(Goal::stop);
    Menu& menu = exploration.menu;
    menu.states = {a_stopped_standby().state};
    menu.offer(Subject::worker, finds_or_not(&Observation::is_worker_running, std::vector<bool>{false, true}));
    menu.offer(Subject::processes, finds_or_not(&Observation::processes, all_processes()));
    menu.offer(Subject::directory, finds_or_not(&Observation::directory, std::vector{a_primary().directory}));
    menu.offer(Subject::cluster, finds_or_not(&Observation::cluster, views({a_stopped_standby().cluster})));
    return exploration;
}

Exploration a_farewell()
{
    Exploration exploration = of(Goal::stop);
    Menu& menu = exploration.menu;
    menu.states = {a_standby().state, a_primary().state, a_stopped_standby().state};
    menu.offer(Subject::worker, finds(&Observation::is_worker_running, std::vector<bool>{false}));
    menu.offer(Subject::processes, finds(&Observation::processes, std::vector{Processes::none, Processes::postmaster}),
               finds(&Observation::processes, std::vector{Processes::none}));
    menu.offer(Subject::directory, finds_or_not(&Observation::directory, directories()));
    menu.offer(
        Subject::cluster,
        finds_or_not(&Observation::cluster, views_or_none({a_standby().cluster, a_primary().cluster,
                                                           a_lonely_standby().cluster, a_stopped_standby().cluster})));
    return exploration;
}

Exploration a_promotion()
{
    Exploration exploration = of(Goal::promote);
    Menu& menu = exploration.menu;
    LocalState pristine = two_standbys().state;
    pristine.origin = Origin::primary;
    menu.states = {two_standbys().state, with_mark(two_standbys().state), pristine};
    menu.offer(Subject::worker, finds(&Observation::is_worker_running, std::vector<bool>{false}));
    menu.offer(Subject::processes, finds(&Observation::processes, std::vector{Processes::postmaster}));
    menu.offer(Subject::server, finds(&Observation::server, std::vector{look_of(two_standbys())}),
               finds_or_not(&Observation::server, std::vector{look_of(two_standbys()), look_of(a_primary())}));
    menu.offer(Subject::cluster, finds(&Observation::cluster, views(guard_views())),
               finds(&Observation::cluster, views(later_guard_views())));
    menu.offer(Subject::identity, finds(&Observation::identity, std::vector{a_standby().identity}));
    menu.offer(Subject::membership, finds(&Observation::membership, std::vector<std::string>{"ring 8"}));
    return exploration;
}

Exploration a_promotion_of_any_server()
{
    Exploration exploration = of(Goal::promote);
    Menu& menu = exploration.menu;
    menu.states = {two_standbys().state, with_mark(two_standbys().state), a_primary().state};
    menu.watches = {primary_watches()[2]};
    menu.offer(Subject::worker, finds(&Observation::is_worker_running, std::vector<bool>{false}));
    menu.offer(Subject::processes, finds_or_not(&Observation::processes, all_processes()),
               finds(&Observation::processes, std::vector{Processes::postmaster}));
    menu.offer(Subject::server, finds_or_not(&Observation::server, servers_of_any_kind()),
               finds(&Observation::server, std::vector{look_of(two_standbys()), look_of(a_primary())}));
    menu.offer(Subject::cluster, finds_or_not(&Observation::cluster, views_or_none(later_guard_views())));
    menu.offer(Subject::identity, finds_or_not(&Observation::identity, identities()),
               finds(&Observation::identity, std::vector{a_standby().identity}));
    menu.offer(Subject::membership, finds_or_not(&Observation::membership, std::vector<std::string>{"ring 8"}));
    return exploration;
}

Exploration a_strict_promotion()
{
    Exploration exploration = a_promotion();
    exploration.context.params.rep_mode = ReplicationMode::strict;
    const auto named = [](const char* names)
    {
        return look_of(with(two_standbys(), [&](Scene& s) { s.status.sync_standby_names = names; }));
    };
    const auto busy = look_of(with(two_standbys(),
                                   [](Scene& s)
                                   {
                                       s.status.sync_standby_names = s.context.peer_sync_names;
                                       s.status.is_checkpointer_idle = false;
                                   }));
    exploration.menu.states = {with_mark(two_standbys().state)};
    exploration.menu.offer(
        Subject::server, finds(&Observation::server, std::vector{named(""), named("*"), named("\"beta\"")}),
        finds_or_not(&Observation::server, std::vector{named(""), named("\"beta\""), busy, look_of(a_primary())}));
    return exploration;
}

Exploration a_demotion_of_any_server()
{
    Exploration exploration = of(Goal::demote);
    Menu& menu = exploration.menu;
    menu.offer(Subject::worker, finds_or_not(&Observation::is_worker_running, std::vector<bool>{false, true}));
    menu.states = {a_primary().state, a_standby().state, a_lone_primary().state};
    menu.offer(Subject::processes, finds_or_not(&Observation::processes, all_processes()),
               finds(&Observation::processes, all_processes()));
    menu.offer(Subject::directory, finds_or_not(&Observation::directory, directories()),
               finds(&Observation::directory, std::vector{a_stopped_primary().directory, a_primary().directory}));
    menu.offer(Subject::server, finds_or_not(&Observation::server, servers_of_any_kind()),
               finds(&Observation::server, std::vector{look_of(two_standbys()), look_of(a_primary())}));
    menu.offer(Subject::cluster, finds_or_not(&Observation::cluster, std::vector<View>{}));
    return exploration;
}

Exploration a_demotion_in_any_cluster()
{
    Exploration exploration = of(Goal::demote);
    Menu& menu = exploration.menu;
    menu.offer(Subject::worker, finds(&Observation::is_worker_running, std::vector<bool>{false}));
    menu.states = {a_primary().state, a_standby().state, a_lone_primary().state};
    menu.offer(Subject::processes, finds(&Observation::processes, std::vector{Processes::none, Processes::postmaster}));
    menu.offer(Subject::directory, finds(&Observation::directory, std::vector{a_stopped_primary().directory}));
    menu.offer(Subject::server,
               finds_or_not(&Observation::server, std::vector{look_of(two_standbys()), look_of(a_primary())}));
    menu.offer(Subject::cluster,
               finds_or_not(&Observation::cluster, views_or_none({a_primary().cluster, two_standbys().cluster})));
    return exploration;
}

Exploration upkeep_of_a_primary(Goal goal, ReplicationMode mode)
{
    Exploration exploration = of(goal);
    exploration.context.params.rep_mode = mode;
    exploration.times = short_action;
    Menu& menu = exploration.menu;
    menu.states = {a_primary().state, a_lone_primary().state};
    menu.watches = primary_watches();
    if (goal != Goal::monitor || mode != ReplicationMode::sync)
        menu.watches = {menu.watches[2], menu.watches[5]};

    menu.offer(Subject::worker, finds(&Observation::is_worker_running, std::vector<bool>{false}));
    menu.offer(Subject::processes, finds(&Observation::processes, std::vector{Processes::postmaster}));
    menu.offer(Subject::server, finds(&Observation::server, primary_servers()),
               finds_or_not(&Observation::server, std::vector{look_of(a_primary()), look_of(a_primary_with_candidate()),
                                                              look_of(a_lone_primary())}));
    menu.offer(Subject::cluster, finds_or_not(&Observation::cluster, views(primary_views())),
               finds_or_not(&Observation::cluster, views(later_primary_views())));
    menu.offer(Subject::membership,
               finds_or_not(&Observation::membership, std::vector<std::string>{"ring 8", "ring 12"}));
    menu.offer(Subject::directory, finds(&Observation::directory, std::vector{a_primary().directory}));
    return exploration;
}

Exploration upkeep_of_a_standby(Goal goal)
{
    Exploration exploration = of(goal);
    exploration.times = short_action;
    Menu& menu = exploration.menu;
    LocalState fresh = a_standby().state;
    fresh.followed.clear();
    fresh.words.clear();
    menu.states = {a_standby().state, with_mark(fresh), a_stopped_standby().state,
                   with_rebuild(a_standby().state, Rebuild::copying), a_primary().state};
    menu.watches = {a_standby().watch, Watch{}};
    menu.watches.back().unhealthy = 4;
    menu.offer(Subject::worker, finds_or_not(&Observation::is_worker_running, std::vector<bool>{false, true}));
    menu.offer(Subject::processes, finds_or_not(&Observation::processes, all_processes()));
    menu.offer(Subject::directory, finds_or_not(&Observation::directory, directories()));
    auto servers = servers_of_any_kind();
    servers.erase(servers.begin() + 7);
    menu.offer(Subject::server, finds_or_not(&Observation::server, servers),
               finds_or_not(&Observation::server, a_few_servers()));
    ClusterView other = a_standby().cluster;
    other.peer.run->word = "word-other";
    const std::vector<ClusterView> common{a_standby().cluster, two_standbys().cluster, a_lonely_standby().cluster,
                                          other, a_certified_standby().cluster};
    menu.offer(Subject::cluster, finds_or_not(&Observation::cluster, views_or_none(common)));
    menu.offer(Subject::identity, finds_or_not(&Observation::identity, identities()));
    menu.offer(Subject::upstream, finds_or_not(&Observation::upstream, upstreams()));
    menu.offer(Subject::settings, finds(&Observation::settings, std::vector<Settings>{{}}));
    offer_what_a_start_needs(menu);
    return exploration;
}

Exploration upkeep_of_a_foreign_server(Goal goal)
{
    Exploration exploration = of(goal);
    exploration.times = short_action;
    Menu& menu = exploration.menu;
    menu.states = {LocalState{}, without_run(a_primary().state), without_run(a_lone_primary().state),
                   without_run(a_standby().state)};
    menu.watches = {Watch{}, a_primary().watch};
    menu.offer(Subject::worker, finds(&Observation::is_worker_running, std::vector<bool>{false}));
    menu.offer(Subject::processes, finds(&Observation::processes, std::vector{Processes::postmaster}));
    menu.offer(Subject::directory, finds_or_not(&Observation::directory, directories()));
    menu.offer(Subject::server, finds_or_not(&Observation::server, primary_servers()),
               finds_or_not(&Observation::server, a_few_servers()));
    menu.offer(Subject::cluster, finds_or_not(&Observation::cluster,
                                              views_or_none({a_primary().cluster, a_certified_standby().cluster})));
    menu.offer(Subject::membership, finds_or_not(&Observation::membership, std::vector<std::string>{"ring 8"}));
    menu.offer(Subject::identity, finds_or_not(&Observation::identity, identities()));
    menu.offer(Subject::upstream, finds_or_not(&Observation::upstream, upstreams()));
    menu.offer(Subject::settings, finds(&Observation::settings, std::vector<Settings>{{}}));
    offer_what_a_start_needs(menu);
    return exploration;
}

Exploration a_probe()
{
    Exploration exploration = of(Goal::probe);
    Menu& menu = exploration.menu;
    menu.states = {a_standby().state};
    menu.offer(Subject::worker, finds_or_not(&Observation::is_worker_running, std::vector<bool>{false, true}));
    menu.offer(Subject::processes, finds_or_not(&Observation::processes, all_processes()));
    menu.offer(Subject::directory, finds_or_not(&Observation::directory, directories()));
    menu.offer(Subject::server, finds_or_not(&Observation::server, servers_of_any_kind()));
    menu.offer(Subject::cluster,
               finds_or_not(&Observation::cluster, views_or_none({a_standby().cluster, a_stopped_standby().cluster})));
    return exploration;
}

/// With and without room for a copy.
std::vector<std::vector<Room>> rooms()
{
    return {{{"/", 1, 2}}, {{"/", 2, 1}}};
}

Exploration a_rebuild_from_any_source()
{
    Exploration exploration = of(Goal::rebuild);
    Menu& menu = exploration.menu;
    menu.states = {a_standby().state, with_rebuild(a_standby().state, Rebuild::copying)};
    menu.offer(Subject::processes, finds_or_not(&Observation::processes, all_processes()),
               finds(&Observation::processes, std::vector{Processes::none}));
    menu.offer(Subject::directory, finds_or_not(&Observation::directory, directories()),
               finds(&Observation::directory, std::vector{a_stopped_standby().directory}));
    menu.offer(Subject::cluster,
               finds_or_not(&Observation::cluster, views_or_none({a_standby().cluster, two_standbys().cluster})),
               finds(&Observation::cluster, views({a_standby().cluster, two_standbys().cluster})));
    menu.offer(Subject::upstream, finds_or_not(&Observation::upstream, upstreams()),
               finds(&Observation::upstream, upstreams()));
    menu.offer(Subject::server, finds(&Observation::server, std::vector{look_of(a_standby())}));
    menu.offer(Subject::room, finds_or_not(&Observation::room, rooms()), finds(&Observation::room, rooms()));
    menu.offer(Subject::identity, finds(&Observation::identity, std::vector{a_standby().identity}));
    return exploration;
}

Exploration a_swap()
{
    Exploration exploration = of(Goal::rebuild);
    Menu& menu = exploration.menu;
    menu.states = {with_mark(with_rebuild(a_standby().state, Rebuild::swapping))};
    menu.offer(Subject::processes,
               finds_or_not(&Observation::processes, std::vector{Processes::none, Processes::postmaster}));
    menu.offer(Subject::directory, finds(&Observation::directory, std::vector{a_stopped_standby().directory}));
    menu.offer(Subject::server,
               finds_or_not(&Observation::server, std::vector{look_of(a_standby()), look_of(two_standbys())}));
    menu.offer(Subject::cluster, finds_or_not(&Observation::cluster, views({a_standby().cluster})));
    menu.offer(Subject::upstream, finds(&Observation::upstream, std::vector{a_standby().upstream}));
    menu.offer(Subject::room, finds(&Observation::room, std::vector<std::vector<Room>>{a_standby().room}));
    menu.offer(Subject::identity, finds(&Observation::identity, std::vector{a_standby().identity}));
    return exploration;
}

Exploration a_rewind()
{
    Exploration exploration = of(Goal::rebuild);
    Menu& menu = exploration.menu;
    menu.states = {a_standby().state, with_mark(a_standby().state),
                   with_rebuild(a_standby().state, Rebuild::rewinding)};
    Directory clean = a_stopped_standby().directory;
    clean.control->data_checksums = true;
    Directory crashed = clean;
    crashed.control->state = ControlState::in_archive_recovery;
    Identity ahead = a_standby().upstream;
    ahead.history = history_of(Timeline{number(timeline) + 1});
    menu.offer(Subject::processes, finds(&Observation::processes, std::vector{Processes::postmaster, Processes::none}),
               finds(&Observation::processes, std::vector{Processes::none}));
    menu.offer(Subject::directory, finds(&Observation::directory, std::vector{clean, crashed}));
    menu.offer(Subject::cluster, finds(&Observation::cluster, views({a_standby().cluster, two_standbys().cluster})));
    menu.offer(Subject::upstream, finds(&Observation::upstream, std::vector{ahead, a_standby().upstream}));
    menu.offer(Subject::server,
               finds(&Observation::server, std::vector{look_of(a_standby()), look_of(two_standbys())}));
    menu.offer(Subject::room, finds(&Observation::room, rooms()));
    menu.offer(Subject::identity, finds(&Observation::identity, std::vector{a_standby().identity}));
    return exploration;
}

} // namespace pgtwin::test
