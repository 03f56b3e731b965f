// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <sys/wait.h>
#include <unistd.h>

#include "pgtwin/sys/proc.hpp"
#include "pgtwin/sys/process.hpp"
#include "support/temporary_directory.hpp"
#include "support/wait.hpp"

namespace pgtwin::sys
{
namespace
{

using test::TemporaryDirectory;

using namespace std::chrono_literals;

TEST(ProcessStat, SurvivesAnyNameOfTheProgram)
{
    const auto process = parse_process_stat("4711 (a) b (c) S 1 4711 4712 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 "
                                            "9 9\n");
    ASSERT_TRUE(process);
    EXPECT_EQ((ProcessInfo{4711, 1, 4712, 'S', 987654, ""}), *process);
}

TEST(ProcessStat, ThatIsCutOffIsMalformed)
{
    EXPECT_FALSE(parse_process_stat(""));
    EXPECT_FALSE(parse_process_stat("4711 (a) S 1 2"));
    EXPECT_FALSE(parse_process_stat("4711 S 1 2"));
}

TEST(FindProcess, KnowsThisOneButNoDeadOne)
{
    const auto self = find_process(::getpid());
    ASSERT_TRUE(self && *self);
    EXPECT_EQ(::getppid(), (*self)->parent);
    EXPECT_EQ("unit_sys", (*self)->program);
    EXPECT_FALSE(find_process(0x3fffffff).value());
}

TEST(BootName, IsOneWordAndStays)
{
    EXPECT_EQ(boot_name(), boot_name());
    EXPECT_GT(boot_name().size(), 36U);
    EXPECT_EQ(boot_name().find_first_of(" \n"), std::string::npos);
}

TEST(FindProcess, TakesAZombieForDead)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(0);
    siginfo_t info{};
    ASSERT_EQ(0, ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT));
    EXPECT_FALSE(find_process(child).value());
    EXPECT_EQ(ErrorKind::timed_out, wait_until_collected(child, Deadline{30ms}).error().kind);
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(wait_until_collected(child, Deadline{0ms}));
    EXPECT_TRUE(wait_until_collected(::getpid(), Deadline{0ms}));
}

Expected<pid_t> sleeper_in(const std::string& directory)
{
    return spawn_detached(
        {
            {"/usr/bin/env", "--chdir=" + directory, "sleep", "60"},
            {"PATH=/usr/bin:/bin"      }
    },
        "");
}

TEST(FindProcess, TellsASleeperFromOneThatIsStopped)
{
    const auto pid = sleeper_in("/");
    ASSERT_TRUE(pid);
    ProcessInfo process;
    const auto wait_for = [&](char state)
    {
        const auto is_reached = [&]
        {
            process = **find_process(*pid);
            return process.program == "sleep" && process.state == state;
        };
        test::wait_until("state of the process", Deadline{5s}, [&] { return is_reached() ? "" : "another one"; });
    };
    wait_for('S');
    EXPECT_TRUE(process.is_asleep());
    ::kill(*pid, SIGSTOP);
    wait_for('T');
    EXPECT_FALSE(process.is_asleep());
    ::kill(*pid, SIGCONT);
    wait_for('S');
    EXPECT_TRUE(process.is_asleep());
    ::kill(*pid, SIGKILL);
}

TEST(ProcessesIn, AreFoundByTheDirectoryItselfAndKilled)
{
    const TemporaryDirectory directory;
    const TemporaryDirectory other;
    const FileInfo here = *look_at(directory.path()).value();
    const auto pid = sleeper_in(directory.path());
    const auto bystander = sleeper_in(other.path());
    ASSERT_TRUE(pid && bystander);

    test::wait_until("the sleeper works there", Deadline{5s},
                     [&] { return processes_in(here).value().empty() ? "nobody does" : ""; });
    ASSERT_EQ(1U, processes_in(here).value().size());
    EXPECT_EQ(*pid, processes_in(here).value().front().pid);

    ASSERT_TRUE(kill_until_none([&] { return processes_in(here); }, Deadline{5s}));
    EXPECT_TRUE(processes_in(here).value().empty());
    EXPECT_TRUE(*find_process(*bystander));
    ::kill(*bystander, SIGKILL);
}

TEST(ProcessesWith, AreFoundByTwoArgumentsInARow)
{
    const TemporaryDirectory directory;
    const auto pid = spawn_detached(
        {
            {"/usr/bin/tail", "-s", "60", "-f", directory.path() + "/absent", "/dev/null"},
            {"PATH=/usr/bin:/bin"          }
    },
        "");
    ASSERT_TRUE(pid);
    const auto found = [&](std::string_view option, const std::string& value)
    {
        const auto processes = processes_with(option, value);
        return processes && processes->size() == 1 && processes->front().pid == *pid;
    };
    test::wait_until("the program runs", Deadline{5s},
                     [&] { return found("-f", directory.path() + "/absent") ? "" : "not yet"; });
    EXPECT_FALSE(found("-f", directory.path()));
    EXPECT_FALSE(found("-s", directory.path() + "/absent"));
    ::kill(*pid, SIGKILL);
}

TEST(WorkingDirectory, IsToldEvenIfItWasRemoved)
{
    auto directory = std::make_unique<TemporaryDirectory>();
    const FileInfo here = *look_at(directory->path()).value();
    const auto pid = sleeper_in(directory->path());
    ASSERT_TRUE(pid);
    const ProcessInfo process = **find_process(*pid);
    test::wait_until("the sleeper works there", Deadline{5s}, [&] { return works_in(process, here) ? "" : "not yet"; });
    directory.reset();
    const auto there = working_directory(process);
    ASSERT_TRUE(there && *there);
    EXPECT_EQ(here.inode, (*there)->inode);
    ::kill(*pid, SIGKILL);
}

TEST(ProcessHandle, IsRefusedForAnotherProcessOfTheSameNumber)
{
    ProcessInfo self = **find_process(::getpid());
    EXPECT_TRUE(ProcessHandle::open(self));
    self.start_time += 1;
    EXPECT_EQ(ErrorKind::unavailable, ProcessHandle::open(self).error().kind);
}

TEST(ProcessHandle, WaitsForTheEnd)
{
    const auto pid = sleeper_in("/");
    ASSERT_TRUE(pid);
    const auto handle = ProcessHandle::open(**find_process(*pid));
    ASSERT_TRUE(handle);
    EXPECT_EQ(ErrorKind::timed_out, handle->wait_for_end(Deadline{20ms}).error().kind);
    ASSERT_TRUE(handle->signal(SIGKILL));
    EXPECT_TRUE(handle->wait_for_end(Deadline{5s}));
    EXPECT_TRUE(handle->signal(SIGKILL));
}

} // namespace
} // namespace pgtwin::sys
