// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/repairs.hpp"
#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr seconds any_gap{600};
/// Longer than a failed start is remembered.
constexpr seconds repaired_within{180};

/// What is wrong on a node, until it is mended or this object goes.
class Damage
{
public:
    /// Both are scripts of sh, as root.
    Damage(const Lab& lab, std::string node, const std::string& how, std::string remedy)
        : lab_{lab}, node_{std::move(node)}, remedy_{std::move(remedy)}
    {
        (void)script(lab_, node_, how);
    }
    Damage(const Damage&) = delete;
    Damage& operator=(const Damage&) = delete;
    ~Damage()
    {
        if (!is_mended_)
            (void)lab_.try_exec(node_, {"sh", "-ec", remedy_});
    }

    void mend()
    {
        (void)script(lab_, node_, remedy_);
        is_mended_ = true;
    }

private:
    const Lab& lab_;
    std::string node_;
    std::string remedy_;
    bool is_mended_ = false;
};

/// One node has everything and can serve; the other one gives no answer that would end a wait.
class LeftAlone : public PairTest
{
protected:
    static void expect_served_by(const std::string& node, seconds limit)
    {
        const std::size_t wanted = pair().ledger().count() + 200;
        wait_until("commits on " + node, Deadline{limit},
                   [&]() { return pair().ledger().count() >= wanted ? std::string{} : lab().state().summary(); });
        EXPECT_EQ(pair().primary(), node);
    }
};

class OnlyPacemakerStopped : public LeftAlone
{
protected:
    static void stop_pacemaker(const std::string& node)
    {
        lab().exec(node, {"pkill", "-TERM", "-x", "pacemakerd"});
        wait_until("the end of Pacemaker on " + node, Deadline{patience},
                   [&]() -> std::string {
                       return lab().try_exec(node, {"pgrep", "-x", "pacemakerd"}).ok() ? "it runs" : "";
                   });
        wait_until(node + " is a member without Pacemaker", Deadline{patience},
                   [&]() -> std::string
                   {
                       const ClusterState state = lab().state_seen_by(peer_of(node));
                       const NodeState& seen = state.nodes.at(node);
                       return seen.role.empty() && (seen.is_pending || !seen.is_online) ? "" : state.summary();
                   });
        expect_member(node);
    }

    static void expect_member(const std::string& node)
    {
        const std::string quorum = lab().exec(peer_of(node), {"corosync-quorumtool", "-l"});
        EXPECT_NE(quorum.find(node), std::string::npos) << quorum;
    }
};

TEST_F(OnlyPacemakerStopped, OnTheStandbyLetsThePrimaryRecoverInPlace)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    stop_pacemaker(standby);
    wait_commits(pair(), 200, seconds{20});
    pair().kill_postmaster(primary);
    expect_served_by(primary, heal_limit);
    expect_member(standby);
    lab().start_stack(standby);
    expect_recovery("Pacemaker of the standby stopped, then the primary's postmaster killed");
    EXPECT_EQ(pair().primary(), primary);
}

/// A restore_command that does not end keeps the server from telling how far it goes.
class PeerThatRecoversWithoutEnd : public LeftAlone
{
protected:
    static constexpr const char* endless = "^tail -f /var/lib/postgresql/hang$";

    /// As of the next start of the server, from a file that counts more than what pgtwin writes to hold a command back.
    static Damage hang_restore(const std::string& node)
    {
        script(lab(), node,
               "cd /var/lib/postgresql; echo \"restore_command = 'test ! -e $PWD/hang || tail -f $PWD/hang; false'\" "
               ">data/hang.conf; echo \"include_if_exists = 'hang.conf'\" >>data/postgresql.auto.conf");
        return {lab(), node, "touch /var/lib/postgresql/hang",
                "rm /var/lib/postgresql/hang; pkill -f '" + std::string{endless} + "' || true"};
    }

    static void end_restore(const std::string& node)
    {
        script(lab(), node, "cd /var/lib/postgresql/data; sed -i '/hang.conf/d' postgresql.auto.conf; rm hang.conf");
        (void)lab().sql(node, "ALTER SYSTEM RESET restore_command");
        (void)lab().sql(node, "SELECT pg_reload_conf()");
    }

    /// Its server answers that it cannot be connected to now (57P03), which pg_isready tells by 1.
    static void wait_hanging(const std::string& node)
    {
        wait_until("the server of " + node + " hangs in recovery", Deadline{patience},
                   [&]() -> std::string
                   {
                       const Ran ready = lab().try_exec(node, {"pg_isready"});
                       const Ran command = lab().try_exec(node, {"pgrep", "-f", endless});
                       return ready.code == 1 && command.ok() ? "" : ready.explained();
                   });
    }
};

TEST_F(PeerThatRecoversWithoutEnd, IsNotWaitedForByThePrimaryThatWentAlone)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    Damage hang = hang_restore(standby);
    begin();
    lab().unplug(standby);
    wait_peer_gone(lab(), primary);
    wait_commits(pair(), 200, seconds{20});
    lab().unplug(primary);
    on_both(lab(), &Lab::power_on);
    wait_both_online(lab());
    wait_hanging(standby);
    expect_served_by(primary, heal_limit);
    wait_hanging(standby);
    hang.mend();
    expect_recovery("cold boot of both, the standby recovers without end", any_gap);
    EXPECT_EQ(pair().primary(), primary);
    end_restore(standby);
}

/// A promotion that has recorded itself, and the server cannot be opened: the old primary still has everything.
class PromotionThatCannotOpen : public LeftAlone
{
protected:
    static Damage read_only(const std::string& node, const std::string& path)
    {
        return {lab(), node, "chmod 0500 " + path, "chmod 0700 " + path};
    }

    /// A promotion begins a segment, and ends the server if it cannot. The standby has one that is far from its end.
    static Damage no_more_segments(const std::string& node)
    {
        (void)lab().sql(peer_of(node), "SELECT pg_switch_wal()");
        wait_commits(pair(), 10, seconds{20});
        return read_only(node, std::string{data_directory} + "/pg_wal");
    }

    /// A server that runs does not need it; one that starts does.
    static Damage no_access_rules(const std::string& node)
    {
        const std::string file = std::string{data_directory} + "/pg_hba.conf";
        return {lab(), node, "mv " + file + " " + file + ".lost", "mv " + file + ".lost " + file};
    }

    /// The old primary, whose server dies, is promoted again while the standby cannot be; then what is wrong is mended.
    void expect_role_given_back(const std::string& primary, const std::vector<Damage*>& all)
    {
        begin();
        const int before = records_of(peer_of(primary));
        pair().kill_postmaster(primary);
        expect_served_by(primary, heal_limit);
        EXPECT_GT(records_of(peer_of(primary)), before) << "the promotion did not come as far as it should have";
        for (Damage* const damage : all)
            damage->mend();
        expect_recovery("the standby's promotion cannot open its server", heal_limit, repaired_within);
        EXPECT_EQ(pair().primary(), primary);
    }

private:
    /// How often a node has recorded itself as primary.
    static int records_of(const std::string& node)
    {
        const Ran counted = lab().try_exec(
            node, {"grep", "-c", "pgtwin.*this node is recorded as primary", "/var/log/pacemaker/pacemaker.log"});
        return std::stoi(counted.out);
    }
};

TEST_F(PromotionThatCannotOpen, LeavesTheRoleToTheOldPrimaryIfItsDirectoryCannotBeWritten)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    Damage directory = read_only(standby, data_directory);
    expect_role_given_back(primary, {&directory});
}

TEST_F(PromotionThatCannotOpen, LeavesTheRoleToTheOldPrimaryIfItEndsTheServer)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    Damage rules = no_access_rules(standby);
    Damage segments = no_more_segments(standby);
    expect_role_given_back(primary, {&rules, &segments});
}

TEST_F(PromotionThatCannotOpen, LeavesTheRoleToTheOldPrimaryIfItEndsTheServerTimeAndAgain)
{
    const std::string primary = pair().primary();
    Damage segments = no_more_segments(peer_of(primary));
    expect_role_given_back(primary, {&segments});
}

/// The standby cannot note that it is promoted.
TEST_F(LeftAlone, ByAStandbyThatCannotSaveItsState)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    const std::string folder = "/var/lib/pgtwin";
    Damage state{lab(), standby, "mount --bind " + folder + " " + folder + "; mount -o remount,bind,ro " + folder,
                 "umount " + folder};
    begin();
    pair().kill_postmaster(primary);
    expect_served_by(primary, heal_limit);
    state.mend();
    expect_recovery("the primary's server dies, the standby cannot save its state", heal_limit, repaired_within);
    EXPECT_EQ(pair().primary(), primary);
}

class LeftAloneEnd : public PairTest
{
};

TEST_F(LeftAloneEnd, LedgersAreEqual)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
