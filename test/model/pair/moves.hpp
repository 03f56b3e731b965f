// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "machine.hpp"

namespace pgtwin::test::pair
{

/// One move of the adversary.
struct Move
{
    Event event{};
    Byte node = 0;
    Byte detail = 0; ///< a commit
    friend bool operator==(const Move&, const Move&) = default;
};

/// Everything that may happen in this world: faults as far as the plan has them, what a legal Pacemaker may order, and
/// what time brings.
[[nodiscard]] std::vector<Move> moves(const World& world, const Plan& plan, Decider& decider);

/// Makes the move, and judges the outcome.
void make(Machine& machine, const Move& move);

/// One line of a story; to be asked for before the move is made.
[[nodiscard]] std::string describe(const World& world, const Move& move, const Decider& decider);
/// Both nodes, with what each sees of the other.
[[nodiscard]] std::string describe(const World& world);
/// What happened on the way, from the first world to the last.
[[nodiscard]] std::string story(World world, const std::vector<Move>& path, const Plan& plan, Decider& decider);

} // namespace pgtwin::test::pair
