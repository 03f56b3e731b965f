// SPDX-License-Identifier: GPL-2.0-or-later
#include "walk.hpp"

#include <algorithm>
#include <exception>

#include "pgtwin/action/observe.hpp"
#include "support/answer.hpp"

namespace pgtwin::test
{
namespace
{

using decide::Inspect;
using decide::Observation;
using decide::Outcome;
using decide::Step;
using decide::Subject;

/// Longer than any action may take: a path that is longer does not end by itself.
constexpr int longest_path = 150;
constexpr std::size_t enough_violations = 3;
/// Later answers are numbered from here on.
constexpr int later_base = 100'000;
constexpr int unknown_file = -2;
constexpr int not_asked = -1;

std::size_t number_of(Subject subject)
{
    return static_cast<std::size_t>(subject);
}

bool is_asked(const Observation& seen, std::size_t subject)
{
    return seen.is_asked(static_cast<Subject>(subject));
}

/// Steps of two kinds may fail on one path, each as often as the action tries: all combinations would be too many.
bool may_fail(const Node& node, const Step& step)
{
    int kinds = 0;
    for (std::size_t kind = 0; kind < std::variant_size_v<Step>; ++kind)
        kinds += node.counts.at(2 * kind + 1) > 0 && kind != step.index() ? 1 : 0;
    return kinds < 2;
}

class Hash
{
public:
    void add(std::uint64_t value)
    {
        value_ ^= value;
        value_ *= 0x9e3779b97f4a7c15ULL;
        value_ ^= value_ >> 29U;
    }
    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

} // namespace

void Menu::offer(Subject subject, std::vector<Look> looks)
{
    later.at(number_of(subject)) = std::move(looks);
}

void Menu::offer(Subject subject, std::vector<Look> first_looks, std::vector<Look> later_looks)
{
    first.at(number_of(subject)) = std::move(first_looks);
    later.at(number_of(subject)) = std::move(later_looks);
}

Walk::Walk(Exploration exploration, StepCheck check_step, EndCheck check_end)
    : exploration_{std::move(exploration)}, check_step_{std::move(check_step)}, check_end_{std::move(check_end)}
{
}

Node Walk::first_node()
{
    Node node;
    node.looks.fill(not_asked);
    node.last.fill(not_asked);
    return node;
}

void Walk::run()
{
    states_ = exploration_.menu.states;
    watches_ = exploration_.menu.watches;
    for (std::size_t i = 0; i < states_.size(); ++i)
        known_states_.emplace(states_[i].text(), static_cast<int>(i));
    for (std::size_t i = 0; i < watches_.size(); ++i)
        known_watches_.emplace(watches_[i].text(), static_cast<int>(i));
    const auto state_count = states_.size();
    const auto watch_count = watches_.size();
    for (std::size_t state = 0; state < state_count; ++state)
        for (std::size_t watch = 0; watch < watch_count; ++watch)
        {
            Node node = first_node();
            node.stored_state = static_cast<int>(state);
            node.stored_watch = static_cast<int>(watch);
            path_ = {"the state file holds\n" + states_[state].text() + "the watch file holds\n" +
                     watches_[watch].text()};
            wait(node, std::chrono::milliseconds{0});
            visit(node);
        }
}

void Walk::visit(const Node& node)
{
    if (violations_.size() >= enough_violations || !visited_.insert(key(node)).second)
        return;
    longest_ = std::max(longest_, node.depth);
    if (node.depth > longest_path)
        return report("the action does not end");
    try
    {
        const decide::Next next = decide::next(exploration_.goal, node.seen, exploration_.context);
        if (const auto* outcome = std::get_if<Outcome>(&next))
            return end(node, *outcome);
        const auto& step = std::get<Step>(next);
        if (const auto* inspect = std::get_if<Inspect>(&step))
            return look(node, inspect->subject);
        take(node, step);
    }
    catch (const std::exception& error)
    {
        report(std::string{"the decision throws: "} + error.what());
    }
}

void Walk::put(Observation& seen, Subject subject, int answer) const
{
    const auto place = number_of(subject);
    if (answer == not_asked)
        return;
    if (subject == Subject::state)
        seen.state = answer == unknown_file ? Seen<LocalState>::unknown() : Seen{states_.at(index(answer))};
    else if (subject == Subject::watch)
        seen.watch = answer == unknown_file ? Seen<Watch>::unknown() : Seen{watches_.at(index(answer))};
    else if (answer >= later_base)
        exploration_.menu.later.at(place).at(index(answer - later_base))(seen);
    else
        exploration_.menu.first.at(place).at(index(answer))(seen);
}

Observation Walk::last_looks(const Node& node) const
{
    Observation seen;
    for (std::size_t subject = 0; subject < subject_count; ++subject)
        put(seen, static_cast<Subject>(subject), node.last.at(subject));
    return seen;
}

void Walk::look(const Node& node, Subject subject)
{
    if (subject == Subject::state || subject == Subject::watch)
        return look_at_own_file(node, subject);
    const auto place = number_of(subject);
    const bool is_first = node.last.at(place) == not_asked && !exploration_.menu.first.at(place).empty();
    const auto& answers = is_first ? exploration_.menu.first.at(place) : exploration_.menu.later.at(place);
    if (answers.empty())
        return report("nobody expected a look at subject " + std::to_string(place));
    for (std::size_t answer = 0; answer < answers.size(); ++answer)
    {
        Node child = node;
        child.looks.at(place) = static_cast<int>(answer) + (is_first ? 0 : later_base);
        child.last.at(place) = child.looks.at(place);
        answers[answer](child.seen);
        path_.push_back("look at " + std::to_string(place) + ": answer " + std::to_string(answer));
        visit(child);
        path_.pop_back();
    }
}

void Walk::look_at_own_file(const Node& node, Subject subject)
{
    const auto place = number_of(subject);
    for (const int answer : {subject == Subject::state ? node.stored_state : node.stored_watch, unknown_file})
    {
        Node child = node;
        child.looks.at(place) = answer;
        child.last.at(place) = answer;
        put(child.seen, subject, answer);
        path_.push_back("look at own file " + std::to_string(place) + ": " +
                        (answer == unknown_file ? "unknown" : "known"));
        visit(child);
        path_.pop_back();
    }
}

void Walk::take(const Node& node, const Step& step)
{
    if (const auto broken = check_step_(*this, node, step))
        return report(*broken + " by taking the step " + text(step));
    follow(node, step, true);
    if (std::holds_alternative<decide::Wait>(step) || !may_fail(node, step))
        return;
    follow(node, step, false);
    // A write that failed may have reached the disk all the same.
    if (std::holds_alternative<decide::SaveState>(step))
    {
        Node child = node;
        save(child, step);
        follow(std::move(child), step, false);
    }
}

void Walk::save(Node& child, const Step& step)
{
    if (const auto* saved = std::get_if<decide::SaveState>(&step))
    {
        const auto [place, is_new] = known_states_.emplace(saved->state.text(), static_cast<int>(states_.size()));
        if (is_new)
            states_.push_back(saved->state);
        child.stored_state = place->second;
    }
    const auto* const noted = std::get_if<decide::SaveWatch>(&step);
    const auto* const warned = std::get_if<decide::Warn>(&step);
    if (noted != nullptr)
        save(child, noted->watch);
    if (warned != nullptr && warned->watch)
        save(child, *warned->watch);
}

void Walk::save(Node& child, const Watch& watch)
{
    const auto [place, is_new] = known_watches_.emplace(watch.text(), static_cast<int>(watches_.size()));
    if (is_new)
        watches_.push_back(watch);
    child.stored_watch = place->second;
}

void Walk::follow(Node child, const Step& step, bool has_succeeded)
{
    child.depth++;
    child.seen.attempts.note(step, has_succeeded);
    child.counts.at(2 * step.index() + (has_succeeded ? 0 : 1))++;
    if (has_succeeded)
        save(child, step);
    if (const auto* publish = std::get_if<decide::PublishRun>(&step); publish != nullptr && has_succeeded)
        child.is_published =
            publish->run && publish->run->role == Role::primary && publish->run->run == exploration_.context.fresh;
    if (std::holds_alternative<decide::WriteStandbyConfiguration>(step) && has_succeeded)
        child.is_configured = true;
    if (std::holds_alternative<decide::SwapDirectories>(step) || std::holds_alternative<decide::PromoteServer>(step))
        child.is_configured = false;
    action::forget(step, child.seen);
    if (const auto* pause = std::get_if<decide::Wait>(&step))
        wait(child, pause->pause);
    for (std::size_t subject = 0; subject < subject_count; ++subject)
        if (!is_asked(child.seen, subject))
            child.looks.at(subject) = not_asked;
    path_.push_back(text(step) + (has_succeeded ? "" : " FAILED"));
    visit(child);
    path_.pop_back();
}

void Walk::wait(Node& node, std::chrono::milliseconds pause) const
{
    if (pause.count() > 0)
        node.time = std::min(node.time + 1, exploration_.times.size() - 1);
    node.seen.remaining = exploration_.times.at(node.time);
    node.seen.elapsed = exploration_.times.front() - node.seen.remaining;
    node.seen.now = std::chrono::minutes{60} + node.seen.elapsed;
    node.seen.server_seen_at = node.seen.now;
}

void Walk::end(const Node& node, const Outcome& outcome)
{
    ends_++;
    reasons_[outcome.reason]++;
    if (const auto broken = check_end_(*this, node, outcome))
        report(*broken + " by ending with " + text(decide::Next{outcome}));
}

void Walk::report(const std::string& rule)
{
    std::string story = rule + "\n";
    for (const auto& entry : path_)
        story += "    " + entry + "\n";
    violations_.push_back(std::move(story));
}

std::uint64_t Walk::key(const Node& node)
{
    Hash hash;
    for (std::size_t subject = 0; subject < subject_count; ++subject)
        hash.add((static_cast<std::uint64_t>(static_cast<std::uint32_t>(node.looks[subject])) << 32U) |
                 static_cast<std::uint32_t>(node.last[subject]));
    for (std::size_t i = 0; i < node.counts.size(); i += 2)
        hash.add((static_cast<std::uint64_t>(node.counts[i]) << 8U) | node.counts[i + 1]);
    hash.add((static_cast<std::uint64_t>(node.stored_state) << 32U) | static_cast<std::uint32_t>(node.stored_watch));
    hash.add(node.time);
    hash.add((node.is_configured ? 1U : 0U) | (node.is_published ? 2U : 0U));
    hash.add(node.seen.resync ? 1 + std::hash<std::string>{}(*node.seen.resync) : 0);
    return hash.value();
}

} // namespace pgtwin::test
