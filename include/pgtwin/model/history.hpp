// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/base/expected.hpp"

namespace pgtwin
{

/// One action that changed something or failed, as a node remembers it for people: a line of
/// /var/lib/pgtwin/<instance>/history.
struct HistoryEntry
{
    std::chrono::seconds when{}; ///< end of the action, since 1970, in UTC
    std::chrono::milliseconds took{};
    std::string action; ///< "promote"
    std::string reason; ///< id of the message table
    int exit_code = 0;
    std::string detail;             ///< facts that the outcome names; may be empty
    std::vector<std::string> steps; ///< what was done, or tried and not done
    std::string facts;              ///< key=value, what the first of these steps, or the outcome, rested on

    /// One line with its line break: fields separated by tabs.
    [[nodiscard]] std::string line() const;
    /// Malformed: it has no time or no action, as a line that was cut. A key of another version is passed over.
    static Expected<HistoryEntry> parse(std::string_view line);
    /// The step that tells whether commits wait for the standby from now on; null: none does.
    [[nodiscard]] const std::string* word_of_commits() const;
    friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

/// The entries of a file, oldest first; lines that are none are passed over.
[[nodiscard]] std::vector<HistoryEntry> parse_history(std::string_view text);

/// The newest of what people on the other node want to read, as lines of at most `limit` bytes in all: what the server
/// was made to do, and since when commits wait. Long texts are cut, and what was seen is left out.
[[nodiscard]] std::string digest_of(const std::vector<HistoryEntry>& entries, std::size_t limit);

} // namespace pgtwin
