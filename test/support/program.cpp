// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/program.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pgtwin::test
{
namespace
{

/// Output goes to a file in memory: a daemon that keeps it open cannot hold up the reader, as it could with a pipe.
class Output
{
public:
    explicit Output(const char* name) : fd_{::memfd_create(name, MFD_CLOEXEC)} {}
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output() { ::close(fd_); }

    [[nodiscard]] int fd() const { return fd_; }

    [[nodiscard]] std::string text() const
    {
        std::string text;
        std::array<char, 65536> chunk{};
        ssize_t count = 0;
        while ((count = ::pread(fd_, chunk.data(), chunk.size(), static_cast<off_t>(text.size()))) > 0)
            text.append(chunk.data(), static_cast<std::size_t>(count));
        return text;
    }

private:
    int fd_;
};

pid_t spawn(const Arguments& arguments, const Output& out, const Output& err)
{
    std::vector<char*> argv;
    for (const std::string& argument : arguments)
        argv.push_back(
            const_cast<char*>(argument.c_str())); // NOLINT(cppcoreguidelines-pro-type-const-cast): posix_spawn
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out.fd(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.fd(), STDERR_FILENO);
    posix_spawnattr_setpgroup(&attributes, 0);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    pid_t pid = -1;
    const int error = posix_spawnp(&pid, argv[0], &actions, &attributes, argv.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? pid : -1;
}

bool ends_in_time(pid_t pid, const Deadline& deadline)
{
    const int child = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    pollfd end{child, POLLIN, 0};
    int ready = 0;
    do
        ready = ::poll(&end, 1, static_cast<int>(deadline.left().count()));
    while (ready < 0 && errno == EINTR);
    ::close(child);
    return ready > 0;
}

int reap(pid_t pid)
{
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

std::string Ran::explained() const
{
    constexpr std::size_t shown = 1500;
    const std::string said = err + out;
    return "exit code " + std::to_string(code) + ": " + said.substr(said.size() - std::min(said.size(), shown));
}

Ran run_program(const Arguments& argv, const Deadline& deadline)
{
    const Output out{"out"};
    const Output err{"err"};
    const pid_t pid = spawn(argv, out, err);
    if (pid < 0)
        return {-1, "", "cannot run " + argv.at(0)};
    const bool in_time = ends_in_time(pid, deadline);
    if (!in_time)
        ::kill(-pid, SIGKILL);
    const int code = reap(pid);
    Ran ran{in_time ? code : -1, out.text(), err.text()};
    if (!in_time)
        ran.err += "(killed at its deadline)";
    return ran;
}

} // namespace pgtwin::test
