// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cluster/lab.hpp"

namespace pgtwin::test
{

/// Packets that a node drops, until this object goes or the node loses its power.
class Blocked
{
public:
    /// Each rule is what follows `iptables -A`, without its target.
    Blocked(const Lab& lab, std::string node, std::vector<Arguments> rules);
    Blocked(const Blocked&) = delete;
    Blocked& operator=(const Blocked&) = delete;
    ~Blocked();

private:
    const Lab& lab_;
    std::string node_;
    std::vector<Arguments> rules_;
};

/// Rules for all traffic between a node and its peer.
[[nodiscard]] std::vector<Arguments> traffic_with_peer(const std::string& node);

/// Rules for the packets of replication with which a node follows its peer, one for each direction.
[[nodiscard]] Arguments replication_from_peer(const std::string& node);
[[nodiscard]] Arguments replication_to_peer(const std::string& node);

/// The network port of a node is down, also after a loss of power, until this object goes.
class Cut
{
public:
    Cut(const Lab& lab, std::string node);
    Cut(const Cut&) = delete;
    Cut& operator=(const Cut&) = delete;
    ~Cut();

private:
    const Lab& lab_;
    std::string node_;
};

/// Each frame of a node comes late in each direction, until this object goes or the node loses its power.
class Delayed
{
public:
    Delayed(const Lab& lab, std::string node, std::chrono::milliseconds by);
    Delayed(const Delayed&) = delete;
    Delayed& operator=(const Delayed&) = delete;
    ~Delayed();

private:
    const Lab& lab_;
    std::string node_;
};

/// Processes of a node that are stopped (SIGSTOP), until this object goes.
class Frozen
{
public:
    /// `selection` is a shell command that prints process ids, as the node numbers them.
    Frozen(const Lab& lab, std::string node, const std::string& selection);
    Frozen(const Frozen&) = delete;
    Frozen& operator=(const Frozen&) = delete;
    ~Frozen();

private:
    const Lab& lab_;
    std::string node_;
    Arguments processes_;
};

/// Selections for Frozen.
inline constexpr const char* postmaster = "head -n 1 /var/lib/postgresql/data/postmaster.pid";
inline constexpr const char* whole_server = "pgrep -u postgres";

inline constexpr const char* attribute_daemon = "pgrep -x pacemaker-attrd";
inline constexpr const char* cib_daemon = "pgrep -x pacemaker-based";

/// All processes of a node are stopped, as if the machine hung, until this object goes.
class FrozenNode
{
public:
    FrozenNode(const Lab& lab, std::string node);
    FrozenNode(const FrozenNode&) = delete;
    FrozenNode& operator=(const FrozenNode&) = delete;
    ~FrozenNode();

private:
    const Lab& lab_;
    std::string node_;
};

} // namespace pgtwin::test
