// SPDX-License-Identifier: GPL-2.0-or-later
#include "layout.hpp"
#include "pgtwin/report/format.hpp"
#include "pgtwin/report/words.hpp"
#include "rows.hpp"

namespace pgtwin::report
{
namespace
{

std::string amount(const Seen<std::int64_t>& bytes, const Seen<std::chrono::milliseconds>& delay)
{
    std::string text = bytes ? bytes_text(*bytes) : std::string{not_known};
    return delay ? text + ", " + duration_text(*delay) : text;
}

std::string replication_text(const PairFacts& facts)
{
    if (!facts.replication)
        return facts.primary() == nullptr ? std::string{} : row("replication", not_known);
    if (!*facts.replication)
        return row("replication", "no standby is connected");
    const Replication& stream = **facts.replication;
    std::string text = stream.state;
    if (stream.sync_state)
        text += ", " + *stream.sync_state;
    if (stream.address && !stream.address->empty())
        text += ", to " + *stream.address;
    if (stream.since)
        text += ", since " + recent_text(*stream.since, facts.now, facts.utc_offset) + " (" +
                age_text(*stream.since, facts.now) + ")";
    return row("replication", text) + row("behind", "on disk " + amount(stream.flush_lag, stream.flush_delay) +
                                                        "; replayed " + amount(stream.replay_lag, stream.replay_delay));
}

std::string since_text(const PairFacts& facts)
{
    if (facts.commits_since)
        return " since " + recent_text(*facts.commits_since, facts.now, facts.utc_offset);
    if (facts.commits_unchanged_since)
        return " since " + recent_text(*facts.commits_unchanged_since, facts.now, facts.utc_offset) + " or earlier";
    return {};
}

std::string commits_text(const PairFacts& facts)
{
    const std::string mode =
        facts.mode == ReplicationMode::sync ? "" : "; rep_mode " + std::string{name_of(facts.mode)};
    if (facts.primary() == nullptr)
        return {};
    if (!facts.sync_names)
        return row("commits", not_known + mode);
    const char* const wait = facts.sync_names->empty() ? "do not wait for the standby" : "wait for the standby";
    return row("commits", wait + since_text(facts) + mode);
}

std::string slot_text(const PairFacts& facts)
{
    const bool is_told_why = facts.primary() != nullptr && !facts.slot.why().empty();
    if (!facts.slot)
        return is_told_why ? row("slot", std::string{not_known} + " (" + facts.slot.why() + ")") : std::string{};
    if (!*facts.slot)
        return row("slot", "none");
    const SlotFacts& slot = **facts.slot;
    std::string text = slot.name + ": " + (slot.is_active ? "active" : "not in use") + ", holds " +
                       bytes_text(slot.held_bytes) + " of WAL";
    if (!slot.wal_status.empty() && slot.wal_status != "reserved")
        text += " (" + slot.wal_status + ")";
    return row("slot", text);
}

std::string speed_text(const Repair& repair)
{
    std::string text;
    if (repair.rate > 0)
        text += ", " + bytes_text(repair.rate) + "/s";
    if (repair.rate > 0 && repair.left.count() > 0)
        text += ", " + duration_text(repair.left) + " left";
    return text;
}

std::string repair_text(const NodeFacts& node)
{
    if (!node.repair || !*node.repair)
        return {};
    const Repair& repair = **node.repair;
    // What holds it up is told as a problem.
    if (repair.phase == ResyncPhase::waiting || repair.phase == ResyncPhase::failed)
        return row("repair", node.name + ": held up, it is tried again");
    if (!repair.is_copying())
        return row("repair", node.name + ": " + repair.text);
    const std::string head = row("repair", node.name + ": " + std::string{repair.what()} + speed_text(repair));
    if (repair.total_bytes == 0)
        return head + row("", bytes_text(repair.done_bytes) + ", how much it will be is not known yet");
    return head + row("", bar_text(repair.done_bytes, repair.total_bytes) + "  " + bytes_text(repair.done_bytes) +
                              " of " + bytes_text(repair.total_bytes));
}

std::string addresses_text(const PairFacts& facts)
{
    std::string text;
    for (const AddressFacts& address : facts.addresses)
        text += row("address", address.address + " (" + address.id + ") " +
                                   (address.is_starting     ? "is being started"
                                    : !address.node         ? "on an unknown node"
                                    : address.node->empty() ? std::string{"on no node"}
                                                            : "on " + *address.node));
    return text;
}

std::string disks_text(const PairFacts& facts)
{
    std::string text;
    for (const DiskFacts& disk : facts.disks)
        text += (text.empty() ? "" : "; ") + disk.what + ": " + bytes_text(disk.free_bytes) + " of " +
                bytes_text(disk.total_bytes) + " free";
    return text.empty() ? text : row("disk here", text);
}

std::string devices_text(const ClusterFacts& cluster)
{
    std::string text;
    for (const FencingDevice& device : *cluster.fencing_devices)
        text += (text.empty() ? "" : ", ") + device.id +
                (device.state == DeviceState::disabled ? " DISABLED"
                 : device.state == DeviceState::failed ? " FAILED"
                                                       : "");
    return text.empty() ? ", no device" : " (" + text + ")";
}

std::string yes_or_no(const Seen<bool>& fact, const char* yes, const char* no, const char* unknown)
{
    return !fact ? unknown : *fact ? yes : no;
}

std::string management_text(const PairFacts& facts)
{
    std::string text;
    if (facts.cluster.is_maintenance && *facts.cluster.is_maintenance)
        text += ", MAINTENANCE MODE";
    if (facts.management && *facts.management != Management::managed)
        text += ", NOT MANAGED";
    if (facts.target_role && *facts.target_role == TargetRole::stopped)
        text += ", STOPPED BY AN ADMINISTRATOR";
    return text;
}

std::string cluster_text(const PairFacts& facts)
{
    const ClusterFacts& cluster = facts.cluster;
    const bool is_denied = cluster.silence == Silence::denied;
    if (cluster.source == Source::absent)
        return row("cluster",
                   std::string{not_known} + " (" + (is_denied ? "this user may not ask it" : cluster.problem) + ")");
    std::string text = cluster.source == Source::saved ? "NOT ASKED, as saved on this node: " : "";
    text += yes_or_no(cluster.has_quorum, "quorum", "NO QUORUM", "quorum unknown");
    text += yes_or_no(cluster.has_fencing, ", fencing on", ", FENCING OFF", ", fencing unknown");
    if (cluster.fencing_devices)
        text += devices_text(cluster);
    return row("cluster", text + management_text(facts));
}

std::string activities_text(const PairFacts& facts)
{
    std::string text;
    for (const Activity& now : facts.running)
        text += row(text.empty() ? "now" : "",
                    now.what + " runs on " + now.node + ", for " + age_text(now.since, facts.now));
    return text;
}

} // namespace

std::string pair_text(const PairFacts& facts)
{
    std::string text = activities_text(facts);
    for (const NodeFacts& node : facts.nodes)
        text += repair_text(node);
    text += replication_text(facts) + commits_text(facts) + addresses_text(facts) + cluster_text(facts);
    return text + slot_text(facts) + disks_text(facts);
}

} // namespace pgtwin::report
