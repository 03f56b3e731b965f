// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "healing.hpp"
#include "plan.hpp"

namespace pgtwin::test::pair
{

/// Walks at random, far deeper than a search comes: with more faults, commits and promotions than the plan has, and
/// without a memory of where it was. The same seed walks the same ways.
class Wanderer
{
public:
    Wanderer(Plan plan, const World& root, std::optional<Reason> human, Decider& decider);

    /// One walk, and the healing at its end. A story, if a promise was broken.
    [[nodiscard]] std::optional<std::string> walk(std::uint64_t seed);

    [[nodiscard]] std::size_t steps() const { return steps_; }
    [[nodiscard]] std::size_t healed() const { return healed_; }

private:
    using Path = std::vector<Move>;

    [[nodiscard]] Move pick(const std::vector<Move>& from);
    /// What is wrong at the end of the path; nothing if one of its moves is not possible where it stands.
    [[nodiscard]] std::string replay(const Path& path);
    [[nodiscard]] std::string judge_healing(const World& world);
    [[nodiscard]] Path without_detours(Path path, const std::string& wrong);

    Plan plan_;
    Events faults_; ///< of the plan itself
    World root_;
    std::optional<Reason> human_;
    Decider& decider_;
    std::mt19937_64 random_;
    std::uint64_t fault_in_ = 1;
    std::size_t steps_ = 0;
    std::size_t healed_ = 0;
    World after_{}; ///< the last healing
};

} // namespace pgtwin::test::pair
