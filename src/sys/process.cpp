// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/sys/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pgtwin/sys/error.hpp"
#include "pgtwin/sys/fd.hpp"

namespace pgtwin::sys
{
namespace
{

constexpr const char* null_device = "/dev/null";

int poll_time(const Deadline& limit)
{
    return static_cast<int>(std::min<std::int64_t>(limit.left().count(), INT_MAX));
}

/// Cuts a byte stream into lines; progress displays end theirs with a carriage return.
class Lines
{
public:
    explicit Lines(const std::function<void(std::string_view)>& take) : take_{take} {}

    void add(std::string_view chunk)
    {
        if (!take_)
            return;
        for (const char c : chunk)
            if (c != '\n' && c != '\r')
                line_.push_back(c);
            else if (!line_.empty())
                flush();
    }
    void flush()
    {
        if (take_ && !line_.empty())
            take_(line_);
        line_.clear();
    }

private:
    const std::function<void(std::string_view)>& take_;
    std::string line_;
};

/// One stream of the child. Keeps the tail: tools print the reason last.
class Stream
{
public:
    Stream(const std::function<void(std::string_view)>& take, std::size_t limit) : lines_{take}, limit_{limit} {}

    bool open()
    {
        std::array<int, 2> fds{};
        if (::pipe2(fds.data(), O_CLOEXEC) != 0)
            return false;
        read_.reset(fds[0]);
        write_.reset(fds[1]);
        return ::fcntl(read_.get(), F_SETFL, O_NONBLOCK) == 0;
    }
    [[nodiscard]] int read_end() const { return read_.get(); }
    [[nodiscard]] int write_end() const { return write_.get(); }
    void close_write_end() { write_.reset(); }

    /// Reads all that is there; closes at the end of the stream.
    void drain()
    {
        std::array<char, 4096> chunk{};
        ssize_t count = -1;
        while (read_ && (count = ::read(read_.get(), chunk.data(), chunk.size())) > 0)
            keep({chunk.data(), static_cast<std::size_t>(count)});
        if (read_ && (count == 0 || (errno != EAGAIN && errno != EINTR)))
            read_.reset();
    }

    std::string take()
    {
        drain();
        lines_.flush();
        trim(limit_);
        return std::move(kept_);
    }

private:
    void keep(std::string_view chunk)
    {
        kept_.append(chunk);
        lines_.add(chunk);
        if (kept_.size() > 2 * limit_)
            trim(limit_);
    }
    void trim(std::size_t size)
    {
        if (kept_.size() > size)
            kept_.erase(0, kept_.size() - size);
    }

    Fd read_;
    Fd write_;
    std::string kept_;
    Lines lines_;
    std::size_t limit_;
};

std::vector<char*> pointers(const std::vector<std::string>& strings)
{
    std::vector<char*> result;
    result.reserve(strings.size() + 1);
    for (const std::string& string : strings)
        result.push_back(const_cast<char*>(string.c_str())); // NOLINT(cppcoreguidelines-pro-type-const-cast)
    result.push_back(nullptr);
    return result;
}

/// Attributes and file actions of posix_spawn; the child gets descriptors 0 to 2 and no other.
class Spawn
{
public:
    explicit Spawn(short group_flag)
    {
        posix_spawn_file_actions_init(&actions_);
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(&attributes_,
                                 static_cast<short>(group_flag | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
    }
    Spawn(const Spawn&) = delete;
    Spawn& operator=(const Spawn&) = delete;
    Spawn(Spawn&&) = delete;
    Spawn& operator=(Spawn&&) = delete;
    ~Spawn()
    {
        posix_spawnattr_destroy(&attributes_);
        posix_spawn_file_actions_destroy(&actions_);
    }

    void open(int target, const char* path, int flags)
    {
        posix_spawn_file_actions_addopen(&actions_, target, path, flags, S_IRUSR | S_IWUSR);
    }
    void duplicate(int source, int target) { posix_spawn_file_actions_adddup2(&actions_, source, target); }

    Expected<pid_t> start(const Command& command)
    {
        posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
        const auto argv = pointers(command.argv);
        const auto environment = pointers(command.environment);
        pid_t pid = -1;
        const int error = posix_spawn(&pid, argv[0], &actions_, &attributes_, argv.data(), environment.data());
        if (error != 0)
            return system_error("cannot run " + command.argv.at(0), error);
        return pid;
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

/// A file in memory that holds `text`: unlike a pipe it cannot block whoever fills it.
Fd input_file(std::string_view text)
{
    Fd file{::memfd_create("input", MFD_CLOEXEC)};
    std::size_t written = 0;
    while (file && written < text.size())
    {
        const ssize_t count = ::write(file.get(), text.data() + written, text.size() - written);
        if (count <= 0)
            return Fd{};
        written += static_cast<std::size_t>(count);
    }
    if (file)
        ::lseek(file.get(), 0, SEEK_SET);
    return file;
}

Expected<pid_t> start(const Command& command, const Stream& out, const Stream& err)
{
    Spawn spawn{POSIX_SPAWN_SETPGROUP};
    Fd input;
    if (command.input.empty())
        spawn.open(STDIN_FILENO, null_device, O_RDONLY);
    else if (input = input_file(command.input); input)
        spawn.duplicate(input.get(), STDIN_FILENO);
    else
        return system_error("cannot prepare the input of " + command.argv.at(0), errno);
    spawn.duplicate(out.write_end(), STDOUT_FILENO);
    spawn.duplicate(err.write_end(), STDERR_FILENO);
    return spawn.start(command);
}

/// Collects output until the child ends or the limit passes; true if it ended.
/// The end of the program counts, not the end of its output: a daemon it started may keep the pipe open.
bool wait_for(const Fd& child, Stream& out, Stream& err, const Deadline& limit)
{
    for (;;)
    {
        std::array<pollfd, 3> fds{
            {{child.get(), POLLIN, 0}, {out.read_end(), POLLIN, 0}, {err.read_end(), POLLIN, 0}}
        };
        const int ready = ::poll(fds.data(), fds.size(), poll_time(limit));
        if (ready == 0 || (ready < 0 && errno != EINTR))
            return false;
        out.drain();
        err.drain();
        if (ready > 0 && fds[0].revents != 0)
            return true;
        if (limit.passed())
            return false;
    }
}

int reap(pid_t pid)
{
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

/// What PostgreSQL says of a line of its configuration, before it says that there are errors
/// (src/backend/utils/misc/guc-file.l).
bool tells_line_of_file(std::string_view line)
{
    return line.find(" in file \"") != std::string_view::npos;
}

/// The last line that says "error:" or names a line of a file, else the last line: some programs tidy up, and say so,
/// after they have failed.
std::string_view reason_in(std::string_view text)
{
    std::string_view last;
    std::string_view reason;
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.find_first_not_of(' ') != std::string_view::npos)
            last = line;
        if (line.find("error:") != std::string_view::npos || line.find("ERROR:") != std::string_view::npos ||
            tells_line_of_file(line))
            reason = line;
    }
    return reason.empty() ? last : reason;
}

std::string how_text(const Finished& finished)
{
    if (const auto* exited = std::get_if<Exited>(&finished.how))
        return "exit code " + std::to_string(exited->code);
    if (const auto* signaled = std::get_if<Signaled>(&finished.how))
        return "signal " + std::to_string(signaled->signal);
    return "no end within the deadline";
}

bool is_prefixed(const Command& command)
{
    return command.argv.front().ends_with("/setpriv");
}

/// The program itself, not the prefix that changes the user.
const std::string& program_of(const Command& command)
{
    const auto separator = std::find(command.argv.begin(), command.argv.end(), "--");
    return is_prefixed(command) && separator + 1 < command.argv.end() ? *(separator + 1) : command.argv.front();
}

ErrorKind kind_of(const Command& command, const Finished& finished)
{
    constexpr int not_found = 127; // what the prefix answers if there is no such program
    if (std::holds_alternative<TimedOut>(finished.how))
        return ErrorKind::timed_out;
    const auto* exited = std::get_if<Exited>(&finished.how);
    const bool is_missing = is_prefixed(command) && exited != nullptr && exited->code == not_found;
    return is_missing ? ErrorKind::unavailable : ErrorKind::conflict;
}

} // namespace

Expected<Finished> run(const Command& command, const Deadline& deadline, std::chrono::milliseconds grace)
{
    const std::function<void(std::string_view)> nobody;
    Stream out{nobody, command.kept_output};
    Stream err{command.on_error_line, command.kept_output};
    if (!out.open() || !err.open())
        return system_error("cannot create a pipe", errno);
    const Expected<pid_t> pid = start(command, out, err);
    if (!pid)
        return pid.error();
    out.close_write_end();
    err.close_write_end();

    // glibc 2.36 declares pidfd_open() without extern "C".
    const Fd child{static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0))};
    const bool in_time = child && wait_for(child, out, err, deadline);
    if (!in_time)
    {
        ::kill(-*pid, SIGTERM);
        if (child)
            wait_for(child, out, err, Deadline{grace});
        ::kill(-*pid, SIGKILL);
    }
    const int status = reap(*pid);

    Finished finished{TimedOut{}, out.take(), err.take()};
    if (in_time && WIFEXITED(status))
        finished.how = Exited{WEXITSTATUS(status)};
    else if (in_time)
        finished.how = Signaled{WTERMSIG(status)};
    return finished;
}

Error failure(const Command& command, const Finished& finished)
{
    const std::string_view said = reason_in(finished.err.empty() ? finished.out : finished.err);
    Error error{kind_of(command, finished), program_of(command) + ": " + how_text(finished)};
    if (!said.empty())
        error.what += ": " + std::string{said};
    return error;
}

Expected<std::string> output_of(const Command& command, const Deadline& deadline)
{
    Expected<Finished> finished = run(command, deadline);
    if (!finished)
        return finished.error();
    if (!finished->is_success())
        return failure(command, *finished);
    return std::move(finished->out);
}

Expected<pid_t> spawn_detached(const Command& command, const std::string& log_file)
{
    Spawn spawn{POSIX_SPAWN_SETSID};
    spawn.open(STDIN_FILENO, null_device, O_RDONLY);
    spawn.open(STDOUT_FILENO, log_file.empty() ? null_device : log_file.c_str(),
               O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW);
    spawn.duplicate(STDOUT_FILENO, STDERR_FILENO);
    return spawn.start(command);
}

} // namespace pgtwin::sys
