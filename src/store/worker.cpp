// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/store/worker.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <limits>
#include <optional>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pgtwin/model/fields.hpp"
#include "pgtwin/store/files.hpp"
#include "pgtwin/sys/file.hpp"
#include "pgtwin/sys/process.hpp"

namespace pgtwin::store
{
namespace
{

using std::chrono::milliseconds;

constexpr int look_again_milliseconds = 10;
constexpr std::uint64_t longest_log = std::uint64_t{1} << 20;
/// systemd may be stuck; the worker has to run all the same.
constexpr milliseconds scope_limit = std::chrono::seconds{10};

std::string lock_of(const std::string& run_directory)
{
    return run_directory + "/rebuild.lock";
}

std::string holder_of(const std::string& run_directory)
{
    return run_directory + "/rebuild.pid";
}

void look_again_later()
{
    ::poll(nullptr, 0, look_again_milliseconds);
}

/// Pid and start time of the leader of the worker's session.
struct Holder
{
    pid_t pid = 0;
    std::uint64_t start_time = 0;
};

std::string text_of(const Holder& holder)
{
    FieldWriter writer{'\n'};
    writer.number("pid", static_cast<std::uint64_t>(holder.pid)).number("start", holder.start_time);
    return writer.lines();
}

Expected<Holder> parse_holder(std::string_view text)
{
    if (text.ends_with('\n'))
        text.remove_suffix(1);
    FieldReader reader{text, '\n'};
    const std::uint64_t pid = reader.number("pid");
    const std::uint64_t start_time = reader.number("start");
    // A kill() of 0 or 1 would hit anything but a worker.
    if (pid <= 1 || pid > static_cast<std::uint64_t>(std::numeric_limits<pid_t>::max()))
        reader.fail("pid");
    if (const Expected<void> end = reader.finish(); !end)
        return end.error();
    return Holder{static_cast<pid_t>(pid), start_time};
}

/// Empty if no worker ever held the lock since boot, or the last one was ended.
Expected<std::optional<Holder>> read_holder(const std::string& run_directory)
{
    const std::string path = holder_of(run_directory);
    const Expected<std::string> text = sys::read_file(path);
    if (!text && text.error().kind == ErrorKind::unavailable)
        return std::optional<Holder>{};
    if (!text)
        return text.error();
    const Expected<Holder> holder = parse_holder(*text);
    if (!holder)
        return within("cannot understand " + path, holder.error());
    return std::optional<Holder>{*holder};
}

/// The worker and all it started. None if its number leads somebody else's session by now; while a session has members
/// its number is not given to another process.
Expected<std::vector<sys::ProcessInfo>> members(const Holder& holder)
{
    const auto leader = sys::find_process(holder.pid);
    if (!leader)
        return leader.error();
    if (*leader && (*leader)->start_time != holder.start_time)
        return std::vector<sys::ProcessInfo>{};
    auto processes = sys::processes_of_session(holder.pid);
    if (!processes)
        return processes.error();
    std::erase_if(*processes, [&](const sys::ProcessInfo& process) { return process.start_time < holder.start_time; });
    return processes;
}

Expected<void> ask_to_end(const std::vector<sys::ProcessInfo>& processes)
{
    for (const sys::ProcessInfo& process : processes)
    {
        const auto handle = sys::ProcessHandle::open(process);
        if (!handle && handle.error().kind == ErrorKind::unavailable)
            continue;
        const Expected<void> sent = handle ? handle->signal(SIGTERM) : Expected<void>{handle.error()};
        if (!sent)
            return sent.error();
    }
    return {};
}

Expected<void> wait_for_members(const Holder& holder, const Deadline& deadline)
{
    for (;;)
    {
        const auto left = members(holder);
        if (!left)
            return left.error();
        if (left->empty() || deadline.passed())
            return {};
        look_again_later();
    }
}

Expected<void> end_session(const Holder& holder, milliseconds grace, const Deadline& deadline)
{
    const auto processes = members(holder);
    if (!processes)
        return processes.error();
    if (const Expected<void> asked = ask_to_end(*processes); !asked)
        return asked.error();
    if (const Expected<void> waited = wait_for_members(holder, deadline.at_most(grace)); !waited)
        return waited.error();
    return sys::kill_until_none([&] { return members(holder); }, deadline);
}

/// Whether a worker holds the lock and has noted who it is.
Expected<bool> is_established(const std::string& run_directory)
{
    const Expected<bool> is_held = sys::FileLock::is_held(lock_of(run_directory));
    if (!is_held)
        return is_held.error();
    if (!*is_held)
        return false;
    const auto holder = read_holder(run_directory);
    if (!holder)
        return holder.error();
    if (!*holder)
        return false;
    const auto process = sys::find_process((*holder)->pid);
    if (!process)
        return process.error();
    return *process && (*process)->start_time == (*holder)->start_time;
}

Expected<void> wait_for_worker(const std::string& run_directory, pid_t worker, const Deadline& deadline)
{
    for (;;)
    {
        const auto process = sys::find_process(worker);
        if (!process)
            return process.error();
        const Expected<bool> is_there = is_established(run_directory);
        if (!is_there)
            return is_there.error();
        if (*is_there)
            return {};
        if (!*process)
            return Error{ErrorKind::conflict, "the worker ended at once"};
        if (deadline.passed())
            return Error{ErrorKind::timed_out, "the worker did not take its lock in time"};
        look_again_later();
    }
}

/// One that could not be waited for must not begin later.
void kill_late(pid_t worker)
{
    const auto process = sys::find_process(worker);
    if (!process || !*process)
        return;
    if (const auto handle = sys::ProcessHandle::open(**process))
        (void)handle->signal(SIGKILL);
}

/// Makes its directory, and puts a long one aside.
Expected<void> prepare_log(const std::string& path)
{
    if (path.empty())
        return {};
    if (const Expected<void> made = ensure_directory(sys::parent_of(path)); !made)
        return made.error();
    const auto info = sys::look_at(path);
    if (!info)
        return info.error();
    if (!*info || (*info)->size < longest_log)
        return {};
    std::error_code error;
    std::filesystem::rename(path, path + ".1", error);
    return error ? Error{ErrorKind::internal, "cannot put " + path + " aside: " + error.message()} : Expected<void>{};
}

Expected<void> lead_a_session()
{
    if (::getsid(0) == ::getpid() || ::setsid() >= 0)
        return {};
    return Error{ErrorKind::conflict, "the worker leads a process group of another session: start it with setsid"};
}

Expected<Holder> myself()
{
    const auto process = sys::find_process(::getpid());
    if (!process)
        return process.error();
    if (!*process)
        return Error{ErrorKind::internal, "cannot find the own process"};
    return Holder{(*process)->pid, (*process)->start_time};
}

} // namespace

std::vector<std::string> in_scope(const std::string& systemd_run, const std::vector<std::string>& command)
{
    std::vector<std::string> argv{systemd_run,
                                  "--scope",
                                  "--quiet",
                                  "--collect",
                                  "--description=repair of a data directory by pgtwin",
                                  "--property=Before=pacemaker.service pacemaker_remote.service",
                                  "--"};
    argv.insert(argv.end(), command.begin(), command.end());
    return argv;
}

RebuildWorker::RebuildWorker(WorkerOptions options) : options_{std::move(options)} {}

Expected<bool> RebuildWorker::is_running()
{
    return sys::FileLock::is_held(lock_of(options_.run_directory));
}

Expected<void> RebuildWorker::launch(const Deadline& deadline)
{
    const Expected<bool> is_held = is_running();
    if (!is_held)
        return is_held.error();
    if (*is_held)
        return {};
    // What a worker that crashed left running would write into the directory of the next one.
    if (const Expected<void> ended = end(deadline); !ended)
        return ended.error();
    if (const Expected<void> ready = prepare_log(options_.log_file); !ready)
        return ready.error();
    if (!options_.systemd_run.empty())
        if (start(in_scope(options_.systemd_run, options_.command), deadline.at_most(scope_limit)))
            return {};
    return start(options_.command, deadline);
}

Expected<void> RebuildWorker::start(const std::vector<std::string>& command, const Deadline& deadline) const
{
    const Expected<pid_t> worker = sys::spawn_detached({command, options_.environment}, options_.log_file);
    if (!worker)
        return within("cannot start the worker", worker.error());
    Expected<void> ready = wait_for_worker(options_.run_directory, *worker, deadline);
    if (!ready && ready.error().kind == ErrorKind::timed_out)
        kill_late(*worker);
    return ready;
}

Expected<void> RebuildWorker::end(const Deadline& deadline)
{
    for (;;)
    {
        const auto holder = read_holder(options_.run_directory);
        if (!holder)
            return holder.error();
        if (*holder)
            if (const Expected<void> ended = end_session(**holder, options_.grace, deadline); !ended)
                return within("cannot end the worker", ended.error());
        const Expected<bool> is_held = is_running();
        if (!is_held)
            return is_held.error();
        if (!*is_held)
            return {};
        // It has the lock and has not yet written who it is.
        if (deadline.passed())
            return Error{ErrorKind::timed_out, "the worker did not end in time"};
        look_again_later();
    }
}

Expected<WorkerLock> WorkerLock::take(const std::string& run_directory)
{
    if (const Expected<void> leads = lead_a_session(); !leads)
        return leads.error();
    if (const Expected<void> made = ensure_directory(run_directory); !made)
        return made.error();
    Expected<sys::FileLock> lock = sys::FileLock::acquire(lock_of(run_directory), Deadline{milliseconds{0}});
    if (!lock)
        return lock.error();
    const Expected<Holder> holder = myself();
    if (!holder)
        return holder.error();
    const Expected<void> written = sys::write_file(holder_of(run_directory), text_of(*holder), S_IRUSR | S_IWUSR);
    if (!written)
        return written.error();
    return WorkerLock{*std::move(lock)};
}

} // namespace pgtwin::store
