// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/report/facts.hpp"

#include <algorithm>
#include <charconv>

namespace pgtwin::report
{
namespace
{

bool is_primary(const NodeFacts& node)
{
    return node.role && *node.role == Role::primary;
}

/// The number at the beginning of a text, which loses it; empty if there is none.
std::optional<std::int64_t> take_number(std::string_view& text)
{
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{})
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return value;
}

bool take(std::string_view& text, std::string_view expected)
{
    if (!text.starts_with(expected))
        return false;
    text.remove_prefix(expected.size());
    return true;
}

} // namespace

Repair Repair::parse(std::string_view text)
{
    Repair repair;
    repair.text = text;
    const std::size_t colon = text.find(": ");
    std::string_view rest = text.substr(colon == std::string_view::npos ? text.size() : colon + 2);
    if (!take_number(rest) || !take(rest, " %, "))
        return repair;
    const auto done = take_number(rest);
    const auto total = done && take(rest, " of ") ? take_number(rest) : std::nullopt;
    if (!total || !take(rest, " bytes"))
        return repair;
    (void)take(rest, ", ");
    repair.what = text.substr(0, colon);
    repair.done_bytes = *done;
    repair.total_bytes = *total;
    repair.rest = rest;
    return repair;
}

const NodeFacts* PairFacts::primary() const
{
    const auto found = std::find_if(nodes.begin(), nodes.end(), is_primary);
    return found == nodes.end() ? nullptr : &*found;
}

const NodeFacts* PairFacts::standby() const
{
    const NodeFacts* const first = primary();
    if (first == nullptr)
        return nullptr;
    const auto found =
        std::find_if(nodes.begin(), nodes.end(), [first](const NodeFacts& node) { return &node != first; });
    return found == nodes.end() ? nullptr : &*found;
}

} // namespace pgtwin::report
