// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/report/facts.hpp"

#include <algorithm>
#include <charconv>

#include "pgtwin/report/format.hpp"

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

/// The value of a key among pairs between blanks; empty if it is not there.
std::string_view value_of(std::string_view text, std::string_view key)
{
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find(' '), text.size());
        std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (take(word, key) && take(word, "="))
            return word;
    }
    return {};
}

std::int64_t number_of(std::string_view text, std::string_view key)
{
    std::string_view value = value_of(text, key);
    return take_number(value).value_or(0);
}

Repair repair_of_pairs(std::string_view text)
{
    constexpr std::string_view before_why = " why=";
    const std::size_t why = text.find(before_why);
    const std::string_view phase = value_of(text, "phase");
    Repair repair;
    repair.text = why == std::string_view::npos ? text : text.substr(why + before_why.size());
    if (phase != "copying" && phase != "rewinding")
        return repair;
    repair.what = phase == "copying" ? "base backup" : "rewind";
    repair.done_bytes = number_of(text, "done");
    repair.total_bytes = number_of(text, "total");
    if (const std::int64_t rate = number_of(text, "rate"); rate > 0)
        repair.rest =
            bytes_text(rate) + "/s, " + duration_text(std::chrono::seconds{number_of(text, "left")}) + " left";
    return repair;
}

} // namespace

Repair Repair::parse(std::string_view text)
{
    if (text.starts_with("phase="))
        return repair_of_pairs(text);
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
