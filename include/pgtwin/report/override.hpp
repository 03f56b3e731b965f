// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "pgtwin/model/cluster.hpp"
#include "pgtwin/report/facts.hpp"

namespace pgtwin::report
{

/// What there is to know before a loss is accepted on this node (safety.md, R4).
struct OverrideFacts
{
    std::string resource;
    ClusterView view;
    Promotion promotion; ///< what the guard says of this node without an override
};

/// Why accepting a loss on this node would make no sense; empty if it does.
[[nodiscard]] std::string refusal_of(const OverrideFacts& facts);

/// What a person has to know first; at most 80 columns.
[[nodiscard]] std::string warning_of(const OverrideFacts& facts);

} // namespace pgtwin::report
