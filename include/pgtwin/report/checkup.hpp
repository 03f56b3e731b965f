// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/config/checks.hpp"
#include "pgtwin/config/params.hpp"
#include "pgtwin/config/unknown.hpp"
#include "pgtwin/model/installation.hpp"
#include "pgtwin/model/room.hpp"
#include "pgtwin/model/seen.hpp"

namespace pgtwin::report
{

/// One operation as the cluster has it configured.
struct OperationFact
{
    std::string name;
    std::string role; ///< "Promoted" or its older name, any other, or empty
    std::chrono::milliseconds interval{};
    std::optional<std::chrono::milliseconds> timeout; ///< none: the cluster's default
    std::string id{};
    std::string on_fail{}; ///< what Pacemaker does if it fails; empty: by default
    bool is_disabled = false;
};

/// A resource with an IP address that is placed with the primary.
struct AddressFact
{
    std::string id;
    std::string address;
    bool is_after_promotion = false; ///< an order constraint starts it after the promotion
};

/// A location constraint of the pair or its address that a command for once has left behind.
struct LeftoverFact
{
    std::string id;
    std::string resource;
    std::string node; ///< empty: it is not known
    bool is_ban = false;
};

struct QuorumFact
{
    bool is_two_node = false;
    bool waits_for_all = false;
    bool has_device = false; ///< a third vote
};

/// How long an action took when it ran last.
struct Duration
{
    std::string node;
    std::string operation;
    std::chrono::milliseconds took{};
};

/// A login that was tried; `problem` is empty if it succeeded.
struct Login
{
    std::string problem;
};

/// What was seen of one node's installation and server.
struct CheckedNode
{
    std::string name;
    Seen<Installation> installation;
    Seen<Settings> settings; ///< with the facts of replication that are kept among them
    Role role = Role::standby;
    Seen<Login> login;                        ///< as the replication user, from this node to the other
    std::vector<BootStarter> boot_starters{}; ///< looked for on the own node only
    /// What a copy of the server's data would need beside them, on the own node only. None: an older copy is there,
    /// which goes first.
    Seen<std::vector<Room>> rooms{};
};

using Values = std::map<std::string, std::string, std::less<>>;

/// A node on which Pacemaker does not do its usual work.
struct NodeAside
{
    std::string name;
    std::string attribute;     ///< "maintenance" or "standby"
    bool is_transient = false; ///< the next boot forgets it
};

/// What `pgtwin check` looked at.
struct CheckupFacts
{
    std::string resource;
    std::string clone; ///< empty: the resource is in none
    Params params;
    std::string peer_host; ///< address or name by which this node reaches the other one; empty: unknown
    std::vector<std::string> wrong_parameters; ///< a sentence each
    std::vector<config::UnknownParam> unknown_parameters;
    Values meta;       ///< meta attributes of the primitive, then of the clone, then the cluster's defaults
    Values own_meta{}; ///< of the primitive alone
    Values properties; ///< of the cluster
    std::size_t fencing_devices = 0;
    std::vector<std::string> cluster_nodes; ///< empty: unknown
    std::vector<NodeAside> nodes_aside;
    std::vector<OperationFact> operations;
    std::vector<AddressFact> addresses;
    std::vector<LeftoverFact> leftovers;
    std::vector<Duration> durations;
    Seen<QuorumFact> quorum;
    Seen<std::chrono::milliseconds> token;
    std::vector<CheckedNode> nodes; ///< this one first
};

enum class AdviceLevel
{
    warning,
    error,
};

/// Something that should be changed.
struct Advice
{
    AdviceLevel level = AdviceLevel::warning;
    std::string id;    ///< stable, kebab-case
    std::string where; ///< a node; empty: the cluster
    std::string what;  ///< one sentence
    std::string why;   ///< one sentence
    std::string crm;   ///< command or instruction; with crmsh, if `pcs` is another
    std::string pcs;   ///< empty: the same
};

struct Checkup
{
    std::string resource;
    std::vector<Advice> advice;        ///< errors first
    std::vector<std::string> unlooked; ///< what could not be looked at, and why
};

/// Judges all facts; what is unknown is not judged.
[[nodiscard]] Checkup check_pair(const CheckupFacts& facts);

/// 2: errors, 1: warnings, 3: nothing found, but not all could be looked at, 0: all is well.
[[nodiscard]] int exit_code(const Checkup& checkup);

/// For a terminal.
[[nodiscard]] std::string text_of(const Checkup& checkup);

/// As doc/check.schema.json describes it.
[[nodiscard]] std::string json_of(const std::vector<Checkup>& checkups);

} // namespace pgtwin::report
