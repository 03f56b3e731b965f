// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <poll.h>
#include <unistd.h>

#include "pgtwin/store/worker.hpp"
#include "pgtwin/sys/process.hpp"
#include "support/temporary_directory.hpp"

namespace
{

using namespace pgtwin;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr unsigned longest_life = 20;

std::string environment(const char* name)
{
    const char* const value = ::getenv(name);
    return value == nullptr ? "" : value;
}

/// What a child of the tests below does: it is this very program with CHILD in its environment.
void live_as(const std::string& kind)
{
    if (kind == "ends at once")
        return;
    if (kind == "ignores SIGTERM")
        ::signal(SIGTERM, SIG_IGN);
    const auto lock = store::WorkerLock::take(environment("RUN"));
    if (lock && kind == "starts a program")
        static_cast<void>(sys::run(
            {
                {"/bin/sleep",      "20"},
                {                 }
        },
            Deadline{seconds{longest_life}}));
    while (lock)
        ::poll(nullptr, 0, -1);
}

/// Before main(), so that ctest does not see the children as tests.
[[maybe_unused]] const bool is_parent = []
{
    const std::string kind = environment("CHILD");
    if (kind.empty())
        return true;
    ::alarm(longest_life);
    live_as(kind);
    ::_exit(0);
}();

class RebuildWorkerTest : public testing::Test
{
protected:
    ~RebuildWorkerTest() override { static_cast<void>(worker_for("").end(soon())); }

    static Deadline soon() { return Deadline{seconds{10}}; }

    /// Stands for systemd-run: notes that it was called, and drops the options up to "--".
    std::string scope_tool(const std::string& ending)
    {
        const std::string path = root_ / "systemd-run";
        std::ofstream{path} << "#!/bin/sh\n: >" << (root_ / "scoped")
                            << "\nwhile [ \"$1\" != -- ]; do shift; done; shift\n"
                            << ending << "\n";
        std::filesystem::permissions(path, std::filesystem::perms{0755});
        return path;
    }

    store::RebuildWorker worker_for(const std::string& child, const std::string& systemd_run = {})
    {
        const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
        return store::RebuildWorker{
            {run_, {program}, {"RUN=" + run_, "CHILD=" + child}, {}, milliseconds{200}, systemd_run}
        };
    }

    pid_t pid_of_holder()
    {
        std::ifstream file{run_ + "/rebuild.pid"};
        std::string key;
        pid_t pid = 0;
        std::getline(file, key, '=');
        file >> pid;
        return pid;
    }

    std::vector<sys::ProcessInfo> session_of_holder() { return sys::processes_of_session(pid_of_holder()).value(); }

    bool comes_true(const std::function<bool()>& condition)
    {
        const Deadline deadline = soon();
        while (!condition() && !deadline.passed())
            ::poll(nullptr, 0, 5);
        return condition();
    }

    void write_holder(pid_t pid, std::uint64_t start_time)
    {
        std::filesystem::create_directories(run_);
        std::ofstream{run_ + "/rebuild.pid"} << "pid=" << pid << "\nstart=" << start_time << "\n";
    }

    test::TemporaryDirectory root_;
    std::string run_ = root_ / "db";
};

TEST_F(RebuildWorkerTest, DoesNotRunBeforeItWasLaunched)
{
    EXPECT_FALSE(worker_for("holds the lock").is_running().value());
}

TEST_F(RebuildWorkerTest, LivesInAScopeOfItsOwnWhereSystemdRuns)
{
    const std::string scope = scope_tool("exec \"$@\"");
    auto worker = worker_for("holds the lock", scope);
    ASSERT_TRUE(worker.launch(soon()));
    EXPECT_TRUE(std::filesystem::exists(root_ / "scoped"));
    ASSERT_TRUE(worker.end(soon()));
    EXPECT_FALSE(worker.is_running().value());
}

TEST_F(RebuildWorkerTest, LivesWithoutAScopeIfSystemdRefuses)
{
    auto worker = worker_for("holds the lock", scope_tool("exit 1"));
    ASSERT_TRUE(worker.launch(soon()));
    EXPECT_TRUE(std::filesystem::exists(root_ / "scoped"));
    EXPECT_TRUE(worker.is_running().value());
}

TEST_F(RebuildWorkerTest, IsStartedWithoutAScopeIfTheToolIsMissing)
{
    auto worker = worker_for("holds the lock", "/no/systemd-run");
    ASSERT_TRUE(worker.launch(soon()));
    EXPECT_TRUE(worker.is_running().value());
}

TEST_F(RebuildWorkerTest, IsTheCommandOfTheScope)
{
    EXPECT_EQ(store::in_scope("/usr/bin/systemd-run", {"/pgtwin", "rebuild"}),
              (std::vector<std::string>{"/usr/bin/systemd-run", "--scope", "--quiet", "--collect",
                                        "--description=repair of a data directory by pgtwin",
                                        "--property=Before=pacemaker.service pacemaker_remote.service", "--", "/pgtwin",
                                        "rebuild"}));
}

TEST_F(RebuildWorkerTest, PutsALongLogAside)
{
    const std::string log = root_ / "rebuild.log";
    const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
    std::ofstream{log} << std::string(std::size_t{1} << 20, 'x');
    store::RebuildWorker worker{
        {run_, {program}, {"RUN=" + run_, "CHILD=holds the lock"}, log, milliseconds{200}}
    };
    ASSERT_TRUE(worker.launch(soon()));
    EXPECT_EQ(std::filesystem::file_size(log), 0U);
    EXPECT_EQ(std::filesystem::file_size(log + ".1"), std::size_t{1} << 20);
    ASSERT_TRUE(worker.end(soon()));
}

TEST_F(RebuildWorkerTest, RunsOnceItWasLaunchedAndNoMoreAfterItsEnd)
{
    auto worker = worker_for("holds the lock");
    ASSERT_TRUE(worker.launch(soon()));
    EXPECT_TRUE(worker.is_running().value());
    ASSERT_TRUE(worker.end(soon()));
    EXPECT_FALSE(worker.is_running().value());
}

TEST_F(RebuildWorkerTest, LeadsASessionOfItsOwn)
{
    ASSERT_TRUE(worker_for("holds the lock").launch(soon()));
    EXPECT_NE(pid_of_holder(), ::getpid());
    EXPECT_EQ(::getsid(pid_of_holder()), pid_of_holder());
}

TEST_F(RebuildWorkerTest, IsNotLaunchedTwice)
{
    auto worker = worker_for("holds the lock");
    ASSERT_TRUE(worker.launch(soon()));
    const pid_t first = pid_of_holder();
    ASSERT_TRUE(worker.launch(soon()));
    EXPECT_EQ(pid_of_holder(), first);
}

TEST_F(RebuildWorkerTest, IsKilledIfItIgnoresSigterm)
{
    auto worker = worker_for("ignores SIGTERM");
    ASSERT_TRUE(worker.launch(soon()));
    ASSERT_TRUE(worker.end(soon()));
    EXPECT_TRUE(session_of_holder().empty());
}

TEST_F(RebuildWorkerTest, TakesItsProgramsAlong)
{
    auto worker = worker_for("starts a program");
    ASSERT_TRUE(worker.launch(soon()));
    ASSERT_TRUE(comes_true([&] { return session_of_holder().size() == 2; }));
    ASSERT_TRUE(worker.end(soon()));
    EXPECT_TRUE(session_of_holder().empty());
}

TEST_F(RebuildWorkerTest, ThatCrashedLeavesNoProgramBehindForTheNextOne)
{
    ASSERT_TRUE(worker_for("starts a program").launch(soon()));
    const pid_t first = pid_of_holder();
    ASSERT_TRUE(comes_true([&] { return session_of_holder().size() == 2; }));
    ASSERT_EQ(::kill(first, SIGKILL), 0);
    ASSERT_TRUE(comes_true([&] { return !worker_for("").is_running().value(); }));
    ASSERT_EQ(session_of_holder().size(), 1U);
    ASSERT_TRUE(worker_for("holds the lock").launch(soon()));
    EXPECT_TRUE(sys::processes_of_session(first).value().empty());
}

TEST_F(RebuildWorkerTest, IsReportedIfItEndsAtOnce)
{
    EXPECT_EQ(worker_for("ends at once").launch(soon()).error().kind, ErrorKind::conflict);
}

TEST_F(RebuildWorkerTest, IsReportedIfItCannotBeStarted)
{
    store::RebuildWorker worker{
        {run_, {"/nonexistent/pgtwin", "rebuild"}, {}, {}}
    };
    EXPECT_FALSE(worker.launch(soon()));
}

TEST_F(RebuildWorkerTest, EndsWellWhereNoneRuns)
{
    EXPECT_TRUE(worker_for("holds the lock").end(soon()));
}

TEST_F(RebuildWorkerTest, KillsNobodyWhoHasItsNumberByNow)
{
    const auto stranger = sys::spawn_detached(
        {
            {"/bin/sleep",  "20"},
            {             }
    },
        {});
    ASSERT_TRUE(stranger);
    const auto known = sys::find_process(*stranger).value();
    write_holder(*stranger, known->start_time - 1);
    EXPECT_TRUE(worker_for("holds the lock").end(soon()));
    EXPECT_TRUE(sys::find_process(*stranger).value().has_value());
    ::kill(*stranger, SIGKILL);
}

TEST_F(RebuildWorkerTest, RefusesAHolderThatCannotBeOne)
{
    write_holder(0, 1);
    EXPECT_EQ(worker_for("holds the lock").end(soon()).error().kind, ErrorKind::malformed);
    write_holder(1, 1);
    EXPECT_EQ(worker_for("holds the lock").end(soon()).error().kind, ErrorKind::malformed);
}

TEST_F(RebuildWorkerTest, GivesUpAtTheDeadlineIfTheHolderIsNotKnown)
{
    std::filesystem::create_directories(run_);
    const auto lock = sys::FileLock::acquire(run_ + "/rebuild.lock", soon());
    ASSERT_TRUE(lock);
    EXPECT_EQ(worker_for("holds the lock").end(Deadline{milliseconds{30}}).error().kind, ErrorKind::timed_out);
}

TEST_F(RebuildWorkerTest, SecondOneIsRefusedTheLock)
{
    ASSERT_TRUE(worker_for("holds the lock").launch(soon()));
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(store::WorkerLock::take(run_) ? 0 : 3);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 3);
}

} // namespace
