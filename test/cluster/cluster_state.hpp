// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pgtwin::test
{

/// One node as crm_mon shows it.
struct NodeState
{
    bool is_online = false;
    bool is_standby = false;     ///< `crm node standby`
    bool is_maintenance = false; ///< `crm node maintenance`
    bool is_pending = false;     ///< still joining
    bool is_unclean = false;
    std::string role; ///< of postgres-db: Promoted, Unpromoted, Started, Stopped; empty: not there
    int fail_count = 0;
    std::map<std::string, std::string> attributes;

    [[nodiscard]] std::string attribute(const std::string& name) const;
    /// The text behind `key=` in an attribute such as "run=abc mode=sync"; empty if there is none.
    [[nodiscard]] std::string word(const std::string& name, const std::string& key) const;
    /// The certificate names the present run.
    [[nodiscard]] bool is_certified() const;
};

/// What `crm_mon --output-as=xml --include=all` says.
struct ClusterState
{
    std::map<std::string, NodeState> nodes;
    std::vector<std::string> failures; ///< failed actions of any resource, in words
    std::string vip_node;              ///< where postgres-vip runs; empty: nowhere
    bool is_maintenance = false;       ///< property maintenance-mode
    bool has_dc = false;               ///< the node that was asked takes part in a cluster with a coordinator

    [[nodiscard]] std::vector<std::string> with_role(const std::string& role) const;
    /// The only promoted node, if there is exactly one.
    [[nodiscard]] std::optional<std::string> primary() const;
    /// One line for people.
    [[nodiscard]] std::string summary() const;
};

/// Parses crm_mon's XML; nothing if the text is none.
[[nodiscard]] std::optional<ClusterState> parse_cluster_state(const std::string& xml);

} // namespace pgtwin::test
