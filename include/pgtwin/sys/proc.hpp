// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "pgtwin/base/deadline.hpp"
#include "pgtwin/base/expected.hpp"
#include "pgtwin/sys/fd.hpp"
#include "pgtwin/sys/file.hpp"

namespace pgtwin::sys
{

/// A living process as /proc/<pid>/stat tells (proc(5)). Pid and start time together name it: pids are used again.
struct ProcessInfo
{
    pid_t pid = 0;
    pid_t parent = 0;
    pid_t session = 0;
    char state = 0;               ///< Z and X: dead, only not collected yet
    std::uint64_t start_time = 0; ///< clock ticks since boot
    std::string program; ///< name of the executable file, without its directory; empty if not permitted to know

    [[nodiscard]] bool is_dead() const { return state == 'Z' || state == 'X'; }
    /// It waits, and a signal wakes it: neither runs, nor is stopped (T), nor held by a debugger (t).
    [[nodiscard]] bool is_asleep() const { return state == 'S'; }
    /// By a signal, or held by a debugger.
    [[nodiscard]] bool is_stopped() const { return state == 'T' || state == 't'; }
    friend bool operator==(const ProcessInfo&, const ProcessInfo&) = default;
};

/// Parses the line of /proc/<pid>/stat; `program` stays empty.
[[nodiscard]] Expected<ProcessInfo> parse_process_stat(std::string_view line);

/// The process of that number; empty if there is none, or a dead one.
[[nodiscard]] Expected<std::optional<ProcessInfo>> find_process(pid_t pid);

/// Names this boot of the machine, or of the container; no other one has the same name. One word; empty if the kernel
/// does not tell (random(4), proc(5)).
[[nodiscard]] std::string boot_name();

/// Waits while that number belongs to a dead process that its parent has not collected yet; timed_out at the deadline.
[[nodiscard]] Expected<void> wait_until_collected(pid_t pid, const Deadline& deadline);

/// Living processes whose working directory is `directory`, by device and inode, not by text.
[[nodiscard]] Expected<std::vector<ProcessInfo>> processes_in(const FileInfo& directory);

/// Whether the working directory of a process is `directory`.
[[nodiscard]] bool works_in(const ProcessInfo& process, const FileInfo& directory);

/// Living processes among whose arguments `option` stands with `value` right after it. Only those that see the file
/// system as we do: the same path in a container is another directory.
[[nodiscard]] Expected<std::vector<ProcessInfo>> processes_with(std::string_view option, std::string_view value);

/// What a process shows as its command line; PostgreSQL tells there what it does. Unavailable: it has ended.
[[nodiscard]] Expected<std::string> title_of(const ProcessInfo& process);

/// The working directory of a process, even if it was moved away or removed; empty if the process has ended.
[[nodiscard]] Expected<std::optional<FileInfo>> working_directory(const ProcessInfo& process);

/// Living processes of a session.
[[nodiscard]] Expected<std::vector<ProcessInfo>> processes_of_session(pid_t session);

/// A handle of exactly this process, which stays valid when it ends.
class ProcessHandle
{
public:
    /// Unavailable: that process has ended (another one may have its number).
    [[nodiscard]] static Expected<ProcessHandle> open(const ProcessInfo& process);

    /// Sends a signal; success if the process has ended meanwhile.
    [[nodiscard]] Expected<void> signal(int number) const;
    /// Waits for its end; timed_out if the deadline passes first.
    [[nodiscard]] Expected<void> wait_for_end(const Deadline& deadline) const;

private:
    explicit ProcessHandle(Fd fd) : fd_{std::move(fd)} {}

    Fd fd_;
};

/// SIGKILL to every process that `find` answers, until it answers none; timed_out if some are left at the deadline.
[[nodiscard]] Expected<void> kill_until_none(const std::function<Expected<std::vector<ProcessInfo>>()>& find,
                                             const Deadline& deadline);

} // namespace pgtwin::sys
