// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <ostream>
#include <string>

#include "pgtwin/decide/goals.hpp"
#include "support/scene.hpp"

namespace pgtwin::test
{

/// A step or the end of an action, with everything that it carries: "set own score: -1000000", "ends: promoted".
[[nodiscard]] std::string text(const decide::Next& next);
[[nodiscard]] std::string text(const decide::Step& step);
/// "nothing" if there is no step to take.
[[nodiscard]] std::string text(const decide::Maybe& next);

/// What a decision is expected to say. It matches from the left: `set own score` matches any score.
struct Expectation
{
    std::string prefix;
};

/// This very step.
[[nodiscard]] Expectation takes(const decide::Step& step);
/// Any step of this kind.
template <typename T>
[[nodiscard]] Expectation takes()
{
    return {std::string{decide::name_of(T{})} + ":"};
}
[[nodiscard]] Expectation looks_at(decide::Subject subject);
[[nodiscard]] Expectation waits();
/// The action ends with this reason.
[[nodiscard]] Expectation ends(Reason reason);
[[nodiscard]] Expectation does_nothing();

/// Whether what a decision said is what was expected, in a form that GoogleTest prints.
[[nodiscard]] bool matches(const std::string& said, const Expectation& expected);

/// One true sentence about a decision.
struct Row
{
    const char* sentence;
    Scene scene;
    Expectation expectation;
    friend std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.sentence; }
};

[[nodiscard]] inline Row row(const char* sentence, Scene scene, Expectation expectation)
{
    return {sentence, std::move(scene), std::move(expectation)};
}

/// The same with a change to the scene.
[[nodiscard]] inline Row row(const char* sentence, Scene scene, const std::function<void(Scene&)>& change,
                             Expectation expectation)
{
    return {sentence, with(std::move(scene), change), std::move(expectation)};
}

} // namespace pgtwin::test
