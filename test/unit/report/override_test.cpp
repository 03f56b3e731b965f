// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/report/override.hpp"

namespace pgtwin::report
{
namespace
{

/// psql1 was lost, psql2 is left and lacks some of its commits.
OverrideFacts a_survivor()
{
    OverrideFacts facts;
    facts.resource = "db";
    facts.view.self.name = "psql2";
    facts.view.self.membership = Membership::online;
    Position position;
    position.timeline = Timeline{3};
    position.lsn = Lsn{0x5000000};
    facts.view.self.position = position;
    facts.view.peer.name = "psql1";
    facts.promotion = {false, "stale-alone", "commits may be missing here, and the other node is away"};
    return facts;
}

TEST(Override, IsOfferedWithWhatIsKnownAndWhatIsLost)
{
    const OverrideFacts facts = a_survivor();
    EXPECT_EQ(refusal_of(facts), "");
    EXPECT_EQ(warning_of(facts), "Accepting a loss of commits: db on psql2\n"
                                 "\n"
                                 "  refused so far    commits may be missing here, and the other node is away\n"
                                 "  psql2             data up to 3:0/5000000\n"
                                 "  psql1             offline, how far its data goes is not known\n"
                                 "\n"
                                 "Pacemaker will promote psql2 once. Commits that only psql1 has are lost.\n"
                                 "When psql1 comes back it is filled from psql2.\n"
                                 "Before you go on: make sure that psql1 is off, or its server stopped,\n"
                                 "and do not let it boot alone before it has met psql2.\n");
}

TEST(Override, IsRefusedBesideAPrimary)
{
    OverrideFacts facts = a_survivor();
    facts.view.peer.membership = Membership::online;
    facts.view.peer.run = RunRecord{"run", Role::primary, Timeline{3}, "word"};
    EXPECT_EQ(refusal_of(facts), "psql1 is the primary: switch over, or stop it first");
    facts.view.peer.membership = Membership::unclean;
    EXPECT_NE(refusal_of(facts), "");
}

TEST(Override, IsRefusedOnAPrimary)
{
    OverrideFacts facts = a_survivor();
    facts.view.self.run = RunRecord{"run", Role::primary, Timeline{3}, "word"};
    EXPECT_EQ(refusal_of(facts), "psql2 is the primary already");
}

TEST(Override, IsRefusedWhereNothingIsLost)
{
    OverrideFacts facts = a_survivor();
    facts.promotion = {true, "alone", "it went on alone"};
    EXPECT_EQ(refusal_of(facts), "psql2 may be promoted without a loss: it went on alone");
}

TEST(Override, IsSaidOnce)
{
    OverrideFacts facts = a_survivor();
    facts.view.self.has_override = true;
    EXPECT_EQ(refusal_of(facts), "the loss is accepted on psql2 already; its next monitor raises the score");
}

} // namespace
} // namespace pgtwin::report
