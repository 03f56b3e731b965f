// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/config/params.hpp"
#include "pgtwin/decide/step.hpp"
#include "pgtwin/model/cluster.hpp"
#include "pgtwin/model/installation.hpp"
#include "pgtwin/model/local_state.hpp"
#include "pgtwin/model/room.hpp"
#include "pgtwin/model/seen.hpp"
#include "pgtwin/model/server.hpp"

namespace pgtwin::decide
{

/// How often each kind of step was taken within this action.
class Attempts
{
public:
    void note(const Step& step, bool has_succeeded)
    {
        auto& count = counts_.at(step.index());
        (has_succeeded ? count.done : count.failed)++;
    }
    template <typename T>
    [[nodiscard]] int done() const
    {
        return counts_[index_of<T>()].done;
    }
    template <typename T>
    [[nodiscard]] int failed() const
    {
        return counts_[index_of<T>()].failed;
    }
    template <typename T>
    [[nodiscard]] int tried() const
    {
        return done<T>() + failed<T>();
    }

private:
    struct Count
    {
        int done = 0;
        int failed = 0;
    };
    std::array<Count, std::variant_size_v<Step>> counts_{};
};

/// Everything one action has seen so far. What was not asked for is "not asked"; what could not be told is "unknown".
struct Observation
{
    Seen<LocalState> state;
    Seen<Watch> watch;
    Seen<bool> is_worker_running;
    Seen<Processes> processes;
    Seen<Directory> directory;
    Seen<ServerLook> server;
    Seen<std::optional<ClusterView>> cluster; ///< empty: no cluster runs on this machine
    Seen<std::string> membership;
    Seen<Identity> identity;
    Seen<Identity> upstream;
    Seen<Settings> settings;
    Seen<Settings> settings_on_disk;
    Seen<Installation> installation;
    Seen<std::vector<Room>> room;
    Seen<bool> peer_has_wal;

    bool is_run_by_pacemaker = false; ///< then there is a cluster, whatever its tools say
    BootTime now{};
    BootTime server_seen_at{};             ///< when the look at the server began
    std::chrono::milliseconds remaining{}; ///< until this action's deadline
    std::chrono::milliseconds elapsed{};   ///< since this action began
    Attempts attempts;
    std::string failure;                           ///< of the step that failed last, for people
    std::optional<ErrorKind> upstream_fault;       ///< why upstream is unknown
    std::optional<std::vector<BackupPart>> source; ///< what the primary said of its size
    std::optional<std::string> resync;             ///< what this action has published of a base backup

    /// Status of a server that answered; null otherwise.
    [[nodiscard]] const ServerStatus* status() const
    {
        return server.is_known() && server->status ? &*server->status : nullptr;
    }
    /// The cluster as seen; null if unknown, not asked or absent.
    [[nodiscard]] const ClusterView* view() const
    {
        return cluster.is_known() && cluster->has_value() ? &cluster->value() : nullptr;
    }
    [[nodiscard]] bool is_without_cluster() const { return cluster.is_known() && !cluster->has_value(); }
    [[nodiscard]] bool is_asked(Subject subject) const;
};

/// What stays the same during one action.
struct Context
{
    Params params;
    std::string resource;                      ///< id of the primitive
    std::string self;                          ///< own node name; empty when run by hand without a cluster
    std::string peer_sync_names;               ///< value of synchronous_standby_names that names exactly the peer
    RunId fresh;                               ///< a new random word
    std::vector<std::string> wrong_parameters; ///< one line each; the defaults are used in their place
    bool is_run_by_pacemaker = false;
    bool is_stop_planned = false; ///< this transition stops this instance after the demote
    bool is_pre_notification = false;
    bool is_steadiness_enough = false; ///< a recurring monitor: a steady pair is compared with the CIB now and then
    std::chrono::milliseconds monitor_interval{}; ///< of the recurring monitor that this is; 0: it is none
    bool is_promotion_planned = false; ///< this transition promotes an instance, or has done so, as far as it has told
};

inline constexpr int infinity = 1'000'000;
inline constexpr int score_primary = 1000;
inline constexpr int score_certified = 100;
inline constexpr int score_candidate = 10;

/// The first of `subjects` that was not asked for yet, as a step.
template <typename... Subjects>
[[nodiscard]] Maybe need(const Observation& seen, Subjects... subjects)
{
    for (const Subject subject : {subjects...})
        if (!seen.is_asked(subject))
            return Next{Step{Inspect{subject}}};
    return std::nullopt;
}

/// Waits, unless the deadline is near: then the action ends with `reason`.
[[nodiscard]] Next wait_or(const Observation& seen, std::chrono::milliseconds pause, Reason reason,
                           const std::string& detail = {});

/// Whether a step of this kind may still be tried in this action: it never succeeded and failed less than `limit`
/// times.
template <typename T>
[[nodiscard]] bool may_try(const Observation& seen, int limit = 1)
{
    return seen.attempts.done<T>() == 0 && seen.attempts.failed<T>() < limit;
}

/// An asynchronous standby may lack what the archive has. Of the others those that are certified lack nothing, and the
/// rest asks once its primary does not have the WAL.
[[nodiscard]] Archive archive_at_start(const Context& context);

/// Whom a standby may name before anything is known of its peer, on which timeline its directory can run, and a limit
/// for its slot if nobody has set one.
[[nodiscard]] StandbySettings first_settings(const Observation& seen, const Context& context);

} // namespace pgtwin::decide
