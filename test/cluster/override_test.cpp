// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cluster/document.hpp"
#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"
#include "cluster/trouble.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds any_gap{600};
constexpr const char* agent = "/usr/lib/ocf/resource.d/heartbeat/pgtwin";
constexpr const char* order = "postgres-db-accept-data-loss";

/// What an administrator, or a constraint, asks for against pgtwin's judgement.
class Override : public PairTest
{
protected:
    static void confirm_loss(const std::string& node)
    {
        const Ran ran = answer(node, node + "\\n");
        EXPECT_EQ(ran.code, 0) << ran.explained();
        EXPECT_NE(ran.out.find("Accepted."), std::string::npos) << ran.out;
    }

    static void accept_loss(const std::string& node) { lab().exec(node, {agent, "accept-data-loss", "--yes"}); }

    /// The order as a person gives it, who types `answer` when asked; `meanwhile` is a command of the shell that the
    /// node runs between question and answer.
    static Ran answer(const std::string& node, const std::string& answer, const std::string& meanwhile = "true")
    {
        lab().copy_in(node, PGTWIN_SOURCE_DIR "/test/cluster/at_terminal.py", "/root/at_terminal.py");
        return lab().try_exec(node, {"python3", "/root/at_terminal.py", answer, meanwhile, agent, "accept-data-loss"});
    }

    /// What is not the name of the node, an empty line, the end of input and Ctrl-C.
    static void expect_to_change_nothing_unless_confirmed(const std::string& node)
    {
        for (const std::string& typed : Arguments{"no\\n", "\\n", "yes\\n", peer_of(node) + "\\n", "\\x04", "\\x03"})
        {
            const Ran ran = answer(node, typed);
            EXPECT_EQ(ran.code, 1) << typed << ": " << ran.explained();
            EXPECT_NE(ran.out.find("\npgtwin accept-data-loss: not confirmed, nothing was changed"), std::string::npos)
                << typed << ": " << ran.out;
            EXPECT_EQ(lab().state().nodes.at(node).attribute(order), "") << typed;
        }
    }

    /// Somebody else gives the order between question and answer.
    static void expect_to_look_again_after_the_answer(const std::string& node)
    {
        const Ran ran = answer(node, node + "\\n", std::string{"attrd_updater -n "} + order + " -U true -N " + node);
        EXPECT_EQ(ran.code, 1) << ran.explained();
        EXPECT_NE(ran.out.find("nothing was changed"), std::string::npos) << ran.out;
    }

    /// Boots a node without its peer; its promotion is refused.
    static void boot_withheld(const std::string& node)
    {
        boot_alone(lab(), node);
        wait_peer_gone(lab(), node);
        wait_withheld(lab(), node);
    }

    using Order = void (*)(const std::string&);

    static void expect_promoted_by_order(const std::string& node, Order give = accept_loss)
    {
        const auto before = orders_obeyed(node);
        give(node);
        wait_primary(lab(), node);
        wait_commits(pair(), 100, seconds{20});
        EXPECT_EQ(lab().state().nodes.at(node).attribute(order), "") << "the order is still there";
        EXPECT_EQ(orders_obeyed(node), before + 1);
    }

    static void expect_base_backup(const std::string& node)
    {
        EXPECT_TRUE(lab().try_exec(node, {"test", "-d", std::string{data_directory} + ".pgtwin-old"}).ok())
            << node << " did not come back by a base backup";
    }

    /// A node of two that both hold the mark says so, and is not promoted.
    static void expect_diverged(const std::string& node)
    {
        wait_withheld(lab(), node);
        EXPECT_NE(lab().state().nodes.at(node).attribute("postgres-db-position").find("alone=yes"), std::string::npos);
        expect_refusal(lab(), node, "the two nodes have diverged");
    }

    /// The page names psql2.
    static Differences for_node(const std::string& node)
    {
        Differences differences;
        differences.emplace_back("psql2", node);
        return differences;
    }

private:
    /// By the history file: the log of Pacemaker repeats it where the attribute manager takes note of it.
    static std::ptrdiff_t orders_obeyed(const std::string& node)
    {
        const auto told = nlohmann::json::parse(lab().exec(node, {agent, "explain", "--json", "--last=1000"}));
        const auto& decisions = told.at("pairs").at(0).at("decisions");
        return std::count_if(decisions.begin(), decisions.end(),
                             [](const auto& each) { return each.at("reason") == "promoted-alone-by-operator"; });
    }
};

TEST_F(Override, PromotesAStaleStandbyOnceAndThePassedOverNodeIsFilledAnew)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    lab().unplug(standby);
    const auto alone_from = steady_clock::now();
    wait_peer_gone(lab(), primary);
    wait_commits(pair(), 200, seconds{20});
    lab().unplug(primary);
    EXPECT_GE(pair().client().ledger().forget_between(alone_from, steady_clock::now()), 200U);
    boot_withheld(standby);
    expect_to_change_nothing_unless_confirmed(standby);
    expect_promoted_by_order(standby, confirm_loss);
    lab().power_on(primary);
    expect_recovery("loss accepted on a stale standby, the passed-over node back", any_gap);
    EXPECT_EQ(pair().primary(), standby);
    expect_base_backup(primary);
}

TEST_F(Override, StandsWhenBothNodesBootTogetherAndThePassedOverOneHasItsMark)
{
    const std::string passed_over = pair().primary();
    const std::string chosen = peer_of(passed_over);
    begin();
    lab().unplug(chosen);
    const auto alone_from = steady_clock::now();
    wait_peer_gone(lab(), passed_over);
    wait_commits(pair(), 100, seconds{20});
    lab().unplug(passed_over);
    pair().client().ledger().forget_between(alone_from, steady_clock::now());
    boot_withheld(chosen);
    expect_promoted_by_order(chosen);
    lab().unplug(chosen);
    on_both(lab(), &Lab::power_on);
    expect_recovery("loss accepted, both nodes booted together", any_gap);
    EXPECT_EQ(pair().primary(), chosen);
    expect_base_backup(passed_over);
}

TEST_F(Override, OnBothNodesMakesThemDivergeAndNobodyIsPromoted)
{
    const std::string first = pair().primary();
    const std::string second = peer_of(first);
    begin();
    on_both(lab(), &Lab::unplug);
    boot_withheld(second);
    expect_promoted_by_order(second, expect_to_look_again_after_the_answer);
    lab().unplug(second);
    const auto turn = steady_clock::now();
    boot_withheld(first);
    expect_promoted_by_order(first);
    lab().unplug(first);
    EXPECT_GE(pair().client().ledger().forget_between(turn, steady_clock::now()), 100U);
    on_both(lab(), &Lab::power_on);
    wait_both_online(lab());
    expect_diverged(first);
    expect_diverged(second);
    for (const std::string& node : {first, second})
        EXPECT_NE(follow(lab(), node, Block{"doc/troubleshooting.md", "compare-both"}).find("alone=yes"),
                  std::string::npos);
    follow(lab(), first, Block{"doc/troubleshooting.md", "accept-the-loss"}, for_node(second));
    wait_primary(lab(), second);
    expect_recovery("both nodes promoted by order one after the other, then one chosen", any_gap);
    EXPECT_EQ(pair().primary(), second);
    expect_base_backup(first);
}

TEST_F(Override, ByALocationConstraintDoesNotPromoteAnUncertifiedStandby)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    auto blocked = std::make_unique<Blocked>(
        lab(), standby, std::vector<Arguments>{replication_from_peer(standby), replication_to_peer(standby)});
    wait_stale(lab(), standby);
    lab().crm(primary, {"resource", "move", "postgres-clone", standby});
    expect_throughout("the primary stays where it is", seconds{8},
                      [&]() -> std::string
                      { return lab().state().primary() == primary ? "" : lab().state().summary(); });
    lab().exec(standby, {"attrd_updater", "-n", "master-postgres-db", "-U", "1000000", "-N", standby});
    expect_throughout("the standby stays one, whether Pacemaker tries or not", seconds{8},
                      [&]() -> std::string
                      {
                          // A promotion that was tried and refused makes Pacemaker restart the instance.
                          const Ran role = lab().try_sql(standby, "SELECT pg_is_in_recovery()");
                          return role.ok() && role.out != "t\n" ? "it was promoted" : "";
                      });
    wait_stale(lab(), standby);
    wait_primary(lab(), primary);
    lab().crm(primary, {"resource", "clear", "postgres-clone"});
    blocked.reset();
    expect_recovery("promotion of an uncertified standby demanded by constraint and score", any_gap);
    EXPECT_EQ(pair().primary(), primary);
}

class OverrideEnd : public PairTest
{
};

TEST_F(OverrideEnd, LedgersAreEqual)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
