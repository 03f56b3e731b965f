// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/action/account.hpp"

namespace pgtwin::action
{
namespace
{

using decide::Observation;

Observation standby()
{
    ServerStatus status;
    status.role = Role::standby;
    status.end = Lsn{0x5000148};
    Observation seen;
    seen.server = ServerLook{Processes::postmaster, Answer::ready, status};
    return seen;
}

TEST(Account, TellsStepsInWordsAndEachOnce)
{
    Account account;
    account.note(decide::PromoteServer{}, standby(), {});
    account.note(decide::PromoteServer{}, standby(), {});
    account.note(decide::DropSlot{}, standby(), "it is in use");
    EXPECT_EQ(account.steps(), (std::vector<std::string>{"promote server", "could not drop slot: it is in use"}));
}

TEST(Account, LeavesOutWhatChangesNothing)
{
    Account account;
    account.note(decide::Wait{}, standby(), {});
    account.note(decide::SaveWatch{}, standby(), {});
    EXPECT_TRUE(account.steps().empty());
}

TEST(Account, TellsWhatWasSaidButNotThatItWasCounted)
{
    Account account;
    account.note(decide::Warn{{}, Watch{}}, standby(), {});
    account.note(decide::Warn{{"not promoted: no quorum [no-quorum-alone]"}, Watch{}}, standby(), {});
    EXPECT_EQ(account.steps(), std::vector<std::string>{"not promoted: no quorum [no-quorum-alone]"});
}

TEST(Account, KeepsWhatWasSeenBeforeTheFirstStep)
{
    Account account;
    account.note(decide::PromoteServer{}, standby(), {});
    Observation later;
    later.server = ServerLook{};
    account.end(later);
    EXPECT_NE(account.facts().find("server=standby end=0/5000148"), std::string::npos) << account.facts();
}

TEST(Account, TellsWhatWasSeenInTheEndIfNothingWasDone)
{
    Account account;
    account.end(standby());
    EXPECT_NE(account.facts().find("server=standby"), std::string::npos) << account.facts();
}

TEST(Facts, TellUnknownFromNotAsked)
{
    Observation seen;
    EXPECT_TRUE(facts_of(seen).empty());
    seen.server = Seen<ServerLook>::unknown();
    seen.cluster = Seen<std::optional<ClusterView>>::unknown();
    EXPECT_EQ(facts_of(seen), "server=unknown cluster=unknown");
}

TEST(Facts, NameBothNodesOfTheCluster)
{
    ClusterView view;
    view.has_quorum = true;
    view.self.name = "psql1";
    view.peer.name = "psql2";
    view.peer.membership = Membership::online;
    view.peer.run = RunRecord{"00ff00ff00ff00ff", Role::primary, Timeline{3}, {}};
    Observation seen;
    seen.cluster = std::optional{view};
    const std::string facts = facts_of(seen);
    EXPECT_NE(facts.find("quorum=yes"), std::string::npos) << facts;
    EXPECT_NE(facts.find("peer-run=primary:00ff00ff00ff00ff"), std::string::npos) << facts;
    EXPECT_NE(facts.find("own-run=none"), std::string::npos) << facts;
}

} // namespace
} // namespace pgtwin::action
