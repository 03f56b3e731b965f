// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "support/table.hpp"

/// Scenes of the worker that repairs a data directory.
namespace pgtwin::test
{

using namespace decide;

/// The worker has begun; the old directory lies where it was, with a standby in it that cannot follow.
inline Scene a_worker()
{
    Scene scene = a_standby();
    scene.status.receiver.reset();
    return scene;
}

/// The old server is stopped.
inline Scene a_quiet_worker()
{
    Scene scene = a_worker();
    scene.processes = Processes::none;
    return scene;
}

inline Scene a_copying_worker()
{
    Scene scene = a_quiet_worker();
    scene.state.rebuild = Rebuild::copying;
    scene.resync = "phase=copying percent=0 done=0 total=0 rate=0 left=0";
    return scene.done<EnsurePeerSlot>().done<PublishResync>();
}

inline Scene a_swapping_worker()
{
    Scene scene = a_quiet_worker();
    scene.state.rebuild = Rebuild::swapping;
    return scene;
}

/// The new copy is in place.
inline Scene a_new_copy()
{
    Scene scene = a_standby();
    scene.state.run = "fresh";
    scene.self().run->run = "fresh";
    scene.watch.checked = "fresh:run-beta";
    scene.processes = Processes::none;
    return scene.done<SwapDirectories>().done<WriteStandbyConfiguration>().done<PublishRun>();
}

inline Scene a_streaming_copy()
{
    Scene scene = a_new_copy();
    scene.processes = Processes::postmaster;
    return scene.done<StartServer>();
}

inline LocalState in_phase(Rebuild phase)
{
    LocalState state = a_quiet_worker().state;
    state.rebuild = phase;
    return state;
}

inline LocalState damaged_in_phase(Rebuild phase)
{
    LocalState state = in_phase(phase);
    state.rebuild_reason = "damaged";
    return state;
}

inline LocalState hopeless_in_phase(Rebuild phase)
{
    LocalState state = damaged_in_phase(phase);
    state.vain_starts = hopeless_starts;
    return state;
}

inline LocalState the_new_state()
{
    LocalState state;
    state.run = "fresh";
    state.origin = Origin::standby;
    return state;
}

} // namespace pgtwin::test
