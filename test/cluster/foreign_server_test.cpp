// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr seconds any_gap{600};
const std::string control_server = "cd / && exec runuser -u postgres -- /usr/lib/postgresql/*/bin/pg_ctl ";

/// Servers that somebody else than pgtwin has started, as a service manager does at boot where nobody has told it not
/// to.
class ForeignServer : public PairTest
{
protected:
    /// What an administrator does to a server, behind Pacemaker's back.
    static void control(const std::string& node, const std::string& what)
    {
        lab().exec(node, {"sh", "-c", control_server + what + " -D " + data_directory});
    }

    /// The node runs its server, and no cluster software yet.
    static void boot_with_server(const std::string& node)
    {
        lab().boot(node);
        control(node, "start -s -W -l /dev/null");
        wait_until("an answer from the server of " + node, Deadline{heal_limit},
                   [&]() -> std::string { return lab().try_sql(node, "SELECT 1").ok() ? "" : "it does not answer"; });
    }
};

TEST_F(ForeignServer, OfAFormerPrimaryGivesWay)
{
    const std::string former = pair().primary();
    const std::string promoted = peer_of(former);
    begin();
    lab().unplug(former);
    wait_primary(lab(), promoted);
    wait_commits(pair(), 200, heal_limit);
    boot_with_server(former);
    EXPECT_EQ(lab().sql(former, "SELECT pg_is_in_recovery()"), "f");
    EXPECT_FALSE(lab().try_sql(former, "CREATE TABLE nobody_waits_for ()", seconds{2}).ok());
    lab().start_stack(former);
    expect_no_loss("former primary started by the boot beside the primary");
    EXPECT_EQ(pair().primary(), promoted);
}

TEST_F(ForeignServer, OnBothNodesAfterAPowerLossLosesNothing)
{
    const std::string primary = pair().primary();
    begin();
    lab().unplug(peer_of(primary));
    wait_peer_gone(lab(), primary);
    wait_commits(pair(), 200, heal_limit);
    lab().unplug(primary);
    for (const std::string& node : {peer_of(primary), primary})
    {
        boot_with_server(node);
        lab().start_stack(node);
    }
    expect_no_loss("both servers started by the boot, the primary had been alone", any_gap);
    EXPECT_EQ(pair().primary(), primary);
}

// Pacemaker promotes it when it is asked again, and finds a primary.
TEST_F(ForeignServer, PromotedByHandWhileItsNodeIsInMaintenanceGetsAStandbyAgain)
{
    const std::string former = pair().primary();
    const std::string promoted = peer_of(former);
    begin();
    lab().exec(former, {"crm_attribute", "--node", promoted, "--name", "maintenance", "--update", "true"});
    wait_state(lab(), "maintenance", patience,
               [&](const ClusterState& state) { return state.nodes.at(promoted).is_maintenance ? "" : "not yet"; });
    control(former, "stop -s -m fast");
    wait_withheld(lab(), former);
    control(promoted, "promote -s -w");
    (void)lab().sql(promoted, "CREATE TABLE by_hand ()");
    lab().exec(former, {"crm_attribute", "--node", promoted, "--name", "maintenance", "--delete"});
    expect_recovery("promoted by hand while its node was in maintenance", any_gap);
    EXPECT_EQ(pair().primary(), promoted);
    EXPECT_EQ(lab().sql(former, "SELECT count(*) FROM by_hand"), "0");
}

TEST_F(ForeignServer, LeavesEqualLedgersInTheEnd)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
