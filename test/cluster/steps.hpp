// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <string>

#include "cluster/pair.hpp"

namespace pgtwin::test
{

/// What a state of the cluster lacks, in words; empty: nothing.
using Lacking = std::function<std::string(const ClusterState&)>;

/// Waits until the cluster, as seen by a node that has joined it, lacks nothing; throws NotReached.
void wait_state(const Lab& lab, const std::string& what, std::chrono::seconds limit, const Lacking& lacking);

/// Looks for `time` and expects that nothing ever breaks the rule; `broken` says in words what did.
void expect_throughout(const std::string& rule, std::chrono::milliseconds time, const Missing& broken);

/// Asks both servers for `time` and expects that they are never both primary. One that does not answer is none.
void expect_one_primary_at_most(const Lab& lab, std::chrono::milliseconds time);

void wait_primary(const Lab& lab, const std::string& node);
void wait_both_online(const Lab& lab);
/// Waits until `node` sees its peer offline, by fencing or because it left.
void wait_peer_gone(const Lab& lab, const std::string& node);
/// Waits until the instance on `node` runs as a standby that must not be promoted.
void wait_withheld(const Lab& lab, const std::string& node);
/// Waits until the primary has taken the score and the record of being in sync from the standby on `node`.
void wait_stale(const Lab& lab, const std::string& node);
/// Waits until a booted node runs its cluster software, and corosync's wait_for_all withholds quorum.
void wait_without_quorum(const Lab& lab, const std::string& node);

/// `crm node standby`, until the server of the node is stopped.
void take_out(const Lab& lab, const std::string& node);
void bring_back(const Lab& lab, const std::string& node);
/// `crm resource move` to a node, until it is primary, and `clear`.
void switch_over(const Lab& lab, const std::string& to);
/// The operator's word that the other node is off.
void release_quorum(const Lab& lab, const std::string& node);
/// Boots a node whose peer is off, and says so in the operator's name.
void boot_alone(const Lab& lab, const std::string& node);
/// Both nodes at once.
void on_both(const Lab& lab, void (Lab::*action)(const std::string&) const);
/// Removes what Pacemaker remembers of failed actions.
void clean_up(const Lab& lab, const std::string& node);

/// Raises the score of `node` by hand, so that Pacemaker tries to promote it, and waits for the refusal: the failed
/// action whose exit reason contains `reason`. The server is a standby before and after; the failure is removed.
void expect_refusal(const Lab& lab, const std::string& node, const std::string& reason);

/// Waits for a failed action whose key, node or reason holds `text`.
void wait_failure(const Lab& lab, const std::string& text, std::chrono::seconds limit);

/// Waits for a failed promotion of `node` whose exit reason contains `reason`.
void wait_refusal(const Lab& lab, const std::string& node, const std::string& reason);

/// Waits until the standby streams to `primary` and is certified; how long after its stream began.
[[nodiscard]] std::chrono::milliseconds time_to_certify(const Lab& lab, const std::string& primary);

/// Waits until the application has `more` further commits acknowledged.
void wait_commits(const Pair& pair, std::size_t more, std::chrono::seconds limit);

/// Root of each node may use ssh to the other one without a password, as crmsh sets it up; only where ssh is installed.
/// Without that crmsh 5 (forky) only warns, and `crm node standby` of the other node does nothing and exits with 0.
void let_ssh_reach_both(const Lab& lab);

} // namespace pgtwin::test
