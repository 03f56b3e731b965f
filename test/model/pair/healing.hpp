// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>

#include "moves.hpp"

namespace pgtwin::test::pair
{

/// How a pair came back, or did not.
struct Healing
{
    bool is_whole = false; ///< one primary and its certified standby, commits wait
    /// Both nodes are well, and what production says to whom asks for a promotion, or to the standby that cannot
    /// follow, is that a human has to choose: `diverged` or `different_systems`.
    std::optional<Reason> human;
    int rounds = 0;
    World world{};
    const char* broken = nullptr;
};

/// No more faults, a fair Pacemaker that goes by the scores, and time: what becomes of the pair (L1).
[[nodiscard]] Healing heal(const World& world, const Plan& plan, Decider& decider);

/// Begins an action and takes it to its end, while replication and clocks do what they should.
void run_to_end(Machine& machine, std::size_t node, Event order);

/// Where an exploration begins; made by the decisions themselves, with the mutation if there
/// is one.
[[nodiscard]] World root_of(const Plan& plan, const Mutation* mutation = nullptr);

/// Whether A or B is a primary whose peer is its certified standby, with every record right.
[[nodiscard]] bool is_whole(const World& world);

} // namespace pgtwin::test::pair
