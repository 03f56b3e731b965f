// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/sys/proc.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <csignal>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pgtwin/sys/error.hpp"

namespace pgtwin::sys
{
namespace
{

constexpr std::chrono::milliseconds kill_round{50};
constexpr std::chrono::milliseconds collect_round{20};

template <typename Number>
bool is_number(std::string_view text, Number& value)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && error == std::errc{} && end == text.data() + text.size();
}

std::vector<std::string_view> words_of(std::string_view text)
{
    std::vector<std::string_view> words;
    for (std::size_t begin = text.find_first_not_of(" \n"); begin != std::string_view::npos;)
    {
        const std::size_t end = std::min(text.find_first_of(" \n", begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        begin = text.find_first_not_of(" \n", end);
    }
    return words;
}

std::string proc_path(pid_t pid, const char* name)
{
    return "/proc/" + std::to_string(pid) + "/" + name;
}

/// Target of a link that the kernel shows for a process; empty if there is no such process, or not permitted to know.
std::string link_of(const std::string& process, const char* name)
{
    std::array<char, PATH_MAX> target{};
    const ssize_t size = ::readlink(("/proc/" + process + "/" + name).c_str(), target.data(), target.size());
    return {target.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

/// Name of the executable; the kernel marks one that was replaced by an upgrade.
std::string program_of(pid_t pid)
{
    const std::string target = link_of(std::to_string(pid), "exe");
    std::string_view path{target};
    constexpr std::string_view deleted = " (deleted)";
    if (path.ends_with(deleted))
        path.remove_suffix(deleted.size());
    return std::string{path.substr(path.rfind('/') + 1)};
}

bool is_working_in(pid_t pid, const FileInfo& directory)
{
    struct stat info = {};
    return ::stat(proc_path(pid, "cwd").c_str(), &info) == 0 && info.st_dev == directory.device &&
           info.st_ino == directory.inode;
}

/// What paths mean to a process: its mounts (namespaces(7)) and its root directory.
std::string file_system_of(const std::string& process)
{
    return link_of(process, "ns/mnt") + link_of(process, "root");
}

bool has_arguments(pid_t pid, std::string_view option, std::string_view value)
{
    const auto arguments = read_file(proc_path(pid, "cmdline"));
    std::string wanted{'\0'};
    wanted.append(option).append(1, '\0').append(value).append(1, '\0');
    return arguments && arguments->find(wanted) != std::string::npos;
}

Expected<std::optional<ProcessInfo>> living_or_dead(pid_t pid)
{
    const auto line = read_file(proc_path(pid, "stat"));
    // A process that ends while it is read gives ENOENT or ESRCH: both are absence.
    if (!line && line.error().kind == ErrorKind::unavailable)
        return std::optional<ProcessInfo>{};
    if (!line)
        return line.error();
    const auto process = parse_process_stat(*line);
    if (!process)
        return process.error();
    return std::optional{*process};
}

Expected<std::vector<ProcessInfo>> living(const std::function<bool(pid_t)>& is_candidate,
                                          const std::function<bool(const ProcessInfo&)>& is_wanted)
{
    const auto names = list_directory("/proc");
    if (!names)
        return names.error();
    std::vector<ProcessInfo> found;
    for (const std::string& name : *names)
    {
        pid_t pid = 0;
        if (!is_number(name, pid) || !is_candidate(pid))
            continue;
        const auto process = find_process(pid);
        if (!process)
            return process.error();
        if (*process && is_wanted(**process))
            found.push_back(**process);
    }
    return found;
}

Expected<std::vector<ProcessHandle>> kill_all(const std::vector<ProcessInfo>& processes)
{
    std::vector<ProcessHandle> killed;
    for (const ProcessInfo& process : processes)
    {
        auto handle = ProcessHandle::open(process);
        if (!handle)
            continue;
        if (const auto sent = handle->signal(SIGKILL); !sent)
            return sent.error();
        killed.push_back(std::move(handle.value()));
    }
    return killed;
}

} // namespace

Expected<ProcessInfo> parse_process_stat(std::string_view line)
{
    // The name in parentheses may hold anything, parentheses and spaces included; the last one closes it.
    const std::size_t close = line.rfind(')');
    const auto words = words_of(line.substr(close == std::string_view::npos ? line.size() : close + 1));
    constexpr std::size_t parent = 1;
    constexpr std::size_t session = 3;
    constexpr std::size_t start_time = 19;
    ProcessInfo process;
    if (words.size() <= start_time || words[0].size() != 1 ||
        !is_number(line.substr(0, std::min(line.find(' '), line.size())), process.pid) ||
        !is_number(words[parent], process.parent) || !is_number(words[session], process.session) ||
        !is_number(words[start_time], process.start_time))
        return Error{ErrorKind::malformed, "cannot understand the state of a process: " + std::string{line}};
    process.state = words[0][0];
    return process;
}

Expected<std::optional<ProcessInfo>> find_process(pid_t pid)
{
    auto process = living_or_dead(pid);
    if (!process || !*process)
        return process;
    if ((*process)->is_dead())
        return std::optional<ProcessInfo>{};
    (*process)->program = program_of(pid);
    return process;
}

std::string boot_name()
{
    const auto boot = read_file("/proc/sys/kernel/random/boot_id");
    if (!boot)
        return {};
    // A container is booted more often than its kernel.
    const auto first = find_process(1);
    const std::string begin = first && *first ? std::to_string((*first)->start_time) : std::string{};
    return boot->substr(0, boot->find('\n')) + '.' + begin;
}

Expected<void> wait_until_collected(pid_t pid, const Deadline& deadline)
{
    for (;;)
    {
        const auto process = living_or_dead(pid);
        if (!process)
            return process.error();
        if (!*process || !(*process)->is_dead())
            return {};
        if (deadline.passed())
            return Error{ErrorKind::timed_out, "dead process " + std::to_string(pid) + " is not collected"};
        ::poll(nullptr, 0, static_cast<int>(collect_round.count()));
    }
}

Expected<std::vector<ProcessInfo>> processes_in(const FileInfo& directory)
{
    const auto is_there = [&](pid_t pid)
    {
        return is_working_in(pid, directory);
    };
    return living(is_there, [&](const ProcessInfo& process) { return is_there(process.pid); });
}

bool works_in(const ProcessInfo& process, const FileInfo& directory)
{
    return is_working_in(process.pid, directory);
}

Expected<std::vector<ProcessInfo>> processes_with(std::string_view option, std::string_view value)
{
    const std::string ours = file_system_of("self");
    const auto is_wanted = [&](pid_t pid)
    {
        return has_arguments(pid, option, value) && file_system_of(std::to_string(pid)) == ours;
    };
    return living(is_wanted, [](const ProcessInfo& /*any*/) { return true; });
}

Expected<std::string> title_of(const ProcessInfo& process)
{
    auto title = read_file(proc_path(process.pid, "cmdline"));
    if (title)
        title->resize(std::min(title->find('\0'), title->size()));
    return title;
}

Expected<std::optional<FileInfo>> working_directory(const ProcessInfo& process)
{
    auto directory = look_at(proc_path(process.pid, "cwd"), Links::follow);
    if (!directory && directory.error().kind == ErrorKind::unavailable)
        return std::optional<FileInfo>{};
    return directory;
}

Expected<std::vector<ProcessInfo>> processes_of_session(pid_t session)
{
    return living([](pid_t /*any*/) { return true; },
                  [&](const ProcessInfo& process) { return process.session == session; });
}

Expected<ProcessHandle> ProcessHandle::open(const ProcessInfo& process)
{
    Fd fd{static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0))};
    if (!fd)
        return system_error("cannot open process " + std::to_string(process.pid), errno);
    // The handle cannot change its process any more, so the number was still right if it is right now.
    const auto now = find_process(process.pid);
    if (!now)
        return now.error();
    if (!*now || (*now)->start_time != process.start_time)
        return Error{ErrorKind::unavailable, "process " + std::to_string(process.pid) + " has ended"};
    return ProcessHandle{std::move(fd)};
}

Expected<void> ProcessHandle::signal(int number) const
{
    if (::syscall(SYS_pidfd_send_signal, fd_.get(), number, nullptr, 0) != 0 && errno != ESRCH)
        return system_error("cannot send signal " + std::to_string(number), errno);
    return {};
}

Expected<void> ProcessHandle::wait_for_end(const Deadline& deadline) const
{
    for (;;)
    {
        pollfd fd{fd_.get(), POLLIN, 0};
        const auto time = static_cast<int>(std::min<std::int64_t>(deadline.left().count(), INT_MAX));
        const int ready = ::poll(&fd, 1, time);
        if (ready > 0)
            return {};
        if (ready < 0 && errno != EINTR)
            return system_error("cannot wait for a process", errno);
        if (deadline.passed())
            return Error{ErrorKind::timed_out, "a process did not end in time"};
    }
}

Expected<void> kill_until_none(const std::function<Expected<std::vector<ProcessInfo>>()>& find,
                               const Deadline& deadline)
{
    for (;;)
    {
        const auto found = find();
        if (!found)
            return found.error();
        if (found->empty())
            return {};
        if (deadline.passed())
            return Error{ErrorKind::timed_out,
                         "process " + std::to_string(found->front().pid) + " does not end in spite of SIGKILL"};
        const auto killed = kill_all(*found);
        if (!killed)
            return killed.error();
        // One in an uninterruptible wait must not hold up the next round.
        const Deadline round = deadline.at_most(kill_round);
        for (const ProcessHandle& handle : *killed)
            static_cast<void>(handle.wait_for_end(round));
    }
}

} // namespace pgtwin::sys
