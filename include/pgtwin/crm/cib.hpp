// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/crm/attributes.hpp"
#include "pgtwin/model/cluster.hpp"

namespace pgtwin::crm
{

/// A permanent node attribute and where it stands, so that it can be changed in place.
struct PermanentAttribute
{
    std::string value;
    std::string id;     ///< of the nvpair
    std::string set_id; ///< of the instance_attributes around it
};

/// How the last operation of an instance, which has succeeded, left it (Pacemaker's history of operations).
enum class InstanceEnd
{
    stopped, ///< a stop, or a probe that found nothing
    demoted,
};

/// A cluster node as the CIB has it. Remote and guest nodes are left out: they run no corosync.
struct CibNode
{
    std::string id;
    std::string name;
    Membership membership = Membership::unclean;
    std::string set_id; ///< first instance_attributes under <nodes>; empty: there is none
    std::map<std::string, PermanentAttribute, std::less<>> permanent;
    std::map<std::string, std::string, std::less<>> transient;
    std::map<std::string, InstanceEnd, std::less<>> ends; ///< by the id of a primitive

    /// Value of a transient attribute; empty if it is not set.
    [[nodiscard]] std::string transient_value(const std::string& attribute) const;
    /// Value of a permanent attribute; empty if it is not set.
    [[nodiscard]] std::string permanent_value(const std::string& attribute) const;
};

/// What pgtwin needs of a CIB.
struct Cib
{
    bool has_quorum = false;
    bool has_fencing = true;
    bool is_maintenance = false;
    std::vector<CibNode> nodes;
    std::map<std::string, std::string, std::less<>> clones; ///< clone id to the id of the primitive in it

    /// The output of `cibadmin --query`, of Pacemaker 2.1 or 3.0. Malformed: it is not a CIB.
    static Expected<Cib> parse(std::string_view xml);

    /// The node of that name in any case; null if it is not there.
    [[nodiscard]] const CibNode* find(std::string_view name) const;
    /// The other node: the one called `peer`, or if that is empty the only one beside `self`, or null if there is none.
    /// Conflict: `peer` is empty and there are more than two nodes.
    [[nodiscard]] Expected<const CibNode*> find_peer(std::string_view self, std::string_view peer) const;
};

/// The view of one resource. Malformed: a record on a node does not parse; conflict: `self` is not in the cluster, or
/// it is not clear who the peer is.
///
/// A position that does not parse, as of another version of pgtwin, is left out: without a position nothing is
/// permitted. A data status that is none of ours is read as the one that permits least: a primary's on the peer, a
/// stale one here. The run of a peer's primary that Pacemaker has stopped since is left out, and that of one that it
/// has demoted is a standby's: the node could not say so itself if its attribute manager was ill.
[[nodiscard]] Expected<ClusterView> view_of(const Cib& cib, const AttributeNames& names, std::string_view self,
                                            std::string_view peer);

/// XML for `cibadmin --modify --allow-create --scope nodes` that sets a permanent attribute on several nodes at once.
/// Empty if all have their value already.
struct NodeValue
{
    const CibNode* node = nullptr;
    std::string value;
};
[[nodiscard]] std::string change_of_nodes(const std::string& attribute, const std::vector<NodeValue>& values);

} // namespace pgtwin::crm
