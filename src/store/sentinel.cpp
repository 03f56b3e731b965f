// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/store/sentinel.hpp"

#include "pgtwin/store/files.hpp"
#include "pgtwin/sys/process.hpp"

namespace pgtwin::store
{
namespace
{

std::string intent_of(const std::string& run_directory)
{
    return run_directory + "/intent.lock";
}

Expected<sys::FileLock> acquire(const std::string& run_directory, const std::string& path, const Deadline& deadline)
{
    if (const auto made = ensure_directory(run_directory); !made)
        return made.error();
    return sys::FileLock::acquire(path, deadline);
}

} // namespace

Expected<void> SentinelProcess::launch()
{
    sys::Command command;
    command.argv = options_.command;
    command.environment = options_.environment;
    const auto started = sys::spawn_detached(command, {});
    return started ? Expected<void>{} : started.error();
}

Expected<bool> SentinelProcess::is_end_intended()
{
    return sys::FileLock::is_held(intent_of(options_.run_directory));
}

Expected<IntentLock> IntentLock::take(const std::string& run_directory, const Deadline& deadline)
{
    auto lock = acquire(run_directory, intent_of(run_directory), deadline);
    if (!lock)
        return lock.error();
    return IntentLock{std::move(*lock)};
}

Expected<SentinelLock> SentinelLock::take(const std::string& run_directory, const Deadline& deadline)
{
    auto lock = acquire(run_directory, run_directory + "/sentinel.lock", deadline);
    if (!lock)
        return lock.error();
    return SentinelLock{std::move(*lock)};
}

} // namespace pgtwin::store
