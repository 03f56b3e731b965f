// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <libxml/tree.h>

#include <vector>

#include "pgtwin/crm/resources.hpp"

namespace pgtwin::crm
{

/// The location constraints that a move or a ban left, told by the beginning of their id: Pacemaker's tools tell their
/// own from those of people by it.
[[nodiscard]] std::vector<LeftConstraint> left_constraints_in(const xmlNode* constraints);

/// All location constraints that keep a resource, or its promoted role, off one node.
[[nodiscard]] std::vector<Ban> bans_in(const xmlNode* constraints);

} // namespace pgtwin::crm
