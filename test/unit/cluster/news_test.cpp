// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "cluster/news.hpp"

namespace pgtwin::test
{
namespace
{

NodeState member(const std::string& role, const std::string& run, const std::string& certified_run = "")
{
    NodeState node;
    node.is_online = true;
    node.role = role;
    node.attributes["postgres-db-run"] = "run=" + run + " role=" + (role == "Promoted" ? "primary" : "standby");
    if (!certified_run.empty())
        node.attributes["postgres-db-certified"] = "run=" + certified_run + " mode=sync";
    return node;
}

/// psql1 is the primary, psql2 its certified standby, the address is on psql1.
ClusterState healthy()
{
    ClusterState state;
    state.nodes["psql1"] = member("Promoted", "a");
    state.nodes["psql2"] = member("Unpromoted", "b", "b");
    state.vip_node = "psql1";
    return state;
}

std::vector<std::string> texts(const std::vector<News>& news)
{
    std::vector<std::string> texts;
    for (const News& one : news)
        texts.push_back(one.text);
    return texts;
}

using Texts = std::vector<std::string>;

TEST(News, AreNoneWhenNothingHasChanged)
{
    EXPECT_EQ(news_between(healthy(), healthy()), std::vector<News>{});
}

TEST(News, OfAPrimaryThatIsLostAreThatItDoesNotAnswerAndNothingOfItsServer)
{
    ClusterState lost = healthy();
    lost.nodes["psql1"] = NodeState{};
    EXPECT_EQ(texts(news_between(healthy(), lost)),
              Texts{"psql1 does not answer: it must be fenced before anything else"});
}

TEST(News, OfAPromotionAreNotThatTheNewPrimaryLacksCommits)
{
    ClusterState promoted = healthy();
    promoted.nodes["psql1"] = member("Stopped", "");
    promoted.nodes["psql2"] = member("Promoted", "c", "b");
    promoted.vip_node = "psql2";
    EXPECT_EQ(texts(news_between(healthy(), promoted)), (Texts{"psql1 has no server that runs", "psql2 is the primary",
                                                               "the virtual address 192.0.2.20 is on psql2"}));
}

TEST(News, OfAPromotionThatIsUnderWayAreNotThatTheNodeLacksCommits)
{
    ClusterState promoting = healthy();
    promoting.nodes["psql2"] = member("Promoting", "c", "b");
    promoting.nodes["psql2"].attributes["postgres-db-run"] = "run=c role=primary";
    EXPECT_EQ(texts(news_between(healthy(), promoting)), Texts{"psql2 is being promoted"});
}

TEST(News, OfALostPrimaryWithAVoidCertificateAreNotThatItLacksCommits)
{
    ClusterState before = healthy();
    before.nodes["psql1"] = member("Promoted", "a", "older");
    ClusterState lost = before;
    lost.nodes["psql1"] = NodeState{};
    EXPECT_EQ(texts(news_between(before, lost)),
              Texts{"psql1 does not answer: it must be fenced before anything else"});
}

TEST(News, OfAWithdrawnCertificateAreThatTheStandbyMayLackCommits)
{
    ClusterState withdrawn = healthy();
    withdrawn.nodes["psql2"] = member("Unpromoted", "b");
    EXPECT_EQ(texts(news_between(healthy(), withdrawn)),
              Texts{"psql2 may lack commits from now on: it must not be promoted"});
    EXPECT_EQ(texts(news_between(withdrawn, healthy())),
              Texts{"psql2 is the synchronous standby: every commit waits for it"});
}

TEST(News, OfARepairNameItsKind)
{
    ClusterState before = healthy();
    ClusterState repaired = healthy();
    NodeState& node = repaired.nodes["psql2"];
    node.attributes["postgres-db-resync"] = "phase=rewinding percent=50 done=500 total=1000 rate=0 left=0";
    EXPECT_EQ(texts(news_between(before, repaired)), Texts{"psql2 is set back to the data of the new primary: 50 %"});
    node.attributes["postgres-db-resync"] = "phase=copying percent=50 done=500 total=1000 rate=0 left=0";
    EXPECT_EQ(texts(news_between(before, repaired)), Texts{"psql2 is filled by a copy of the primary: 50 %"});
    EXPECT_EQ(texts(news_between(repaired, before)), Texts{"psql2 has its data"});
}

TEST(NewsOfFencing, AreThoseOfThePowerSwitch)
{
    const std::string log = "lab: psql2 asks monitor psql1: ok\n"
                            "lab: psql2 asks status psql1: on\n"
                            "lab: psql2 asks reboot psql1: ok\n"
                            "lab: psql1 asks reboot psql2: void, it lost its power\n"
                            "lab: psql2 asks off psql1: failed\n";
    EXPECT_EQ(texts(news_of_fencing(log)),
              (Texts{"psql2 has fenced psql1: its power is off for certain",
                     "psql1 could not fence psql2: void, it lost its power", "psql2 could not fence psql1: failed"}));
}

} // namespace
} // namespace pgtwin::test
