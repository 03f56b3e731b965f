// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <ostream>
#include <vector>

#include "pgtwin/decide/promotion.hpp"
#include "plan.hpp"

namespace pgtwin::test::pair
{

/// Sanitizers make everything slow.
#ifdef __SANITIZE_ADDRESS__
inline constexpr std::size_t share = 40;
#else
inline constexpr std::size_t share = 1;
#endif

/// A rule of doc/safety.md, and the step of one of its actions that shows it: "monitor: set mark".
struct Deed
{
    const char* rule;
    const char* step;
};

/// One exploration, as a sentence about the pair.
struct Explored
{
    const char* sentence;
    Root root;
    int faults;
    Events kinds;
    int commits;
    int promotions;
    std::vector<decide::Rule> rules; ///< by which promotions must have been allowed
    void (*change)(Plan&);           ///< what else is different
    std::size_t most_states;
    /// What must have been done, beside what every plan does.
    std::vector<Deed> deeds;
    /// Why the pair may need a human once faults have ceased; nothing: it never does.
    std::optional<Reason> human = std::nullopt;
    friend std::ostream& operator<<(std::ostream& out, const Explored& explored) { return out << explored.sentence; }
};

[[nodiscard]] const std::vector<Explored>& explorations();
[[nodiscard]] Plan plan_of(const Explored& explored);

} // namespace pgtwin::test::pair
