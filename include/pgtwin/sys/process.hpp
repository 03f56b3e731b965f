// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <variant>
#include <vector>

#include "pgtwin/base/deadline.hpp"
#include "pgtwin/base/expected.hpp"

namespace pgtwin::sys
{

/// What is kept of each stream of a program unless its Command says otherwise.
inline constexpr std::size_t usual_output = std::size_t{64} * 1024;

/// What to run. argv[0] is an absolute path; the environment is the whole environment.
struct Command
{
    std::vector<std::string> argv{};
    std::vector<std::string> environment{};
    std::string input{};                                   ///< standard input; empty: /dev/null
    std::function<void(std::string_view)> on_error_line{}; ///< each line of standard error as it arrives
    std::size_t kept_output = usual_output;                ///< bytes kept of each stream: its end
};

struct Exited
{
    int code = 0;
    friend bool operator==(const Exited&, const Exited&) = default;
};
struct Signaled
{
    int signal = 0;
    friend bool operator==(const Signaled&, const Signaled&) = default;
};
struct TimedOut
{
    friend bool operator==(const TimedOut&, const TimedOut&) = default;
};

/// How a program ended and the last part of what it said.
struct Finished
{
    std::variant<Exited, Signaled, TimedOut> how;
    std::string out; ///< end of standard output, Command::kept_output bytes at most
    std::string err; ///< the same of standard error

    [[nodiscard]] bool is_success() const { return how == std::variant<Exited, Signaled, TimedOut>{Exited{0}}; }
};

/// Runs `command`, in a process group of its own and without any inherited descriptor, until it ends or the deadline
/// passes; then the group gets SIGTERM and, after `grace`, SIGKILL. The child is always reaped. What it leaves running
/// in another session lives on. An Error means that the program did not run at all.
[[nodiscard]] Expected<Finished> run(const Command& command, const Deadline& deadline,
                                     std::chrono::milliseconds grace = std::chrono::seconds{2});

/// Standard output of a program that must succeed. The Error names the program and holds what it said last;
/// timed_out if it did not end in time, conflict if it ended with another code than 0 or by a signal.
[[nodiscard]] Expected<std::string> output_of(const Command& command, const Deadline& deadline);

/// The Error output_of() gives for a program that ended badly.
[[nodiscard]] Error failure(const Command& command, const Finished& finished);

/// Starts `command` in a session of its own, with /dev/null for input, and does not wait. Output goes to the end of
/// `log_file`, which must exist or be creatable, or to /dev/null if that is empty.
[[nodiscard]] Expected<pid_t> spawn_detached(const Command& command, const std::string& log_file);

} // namespace pgtwin::sys
