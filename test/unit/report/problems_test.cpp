// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pair.hpp"
#include "pgtwin/report/assessment.hpp"

namespace pgtwin::report
{
namespace
{

/// The first problem of that id.
Problem problem_in(const PairFacts& facts, std::string_view id)
{
    for (const Problem& problem : assess(facts).problems)
        if (problem.id == id)
            return problem;
    ADD_FAILURE() << "no " << id;
    return {};
}

TEST(Problems, BesideAPrimaryThatDoesNotAnswerAreNotTheGravest)
{
    PairFacts facts = healthy_pair();
    facts.nodes[0].server = ServerState::silent;
    facts.nodes[0].is_maintenance = true;
    const Assessment assessment = assess(facts);
    EXPECT_EQ(assessment.verdict, Verdict::unknown);
    EXPECT_EQ(assessment.problems.front().id, "server-silent");
}

TEST(Problems, OfADeletedNodeAskNobodyToConfirmThatItIsOff)
{
    PairFacts facts = healthy_pair();
    facts.nodes[1].membership = Membership::unclean;
    facts.nodes[1].is_deleted = true;
    const Problem problem = problem_in(facts, "node-away");
    EXPECT_EQ(problem.text.find("psql2 is no node of the cluster"), 0U) << problem.text;
    EXPECT_EQ(problem.hint.find("stonith_admin"), std::string::npos) << problem.hint;
}

TEST(Problems, OfAFailedActionTellWhatPacemakerDoesAboutIt)
{
    PairFacts facts = healthy_pair();
    facts.events[0].has_failed = true;
    const auto hint = [&](Aftermath aftermath)
    {
        facts.events[0].aftermath = aftermath;
        return problem_in(facts, "action-failed").hint;
    };
    EXPECT_EQ(hint(Aftermath::retried).find("Pacemaker"), std::string::npos);
    EXPECT_NE(hint(Aftermath::ignored).find("Pacemaker leaves it so"), std::string::npos);
    EXPECT_NE(hint(Aftermath::kept_off).find("starts it there again after a cleanup"), std::string::npos);
}

} // namespace
} // namespace pgtwin::report
