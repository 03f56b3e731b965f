// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/model/wal.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace pgtwin
{
namespace
{

constexpr unsigned half_bits = 32;
constexpr std::size_t longest_half = 8;

/// The whole of `text` as an unsigned number, without sign, space or prefix.
std::optional<std::uint32_t> whole_number(std::string_view text, int base)
{
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<std::uint32_t> half(std::string_view text)
{
    return text.size() > longest_half ? std::nullopt : whole_number(text, 16);
}

std::string upper_hex(std::uint32_t value)
{
    std::array<char, longest_half> digits{};
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16);
    std::string text{digits.data(), result.ptr};
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

/// Cuts the first field off `line`; fields are separated by blanks and tabs.
std::string_view take_field(std::string_view& line)
{
    constexpr std::string_view blanks = " \t\r";
    const std::size_t begin = std::min(line.find_first_not_of(blanks), line.size());
    const std::size_t end = std::min(line.find_first_of(blanks, begin), line.size());
    const std::string_view field = line.substr(begin, end - begin);
    line.remove_prefix(end);
    return field;
}

std::string_view take_line(std::string_view& text)
{
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::optional<TimelineSwitch> parse_switch(std::string_view timeline, std::string_view at)
{
    const auto id = whole_number(timeline, 10);
    const auto lsn = Lsn::parse(at);
    if (!id || *id == 0 || !lsn)
        return std::nullopt;
    return TimelineSwitch{Timeline{*id}, *lsn};
}

} // namespace

Expected<Lsn> Lsn::parse(std::string_view text)
{
    const std::size_t slash = text.find('/');
    if (slash != std::string_view::npos)
    {
        const auto high = half(text.substr(0, slash));
        const auto low = half(text.substr(slash + 1));
        if (high && low)
            return Lsn{(std::uint64_t{*high} << half_bits) | *low};
    }
    return Error{ErrorKind::malformed, "not a position in the write-ahead log: \"" + std::string{text} + "\""};
}

std::string Lsn::text() const
{
    return upper_hex(static_cast<std::uint32_t>(bytes_ >> half_bits)) + "/" +
           upper_hex(static_cast<std::uint32_t>(bytes_));
}

Expected<TimelineHistory> TimelineHistory::parse(Timeline timeline, std::string_view text)
{
    TimelineHistory history{timeline, {}};
    while (!text.empty())
    {
        std::string_view line = take_line(text);
        const std::string_view id = take_field(line);
        if (id.empty() || id.starts_with('#'))
            continue;
        const auto left = parse_switch(id, take_field(line));
        const bool is_newer = !left || history.ancestors.empty() || history.ancestors.back().timeline < left->timeline;
        if (!left || !is_newer || left->timeline >= timeline)
            return Error{ErrorKind::malformed,
                         "history of timeline " + std::to_string(number(timeline)) + " is not a timeline history"};
        history.ancestors.push_back(*left);
    }
    return history;
}

std::optional<Lsn> TimelineHistory::left(Timeline ancestor) const
{
    const auto found = std::find_if(ancestors.begin(), ancestors.end(),
                                    [&](const TimelineSwitch& item) { return item.timeline == ancestor; });
    return found == ancestors.end() ? std::nullopt : std::optional{found->at};
}

bool TimelineHistory::contains(Timeline ancestor) const
{
    return ancestor != Timeline::none && (ancestor == timeline || left(ancestor).has_value());
}

bool can_follow(const TimelineHistory& source, Timeline timeline, Lsn end)
{
    if (timeline == source.timeline)
        return timeline != Timeline::none;
    const auto left = source.left(timeline);
    return left && end <= *left;
}

std::string place_text(Timeline timeline, Lsn lsn)
{
    return std::to_string(number(timeline)) + ":" + lsn.text();
}

} // namespace pgtwin
