// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/ledger.hpp"

#include <algorithm>
#include <set>

namespace pgtwin::test
{

std::chrono::milliseconds Gap::length() const
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(end - begin);
}

void Ledger::acknowledged(Id id, Moment at)
{
    const std::lock_guard lock{mutex_};
    entries_.push_back({id, at});
}

void Ledger::unknown(Id /*id*/, const std::string& reason)
{
    const std::lock_guard lock{mutex_};
    ++unknown_;
    ++reasons_[reason.substr(0, reason.find('\n'))];
}

std::vector<Id> Ledger::ids() const
{
    const std::lock_guard lock{mutex_};
    std::vector<Id> ids;
    ids.reserve(entries_.size());
    for (const Entry& entry : entries_)
        ids.push_back(entry.id);
    return ids;
}

std::size_t Ledger::count() const
{
    const std::lock_guard lock{mutex_};
    return entries_.size();
}

std::size_t Ledger::unknown_count() const
{
    const std::lock_guard lock{mutex_};
    return unknown_;
}

Moment Ledger::last() const
{
    const std::lock_guard lock{mutex_};
    return entries_.empty() ? Moment{} : entries_.back().at;
}

std::size_t Ledger::count_between(Moment from, Moment to) const
{
    const std::lock_guard lock{mutex_};
    return static_cast<std::size_t>(std::count_if(
        entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.at >= from && entry.at < to; }));
}

std::size_t Ledger::forget_between(Moment from, Moment to)
{
    const std::lock_guard lock{mutex_};
    return std::erase_if(entries_, [&](const Entry& entry) { return entry.at >= from && entry.at < to; });
}

void Ledger::forget(const std::vector<Id>& ids)
{
    const std::set<Id> given_up{ids.begin(), ids.end()};
    const std::lock_guard lock{mutex_};
    std::erase_if(entries_, [&](const Entry& entry) { return given_up.count(entry.id) > 0; });
}

Gap Ledger::longest_gap(Moment from, Moment to) const
{
    const std::lock_guard lock{mutex_};
    Gap longest{from, from};
    Moment previous = from;
    const auto consider = [&](Moment next)
    {
        if (next - previous > longest.end - longest.begin)
            longest = {previous, next};
        previous = next;
    };
    for (const Entry& entry : entries_)
        if (entry.at >= from && entry.at <= to)
            consider(entry.at);
    consider(to);
    return longest;
}

std::map<std::string, std::size_t> Ledger::reasons() const
{
    const std::lock_guard lock{mutex_};
    return reasons_;
}

} // namespace pgtwin::test
