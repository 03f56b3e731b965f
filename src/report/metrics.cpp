// SPDX-License-Identifier: GPL-2.0-or-later
#include <cstdint>
#include <map>
#include <set>

#include "pgtwin/report/json.hpp"
#include "pgtwin/report/words.hpp"

namespace pgtwin::report
{
namespace
{

/// A label's value as the text format wants it.
std::string escaped(std::string_view text)
{
    std::string result;
    for (const char c : text)
        if (c == '\n')
            result += "\\n";
        else
            result.append(c == '"' || c == '\\' ? 1 : 0, '\\').append(1, c);
    return result;
}

std::string label_of(const std::string& resource)
{
    return "resource=\"" + escaped(resource) + "\"";
}

/// Samples by metric: all of one metric have to stand together.
class Metrics
{
public:
    void add(const std::string& name, const char* help, const std::string& labels, std::int64_t value)
    {
        Metric& metric = metrics_[name];
        metric.help = help;
        metric.samples += "pgtwin_" + name + "{" + labels + "} " + std::to_string(value) + "\n";
    }
    /// In thousandths of the unit, written in the unit.
    void add_milli(const std::string& name, const char* help, const std::string& labels, std::int64_t value)
    {
        const std::string digits = std::to_string(1000 + value % 1000).substr(1);
        Metric& metric = metrics_[name];
        metric.help = help;
        metric.samples += "pgtwin_" + name + "{" + labels + "} " + std::to_string(value / 1000) + "." + digits + "\n";
    }
    template <typename T>
    void add_known(const std::string& name, const char* help, const std::string& labels, const Seen<T>& fact)
    {
        if (fact)
            add(name, help, labels, static_cast<std::int64_t>(*fact));
    }

    [[nodiscard]] std::string text() const
    {
        std::string text;
        for (const auto& [name, metric] : metrics_)
            text.append("# HELP pgtwin_")
                .append(name)
                .append(" ")
                .append(metric.help)
                .append("\n# TYPE pgtwin_")
                .append(name)
                .append(" gauge\n")
                .append(metric.samples);
        return text;
    }

private:
    struct Metric
    {
        const char* help = "";
        std::string samples;
    };
    std::map<std::string, Metric> metrics_;
};

void add_repair(Metrics& metrics, const std::string& labels, const Repair& repair)
{
    metrics.add(
        "repair_phase", "1 for the phase that the repair of the data directory is in, and why it waits or failed",
        labels + ",phase=\"" + std::string{name_of(repair.phase)} + "\",cause=\"" + escaped(repair.cause) + "\"", 1);
    if (repair.total_bytes == 0)
        return;
    metrics.add("repair_done_bytes", "Bytes copied", labels, repair.done_bytes);
    metrics.add("repair_total_bytes", "Bytes to copy", labels, repair.total_bytes);
}

void add_membership(Metrics& metrics, const std::string& labels, const NodeFacts& node)
{
    if (node.membership)
        metrics.add("node_online", "Whether the node is a member of the cluster", labels,
                    *node.membership == Membership::online ? 1 : 0);
    metrics.add_known("node_standby_mode", "Whether an administrator has taken the node out", labels,
                      node.is_standby_mode);
    metrics.add_known("node_maintenance", "Whether the node is in maintenance mode", labels, node.is_maintenance);
}

void add_node(Metrics& metrics, const std::string& pair, const NodeFacts& node)
{
    const std::string labels = pair + ",node=\"" + escaped(node.name) + "\"";
    add_membership(metrics, labels, node);
    if (node.role)
        for (const auto& role : {std::optional{Role::primary}, std::optional{Role::standby}, std::optional<Role>{}})
            metrics.add("role", "1 for the role that the server of the node has",
                        labels + ",role=\"" + std::string{name_of(role)} + "\"", *node.role == role ? 1 : 0);
    if (node.server)
        metrics.add("server_ready", "Whether the server takes queries", labels,
                    *node.server == ServerState::ready ? 1 : 0);
    if (node.timeline)
        metrics.add("timeline", "Timeline of the server", labels, number(*node.timeline));
    if (node.end)
        metrics.add("wal_end_bytes", "End of the server's WAL", labels, static_cast<std::int64_t>(node.end->bytes()));
    if (node.promotion)
        metrics.add("promotable", "Whether the node may be promoted", labels, node.promotion->is_allowed ? 1 : 0);
    if (node.certificate)
        metrics.add("certified", "Whether the primary has certified the standby", labels, *node.certificate ? 1 : 0);
    metrics.add_known("replay_paused", "Whether replay is paused", labels, node.is_replay_paused);
    if (!node.repair)
        return;
    metrics.add("repair_running", "Whether the data directory is being repaired", labels, *node.repair ? 1 : 0);
    if (*node.repair)
        add_repair(metrics, labels, **node.repair);
}

/// One sample for each id: there may be several problems of one kind.
void add_problems(Metrics& metrics, const std::string& pair, const Assessment& assessment)
{
    std::set<std::string> ids;
    for (const Problem& problem : assessment.problems)
        if (ids.insert(problem.id).second)
            metrics.add("problem", "1 for each kind of problem, by its id",
                        pair + ",id=\"" + escaped(problem.id) + "\"", 1);
}

void add_cluster(Metrics& metrics, const std::string& pair, const PairFacts& facts)
{
    metrics.add_known("quorum", "Whether the cluster has quorum", pair, facts.cluster.has_quorum);
    metrics.add_known("fencing_enabled", "Whether fencing is enabled", pair, facts.cluster.has_fencing);
    metrics.add_known("maintenance", "Whether maintenance mode is on", pair, facts.cluster.is_maintenance);
    if (facts.management)
        metrics.add("managed", "Whether Pacemaker looks after the resource", pair,
                    *facts.management == Management::managed ? 1 : 0);
    if (facts.cluster.fencing_devices)
        for (const FencingDevice& device : *facts.cluster.fencing_devices)
            metrics.add("fencing_device_usable", "Whether the fencing device is neither disabled nor failed",
                        pair + ",device=\"" + escaped(device.id) + "\"", device.state == DeviceState::usable ? 1 : 0);
    for (const AddressFacts& address : facts.addresses)
        if (address.node)
            metrics.add("address_up", "Whether the service address is on a node",
                        pair + ",address=\"" + escaped(address.address) + "\"", address.node->empty() ? 0 : 1);
}

void add_storage(Metrics& metrics, const std::string& pair, const PairFacts& facts)
{
    if (facts.slot && *facts.slot)
    {
        const SlotFacts& slot = **facts.slot;
        metrics.add("slot_held_bytes", "WAL that the slot of the standby holds", pair, slot.held_bytes);
        metrics.add("slot_active", "Whether the standby uses its slot", pair, slot.is_active ? 1 : 0);
        metrics.add_known("slot_left_bytes", "WAL that may still be written before the slot is given up", pair,
                          slot.left_bytes);
    }
    for (const DiskFacts& disk : facts.disks)
    {
        const std::string labels = pair + ",path=\"" + escaped(disk.path) + "\"";
        metrics.add("disk_free_bytes", "Free on the file system of this node", labels, disk.free_bytes);
        metrics.add("disk_total_bytes", "Size of the file system of this node", labels, disk.total_bytes);
    }
}

void add_commits(Metrics& metrics, const std::string& pair, const PairFacts& facts)
{
    if (facts.sync_names)
        metrics.add("commits_wait", "Whether commits wait for the standby", pair, facts.sync_names->empty() ? 0 : 1);
    if (!facts.waiting)
        return;
    metrics.add("commits_waiting", "Sessions that wait for the standby now", pair, facts.waiting->sessions);
    metrics.add_milli("commits_waiting_seconds", "For how long the first of them has", pair,
                      facts.waiting->oldest.count());
}

void add_replication(Metrics& metrics, const std::string& pair, const PairFacts& facts)
{
    if (!facts.replication)
        return;
    const bool is_streaming = *facts.replication && (*facts.replication)->state == "streaming";
    metrics.add("streaming", "Whether the standby streams", pair, is_streaming ? 1 : 0);
    if (!*facts.replication)
        return;
    const Replication& stream = **facts.replication;
    metrics.add_known("flush_lag_bytes", "WAL that is not on the standby's disk", pair, stream.flush_lag);
    metrics.add_known("replay_lag_bytes", "WAL that the standby has not replayed", pair, stream.replay_lag);
    if (stream.flush_delay)
        metrics.add_milli("flush_lag_seconds", "Time until WAL was on the standby's disk", pair,
                          stream.flush_delay->count());
    if (stream.replay_delay)
        metrics.add_milli("replay_lag_seconds", "Time until WAL was replayed", pair, stream.replay_delay->count());
}

void add_status(Metrics& metrics, const std::string& pair, Verdict verdict, Time now)
{
    metrics.add("status", "0 healthy, 1 degraded, 2 down, 3 unknown", pair, exit_code(verdict));
    metrics.add("status_time_seconds", "When the pair was looked at", pair, now.count());
}

void add_pair(Metrics& metrics, const Judged& judged)
{
    const PairFacts& facts = judged.facts;
    const std::string pair = label_of(facts.resource);
    add_status(metrics, pair, judged.assessment.verdict, facts.now);
    add_problems(metrics, pair, judged.assessment);
    add_cluster(metrics, pair, facts);
    add_commits(metrics, pair, facts);
    add_replication(metrics, pair, facts);
    add_storage(metrics, pair, facts);
    for (const NodeFacts& node : facts.nodes)
        add_node(metrics, pair, node);
}

} // namespace

std::string status_metrics(const std::vector<Judged>& pairs)
{
    Metrics metrics;
    for (const Judged& judged : pairs)
        add_pair(metrics, judged);
    return metrics.text();
}

std::string status_metrics(const Unreadable& failure)
{
    Metrics metrics;
    add_status(metrics, label_of(failure.resource), Verdict::unknown, failure.now);
    return metrics.text();
}

} // namespace pgtwin::report
