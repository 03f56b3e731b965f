// SPDX-License-Identifier: GPL-2.0-or-later
#include <cstdint>
#include <map>

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

void add_node(Metrics& metrics, const std::string& pair, const NodeFacts& node)
{
    const std::string labels = pair + ",node=\"" + escaped(node.name) + "\"";
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
    if (!node.repair)
        return;
    metrics.add("repair_running", "Whether the data directory is being repaired", labels, *node.repair ? 1 : 0);
    if (*node.repair && (*node.repair)->total_bytes > 0)
    {
        metrics.add("repair_done_bytes", "Bytes copied", labels, (*node.repair)->done_bytes);
        metrics.add("repair_total_bytes", "Bytes to copy", labels, (*node.repair)->total_bytes);
    }
}

void add_replication(Metrics& metrics, const std::string& pair, const PairFacts& facts)
{
    if (facts.sync_names)
        metrics.add("commits_wait", "Whether commits wait for the standby", pair, facts.sync_names->empty() ? 0 : 1);
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

void add_pair(Metrics& metrics, const Judged& judged)
{
    const PairFacts& facts = judged.facts;
    const std::string pair = "resource=\"" + escaped(facts.resource) + "\"";
    metrics.add("status", "0 healthy, 1 degraded, 2 down, 3 unknown", pair, exit_code(judged.assessment.verdict));
    metrics.add("status_time_seconds", "When the pair was looked at", pair, facts.now.count());
    metrics.add_known("quorum", "Whether the cluster has quorum", pair, facts.cluster.has_quorum);
    metrics.add_known("fencing_enabled", "Whether fencing is enabled", pair, facts.cluster.has_fencing);
    metrics.add_known("maintenance", "Whether maintenance mode is on", pair, facts.cluster.is_maintenance);
    add_replication(metrics, pair, facts);
    if (facts.slot && *facts.slot)
        metrics.add("slot_held_bytes", "WAL that the slot of the standby holds", pair, (*facts.slot)->held_bytes);
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

} // namespace pgtwin::report
