// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/model/server.hpp"

#include <algorithm>
#include <charconv>

namespace pgtwin
{
namespace
{

/// A part of a file name of WAL.
std::optional<std::uint32_t> hexadecimal(std::string_view digits)
{
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    const bool is_whole = error == std::errc{} && end == digits.data() + digits.size();
    return is_whole ? std::optional{value} : std::nullopt;
}

} // namespace

std::optional<WalSegment> WalSegment::named(std::string_view file_name, std::int64_t segment_size)
{
    constexpr std::size_t part = 8;
    constexpr std::uint64_t log_size = std::uint64_t{1} << 32U;
    const auto size = static_cast<std::uint64_t>(segment_size);
    if (file_name.size() != 3 * part || segment_size <= 0 || log_size % size != 0)
        return std::nullopt;
    const auto timeline = hexadecimal(file_name.substr(0, part));
    const auto log = hexadecimal(file_name.substr(part, part));
    const auto segment = hexadecimal(file_name.substr(2 * part));
    if (!timeline || !log || !segment || *segment >= log_size / size)
        return std::nullopt;
    return WalSegment{Timeline{*timeline}, Lsn{*log * log_size + *segment * size}};
}

std::string WalSegment::text() const
{
    return std::to_string(number(timeline)) + ':' + start.text();
}

bool is_off(const ControlData& control, const TimelineHistory& newest)
{
    if (newest.timeline == std::max(control.timeline, control.minimum_recovery_timeline))
        return false;
    // The checkpoint begins at its location, and a timeline that ends there does not have it.
    const bool has_checkpoint = can_follow(newest, control.timeline, Lsn{control.checkpoint.bytes() + 1});
    const bool was_recovering = control.minimum_recovery_end != Lsn{};
    return !has_checkpoint ||
           (was_recovering && !can_follow(newest, control.minimum_recovery_timeline, control.minimum_recovery_end));
}

} // namespace pgtwin
