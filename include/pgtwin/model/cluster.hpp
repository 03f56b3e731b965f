// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/server.hpp"
#include "pgtwin/model/wal.hpp"

namespace pgtwin
{

/// A random word: one instance in one role (safety.md, "run id"). Empty: none.
using RunId = std::string;

/// Mode a certificate was granted in. `strict` counts as sync.
enum class CertificateMode
{
    sync,
    async,
};

/// Transient attribute <rsc>-run: the instance that lives on a node. Absent: the instance is stopped.
struct RunRecord
{
    RunId run;
    Role role = Role::standby;
    Timeline timeline = Timeline::none; ///< primary: the timeline it writes; standby: the one `word` belongs to
    RunId word; ///< promotion word: run id of the promotion that made `timeline`; empty if unknown

    [[nodiscard]] std::string text() const; ///< "run=... role=... timeline=... word=..."
    static Expected<RunRecord> parse(std::string_view text);
    friend bool operator==(const RunRecord&, const RunRecord&) = default;
};

/// Transient attribute <rsc>-certified on the standby's node, written by the primary only.
struct Certificate
{
    RunId run; ///< the standby's run that it certifies
    CertificateMode mode = CertificateMode::sync;

    [[nodiscard]] std::string text() const; ///< "run=... mode=sync|async"
    static Expected<Certificate> parse(std::string_view text);
    friend bool operator==(const Certificate&, const Certificate&) = default;
};

/// Transient attribute <rsc>-position: how far the node's directory goes, by its own word.
struct Position
{
    RunId run;
    bool has_data = true; ///< false: the directory is absent or empty; the rest is void
    std::uint64_t system_identifier = 0;
    Timeline timeline = Timeline::none;
    Lsn lsn;
    RunId word;               ///< promotion that made `timeline`; empty if this node never learnt it
    bool is_alone = false;    ///< the alone mark is set and this directory is not behind it
    bool is_orderly = false;  ///< whoever wrote the directory last as a primary was shut down cleanly
    bool was_primary = false; ///< the directory was not left as a standby (R3)
    bool is_final = true;     ///< false: its server still recovers, and the directory may go further

    /// "run=... system=... timeline=... lsn=... word=... alone=... orderly=... primary=...", and where it is so
    /// "final=no".
    [[nodiscard]] std::string text() const;
    static Expected<Position> parse(std::string_view text);
    friend bool operator==(const Position&, const Position&) = default;
};

/// Permanent attribute <rsc>-data-status.
enum class DataStatus
{
    none, ///< no record
    primary,
    in_sync,
    stale,
};

/// How corosync and Pacemaker see a node.
enum class Membership
{
    online,  ///< corosync member, controller joined
    pending, ///< corosync member, controller not joined: its view of the CIB may be old
    left,    ///< corosync member, and its Pacemaker has ended in an orderly way, or is not started yet
    unclean, ///< lost, and neither fenced nor left in an orderly way (only with fencing enabled)
    offline, ///< fenced, left in an orderly way, or (fencing disabled) just not there
};

/// One node with what is recorded of this resource on it.
struct NodeView
{
    std::string name;
    Membership membership = Membership::offline;
    bool is_standby_mode = false; ///< "crm node standby"
    DataStatus data_status = DataStatus::none;
    std::optional<RunRecord> run;
    std::optional<Certificate> certificate;
    std::optional<Position> position;
    bool is_position_unreadable = false; ///< there is one of another version of pgtwin: unknown, not absent
    std::optional<int> score;            ///< promotion score; INFINITY is +-1000000
    bool has_override = false;           ///< <rsc>-accept-data-loss names this node (R4)
    bool has_resync = false;             ///< something is told of a repair of its directory
    std::string alone_in;                ///< membership in which it was primary with its mark (R2b); empty: none
    friend bool operator==(const NodeView&, const NodeView&) = default;
};

/// One look at the CIB of this node (its own copy).
struct ClusterView
{
    NodeView self;
    NodeView peer; ///< name empty: there is no second node
    bool has_quorum = false;
    bool has_fencing = false;
    bool is_maintenance = false;
    friend bool operator==(const ClusterView&, const ClusterView&) = default;
};

} // namespace pgtwin
