// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/base/expected.hpp"

namespace pgtwin
{

/// Distance between two positions in the write-ahead log, in bytes; negative if the first is behind.
struct WalBytes
{
    std::int64_t count = 0;
    friend constexpr auto operator<=>(WalBytes, WalBytes) = default;
};

/// Position in the write-ahead log, in bytes. Text form as in type pg_lsn: "16/B374D848".
class Lsn
{
public:
    constexpr explicit Lsn(std::uint64_t bytes = 0) noexcept : bytes_{bytes} {}

    /// Parses exactly PostgreSQL's form (two hexadecimal numbers of at most 8 digits); anything else is malformed.
    static Expected<Lsn> parse(std::string_view text);

    [[nodiscard]] constexpr std::uint64_t bytes() const noexcept { return bytes_; }
    /// "16/B374D848".
    [[nodiscard]] std::string text() const;
    friend constexpr auto operator<=>(Lsn, Lsn) noexcept = default;
    friend constexpr WalBytes operator-(Lsn left, Lsn right) noexcept
    {
        return WalBytes{static_cast<std::int64_t>(left.bytes_ - right.bytes_)};
    }

private:
    std::uint64_t bytes_;
};

/// Number of a timeline; 0 means none.
enum class Timeline : std::uint32_t
{
    none = 0
};

[[nodiscard]] constexpr std::uint32_t number(Timeline timeline) noexcept
{
    return static_cast<std::uint32_t>(timeline);
}

/// How logs name a place in the write-ahead log: "3:16/B374D848".
[[nodiscard]] std::string place_text(Timeline timeline, Lsn lsn);

/// Where one timeline ended and its successor began.
struct TimelineSwitch
{
    Timeline timeline = Timeline::none; ///< the ancestor
    Lsn at;                             ///< the successor has nothing of the ancestor from here on
    friend bool operator==(const TimelineSwitch&, const TimelineSwitch&) = default;
};

/// A timeline and all its ancestors, oldest first: the content of a timeline history file
/// (PostgreSQL manual, "Timelines"; src/backend/access/transam/timeline.c).
struct TimelineHistory
{
    Timeline timeline = Timeline::none;
    std::vector<TimelineSwitch> ancestors;

    /// Parses the text of NNNNNNNN.history; empty for timeline 1, which has no file. Comment lines are skipped.
    static Expected<TimelineHistory> parse(Timeline timeline, std::string_view text);

    /// Where this history left `ancestor`: empty if it never was on it, or is on it still.
    [[nodiscard]] std::optional<Lsn> left(Timeline ancestor) const;
    /// Whether this history is on, or was once on, `ancestor`.
    [[nodiscard]] bool contains(Timeline ancestor) const;
    friend bool operator==(const TimelineHistory&, const TimelineHistory&) = default;
};

/// Whether a server at (timeline, end) can follow a primary with `source` by streaming alone: the end of its WAL lies
/// on the primary's history. `end` is the end of all local WAL.
[[nodiscard]] bool can_follow(const TimelineHistory& source, Timeline timeline, Lsn end);

} // namespace pgtwin
