// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

#include "pgtwin/model/cluster.hpp"

namespace pgtwin
{

// The words for what nodes and servers are, wherever people read them.

/// "primary" or "standby".
[[nodiscard]] std::string_view name_of(Role role);
/// "online", "joining", "lost" or "offline".
[[nodiscard]] std::string_view name_of(Membership membership);
/// "primary", "in-sync", "stale" or "none".
[[nodiscard]] std::string_view name_of(DataStatus status);

} // namespace pgtwin
