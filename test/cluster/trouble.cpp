// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/trouble.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <utility>

#include "cluster/client.hpp"

namespace pgtwin::test
{
namespace
{

Arguments command(const char* how, const Arguments& rule)
{
    Arguments argv{"iptables", "-w", "5", how};
    argv.insert(argv.end(), rule.begin(), rule.end());
    argv.insert(argv.end(), {"-j", "DROP"});
    return argv;
}

Arguments signalled(const char* signal, const Arguments& processes)
{
    Arguments argv{"kill", signal};
    argv.insert(argv.end(), processes.begin(), processes.end());
    return argv;
}

} // namespace

Blocked::Blocked(const Lab& lab, std::string node, std::vector<Arguments> rules)
    : lab_{lab}, node_{std::move(node)}, rules_{std::move(rules)}
{
    for (const Arguments& rule : rules_)
        lab_.exec(node_, command("-A", rule));
}

Blocked::~Blocked()
{
    for (const Arguments& rule : rules_)
        (void)lab_.try_exec(node_, command("-D", rule));
}

std::vector<Arguments> traffic_with_peer(const std::string& node)
{
    const std::string peer = address_of(peer_of(node));
    return {
        {"INPUT",  "-s", peer},
        {"OUTPUT", "-d", peer}
    };
}

Arguments replication_from_peer(const std::string& node)
{
    return {"INPUT", "-p", "tcp", "--sport", "5432", "-s", address_of(peer_of(node))};
}

Arguments replication_to_peer(const std::string& node)
{
    return {"OUTPUT", "-p", "tcp", "--dport", "5432", "-d", address_of(peer_of(node))};
}

Cut::Cut(const Lab& lab, std::string node) : lab_{lab}, node_{std::move(node)}
{
    lab_.cut(node_);
}

Cut::~Cut()
{
    try
    {
        lab_.mend(node_);
    }
    catch (const LabError& error)
    {
        ADD_FAILURE() << error.what();
    }
}

Delayed::Delayed(const Lab& lab, std::string node, std::chrono::milliseconds by) : lab_{lab}, node_{std::move(node)}
{
    lab_.delay(node_, by);
}

Delayed::~Delayed()
{
    try
    {
        if (lab_.is_on(node_))
            lab_.delay(node_, std::chrono::milliseconds{0});
    }
    catch (const LabError& error)
    {
        ADD_FAILURE() << error.what();
    }
}

Frozen::Frozen(const Lab& lab, std::string node, const std::string& selection) : lab_{lab}, node_{std::move(node)}
{
    std::istringstream found{lab_.exec(node_, {"sh", "-c", selection})};
    for (std::string process; found >> process;)
        processes_.push_back(process);
    if (processes_.empty())
        throw LabError{"no process to stop on " + node_ + ": " + selection};
    (void)lab_.try_exec(node_, signalled("-STOP", processes_));
}

Frozen::~Frozen()
{
    (void)lab_.try_exec(node_, signalled("-CONT", processes_));
}

// -1: every process of the node but its first, which sleeps anyway.
FrozenNode::FrozenNode(const Lab& lab, std::string node) : lab_{lab}, node_{std::move(node)}
{
    lab_.exec(node_, {"sh", "-c", "kill -STOP -1"});
}

FrozenNode::~FrozenNode()
{
    (void)lab_.try_exec(node_, {"sh", "-c", "kill -CONT -1"});
}

} // namespace pgtwin::test
