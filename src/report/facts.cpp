// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/report/facts.hpp"

#include <algorithm>

namespace pgtwin::report
{
namespace
{

bool is_primary(const NodeFacts& node)
{
    return node.role && *node.role == Role::primary;
}

} // namespace

Repair Repair::parse(std::string_view text)
{
    Repair repair;
    repair.text = text;
    const auto record = Resync::parse(text);
    if (!record)
        return repair;
    repair.phase = record->phase;
    repair.text = record->why;
    repair.cause = record->cause;
    repair.done_bytes = static_cast<std::int64_t>(record->done);
    repair.total_bytes = static_cast<std::int64_t>(record->total);
    repair.rate = static_cast<std::int64_t>(record->rate);
    repair.left = std::chrono::seconds{record->left};
    return repair;
}

bool Repair::is_copying() const
{
    return phase == ResyncPhase::copying || phase == ResyncPhase::rewinding;
}

std::string_view Repair::what() const
{
    if (!is_copying())
        return {};
    return phase == ResyncPhase::copying ? "base backup" : "rewind";
}

const NodeFacts* PairFacts::primary() const
{
    const auto found = std::find_if(nodes.begin(), nodes.end(), is_primary);
    return found == nodes.end() ? nullptr : &*found;
}

const NodeFacts* PairFacts::standby() const
{
    const NodeFacts* const first = primary();
    return first == nullptr ? nullptr : other_than(*first);
}

const NodeFacts* PairFacts::other_than(const NodeFacts& node) const
{
    const auto found =
        std::find_if(nodes.begin(), nodes.end(), [&node](const NodeFacts& other) { return &other != &node; });
    return found == nodes.end() ? nullptr : &*found;
}

} // namespace pgtwin::report
