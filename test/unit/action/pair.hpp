// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "pgtwin/action/run.hpp"
#include "support/fakes.hpp"

namespace pgtwin::test
{

/// One node of a pair of fakes with everything an action touches.
class FakeNode
{
public:
    FakeNode(std::string name, std::string peer_name, FakeCib& cib, FakeInstance& own, FakeInstance& peer);

    /// Runs one action to its end, as Pacemaker would.
    decide::Outcome run(Goal goal, std::chrono::milliseconds limit = std::chrono::seconds{20});
    [[nodiscard]] action::Ports ports() { return {postgres, server, cluster, store, worker, sentinel, clock, log}; }

    std::string name;
    Journal journal;
    FakeInstance& instance;
    FakePostgres postgres;
    FakeServer server;
    FakeCluster cluster;
    FakeStore store;
    FakeWorker worker;
    FakeSentinel sentinel;
    FakeClock clock;
    FakeLog log;
    decide::Context context;

private:
    int actions_ = 0;
};

/// Two nodes, alpha with data and beta without, both online and nothing running.
struct FakePair
{
    FakeCib cib;
    FakeInstance first = FakeInstance::initialised(7001);
    FakeInstance second;
    FakeNode alpha{"alpha", "beta", cib, first, second};
    FakeNode beta{"beta", "alpha", cib, second, first};

    FakePair();
    FakePair(const FakePair&) = delete;
    FakePair& operator=(const FakePair&) = delete;

    /// Every running instance is monitored, `times` times, ten seconds apart; workers come to their end.
    void monitor(int times = 1);
    /// Alpha is primary, beta its certified standby.
    void bring_up();
    /// The node is lost and fenced, with what ran on it.
    void fence(FakeNode& node);
    /// A node that was lost is back, with nothing running.
    void boot(FakeNode& node);
};

} // namespace pgtwin::test
