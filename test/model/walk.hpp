// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "pgtwin/decide/goals.hpp"

namespace pgtwin::test
{

/// One thing that a look may find.
using Look = std::function<void(decide::Observation&)>;

inline constexpr std::size_t subject_count = 15;

/// What the world may answer: everything of `first` to the first look at a subject, everything of `later` to those
/// after it (to all of them if `first` is empty). State and watch are pgtwin's own files: a look finds what was saved,
/// or nothing that can be read.
struct Menu
{
    std::vector<LocalState> states;
    std::vector<Watch> watches;
    std::array<std::vector<Look>, subject_count> first;
    std::array<std::vector<Look>, subject_count> later;

    /// The answers to a look at `subject`, the same for the first and all later ones.
    void offer(decide::Subject subject, std::vector<Look> looks);
    void offer(decide::Subject subject, std::vector<Look> first_looks, std::vector<Look> later_looks);
};

/// One action to explore.
struct Exploration
{
    Goal goal = Goal::monitor;
    decide::Context context;
    Menu menu;
    /// What remains of the action's time: each Wait goes on to the next value.
    std::vector<std::chrono::milliseconds> times;
};

/// A point on a path through one action.
struct Node
{
    decide::Observation seen;
    std::array<int, subject_count> looks{}; ///< which answer is known now; -1: not asked
    std::array<int, subject_count> last{};  ///< which answer was given last, though a step may have made it untrue
    int stored_state = 0;                   ///< what the state file holds
    int stored_watch = 0;
    std::array<std::uint8_t, 2 * std::variant_size_v<decide::Step>> counts{};
    std::size_t time = 0;
    bool is_configured = false; ///< standby.signal was written into the directory that lies at PGDATA now
    bool is_published = false;  ///< this action published a run of its own as primary
    int depth = 0;
};

/// Walks every path of one action through a world that answers anything, and calls the checks on each step and end.
class Walk
{
public:
    using StepCheck = std::function<std::optional<std::string>(const Walk&, const Node&, const decide::Step&)>;
    using EndCheck = std::function<std::optional<std::string>(const Walk&, const Node&, const decide::Outcome&)>;

    Walk(Exploration exploration, StepCheck check_step, EndCheck check_end);

    void run();

    [[nodiscard]] std::size_t states() const { return visited_.size(); }
    [[nodiscard]] std::size_t ends() const { return ends_; }
    [[nodiscard]] int longest() const { return longest_; }
    [[nodiscard]] const std::map<Reason, std::size_t>& reasons() const { return reasons_; }
    /// Broken rules with the path that leads there; at most a few.
    [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }

    [[nodiscard]] Goal goal() const { return exploration_.goal; }
    [[nodiscard]] const decide::Context& context() const { return exploration_.context; }
    /// Everything that was seen last, though steps may have made some of it untrue.
    [[nodiscard]] decide::Observation last_looks(const Node& node) const;
    [[nodiscard]] const LocalState& stored_state(const Node& node) const
    {
        return states_.at(index(node.stored_state));
    }
    [[nodiscard]] const Watch& stored_watch(const Node& node) const { return watches_.at(index(node.stored_watch)); }

private:
    static std::size_t index(int value) { return static_cast<std::size_t>(value); }
    [[nodiscard]] static Node first_node();
    void visit(const Node& node);
    void look(const Node& node, decide::Subject subject);
    void look_at_own_file(const Node& node, decide::Subject subject);
    void take(const Node& node, const decide::Step& step);
    void follow(Node child, const decide::Step& step, bool has_succeeded);
    void save(Node& child, const decide::Step& step);
    void save(Node& child, const Watch& watch);
    void end(const Node& node, const decide::Outcome& outcome);
    void wait(Node& node, std::chrono::milliseconds pause) const;
    void put(decide::Observation& seen, decide::Subject subject, int answer) const;
    void report(const std::string& rule);
    [[nodiscard]] static std::uint64_t key(const Node& node);

    Exploration exploration_;
    StepCheck check_step_;
    EndCheck check_end_;
    std::vector<LocalState> states_;
    std::vector<Watch> watches_;
    std::map<std::string, int> known_states_;
    std::map<std::string, int> known_watches_;
    std::unordered_set<std::uint64_t> visited_;
    std::vector<std::string> path_;
    std::vector<std::string> violations_;
    std::map<Reason, std::size_t> reasons_;
    std::size_t ends_ = 0;
    int longest_ = 0;
};

} // namespace pgtwin::test
