// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "moves.hpp"

namespace pgtwin::test::pair
{

/// A set of hashes: open addressing, 16 bytes each.
class Visited
{
public:
    Visited() : places_(std::size_t{1} << 16U) {}
    /// Whether it was not there yet.
    bool insert(const Hash& hash);

private:
    void grow();
    static bool put(std::vector<Hash>& places, const Hash& hash);

    std::vector<Hash> places_;
    std::size_t count_ = 0;
};

/// A promise that was broken, and how it came to that.
struct Violation
{
    std::string promise;
    std::string story;
    std::size_t steps = 0;
};

/// Breadth first through everything that a plan allows, over the production decisions.
class Search
{
public:
    Search(Plan plan, const Mutation* mutation = nullptr);

    /// Up to the end, the first violation, or the plan's number of states.
    void run(const World& root);

    [[nodiscard]] std::size_t states() const { return steps_.size(); }
    [[nodiscard]] bool is_complete() const { return is_complete_; }
    [[nodiscard]] int depth() const { return depth_; }
    [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }
    [[nodiscard]] Decider& decider() { return decider_; }
    [[nodiscard]] const Plan& plan() const { return plan_; }

    /// Is called with each new state.
    std::function<void(const World&, std::size_t)> visit;
    /// The story of a state.
    [[nodiscard]] std::string story(std::size_t state);

private:
    struct Step
    {
        std::uint32_t parent = 0;
        Move move;
    };
    /// Worlds, without their zeros, one after the other.
    using Packed = std::vector<Byte>;

    void expand(const World& world, std::uint32_t index, Packed& next);
    void keep(World& world, std::uint32_t parent, const Move& move, Packed& next);
    static void pack(const World& world, Packed& into);
    static World unpack(const Packed& from, std::size_t& at);

    Plan plan_;
    Decider decider_;
    World root_{};
    Visited visited_;
    std::vector<Step> steps_;
    std::vector<std::uint32_t> next_indices_;
    std::optional<Violation> violation_;
    bool is_complete_ = false;
    int depth_ = 0;
};

} // namespace pgtwin::test::pair
