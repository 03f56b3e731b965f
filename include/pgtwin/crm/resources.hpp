// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/crm/tools.hpp"

namespace pgtwin::crm
{

using Options = std::map<std::string, std::string, std::less<>>;

/// One <op> of a primitive, as it is written.
struct Operation
{
    std::string name;
    std::string role; ///< "Promoted" and its older name, or any other; empty: all
    std::string interval;
    std::string timeout;
    std::string id{};
    std::string on_fail{}; ///< empty: what Pacemaker does by default
    std::string enabled{}; ///< empty: it is
    friend bool operator==(const Operation&, const Operation&) = default;
};

/// A primitive of type ocf:heartbeat:pgtwin, what its template says included.
struct PairResource
{
    std::string id;
    std::string clone;  ///< empty: it is in none
    Options parameters; ///< as written; defaults are not filled in
    Options meta;       ///< of the primitive, then of its clone, then the cluster's defaults
    Options own_meta;   ///< of the primitive alone
    std::vector<Operation> operations;

    /// What Pacemaker would give an action: OCF_RESKEY_* and OCF_RESOURCE_INSTANCE.
    [[nodiscard]] Environment environment() const;
    /// Where a meta attribute has to be changed to have an effect: the primitive if it has its own, else the clone.
    [[nodiscard]] const std::string& owner_of(const std::string& meta_attribute) const;
};

/// A resource that holds an IP address.
struct AddressResource
{
    std::string id;
    std::string address;
    std::vector<std::string> follows; ///< ids of the clones whose promoted instance it is placed with
    std::vector<std::string> awaits;  ///< ids of the clones after whose promotion it starts
};

/// A location constraint that `crm resource move` or `ban`, or their like with pcs, left in the configuration.
struct LeftConstraint
{
    std::string id;
    std::string resource;
    std::string node; ///< empty: it names none, or several
    bool is_ban = false;
};

/// A location constraint with the score -INFINITY.
struct Ban
{
    std::string id;
    std::string resource;
    std::string node;
    bool is_promotion_only = false;              ///< only the promoted role is kept off
    bool is_left = false;                        ///< by `crm resource ban` or its like, which `clear` takes back
    std::optional<std::chrono::seconds> until{}; ///< since 1970, in UTC; empty: for ever
};

/// A primitive of class stonith.
struct FencingDevice
{
    std::string id;
    Options meta;
};

/// What the history in the CIB tells of one operation: the last of its kind on a node.
struct OperationResult
{
    std::string resource;
    std::string node;
    std::string operation;
    std::chrono::milliseconds interval{};
    int exit_code = 0;
    int expected_code = 0; ///< by the transition that asked for it; -1 if it does not tell
    bool has_timed_out = false;
    bool is_pending = false;     ///< it runs now: there is no result yet, and `when` is its beginning
    int call = 0;                ///< numbers the operations of a node; -1 if it runs now
    std::chrono::seconds when{}; ///< since 1970, in UTC, by that node's clock
    std::chrono::milliseconds took{};
    std::string reason; ///< the exit reason

    /// Neither this nor the other one holds while it runs.
    [[nodiscard]] bool has_failed() const;
    [[nodiscard]] bool has_succeeded() const { return !is_pending && !has_failed(); }
};

/// The part of a CIB that tells of resources.
struct ResourceView
{
    std::vector<PairResource> pairs;
    std::vector<AddressResource> addresses;
    std::vector<LeftConstraint> left_constraints;
    std::vector<Ban> bans;
    std::vector<FencingDevice> fencing_devices;
    Options properties;                   ///< of the cluster
    std::map<std::string, Options> nodes; ///< permanent attributes by the names of the nodes
    std::vector<OperationResult> history; ///< newest last on each node, behind them what runs now

    /// The output of `cibadmin --query`, or a saved CIB. Malformed: it is not a CIB.
    [[nodiscard]] static Expected<ResourceView> parse(std::string_view xml);

    /// By the id of the primitive or of its clone; null if there is none.
    [[nodiscard]] const PairResource* find(std::string_view id) const;
};

/// Where a CIB comes from.
enum class CibSource
{
    live,  ///< the running cluster
    saved, ///< the file that the last run of Pacemaker left on this node: no status in it, and it may be old
};

struct CibText
{
    CibSource source = CibSource::live;
    std::string xml;
    Error problem{}; ///< why it is not the live one
};

/// The CIB of the running cluster, or, if that does not answer, the saved one. The error is that of the running one.
[[nodiscard]] Expected<CibText> read_cib(Tools& tools, const Deadline& deadline);

/// This node's name, by the running cluster.
[[nodiscard]] Expected<std::string> node_name(Tools& tools, const Deadline& deadline);

} // namespace pgtwin::crm
