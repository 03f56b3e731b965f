// SPDX-License-Identifier: GPL-2.0-or-later
#include "pair.hpp"

namespace pgtwin::test
{

using namespace std::chrono_literals;

FakeNode::FakeNode(std::string own_name, std::string peer_name, FakeCib& cib, FakeInstance& own, FakeInstance& peer)
    : name{std::move(own_name)},
      instance{own},
      postgres{own, peer, peer_name, journal},
      server{own, peer, journal},
      cluster{cib, name, peer_name, journal},
      store{journal},
      worker{journal},
      sentinel{journal}
{
    context.self = name;
    context.peer_sync_names = '"' + peer_name + '"';
    context.is_run_by_pacemaker = true;
    context.params.pgdata = "/data";
    context.params.sync_degrade_delay = 10s;
    context.params.max_promotion_lag_bytes = 16 * 1024 * 1024;
    context.params.replication_failure_threshold = 5;
}

decide::Outcome FakeNode::run(Goal goal, std::chrono::milliseconds limit)
{
    context.fresh = name + "-" + std::to_string(++actions_);
    auto all = ports();
    return action::run(goal, all, context, Deadline{limit});
}

FakePair::FakePair()
{
    cib.join(alpha.name);
    cib.join(beta.name);
}

void FakePair::monitor(int times)
{
    for (int i = 0; i < times; ++i)
        for (FakeNode* node : {&alpha, &beta})
        {
            node->clock.now += 3s;
            const auto& self = cib.of(node->name);
            if (self.membership != Membership::online || !self.run)
                continue;
            (void)node->run(Goal::monitor);
            if (!node->worker.is_alive)
                continue;
            (void)node->run(Goal::rebuild);
            node->worker.is_alive = false;
        }
}

void FakePair::bring_up()
{
    (void)alpha.run(Goal::start);
    (void)beta.run(Goal::start);
    monitor();
    (void)alpha.run(Goal::promote);
    monitor(6);
}

void FakePair::fence(FakeNode& node)
{
    node.instance.crash();
    node.instance.is_reachable = false;
    node.worker.is_alive = false;
    node.store.watch = Watch{};
    cib.fence(node.name);
}

void FakePair::boot(FakeNode& node)
{
    node.instance.is_reachable = true;
    cib.join(node.name);
}

} // namespace pgtwin::test
