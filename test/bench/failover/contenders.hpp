// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <memory>

#include "bench/failover/contender.hpp"

namespace pgtwin::bench
{

/// An agent that does nothing, in as little time as possible: what is left is what Pacemaker and the address need.
/// There is no database; the clients knock at the address.
[[nodiscard]] std::unique_ptr<Contender> make_floor();
[[nodiscard]] std::unique_ptr<Contender> make_pgtwin();
/// PostgreSQL Automatic Failover.
[[nodiscard]] std::unique_ptr<Contender> make_paf();
/// The agent pgsql of resource-agents.
[[nodiscard]] std::unique_ptr<Contender> make_pgsql();

} // namespace pgtwin::bench
