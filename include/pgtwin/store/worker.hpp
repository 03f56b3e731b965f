// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <sys/types.h>
#include <vector>

#include "pgtwin/port/ports.hpp"
#include "pgtwin/sys/lock.hpp"
#include "pgtwin/sys/proc.hpp"

namespace pgtwin::store
{

/// How the worker of an instance is started.
struct WorkerOptions
{
    std::string run_directory;                                 ///< holds its lock
    std::vector<std::string> command;                          ///< the executable by absolute path, and "rebuild"
    std::vector<std::string> environment;                      ///< all of it: the parameters of the action
    std::string log_file;                                      ///< where it writes; empty: nowhere
    std::chrono::milliseconds grace = std::chrono::seconds{2}; ///< between SIGTERM and SIGKILL
    std::string systemd_run{};                                 ///< by absolute path; empty: systemd does not run here
};

/// systemd-run as the worker is started with it: in a scope of its own, so that neither a stop of pacemaker.service nor
/// the limits of that service reach it. It becomes the worker itself (systemd-run(1), --scope). When the host goes
/// down, systemd ends the scope, and the server in it, after pacemaker.service (lib/services/systemd.c of Pacemaker
/// orders its own units so).
[[nodiscard]] std::vector<std::string> in_scope(const std::string& systemd_run,
                                                const std::vector<std::string>& command);

/// The worker as the actions see it. It lives in a session of its own, so that the executor of Pacemaker, which kills
/// the process group of an action, does not reach it.
class RebuildWorker final : public port::Worker
{
public:
    explicit RebuildWorker(WorkerOptions options);

    Expected<bool> is_running() override;
    /// Success also if one runs already. In a scope of systemd if that is to be had. Conflict: it ended without taking
    /// its lock.
    Expected<void> launch(const Deadline& deadline) override;
    /// SIGTERM to all processes of its session, SIGKILL to those that are left after the grace.
    Expected<void> end(const Deadline& deadline) override;

private:
    [[nodiscard]] Expected<void> start(const std::vector<std::string>& command, const Deadline& deadline) const;

    WorkerOptions options_;
};

/// The worker's own side: held by it for its life.
class WorkerLock
{
public:
    /// Takes the lock and notes who holds it. The caller becomes leader of a session of its own if it is not one.
    /// Conflict: another worker holds it, or the caller leads a process group and cannot leave its session.
    [[nodiscard]] static Expected<WorkerLock> take(const std::string& run_directory);

private:
    explicit WorkerLock(sys::FileLock lock) : lock_{std::move(lock)} {}

    sys::FileLock lock_;
};

} // namespace pgtwin::store
