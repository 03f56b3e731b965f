// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/report/format.hpp"
#include "problems.hpp"

namespace pgtwin::report
{
namespace
{

constexpr std::int64_t gibibyte = std::int64_t{1} << 30;
/// Of a large disk 5 % are still much.
constexpr std::int64_t enough = 20 * gibibyte;
constexpr std::int64_t least = gibibyte / 4;
constexpr int least_percent = 5;

bool is_low(const DiskFacts& disk)
{
    const bool is_small_part = disk.free_bytes < disk.total_bytes / 100 * least_percent && disk.free_bytes < enough;
    return is_small_part || disk.free_bytes < least;
}

/// Four fifths of what it may keep are used up.
bool is_near_limit(const SlotFacts& slot)
{
    return slot.left_bytes && *slot.left_bytes < slot.held_bytes / 4;
}

std::optional<Problem> of_slot(const SlotFacts& slot)
{
    const std::string name = "slot " + slot.name;
    if (slot.wal_status == "lost")
        return Problem{Verdict::degraded, "slot-lost", name + " does not keep the WAL that the standby needs any more",
                       "wait: a base backup follows by itself; max_slot_wal_keep_size was too small"};
    if (slot.wal_status == "unreserved")
        return Problem{Verdict::degraded, "slot-unreserved", name + " is about to lose the WAL that the standby needs",
                       "bring the standby back soon, or raise max_slot_wal_keep_size"};
    if (is_near_limit(slot))
        return Problem{Verdict::degraded, "slot-near-limit",
                       name + " holds " + bytes_text(slot.held_bytes) + " of WAL, and is given up after " +
                           bytes_text(*slot.left_bytes) + " more",
                       "bring the standby back soon, or raise max_slot_wal_keep_size"};
    return std::nullopt;
}

} // namespace

Problems problems_of_storage(const PairFacts& facts)
{
    Problems found;
    if (facts.slot && *facts.slot)
        if (auto problem = of_slot(**facts.slot))
            found.push_back(*std::move(problem));
    for (const DiskFacts& disk : facts.disks)
        if (is_low(disk))
            found.push_back({Verdict::degraded, "disk-low",
                             "only " + bytes_text(disk.free_bytes) + " of " + bytes_text(disk.total_bytes) +
                                 " are free on this node for " + disk.what + " (" + disk.path + ")",
                             "make room; never remove files from pg_wal by hand"});
    return found;
}

Problems problems_of_addresses(const PairFacts& facts)
{
    Problems found;
    const NodeFacts* const primary = facts.primary();
    for (const AddressFacts& address : facts.addresses)
    {
        // Without a primary it has nowhere to be, and after a promotion it comes by itself.
        if (!address.node || primary == nullptr || address.is_starting)
            continue;
        const std::string name = "address " + address.address + " (" + address.id + ")";
        if (address.node->empty())
            found.push_back({Verdict::degraded, "address-stopped", name + " is on no node",
                             "crm_resource --cleanup -r " + address.id + "; then see its constraints"});
        else if (*address.node != primary->name)
            found.push_back({Verdict::degraded, "address-elsewhere", name + " is not on the primary's node",
                             "place it with the promoted instance (colocation constraint)"});
    }
    return found;
}

} // namespace pgtwin::report
