// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>

#include "cluster/client.hpp"
#include "cluster/doom.hpp"
#include "cluster/lab.hpp"
#include "support/wait.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

/// A server started by hand, without cluster and agent: what the scenarios trust must see each fault.
class Harness : public testing::Test
{
protected:
    static void SetUpTestSuite()
    {
        lab_ = std::make_unique<Lab>(Lab::name_for("harness"), Lab::Stack::absent);
        lab_->prepare_postgres();
        control({"start", "-w"});
        (void)lab_->sql(first_node, "SET ROLE app; CREATE TABLE ledger (id bigint PRIMARY KEY)");
        client_ = std::make_unique<Client>(lab_->client_pid(), address_of(first_node));
        wait_for_commits(200);
    }

    static void TearDownTestSuite()
    {
        client_.reset();
        lab_.reset();
    }

    static void control(const Arguments& how)
    {
        const std::string bindir = lab_->exec(first_node, {"sh", "-c", "echo /usr/lib/postgresql/*/bin"});
        Arguments argv{"setpriv",
                       "--reuid=postgres",
                       "--regid=postgres",
                       "--init-groups",
                       bindir.substr(0, bindir.size() - 1) + "/pg_ctl",
                       "-D",
                       "/var/lib/postgresql/data",
                       "-l",
                       "/var/lib/postgresql/start.log"};
        argv.insert(argv.end(), how.begin(), how.end());
        lab_->exec(first_node, argv);
    }

    static void wait_for_commits(std::size_t more)
    {
        const std::size_t wanted = client_->ledger().count() + more;
        wait_until(std::to_string(more) + " commits", Deadline{seconds{10}},
                   [&]() -> std::string
                   { return client_->ledger().count() >= wanted ? "" : "the client says: " + client_->trouble(); });
    }

    static std::unique_ptr<Lab> lab_;
    static std::unique_ptr<Client> client_;
};

std::unique_ptr<Lab> Harness::lab_;
std::unique_ptr<Client> Harness::client_;

/// In the best of ten rounds: what else the machine does is not the client's fault.
TEST_F(Harness, ClientCommitsAtLeast200TimesPerSecond)
{
    auto fastest = steady_clock::duration::max();
    for (int round = 0; round < 10 && fastest > seconds{2}; ++round)
    {
        const auto begin = steady_clock::now();
        wait_for_commits(400);
        fastest = std::min(fastest, steady_clock::now() - begin);
    }
    EXPECT_LE(fastest, seconds{2});
}

TEST_F(Harness, ServerWithEveryCommitMissesNone)
{
    const auto missing = client_->missing(first_node);
    ASSERT_TRUE(missing) << missing.error().what;
    EXPECT_EQ(*missing, std::vector<Id>{});
}

TEST_F(Harness, LostCommitIsFound)
{
    (void)lab_->sql(first_node, "DELETE FROM ledger WHERE id IN (17, 4)");
    const auto missing = client_->missing(first_node);
    (void)lab_->sql(first_node, "INSERT INTO ledger VALUES (4), (17)");
    ASSERT_TRUE(missing) << missing.error().what;
    EXPECT_EQ(*missing, (std::vector<Id>{4, 17}));
}

TEST_F(Harness, OutageOfTheServerIsMeasured)
{
    const auto begin = steady_clock::now();
    control({"stop", "-m", "immediate"});
    const auto stopped = steady_clock::now();
    wait_until("the client notices", Deadline{seconds{5}},
               [&]() -> std::string { return client_->trouble().empty() ? "it commits" : ""; });
    control({"start", "-w"});
    const auto started = steady_clock::now();
    wait_for_commits(10);
    const Gap gap = client_->ledger().longest_gap(begin, steady_clock::now());
    EXPECT_GE(gap.length(), std::chrono::duration_cast<milliseconds>(started - stopped) - milliseconds{400});
    EXPECT_LE(gap.length(), std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin));
}

TEST_F(Harness, OutageOfTheNetworkIsNoticedInTime)
{
    lab_->cut(first_node);
    wait_until("the client notices", Deadline{seconds{4}},
               [&]() -> std::string { return client_->trouble().empty() ? "it commits" : ""; });
    lab_->mend(first_node);
    wait_for_commits(10);
}

TEST_F(Harness, CancelledWaitForTheStandbyIsNotAcknowledged)
{
    const std::size_t unknown = client_->ledger().unknown_count();
    (void)lab_->sql(first_node, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    (void)lab_->sql(first_node, "SELECT pg_reload_conf()");
    wait_until("a cancelled wait", Deadline{seconds{10}},
               [&]() -> std::string
               {
                   (void)lab_->sql(first_node,
                                   "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
                   return client_->ledger().unknown_count() > unknown ? "" : "no commit of unknown outcome";
               });
    (void)lab_->sql(first_node, "ALTER SYSTEM RESET synchronous_standby_names");
    (void)lab_->sql(first_node, "SELECT pg_reload_conf()");
    const auto reasons = client_->ledger().reasons();
    EXPECT_TRUE(std::any_of(reasons.begin(), reasons.end(),
                            [](const auto& reason)
                            { return reason.first.find("canceling wait") != std::string::npos; }));
    wait_for_commits(10);
}

/// The lab's own commands.
class LabTool : public testing::Test
{
protected:
    static Ran lab(const Arguments& arguments)
    {
        Arguments command{PGTWIN_SOURCE_DIR "/test/lab/lab"};
        command.insert(command.end(), arguments.begin(), arguments.end());
        return run_program(command, Deadline{seconds{60}});
    }

    /// In a folder with root file systems that nobody asked for; its name is `$cache`.
    static Ran with_roots(const std::string& script)
    {
        return run_program({"bash", "-ec",
                            "export PGTWIN_LAB_CACHE=$(mktemp -d); cache=$PGTWIN_LAB_CACHE/trixie\n"
                            "cd " PGTWIN_SOURCE_DIR "/test/lab; . lib/common.sh; . lib/root.sh\n"
                            "mkdir -p $cache/root-{mine,other,unused}; mark_root $cache/root-other\n" +
                                script + "\nls $cache; rm -r $PGTWIN_LAB_CACHE"},
                           Deadline{seconds{20}});
    }
};

TEST_F(LabTool, LeavesALabToItsMakerWhateverItIsCalled)
{
    const std::string kept = Lab::name_for("harness") + "-pone";
    ASSERT_TRUE(lab({"up", kept, "--no-cluster"}).ok());
    {
        const Lab another{Lab::name_for("another"), Lab::Stack::absent};
        EXPECT_TRUE(Lab::is_up(kept));
    }
    Lab::take_down(kept);
}

TEST_F(LabTool, TakesDownALabWhoseOwnerIsDead)
{
    const std::string orphan = Lab::name_for("orphan");
    const std::string kept = Lab::name_for("kept");
    for (const std::string& name : {orphan, kept})
        ASSERT_TRUE(
            run_program(
                {"sh", "-c", std::string{PGTWIN_SOURCE_DIR "/test/lab/lab up "} + name + " --no-cluster --owner $$"},
                Deadline{seconds{60}})
                .ok());
    ASSERT_TRUE(lab({"keep", kept}).ok());
    EXPECT_TRUE(lab({"down-orphans"}).ok());
    EXPECT_FALSE(Lab::is_up(orphan));
    EXPECT_TRUE(Lab::is_up(kept));
    Lab::take_down(kept);
}

TEST_F(LabTool, MakesTheDatabaseOnce)
{
    const Lab nodes{Lab::name_for("twice"), Lab::Stack::absent};
    nodes.prepare_postgres();
    const Arguments identity{"stat", "-c", "%i", "/var/lib/postgresql/data"};
    const std::string made = nodes.exec(first_node, identity);
    nodes.prepare_postgres();
    EXPECT_EQ(nodes.exec(first_node, identity), made);
}

TEST_F(LabTool, RemovesRootsThatNobodyAskedFor)
{
    EXPECT_EQ(with_roots("remove_unused_roots trixie $cache/root-mine").out,
              "root-mine\nroot-other\nroot-other.asked\n");
}

TEST_F(LabTool, RemovesRootsThatNobodyAskedForWithinADay)
{
    EXPECT_EQ(
        with_roots("touch -d '25 hours ago' $cache/root-other.asked; remove_unused_roots trixie $cache/root-mine").out,
        "root-mine\n");
}

constexpr const char* trace = R"(mkdir("/run/pgtwin", 0700)              = -1 EEXIST (File exists)
sendto(5, "\0\0\0\256\0\3\0\0user\0postgres", 174, MSG_NOSIGNAL, NULL, 0) = 174
sendto(5, "Q\0\0\4r\nWITH me AS", 1139, MSG_NOSIGNAL, NULL, 0) = 1139
sendto(5, "X\0\0\0\4", 5, MSG_NOSIGNAL, NULL, 0) = 5
--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED} ---
fsync(5)                                = 0
fsync(5)                                = ?
)";

TEST(WatchedAction, HasTheStepsThatChangeSomething)
{
    const auto watched = parse_watched(std::string{trace} + "+++ exited with 0 +++\n");
    ASSERT_TRUE(watched);
    EXPECT_EQ(watched->steps, (std::vector<Step>{
                                  {"sendto", 2},
                                  {"fsync",  1},
                                  {"fsync",  2}
    }));
    EXPECT_FALSE(watched->was_killed_at({"fsync", 2}));
}

TEST(WatchedAction, WasKilledAtItsLastStep)
{
    const auto watched = parse_watched(std::string{trace} + "+++ killed by SIGKILL +++\n");
    ASSERT_TRUE(watched);
    EXPECT_TRUE(watched->was_killed_at({"fsync", 2}));
    EXPECT_FALSE(watched->was_killed_at({"fsync", 1}));
}

TEST(WatchedAction, HasNotEndedBeforeItsTraceHas)
{
    EXPECT_FALSE(parse_watched(trace));
}

} // namespace
} // namespace pgtwin::test
