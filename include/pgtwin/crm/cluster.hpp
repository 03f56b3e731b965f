// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "pgtwin/crm/attributes.hpp"
#include "pgtwin/crm/cib.hpp"
#include "pgtwin/crm/tools.hpp"
#include "pgtwin/port/ports.hpp"

namespace pgtwin::crm
{

/// Which resource, seen from which node.
struct ClusterOptions
{
    std::string resource; ///< id of the primitive
    std::string self;     ///< name of this node
    std::string peer;     ///< name of the other node; empty: the only other one in the cluster
    std::chrono::milliseconds cib_delay = std::chrono::seconds{1}; ///< how long a writer waits for the CIB by itself
};

/// Pacemaker through cibadmin, crm_attribute and attrd_updater, Corosync through corosync-quorumtool.
///
/// A writer waits until this node's CIB shows the value, for ClusterOptions::cib_delay at most: after that the
/// attribute manager's word is enough, whose writer may lag behind by half a minute. Before it gives up waiting it has
/// the manager write all its values again, since a value set while its node was away is kept by the manager and never
/// reaches the CIB (seen on 3.0.0).
///
/// A look within 30 ms after the CIB was read, as it is to confirm a write, is answered by that reading.
class PacemakerCluster final : public port::Cluster
{
public:
    PacemakerCluster(ClusterOptions options, Tools& tools);

    Expected<ClusterView> look(const Deadline& deadline) override;
    /// Corosync's ring id, "node.sequence".
    Expected<std::string> membership(const Deadline& deadline) override;

    Expected<void> publish_run(const std::optional<RunRecord>& run, const Deadline& deadline) override;
    Expected<void> publish_position(const std::optional<Position>& position, const Deadline& deadline) override;
    /// Granting, like set_peer_score(), is a conflict if the peer's node is not a member of the cluster. Removal
    /// succeeds only once both the attribute manager and the CIB are without it.
    Expected<void> set_certificate(const std::optional<Certificate>& certificate, const Deadline& deadline) override;
    Expected<void> set_own_score(int score, const Deadline& deadline) override;
    Expected<void> set_peer_score(int score, const Deadline& deadline) override;
    /// DataStatus::none leaves a node's record as it is.
    Expected<void> record(DataStatus self, DataStatus peer, const Deadline& deadline) override;
    Expected<void> publish_alone_in(const std::string& membership, const Deadline& deadline) override;
    Expected<void> publish_resync(std::string_view text, const Deadline& deadline) override;
    /// `crm_resource --fail`, which records a failed monitor of this node's instance.
    Expected<void> report_failure(const Deadline& deadline) override;
    /// Removes it from both nodes: whichever it names, it is used up.
    Expected<void> clear_override(const Deadline& deadline) override;

private:
    /// A transient attribute of a node and what it shall be; an empty value removes it.
    struct Change
    {
        std::string attribute;
        std::string node;
        std::string value;
    };

    /// The CIB as it was read last, unless something was written since.
    struct Reading
    {
        Cib cib;
        std::chrono::milliseconds at; ///< since boot
    };

    Expected<Cib> read(const Deadline& deadline);
    Expected<Cib> recent(const Deadline& deadline);
    [[nodiscard]] Expected<std::string> peer_name(const Cib& cib) const;
    Expected<std::string> member_peer(const Deadline& deadline);
    Expected<std::string> managed_value(const Change& change, const Deadline& deadline);
    Expected<bool> is_in_cib(const Change& change, const Deadline& deadline);
    Expected<void> write(const Change& change, const Deadline& deadline);
    Expected<void> wait_for_manager(const Change& change, const Deadline& deadline);
    Expected<bool> wait_for_cib(const Change& change, const Deadline& patience, const Deadline& deadline);
    Expected<void> refresh(const Deadline& deadline);
    Expected<void> apply(const Change& change, const Deadline& deadline);
    Expected<void> remove_everywhere(const Change& change, const Deadline& deadline);
    Expected<bool> is_recorded(DataStatus self, DataStatus peer, const Deadline& deadline);
    /// What the CIB lacks; nodes of `cib`.
    [[nodiscard]] Expected<std::vector<NodeValue>> missing_records(const Cib& cib, DataStatus self,
                                                                   DataStatus peer) const;
    /// Two nodes in one write.
    Expected<void> write_records(const std::vector<NodeValue>& values, const Deadline& deadline);

    ClusterOptions options_;
    AttributeNames names_;
    Tools& tools_;
    std::optional<Reading> latest_;
};

} // namespace pgtwin::crm
