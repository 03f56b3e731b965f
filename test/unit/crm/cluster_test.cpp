// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>

#include "fake_tools.hpp"
#include "pgtwin/crm/cluster.hpp"

namespace
{

using namespace pgtwin;
using std::chrono::milliseconds;
using std::chrono::seconds;

const RunRecord a_run{"00ff", Role::standby, Timeline{3}, "abcd"};
const Certificate a_certificate{"00ff", CertificateMode::sync};

class PacemakerClusterTest : public testing::Test
{
protected:
    static Deadline soon() { return Deadline{seconds{10}}; }

    [[nodiscard]] std::string in_cib(const std::string& node, const std::string& attribute) const
    {
        const auto found = tools_.transient.find({node, attribute});
        return found == tools_.transient.end() ? "" : found->second;
    }
    [[nodiscard]] std::string permanent(const std::string& node) const
    {
        const auto found = tools_.permanent.find({node, "db-data-status"});
        return found == tools_.permanent.end() ? "" : found->second;
    }
    [[nodiscard]] bool has_run(const std::string& command) const
    {
        return std::find(tools_.commands.begin(), tools_.commands.end(), command) != tools_.commands.end();
    }

    crm::FakeTools tools_;
    crm::PacemakerCluster cluster_{
        {"db", "psql1", ""},
        tools_
    };
    crm::PacemakerCluster impatient_{
        {"db", "psql1", "", milliseconds{1}},
        tools_
    };
};

TEST_F(PacemakerClusterTest, LooksWithOneQuery)
{
    tools_.set("psql2", "db-run", a_run.text());
    const auto view = cluster_.look(soon());
    ASSERT_TRUE(view) << view.error().what;
    EXPECT_EQ(view->peer.run, a_run);
    EXPECT_EQ(tools_.commands, std::vector<std::string>{"cibadmin --query"});
}

TEST_F(PacemakerClusterTest, LooksAtWhatConfirmedItsWrite)
{
    ASSERT_TRUE(cluster_.publish_run(a_run, soon()));
    tools_.commands.clear();
    const auto view = cluster_.look(soon());
    ASSERT_TRUE(view) << view.error().what;
    EXPECT_EQ(view->self.run, a_run);
    EXPECT_EQ(tools_.commands, std::vector<std::string>{});
}

TEST_F(PacemakerClusterTest, LooksAgainAfterAWhile)
{
    ASSERT_TRUE(cluster_.publish_run(a_run, soon()));
    tools_.set("psql2", "db-run", a_run.text());
    const Deadline limit = soon();
    while (!limit.passed() && !cluster_.look(limit)->peer.run)
        continue;
    EXPECT_EQ(cluster_.look(limit)->peer.run, a_run);
}

TEST_F(PacemakerClusterTest, IsUnavailableWithoutACluster)
{
    tools_.failing_code = 102;
    EXPECT_EQ(cluster_.look(soon()).error().kind, ErrorKind::unavailable);
    EXPECT_EQ(cluster_.publish_run(a_run, soon()).error().kind, ErrorKind::unavailable);
}

TEST_F(PacemakerClusterTest, PublishesAndRemovesItsRun)
{
    ASSERT_TRUE(cluster_.publish_run(a_run, soon()));
    EXPECT_EQ(in_cib("psql1", "db-run"), a_run.text());
    ASSERT_TRUE(cluster_.publish_run(std::nullopt, soon()));
    EXPECT_EQ(in_cib("psql1", "db-run"), "");
}

TEST_F(PacemakerClusterTest, PublishesAPosition)
{
    const Position position{"00ff", true, 7, Timeline{3}, Lsn{16}, "abcd", true, true, false};
    ASSERT_TRUE(cluster_.publish_position(position, soon()));
    EXPECT_EQ(cluster_.look(soon())->self.position, position);
}

TEST_F(PacemakerClusterTest, WaitsUntilTheCibShowsWhatItWrote)
{
    tools_.lag = 3;
    ASSERT_TRUE(cluster_.publish_run(a_run, soon()));
    EXPECT_EQ(in_cib("psql1", "db-run"), a_run.text());
    EXPECT_GT(tools_.paused, milliseconds{0});
    EXPECT_FALSE(has_run("attrd_updater --refresh"));
}

TEST_F(PacemakerClusterTest, HasTheManagerWriteAgainWhatNeverArrives)
{
    tools_.is_refresh_needed = true;
    ASSERT_TRUE(impatient_.set_own_score(-1'000'000, soon()));
    EXPECT_TRUE(has_run("attrd_updater --refresh"));
    EXPECT_EQ(in_cib("psql1", "master-db"), "-INFINITY");
}

TEST_F(PacemakerClusterTest, TellsWhenAValueWasNotTakenOver)
{
    tools_.is_manager_deaf = true;
    EXPECT_EQ(cluster_.publish_run(a_run, Deadline{milliseconds{1}}).error().kind, ErrorKind::timed_out);
}

TEST_F(PacemakerClusterTest, CertifiesThePeer)
{
    ASSERT_TRUE(cluster_.set_certificate(a_certificate, soon()));
    EXPECT_EQ(in_cib("psql2", "db-certified"), a_certificate.text());
    EXPECT_EQ(in_cib("psql1", "db-certified"), "");
}

TEST_F(PacemakerClusterTest, CertifiesNobodyWhoIsNotAMember)
{
    tools_.is_peer_member = false;
    EXPECT_EQ(cluster_.set_certificate(a_certificate, soon()).error().kind, ErrorKind::conflict);
    EXPECT_EQ(cluster_.set_peer_score(100, soon()).error().kind, ErrorKind::conflict);
    EXPECT_TRUE(tools_.managed.empty());
}

TEST_F(PacemakerClusterTest, RemovesACertificateFromManagerAndCib)
{
    tools_.set("psql2", "db-certified", a_certificate.text());
    tools_.lag = 4;
    ASSERT_TRUE(cluster_.set_certificate(std::nullopt, soon()));
    EXPECT_EQ((tools_.managed[{"psql2", "db-certified"}]), "");
    EXPECT_EQ(in_cib("psql2", "db-certified"), "");
}

TEST_F(PacemakerClusterTest, DoesNotCallACertificateRemovedThatTheCibStillHas)
{
    tools_.set("psql2", "db-certified", a_certificate.text());
    tools_.lag = -1;
    EXPECT_EQ(cluster_.set_certificate(std::nullopt, Deadline{milliseconds{20}}).error().kind, ErrorKind::timed_out);
    EXPECT_NE(in_cib("psql2", "db-certified"), "");
}

TEST_F(PacemakerClusterTest, DoesNotCallACertificateRemovedThatTheManagerStillHas)
{
    tools_.set("psql2", "db-certified", a_certificate.text());
    tools_.transient.clear();
    tools_.is_manager_deaf = true;
    EXPECT_EQ(cluster_.set_certificate(std::nullopt, Deadline{milliseconds{20}}).error().kind, ErrorKind::timed_out);
}

TEST_F(PacemakerClusterTest, RemovesTheCertificateOfANodeThatIsGone)
{
    tools_.is_peer_member = false;
    EXPECT_TRUE(cluster_.set_certificate(std::nullopt, soon()));
}

TEST_F(PacemakerClusterTest, RecordsBothStatusesInOneWrite)
{
    ASSERT_TRUE(cluster_.record(DataStatus::primary, DataStatus::stale, soon()));
    EXPECT_EQ(permanent("psql1"), "primary");
    EXPECT_EQ(permanent("psql2"), "stale");
    EXPECT_EQ(std::count(tools_.commands.begin(), tools_.commands.end(), "cibadmin --modify"), 1);
}

TEST_F(PacemakerClusterTest, RecordsOneStatusWithoutAnElection)
{
    ASSERT_TRUE(cluster_.record(DataStatus::primary, DataStatus::stale, soon()));
    tools_.commands.clear();
    ASSERT_TRUE(cluster_.record(DataStatus::primary, DataStatus::in_sync, soon()));
    EXPECT_EQ(permanent("psql1"), "primary");
    EXPECT_EQ(permanent("psql2"), "in-sync");
    EXPECT_EQ(std::count(tools_.commands.begin(), tools_.commands.end(), "crm_attribute --node"), 1);
    EXPECT_EQ(std::count(tools_.commands.begin(), tools_.commands.end(), "cibadmin --modify"), 0);
}

TEST_F(PacemakerClusterTest, DoesNotWriteARecordThatIsThere)
{
    ASSERT_TRUE(cluster_.record(DataStatus::primary, DataStatus::in_sync, soon()));
    tools_.commands.clear();
    ASSERT_TRUE(cluster_.record(DataStatus::primary, DataStatus::in_sync, soon()));
    EXPECT_TRUE(std::none_of(tools_.commands.begin(), tools_.commands.end(),
                             [](const std::string& command) {
                                 return command.find("--modify") != std::string::npos ||
                                        command.rfind("crm_attribute", 0) == 0;
                             }));
}

TEST_F(PacemakerClusterTest, LeavesARecordThatIsNotGiven)
{
    ASSERT_TRUE(cluster_.record(DataStatus::primary, DataStatus::in_sync, soon()));
    ASSERT_TRUE(cluster_.record(DataStatus::primary, DataStatus::none, soon()));
    EXPECT_EQ(permanent("psql2"), "in-sync");
}

TEST_F(PacemakerClusterTest, ClearsAnOverrideOnWhicheverNode)
{
    tools_.set("psql1", "db-accept-data-loss", "true");
    ASSERT_TRUE(cluster_.look(soon())->self.has_override);
    ASSERT_TRUE(cluster_.clear_override(soon()));
    EXPECT_FALSE(cluster_.look(soon())->self.has_override);
}

TEST_F(PacemakerClusterTest, PublishesTheMembershipInWhichItIsAlone)
{
    ASSERT_TRUE(cluster_.publish_alone_in("1.5a", soon()));
    EXPECT_EQ(cluster_.look(soon())->self.alone_in, "1.5a");
    ASSERT_TRUE(cluster_.publish_alone_in("", soon()));
    EXPECT_EQ(in_cib("psql1", "db-alone-in"), "");
}

TEST_F(PacemakerClusterTest, PublishesTextAboutARepair)
{
    ASSERT_TRUE(cluster_.publish_resync("copying 12 of 30 GiB", soon()));
    EXPECT_EQ(in_cib("psql1", "db-resync"), "copying 12 of 30 GiB");
    EXPECT_TRUE(cluster_.look(soon())->self.has_resync);
    ASSERT_TRUE(cluster_.publish_resync("", soon()));
    EXPECT_EQ(in_cib("psql1", "db-resync"), "");
}

TEST_F(PacemakerClusterTest, ReportsAFailureOfItsOwnInstance)
{
    ASSERT_TRUE(cluster_.report_failure(soon()));
    EXPECT_TRUE(has_run("crm_resource --fail"));
}

TEST_F(PacemakerClusterTest, NamesTheRing)
{
    EXPECT_EQ(*cluster_.membership(soon()), "1.2c");
    tools_.ring = "2.30";
    EXPECT_EQ(*cluster_.membership(soon()), "2.30");
}

TEST_F(PacemakerClusterTest, DoesNotInventARing)
{
    tools_.ring = "";
    EXPECT_EQ(cluster_.membership(soon()).error().kind, ErrorKind::malformed);
    tools_.failing_code = 1;
    EXPECT_EQ(cluster_.membership(soon()).error().kind, ErrorKind::unavailable);
}

} // namespace
