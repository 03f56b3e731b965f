// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>

#include "pgtwin/sys/file.hpp"
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

Command shell(const std::string& script)
{
    return {
        {"/bin/sh", "-c",        script},
        {"PATH=/usr/bin:/bin",         "LC_ALL=C"}
    };
}

Expected<Finished> sh(const std::string& script, std::chrono::milliseconds limit = 5s)
{
    return run(shell(script), Deadline{limit}, 200ms);
}

TEST(Process, ReportsExitCodeAndBothStreams)
{
    const auto finished = sh("echo out; echo err >&2; exit 3");
    ASSERT_TRUE(finished);
    EXPECT_EQ(Exited{3}, std::get<Exited>(finished->how));
    EXPECT_FALSE(finished->is_success());
    EXPECT_EQ("out\n", finished->out);
    EXPECT_EQ("err\n", finished->err);
}

TEST(Process, KeepsSignalApartFromExitCode)
{
    const auto finished = sh("kill -SEGV $$");
    ASSERT_TRUE(finished);
    EXPECT_EQ(Signaled{SIGSEGV}, std::get<Signaled>(finished->how));
}

TEST(Process, DrainsBothStreamsAndKeepsTheTail)
{
    const auto finished = sh(
        "i=0; while [ $i -lt 2000 ]; do printf '%0128d\\n' $i; printf '%0128d\\n' $i >&2; i=$((i+1)); done; echo last");
    ASSERT_TRUE(finished);
    EXPECT_TRUE(finished->is_success());
    EXPECT_TRUE(finished->out.ends_with("last\n"));
    EXPECT_EQ(64U * 1024U, finished->out.size());
    EXPECT_EQ(64U * 1024U, finished->err.size());
}

TEST(Process, EndsTheWholeGroupAtTheDeadline)
{
    const auto start = Deadline::clock::now();
    const auto finished = sh("trap '' TERM; sleep 60 & sleep 60", 100ms);
    ASSERT_TRUE(finished);
    EXPECT_TRUE(std::holds_alternative<TimedOut>(finished->how));
    EXPECT_LT(Deadline::clock::now() - start, 5s);
}

TEST(Process, DoesNotWaitForADaemonThatKeepsThePipeOpen)
{
    const auto start = Deadline::clock::now();
    const auto finished = sh("setsid sleep 20 & echo $!");
    ASSERT_TRUE(finished);
    EXPECT_LT(Deadline::clock::now() - start, 10s);
    ::kill(std::stoi(finished->out), SIGKILL);
}

TEST(Process, MissingProgramIsAnErrorNotAnExitCode)
{
    const auto finished = run({{"/nonexistent/pg_ctl"}, {}}, Deadline{1s});
    ASSERT_FALSE(finished);
    EXPECT_EQ(ErrorKind::unavailable, finished.error().kind);
}

TEST(Process, PassesOnlyTheGivenEnvironment)
{
    ::setenv("PGTWIN_LEAK", "1", 1);
    EXPECT_EQ("ONLY=this\n", output_of({{"/usr/bin/env"}, {"ONLY=this"}}, Deadline{5s}).value());
}

TEST(Process, PassesNoDescriptor)
{
    const int leaked = ::open("/dev/null", O_RDONLY);
    EXPECT_EQ("0\n1\n2\n", output_of(shell("exec 9</dev/null; exec 9<&-; for f in 0 1 2 3 4 5 6 7 8; do "
                                           "[ -e /proc/$$/fd/$f ] && echo $f; done; true"),
                                     Deadline{5s})
                               .value());
    ::close(leaked);
}

TEST(Process, ReadsTheGivenInput)
{
    Command command{
        {"/usr/bin/wc", "-c"},
        {             },
        std::string(100000, 'x')
    };
    EXPECT_EQ("100000\n", output_of(command, Deadline{5s}).value());
}

TEST(Process, ReportsLinesOfProgressAsTheyArrive)
{
    std::vector<std::string> lines;
    Command command = shell("printf '1/3\\r2/3\\r' >&2; printf '3/3\\n\\nlast' >&2");
    command.on_error_line = [&](std::string_view line)
    {
        lines.emplace_back(line);
    };
    ASSERT_TRUE(output_of(command, Deadline{5s}));
    EXPECT_EQ((std::vector<std::string>{"1/3", "2/3", "3/3", "last"}), lines);
}

TEST(OutputOf, NamesTheProgramAndItsLastWords)
{
    const auto output = output_of(shell("echo detail >&2; echo reason >&2; exit 4"), Deadline{5s});
    ASSERT_FALSE(output);
    EXPECT_EQ(ErrorKind::conflict, output.error().kind);
    EXPECT_EQ("/bin/sh: exit code 4: reason", output.error().what);
}

TEST(OutputOf, PrefersTheReasonToWhatFollowsIt)
{
    const auto output =
        output_of(shell("echo 'x: error: no space' >&2; echo 'x: tidying up' >&2; exit 1"), Deadline{5s});
    EXPECT_EQ("/bin/sh: exit code 1: x: error: no space", output.error().what);
}

TEST(OutputOf, PrefersTheLineOfAFileToTheCountOfErrors)
{
    const auto output = output_of(
        shell("echo 'LOG:  syntax error in file \"/x\" line 7' >&2; echo 'FATAL:  \"/x\" contains errors' >&2; exit 1"),
        Deadline{5s});
    EXPECT_EQ("/bin/sh: exit code 1: LOG:  syntax error in file \"/x\" line 7", output.error().what);
}

TEST(OutputOf, TellsALateProgramFromABadOne)
{
    const auto output = output_of(shell("exec sleep 60"), Deadline{50ms});
    ASSERT_FALSE(output);
    EXPECT_EQ(ErrorKind::timed_out, output.error().kind);
}

TEST(SpawnDetached, LeadsASessionOfItsOwnAndWritesToTheLog)
{
    const TemporaryDirectory directory;
    const auto pid = spawn_detached(shell("echo said; exec sleep 60"), directory / "log");
    ASSERT_TRUE(pid);
    const auto process = find_process(*pid);
    ASSERT_TRUE(process && *process);
    EXPECT_EQ(*pid, (*process)->session);
    test::wait_until("the log says what was said", Deadline{5s},
                     [&] { return read_file(directory / "log").value() == "said\n" ? "" : "not yet"; });
    ASSERT_TRUE(kill_until_none([&] { return processes_of_session(*pid); }, Deadline{5s}));
    EXPECT_FALSE(*find_process(*pid));
}

TEST(SpawnDetached, SaysIfThereIsNoSuchProgram)
{
    const auto pid = spawn_detached({{"/nonexistent"}, {}}, "");
    ASSERT_FALSE(pid);
    EXPECT_EQ(ErrorKind::unavailable, pid.error().kind);
}

} // namespace
} // namespace pgtwin::sys
