// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <set>
#include <string>
#include <unordered_map>

#include "pgtwin/decide/goals.hpp"
#include "pgtwin/decide/promotion.hpp"
#include "translate.hpp"

namespace pgtwin::test::pair
{

/// 128 bits of hash: with a hundred million states, the odds of one collision are below one in 10^20.
struct Hash
{
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    friend bool operator==(const Hash&, const Hash&) = default;
};

[[nodiscard]] Hash hash_of(const void* bytes, std::size_t count);

struct LowHalf
{
    std::size_t operator()(const Hash& hash) const noexcept { return hash.low; }
};

/// A fault put into the production functions: what they see is changed before, or what they say afterwards.
struct Mutation
{
    using Before = std::function<void(Goal, decide::Observation&, decide::Context&)>;
    /// May replace what was decided; true: it is reported as done, and not done.
    using After = std::function<bool(Goal, const decide::Observation&, const decide::Context&, decide::Next&)>;
    std::string name;
    Before before;
    After after;
};

/// What production code decides, as bytes.
struct Decision
{
    enum class Kind : Byte
    {
        look,
        take,
        end,
    };
    Kind kind = Kind::end;
    decide::Subject subject{};
    Reason reason{};
    Effect effect;
};

/// Asks decide::next(), once for each thing that an action can see: equal actions get the answer that was given before.
class Decider
{
public:
    explicit Decider(const Mutation* mutation = nullptr) : mutation_{mutation} {}

    [[nodiscard]] Decision decide(const Action& action, Byte mode);
    /// What is decided, for stories.
    [[nodiscard]] std::string explain(const Action& action, Byte mode) const;

    [[nodiscard]] std::size_t asked() const { return known_.size(); }
    void forget_answers() { known_.clear(); }
    /// Reasons with which actions ended, and rules by which promotions were allowed.
    [[nodiscard]] const std::set<Reason>& reasons() const { return reasons_; }
    [[nodiscard]] const std::set<decide::Rule>& rules() const { return rules_; }
    /// What was done, and in which action: "monitor: grant".
    [[nodiscard]] const std::set<std::string>& deeds() const { return deeds_; }

private:
    [[nodiscard]] Decision ask(const Action& action, Byte mode);
    [[nodiscard]] decide::Next next(const Action& action, Byte mode, bool& is_pretended) const;

    const Mutation* mutation_;
    std::unordered_map<Hash, Decision, LowHalf> known_;
    std::set<Reason> reasons_;
    std::set<decide::Rule> rules_;
    std::set<std::string> deeds_;
};

/// Drops the looks that a step of this kind makes untrue, as the loop of production does.
void forget(std::size_t kind, Looks& looks);

} // namespace pgtwin::test::pair
