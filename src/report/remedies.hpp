// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "pgtwin/report/facts.hpp"

namespace pgtwin::report
{

// Commands of Pacemaker's own tools: administrators with crmsh and with pcs both have them.

/// Forgets failures and looks again.
[[nodiscard]] std::string cleanup(const PairFacts& facts);
/// Takes back what a ban or a move has left.
[[nodiscard]] std::string clear_constraints(const PairFacts& facts);
[[nodiscard]] std::string end_maintenance();
[[nodiscard]] std::string end_maintenance_of(const NodeFacts& node);
/// Has Pacemaker look after the resource again.
[[nodiscard]] std::string manage(const PairFacts& facts);
[[nodiscard]] std::string start_resource(const PairFacts& facts);
[[nodiscard]] std::string take_out(const NodeFacts& node);
[[nodiscard]] std::string bring_back(const NodeFacts& node);
/// Tells the cluster that a lost node is off.
[[nodiscard]] std::string confirm_off(const NodeFacts& node);
/// Accepts the loss of what only the other node has.
[[nodiscard]] std::string accept_loss(const PairFacts& facts, const NodeFacts& node);
[[nodiscard]] std::string release_quorum();

} // namespace pgtwin::report
