// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/store/sentinel.hpp"

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

#include "pgtwin/store/files.hpp"
#include "pgtwin/sys/error.hpp"
#include "pgtwin/sys/file.hpp"
#include "pgtwin/sys/process.hpp"

namespace pgtwin::store
{
namespace
{

std::string intent_of(const std::string& run_directory)
{
    return run_directory + "/intent.lock";
}

/// Outlives the action that wrote it.
std::string expectation_of(const std::string& run_directory)
{
    return run_directory + "/end-expected";
}

Expected<void> forget_expectation(const std::string& run_directory)
{
    if (::unlink(expectation_of(run_directory).c_str()) == 0 || errno == ENOENT)
        return {};
    return sys::system_error("cannot remove " + expectation_of(run_directory), errno);
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
    if (auto forgotten = forget_expectation(options_.run_directory); !forgotten)
        return forgotten;
    sys::Command command;
    command.argv = options_.command;
    command.environment = options_.environment;
    const auto started = sys::spawn_detached(command, {});
    return started ? Expected<void>{} : started.error();
}

Expected<void> SentinelProcess::expect_end()
{
    if (auto made = ensure_directory(options_.run_directory); !made)
        return made;
    return sys::write_file(expectation_of(options_.run_directory), "", S_IRUSR | S_IWUSR);
}

Expected<bool> SentinelProcess::is_end_intended()
{
    const auto expectation = sys::look_at(expectation_of(options_.run_directory));
    if (!expectation)
        return expectation.error();
    if (*expectation)
        return true;
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
