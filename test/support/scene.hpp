// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "pgtwin/decide/observation.hpp"

namespace pgtwin::test
{

inline constexpr std::uint64_t system_identifier = 7001;
inline constexpr Timeline timeline{3};
inline constexpr Lsn end{0x5000000};

/// An observation in the making: plain values, of which some can be made unknown, and what does not change.
///
/// Node alpha looks; its peer is beta. Start from one of the scenes below and change only what the test is about.
struct Scene
{
    LocalState state;
    Watch watch;
    bool is_worker_running = false;
    Processes processes = Processes::none;
    Directory directory;
    Installation installation;
    Answer answer = Answer::none;
    ServerStatus status; ///< told only if answer is ready
    ClusterView cluster;
    bool has_cluster = true;
    std::string membership = "ring 8";
    Identity identity;
    Identity upstream;
    std::optional<ErrorKind> upstream_fault;
    std::vector<Room> room{
        {"/", 1, 2}
    };
    std::vector<BackupPart> source{
        {"", 1}
    };
    bool peer_has_wal = true;
    Settings settings;
    Settings settings_on_disk;
    std::set<decide::Subject> unknown;
    std::set<decide::Subject> not_asked;
    BootTime now{std::chrono::minutes{60}};
    std::optional<BootTime> server_seen_at; ///< empty: now
    std::chrono::milliseconds remaining{std::chrono::seconds{30}};
    std::chrono::milliseconds elapsed{};
    decide::Attempts attempts;
    std::string failure;
    std::optional<std::string> resync;
    decide::Context context;

    [[nodiscard]] decide::Observation observation() const;

    [[nodiscard]] NodeView& self() { return cluster.self; }
    [[nodiscard]] NodeView& peer() { return cluster.peer; }

    /// Steps of this kind that were taken in this action.
    template <typename T>
    Scene& done(int times = 1)
    {
        for (int i = 0; i < times; ++i)
            attempts.note(T{}, true);
        return *this;
    }
    template <typename T>
    Scene& failed(int times = 1)
    {
        for (int i = 0; i < times; ++i)
            attempts.note(T{}, false);
        return *this;
    }
};

/// A scene with a change to it, for a row of a table.
[[nodiscard]] Scene with(Scene scene, const std::function<void(Scene&)>& change);

/// Alpha is primary in sync mode; beta streams synchronously, is certified and recorded in-sync.
[[nodiscard]] Scene a_primary();
/// Alpha is primary and alone with its mark; beta's node is offline, its record stale, the names are empty.
[[nodiscard]] Scene a_lone_primary();
/// Alpha is primary and alone with its mark; beta is back, follows and streams, and is not certified yet.
[[nodiscard]] Scene a_primary_with_candidate();
/// Alpha is a certified standby that streams from beta.
[[nodiscard]] Scene a_standby();
/// Beta was the primary and is gone: its node is offline. Alpha is certified for its present run.
[[nodiscard]] Scene a_certified_standby();
/// Both run as standbys with equal data and nobody is certified; both positions are published (R1).
[[nodiscard]] Scene two_standbys();
/// Alpha runs as a standby without certificate and mark; beta's node is offline.
[[nodiscard]] Scene a_lonely_standby();
/// Nothing runs on alpha; its data directory was shut down as a standby's.
[[nodiscard]] Scene a_stopped_standby();
/// Nothing runs on alpha; its data directory was shut down as a primary's.
[[nodiscard]] Scene a_stopped_primary();
/// Alpha's instance is started and has no data; beta is primary.
[[nodiscard]] Scene an_empty_instance();

/// History of `of` with all its ancestors, each left at 0x1000000 times its number.
[[nodiscard]] TimelineHistory history_of(Timeline of);
/// Mark that holds for a directory of timeline 3 at `end`.
[[nodiscard]] AloneMark a_mark();
/// Position of beta's directory in its present run: the same as alpha's.
[[nodiscard]] Position a_peer_position();
/// Position of alpha's directory as pgtwin itself would publish it.
[[nodiscard]] Position own_position(const Scene& scene);
/// Makes what alpha published agree with what alpha sees of itself.
void publish_own_position(Scene& scene);

/// Nothing was recorded on either node, and the directory was not left as a standby (R3); its position is published.
void forget_records(Scene& scene);

} // namespace pgtwin::test
