// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "pgtwin/port/ports.hpp"
#include "pgtwin/sys/lock.hpp"

namespace pgtwin::store
{

/// How the sentinel of an instance is started.
struct SentinelOptions
{
    std::string run_directory;            ///< holds its locks
    std::vector<std::string> command;     ///< the executable by absolute path, and "sentinel"
    std::vector<std::string> environment; ///< all of it: the parameters of the action
};

/// The sentinel as the actions see it, and what it asks itself.
class SentinelProcess final : public port::Sentinel
{
public:
    explicit SentinelProcess(SentinelOptions options) : options_{std::move(options)} {}

    Expected<void> launch() override;
    Expected<void> expect_end() override;
    [[nodiscard]] Expected<bool> is_end_intended() override;

private:
    SentinelOptions options_;
};

/// Held by an action that may end the server, for as long as it runs.
class IntentLock
{
public:
    /// Conflict: another such action runs.
    [[nodiscard]] static Expected<IntentLock> take(const std::string& run_directory, const Deadline& deadline);

private:
    explicit IntentLock(sys::FileLock lock) : lock_{std::move(lock)} {}

    sys::FileLock lock_;
};

/// Held by the sentinel for its life: there is one per instance.
class SentinelLock
{
public:
    /// Waits until the sentinel of an earlier server has ended. Conflict: it has not by the deadline.
    [[nodiscard]] static Expected<SentinelLock> take(const std::string& run_directory, const Deadline& deadline);

private:
    explicit SentinelLock(sys::FileLock lock) : lock_{std::move(lock)} {}

    sys::FileLock lock_;
};

} // namespace pgtwin::store
