// SPDX-License-Identifier: GPL-2.0-or-later
#include "wander.hpp"

#include <algorithm>

namespace pgtwin::test::pair
{
namespace
{

constexpr std::size_t longest_walk = 250;
constexpr std::size_t most_remembered = 1'000'000;
constexpr std::size_t room_to_heal = 2;

constexpr Events interruptions = events({Event::kill, Event::kill_worker, Event::failing_step});

Plan widened(Plan plan)
{
    plan.most_faults = 200;
    plan.most_commits = 5;
    plan.most_promotions = 3;
    plan.has_pauses = true;
    plan.has_lag = true;
    plan.has_wide_failures = true;
    return plan;
}

bool is_rare(Event event)
{
    return event <= Event::last_fault || event == Event::stall || event == Event::change_mode ||
           event == Event::accept_loss;
}

bool is_frequent(Event event)
{
    return event != Event::monitor && event != Event::commit && event != Event::detect_loss;
}

/// Promotions and commits that a healing makes need a place, which a world of bytes has not always left.
bool has_room(const World& world)
{
    return std::all_of(world.node.begin(), world.node.end(),
                       [](const Node& node) {
                           return node.wal.size() + room_to_heal < longest_wal &&
                                  node.wal.promotions() + room_to_heal <= most_promotions;
                       });
}

} // namespace

Wanderer::Wanderer(Plan plan, const World& root, std::optional<Reason> human, Decider& decider)
    : plan_{widened(std::move(plan))}, faults_{plan_.faults}, root_{root}, human_{human}, decider_{decider}
{
}

/// Faults come at the rate of this walk; of the rest, what brings things forward comes more often.
Move Wanderer::pick(const std::vector<Move>& from)
{
    const bool wants_rare = random_() % fault_in_ == 0;
    std::vector<Move> some;
    for (const Move& move : from)
    {
        if (is_rare(move.event) != wants_rare)
            continue;
        const int weight = is_frequent(move.event) ? 3 : 1;
        some.insert(some.end(), static_cast<std::size_t>(weight), move);
    }
    const auto& choice = some.empty() ? from : some;
    return choice.at(random_() % choice.size());
}

std::string Wanderer::judge_healing(const World& world)
{
    if (!has_room(world))
        return {};
    healed_++;
    const Healing healing = heal(world, plan_, decider_);
    after_ = healing.world;
    if (healing.broken != nullptr)
        return std::string{healing.broken} + ", while the pair heals";
    const bool is_explained = healing.human && healing.human == human_;
    return healing.is_whole || is_explained ? "" : "L1: the pair does not come back";
}

std::string Wanderer::replay(const Path& path)
{
    World world = root_;
    for (const Move& move : path)
    {
        const auto possible = moves(world, plan_, decider_);
        if (std::find(possible.begin(), possible.end(), move) == possible.end())
            return {};
        Machine machine{plan_, decider_, world};
        make(machine, move);
        if (machine.broken != nullptr)
            return &move == &path.back() ? machine.broken : std::string{};
        world = machine.world;
        (void)relabel(world);
    }
    return judge_healing(world);
}

/// Leaves out every move without which the same goes wrong.
Wanderer::Path Wanderer::without_detours(Path path, const std::string& wrong)
{
    for (std::size_t length = path.size() / 2; length > 0; length /= 2)
        for (std::size_t at = 0; at + length <= path.size();)
        {
            Path shorter = path;
            const auto from = shorter.begin() + static_cast<std::ptrdiff_t>(at);
            shorter.erase(from, from + static_cast<std::ptrdiff_t>(length));
            if (replay(shorter) == wrong)
                path = std::move(shorter);
            else
                at++;
        }
    return path;
}

std::optional<std::string> Wanderer::walk(std::uint64_t seed)
{
    if (decider_.asked() > most_remembered)
        decider_.forget_answers();
    random_.seed(seed);
    // In every other walk the world moves between any two looks, too, and in every fourth one any step may fail.
    plan_.has_split_looks = random_() % 2 == 0;
    plan_.faults = faults_ | (random_() % 4 == 0 ? interruptions : 0);
    fault_in_ = std::vector<std::uint64_t>{6, 15, 40}.at(random_() % 3);
    World world = root_;
    Path path;
    std::string wrong;
    while (wrong.empty() && path.size() < longest_walk)
    {
        const auto possible = moves(world, plan_, decider_);
        if (possible.empty())
            break;
        path.push_back(pick(possible));
        Machine machine{plan_, decider_, world};
        make(machine, path.back());
        if (machine.broken != nullptr)
            wrong = machine.broken;
        world = machine.world;
        (void)relabel(world);
    }
    steps_ += path.size();
    if (wrong.empty())
        wrong = judge_healing(world);
    if (wrong.empty())
        return std::nullopt;
    const Path shortest = without_detours(path, wrong);
    (void)replay(shortest);
    return story(root_, shortest, plan_, decider_) + "  " + wrong + "\n  After the last healing\n" + describe(after_);
}

} // namespace pgtwin::test::pair
