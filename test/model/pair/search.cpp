// SPDX-License-Identifier: GPL-2.0-or-later
#include "search.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace pgtwin::test::pair
{
namespace
{

constexpr std::size_t block_bytes = sizeof(std::uint64_t);

bool is_empty(const Byte* block)
{
    std::uint64_t value = 0;
    std::memcpy(&value, block, block_bytes);
    return value == 0;
}

} // namespace

bool Visited::put(std::vector<Hash>& places, const Hash& hash)
{
    const std::size_t mask = places.size() - 1;
    std::size_t place = hash.low & mask;
    while (places[place] != Hash{})
    {
        if (places[place] == hash)
            return false;
        place = (place + 1) & mask;
    }
    places[place] = hash;
    return true;
}

void Visited::grow()
{
    std::vector<Hash> larger(places_.size() * 2);
    for (const Hash& hash : places_)
        if (hash != Hash{})
            put(larger, hash);
    places_.swap(larger);
}

bool Visited::insert(const Hash& hash)
{
    if (count_ * 2 >= places_.size())
        grow();
    const bool is_new = put(places_, hash);
    count_ += is_new ? 1 : 0;
    return is_new;
}

Search::Search(Plan plan, const Mutation* mutation) : plan_{std::move(plan)}, decider_{mutation} {}

void Search::pack(const World& world, Packed& into)
{
    std::array<Byte, (sizeof(World) + block_bytes - 1) / block_bytes * block_bytes> bytes{};
    std::memcpy(bytes.data(), &world, sizeof world);
    for (std::size_t block = 0; block < bytes.size(); block += block_bytes)
    {
        unsigned mask = 0;
        const std::size_t place = into.size();
        into.push_back(0);
        // Most blocks are empty.
        if (is_empty(&bytes[block]))
            continue;
        for (std::size_t i = 0; i < block_bytes; ++i)
            if (bytes[block + i] != 0)
            {
                mask |= 1U << i;
                into.push_back(bytes[block + i]);
            }
        into[place] = static_cast<Byte>(mask);
    }
}

World Search::unpack(const Packed& from, std::size_t& at)
{
    std::array<Byte, (sizeof(World) + block_bytes - 1) / block_bytes * block_bytes> bytes{};
    for (std::size_t block = 0; block < bytes.size(); block += block_bytes)
    {
        for (unsigned left = from[at++]; left != 0; left &= left - 1)
            bytes[block + static_cast<std::size_t>(std::countr_zero(left))] = from[at++];
    }
    World world{};
    std::memcpy(&world, bytes.data(), sizeof world);
    return world;
}

void Search::keep(World& world, std::uint32_t parent, const Move& move, Packed& next)
{
    (void)relabel(world);
    if (!visited_.insert(hash_of(&world, sizeof world)))
        return;
    next_indices_.push_back(static_cast<std::uint32_t>(steps_.size()));
    steps_.push_back({parent, move});
    pack(world, next);
    if (visit)
        visit(world, steps_.size() - 1);
}

void Search::expand(const World& world, std::uint32_t index, Packed& next)
{
    for (const Move& move : moves(world, plan_, decider_))
    {
        Machine machine{plan_, decider_, world};
        make(machine, move);
        if (machine.broken != nullptr)
        {
            steps_.push_back({index, move});
            violation_ = Violation{machine.broken, {}, 0};
            violation_->story = story(steps_.size() - 1) + "  " + machine.broken + "\n";
            violation_->steps =
                static_cast<std::size_t>(std::count(violation_->story.begin(), violation_->story.end(), '\n'));
            return;
        }
        keep(machine.world, index, move, next);
    }
}

void Search::run(const World& root)
{
    root_ = root;
    Packed frontier;
    keep(root_, 0, {}, frontier);
    while (!frontier.empty() && steps_.size() < plan_.most_states)
    {
        const auto indices = std::exchange(next_indices_, {});
        Packed next;
        std::size_t at = 0;
        for (const std::uint32_t index : indices)
        {
            if (steps_.size() >= plan_.most_states)
                return;
            expand(unpack(frontier, at), index, next);
            if (violation_)
                return;
        }
        frontier.swap(next);
        depth_++;
    }
    is_complete_ = frontier.empty();
}

std::string Search::story(std::size_t state)
{
    std::vector<Move> path;
    for (std::size_t at = state; at != 0; at = steps_[at].parent)
        path.push_back(steps_[at].move);
    std::reverse(path.begin(), path.end());
    return pair::story(root_, path, plan_, decider_);
}

} // namespace pgtwin::test::pair
