// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cluster/lab.hpp"

namespace pgtwin::test
{

/// A moment in an action of the agent: just before it makes a system call by which it acts on the world, for the
/// count-th time.
struct Step
{
    std::string call;
    int count = 1;

    [[nodiscard]] std::string text() const { return call + ":" + std::to_string(count); }
    friend bool operator==(const Step&, const Step&) = default;
};

/// What an action that was watched did, up to its end.
struct Watched
{
    std::vector<Step> steps; ///< without those that change nothing
    Step last;
    bool is_killed = false;

    /// The action was killed just before that step.
    [[nodiscard]] bool was_killed_at(const Step& step) const;
};

/// Reads what strace wrote of an action; nothing while the action runs.
[[nodiscard]] std::optional<Watched> parse_watched(const std::string& trace);

/// Steps that PGTWIN_KILL_STEPS chooses: `all`, a list as in `fsync:2,sendto:7`, or so many of them, 2 without it,
/// spread over the action by the seed PGTWIN_KILL_SEED.
[[nodiscard]] std::vector<Step> chosen_steps(const std::vector<Step>& all);

/// With PGTWIN_KILL_STEPS each occasion on which an action is called, else one out of `count` by the seed.
[[nodiscard]] bool is_every_occasion_wanted();
[[nodiscard]] std::size_t chosen_occasion(std::size_t count);

/// From now on the agent of both nodes can be watched and killed; it looks more often, so that the pair heals sooner.
void install_doom(const Lab& lab);

/// The next call of `action` on the node is watched, and gets a signal at that step, if one is given. Actions are
/// start, promote, demote, stop, monitor, probe, and those of a notification, as in `notify-post-promote`.
void doom(const Lab& lab, const std::string& node, const std::string& action,
          const std::optional<Step>& step = std::nullopt, const std::string& signal = "SIGKILL");
/// Waits until the doomed action has been stopped by SIGSTOP; false: it has ended without coming to its step.
[[nodiscard]] bool wait_doomed_halted(const Lab& lab, const std::string& node);
/// Waits until the doomed action has ended, by its own or not.
[[nodiscard]] Watched wait_doomed_ended(const Lab& lab, const std::string& node);

} // namespace pgtwin::test
