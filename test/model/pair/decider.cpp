// SPDX-License-Identifier: GPL-2.0-or-later
#include "decider.hpp"

#include <cstring>

#include "pgtwin/action/observe.hpp"
#include "support/answer.hpp"

namespace pgtwin::test::pair
{
namespace
{

constexpr std::uint64_t odd_one = 0x9e3779b97f4a7c15ULL;
constexpr std::uint64_t odd_two = 0xc2b2ae3d27d4eb4fULL;

std::uint64_t stir(std::uint64_t value, std::uint64_t by)
{
    value ^= by;
    value *= odd_one;
    return value ^ (value >> 32U);
}

constexpr std::size_t stirred_bytes = sizeof(std::uint64_t);

void add(Hash& hash, const unsigned char* bytes, std::size_t count)
{
    std::uint64_t block = 0;
    std::memcpy(&block, bytes, count);
    hash.low = stir(hash.low, block);
    hash.high = (hash.high ^ (block + odd_one)) * odd_two;
    hash.high ^= hash.high >> 29U;
}

void give_back(Effect& effect, const Names& names)
{
    const auto rename = [&names](Label& label)
    {
        label = names.at(label);
    };
    each_label(effect.memory, rename);
    each_label(effect.notes, rename);
    each_label(effect.card, rename);
}

decide::Observation everything_seen()
{
    Action action;
    action.looks.kept.fill(Kept::known);
    action.looks.directory = byte(DirectoryKind::data);
    return observation(action);
}

using Forgotten = std::array<std::array<bool, subject_count>, step_kinds>;

Forgotten forgotten_by_production()
{
    Forgotten forgotten{};
    for (std::size_t kind = 0; kind < step_kinds; ++kind)
    {
        decide::Observation seen = everything_seen();
        action::forget(step_of_kind(kind), seen);
        for (std::size_t subject = 0; subject < subject_count; ++subject)
            forgotten.at(kind).at(subject) = !seen.is_asked(static_cast<decide::Subject>(subject));
    }
    return forgotten;
}

void clear_world_looks(decide::Subject subject, Looks& looks)
{
    if (subject == decide::Subject::cluster)
    {
        looks.self = {};
        looks.peer = {};
        looks.membership = 0;
        looks.has_quorum = 0;
    }
    else if (subject == decide::Subject::directory)
    {
        looks.directory = 0;
        looks.has_signal = 0;
        looks.control = 0;
        looks.newest = 0;
        looks.line = {};
    }
    else if (subject == decide::Subject::membership)
        looks.ring = 0;
}

constexpr std::array goals{"start", "stop",   "promote", "demote",  "monitor",
                           "probe", "notify", "reload",  "rebuild", "validate"};

/// Steps that say two things under one name.
struct ToDeed
{
    const LocalState& before;

    std::string operator()(const decide::SaveState& step) const
    {
        if (step.state.alone.has_value() == before.alone.has_value())
            return "save state";
        return step.state.alone ? "set mark" : "remove mark";
    }
    std::string operator()(const decide::SaveWatch& step) const
    {
        if (step.watch.degrade)
            return "note look";
        return step.watch.certify && step.watch.certify->proof ? "note proof" : "save watch";
    }
    std::string operator()(const decide::PublishPosition& step) const
    {
        if (step.position && !step.position->is_final)
            return "publish unfinished position";
        return decide::name_of(step);
    }
    std::string operator()(const decide::SetCertificate& step) const
    {
        if (!step.certificate)
            return "remove certificate";
        return step.certificate->mode == CertificateMode::sync ? "grant" : "grant asynchronous";
    }
    std::string operator()(const decide::LaunchWorker& step) const { return "launch worker, " + step.why; }
    std::string operator()(const decide::SetSyncStandbyNames& step) const
    {
        return step.names.empty() ? "empty names" : "set names";
    }
    template <typename T>
    std::string operator()(const T& step) const
    {
        return decide::name_of(step);
    }
};

void clear(decide::Subject subject, Looks& looks)
{
    looks.kept.at(static_cast<std::size_t>(subject)) = Kept::not_asked;
    clear_world_looks(subject, looks);
    if (subject == decide::Subject::state)
        looks.memory = {};
    else if (subject == decide::Subject::watch)
        looks.notes = {};
    else if (subject == decide::Subject::worker)
        looks.worker = 0;
    else if (subject == decide::Subject::processes)
        looks.processes = Server::down;
    else if (subject == decide::Subject::server)
        looks.server = {};
    else if (subject == decide::Subject::identity)
    {
        looks.identity = {};
        looks.identity_role = 0;
    }
    else if (subject == decide::Subject::upstream)
    {
        looks.upstream = {};
        looks.upstream_role = 0;
    }
}

} // namespace

Hash hash_of(const void* bytes, std::size_t count)
{
    const auto* at = static_cast<const unsigned char*>(bytes);
    Hash hash{odd_one, odd_two};
    // Blocks of a size that the compiler knows, each of them one load.
    for (; count >= stirred_bytes; count -= stirred_bytes, at += stirred_bytes)
        add(hash, at, stirred_bytes);
    add(hash, at, count);
    hash.low = stir(hash.low, hash.high);
    hash.high = stir(hash.high, hash.low);
    return hash;
}

void forget(std::size_t kind, Looks& looks)
{
    static const Forgotten forgotten = forgotten_by_production();
    for (std::size_t subject = 0; subject < subject_count; ++subject)
        if (forgotten.at(kind).at(subject) && looks.kept.at(subject) != Kept::not_asked)
            clear(static_cast<decide::Subject>(subject), looks);
}

Decision Decider::decide(const Action& action, Byte mode)
{
    struct
    {
        Action action;
        Byte mode;
    } key{action, mode};
    const Names names = relabel(key.action);
    const Hash hash = hash_of(&key, sizeof key);
    auto found = known_.find(hash);
    if (found == known_.end())
        found = known_.emplace(hash, ask(key.action, mode)).first;
    Decision decision = found->second;
    if (decision.kind == Decision::Kind::take)
        give_back(decision.effect, names);
    return decision;
}

decide::Next Decider::next(const Action& action, Byte mode, bool& is_pretended) const
{
    const Goal goal = static_cast<Goal>(action.goal - 1);
    decide::Observation seen = observation(action);
    decide::Context context = pair::context(action, mode);
    if (mutation_ != nullptr && mutation_->before)
        mutation_->before(goal, seen, context);
    decide::Next next = decide::next(goal, seen, context);
    if (mutation_ != nullptr && mutation_->after)
        is_pretended = mutation_->after(goal, seen, context, next);
    return next;
}

Decision Decider::ask(const Action& action, Byte mode)
{
    bool is_pretended = false;
    const decide::Next next = this->next(action, mode, is_pretended);
    Decision decision;
    if (const auto* outcome = std::get_if<decide::Outcome>(&next))
    {
        decision.reason = outcome->reason;
        reasons_.insert(outcome->reason);
        return decision;
    }
    const auto& step = std::get<decide::Step>(next);
    if (const auto* inspect = std::get_if<decide::Inspect>(&step))
    {
        decision.kind = Decision::Kind::look;
        decision.subject = inspect->subject;
        return decision;
    }
    const Goal goal = static_cast<Goal>(action.goal - 1);
    decision.kind = Decision::Kind::take;
    decision.effect = effect(step);
    decision.effect.is_pretended = is_pretended ? 1 : 0;
    const LocalState before = observation(action).state.is_known() ? *observation(action).state : LocalState{};
    deeds_.insert(std::string{goals.at(action.goal - 1U)} + ": " + std::visit(ToDeed{before}, step));
    if (goal == Goal::promote && action.looks.memory.run != action.fresh)
        if (const auto rule = decide::may_promote(observation(action), context(action, mode)).rule)
            rules_.insert(*rule);
    return decision;
}

std::string Decider::explain(const Action& action, Byte mode) const
{
    bool is_pretended = false;
    const std::string said = test::text(next(action, mode, is_pretended));
    return is_pretended ? said + " (not done: the mutation)" : said;
}

} // namespace pgtwin::test::pair
