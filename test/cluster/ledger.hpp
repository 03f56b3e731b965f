// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace pgtwin::test
{

using Id = std::int64_t;
using Moment = std::chrono::steady_clock::time_point;

/// A stretch of time without an acknowledged commit.
struct Gap
{
    Moment begin;
    Moment end;
    [[nodiscard]] std::chrono::milliseconds length() const;
};

/// The commits that the server acknowledged, with their times. Safe for one writing and many reading threads.
class Ledger
{
public:
    void acknowledged(Id id, Moment at);
    /// The outcome of this commit is not known: an error, a broken connection, or a cancelled wait for the standby.
    void unknown(Id id, const std::string& reason);

    /// Acknowledged ids, ascending.
    [[nodiscard]] std::vector<Id> ids() const;
    [[nodiscard]] std::size_t count() const;
    [[nodiscard]] std::size_t unknown_count() const;
    /// Time of the last acknowledged commit; the epoch if there is none.
    [[nodiscard]] Moment last() const;
    [[nodiscard]] std::size_t count_between(Moment from, Moment to) const;
    /// What was acknowledged in that time does not count any more: the scenario gives it up on purpose. How many.
    std::size_t forget_between(Moment from, Moment to);
    /// The same for single ids.
    void forget(const std::vector<Id>& ids);
    /// The longest stretch without an acknowledged commit between two moments.
    [[nodiscard]] Gap longest_gap(Moment from, Moment to) const;
    /// Reasons of unknown outcomes and how often each occurred, for people.
    [[nodiscard]] std::map<std::string, std::size_t> reasons() const;

private:
    struct Entry
    {
        Id id = 0;
        Moment at;
    };

    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
    std::map<std::string, std::size_t> reasons_;
    std::size_t unknown_ = 0;
};

} // namespace pgtwin::test
