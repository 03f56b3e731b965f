// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pgtwin/message/reason.hpp"
#include "pgtwin/message/severity.hpp"
#include "pgtwin/model/cluster.hpp"
#include "pgtwin/model/local_state.hpp"
#include "pgtwin/model/room.hpp"

namespace pgtwin::decide
{

/// What can be looked at. A look is taken once and kept until a step may have changed it.
enum class Subject
{
    state,
    watch,
    worker,
    processes,
    directory,
    server, ///< processes and one status query
    cluster,
    membership,
    identity, ///< IDENTIFY_SYSTEM of the local server
    upstream, ///< the same of the peer
    settings, ///< of the running server
    settings_on_disk,
    installation,
    room,     ///< for a copy of the primary, which is asked how large it is
    peer_wal, ///< whether the peer still has what the local server needs next; identity is known by then
};

/// Ask for a look at something; the only step that changes nothing.
struct Inspect
{
    Subject subject{};
};

/// Let time pass, then look again.
struct Wait
{
    std::chrono::milliseconds pause{};
    std::optional<Reason> missing{}; ///< why the action would end if time were up; told to people who wait for long
};

struct SaveState
{
    LocalState state;
};
struct SaveWatch
{
    Watch watch;
};

struct PublishRun
{
    std::optional<RunRecord> run;
};
struct PublishPosition
{
    std::optional<Position> position;
};
/// In which membership this node is primary with its mark (R2b); empty removes it.
struct PublishAloneIn
{
    std::string membership;
};
/// The peer's certificate; empty removes it (R5.1).
struct SetCertificate
{
    std::optional<Certificate> certificate;
};
struct SetOwnScore
{
    int score = 0;
};
struct SetPeerScore
{
    int score = 0;
};
struct Record
{
    DataStatus self = DataStatus::none;
    DataStatus peer = DataStatus::none;
};
struct PublishResync
{
    std::string text;                   ///< of a Resync; empty: the repair is over
    Severity severity = Severity::info; ///< of the line that is logged with it
};
struct ClearOverride
{
};

struct WriteStandbyConfiguration
{
    StandbySettings settings{};
};
/// How long the step is to last.
enum class StartWait
{
    until_ready,    ///< some seconds at most
    until_launched, ///< the postmaster runs; whether it gives up is left to the next look
};
struct StartServer
{
    StartWait wait = StartWait::until_ready;
};
struct StopFast
{
    std::chrono::milliseconds limit{};
};
struct StopImmediate
{
    std::chrono::milliseconds limit{};
};
struct KillAll
{
};
struct PromoteServer
{
};
struct CheckpointInBackground
{
};
struct ResumeReplay
{
};
/// Ends the sessions on a standby that hold its replay up.
struct EndConflicts
{
};
struct FollowPeer
{
};
struct SetArchive
{
    Archive archive{};
};
struct SetSyncStandbyNames
{
    std::string names;
};
struct EnsureSlot
{
};
struct DropSlot
{
};

/// Settings that parameters prescribe and that can change while the server runs.
struct TakeOverSettings
{
};
/// Lines for the log, and the memory of having said them. Without a memory they are said each time.
struct Warn
{
    std::vector<std::string> lines;
    std::optional<Watch> watch;
};

/// Hands the data directory to the supervised worker (R9).
struct LaunchWorker
{
    std::string why; ///< one word for people
};
struct EndWorker
{
};
/// Has somebody wait for the end of the server that was just started.
struct LaunchSentinel
{
};

struct EnsurePeerSlot
{
};
struct BaseBackup
{
    std::vector<std::string> tablespaces; ///< their locations on the primary
    std::chrono::milliseconds pause{};    ///< before it, since one has failed
};
struct MakeRoom
{
    Sacrifice sacrifice{};
};
struct SwapDirectories
{
    OldCopy old{};
};
struct DisposeOldDirectory
{
    OldCopy old{};
};
/// pg_rewind without its writes; it may fail for what passes, so that a later try waits before.
struct RehearseRewind
{
    std::chrono::milliseconds pause{};
};
struct Rewind
{
};

using Step =
    std::variant<Inspect, Wait, SaveState, SaveWatch, PublishRun, PublishPosition, PublishAloneIn, SetCertificate,
                 SetOwnScore, SetPeerScore, Record, PublishResync, ClearOverride, WriteStandbyConfiguration,
                 StartServer, StopFast, StopImmediate, KillAll, PromoteServer, CheckpointInBackground, ResumeReplay,
                 EndConflicts, FollowPeer, SetSyncStandbyNames, EnsureSlot, DropSlot, LaunchWorker, EndWorker,
                 LaunchSentinel, EnsurePeerSlot, BaseBackup, SwapDirectories, DisposeOldDirectory, RehearseRewind,
                 Rewind, TakeOverSettings, Warn, MakeRoom, SetArchive>;

/// Index of a step type in Step.
template <typename T, std::size_t I = 0>
[[nodiscard]] constexpr std::size_t index_of()
{
    if constexpr (std::is_same_v<std::variant_alternative_t<I, Step>, T>)
        return I;
    else
        return index_of<T, I + 1>();
}

/// End of an action.
struct Outcome
{
    Reason reason{};
    std::string detail; ///< facts for people: the name of a setting, both positions; may be empty
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// One step to take, or the end of the action.
using Next = std::variant<Step, Outcome>;

/// A step that may be needed: empty when there is nothing to do.
using Maybe = std::optional<Next>;

/// A kind of step as the next one to take: a variant does not become another variant that holds it by itself.
[[nodiscard]] inline Next step(Step taken)
{
    return taken;
}

/// Name of a step for logs and stories: "set certificate".
[[nodiscard]] const char* name_of(const Step& step);

} // namespace pgtwin::decide
