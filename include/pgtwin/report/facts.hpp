// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pgtwin/config/params.hpp"
#include "pgtwin/model/cluster.hpp"
#include "pgtwin/model/seen.hpp"
#include "pgtwin/model/server.hpp"

namespace pgtwin::report
{

/// Seconds since 1970 in UTC.
using Time = std::chrono::seconds;

/// Where the facts of the cluster come from.
enum class Source
{
    live,   ///< the running cluster
    saved,  ///< what Pacemaker saved on this node: configuration without status
    absent, ///< nothing: neither could be read
};

/// Why the running cluster could not be asked.
enum class Silence
{
    none,
    stopped, ///< no Pacemaker runs here
    denied,  ///< this user may not ask it
    hung,    ///< it did not answer in time
};

struct ClusterFacts
{
    Source source = Source::live;
    Silence silence = Silence::none;
    std::string problem; ///< in the words of the tool that was asked
    Seen<bool> has_quorum;
    Seen<bool> has_fencing; ///< stonith-enabled
    Seen<std::vector<std::string>> fencing_devices;
    Seen<bool> is_maintenance;
};

/// How the server of a node stands.
enum class ServerState
{
    ready,
    running,   ///< by its node's word in the cluster; it was not asked itself
    starting,  ///< starting up, in recovery or shutting down
    saturated, ///< all connections taken
    refusing,  ///< it runs and does not let us in
    silent,    ///< it runs and does not answer
    leftovers, ///< no postmaster, only processes of a dead one
    stopped,
};

/// Whether a standby may be promoted if its primary were lost at once, or whether it may be promoted if there is none.
struct Promotion
{
    bool is_allowed = false;
    std::string id;   ///< of the message table, or the rule that allows it
    std::string text; ///< a few words for people
    friend bool operator==(const Promotion&, const Promotion&) = default;
};

/// A repair in progress, or what holds one up.
struct Repair
{
    std::string text; ///< as published
    std::string what; ///< "base backup", "rewind"; empty: it does not copy
    std::int64_t done_bytes = 0;
    std::int64_t total_bytes = 0; ///< 0: not known
    std::string rest;             ///< what follows the bytes: rate, time left

    /// The attribute <rsc>-resync: "phase=copying percent=42 done=4200 total=10000 rate=100 left=58", "base backup: 42
    /// %, 4200 of 10000 bytes", or any other text; what follows "why=" is for people.
    [[nodiscard]] static Repair parse(std::string_view text);
    friend bool operator==(const Repair&, const Repair&) = default;
};

struct NodeFacts
{
    std::string name;
    bool is_local = false;
    Seen<Membership> membership;
    Seen<bool> is_standby_mode;
    Seen<ServerState> server;
    Seen<std::optional<Role>> role; ///< empty: no server runs
    Seen<Timeline> timeline;
    Seen<Lsn> end;      ///< end of its WAL
    Seen<Lsn> replayed; ///< standby
    Seen<bool> is_replay_paused;
    Seen<int> major_version;
    Seen<Time> started; ///< the server
    Seen<DataStatus> record;
    Seen<std::optional<Certificate>> certificate; ///< of its present run
    Seen<std::optional<int>> score;
    Seen<bool> has_override;
    Seen<Promotion> promotion;
    Seen<std::optional<Repair>> repair;
};

/// The stream from the primary to the standby.
struct Replication
{
    std::string state;            ///< streaming, catchup, ...
    Seen<std::string> sync_state; ///< sync, async, ... as the primary says
    Seen<Time> since;             ///< when the connection was made
    Seen<std::int64_t> flush_lag; ///< bytes that are not on the standby's disk
    Seen<std::int64_t> replay_lag;
    Seen<std::chrono::milliseconds> flush_delay;
    Seen<std::chrono::milliseconds> replay_delay;
};

struct SlotFacts
{
    std::string name;
    bool is_active = false;
    std::string wal_status;
    std::int64_t held_bytes = 0;
};

struct AddressFacts
{
    std::string id;
    std::string address;
    Seen<std::string> node; ///< empty: it runs nowhere
};

/// Something that happened.
struct Event
{
    Time when{};
    std::string node;
    std::string what;    ///< "promote"
    std::string outcome; ///< for people; empty: it went well
    bool has_failed = false;
};

/// Everything that is known of one pair, as one node sees it.
struct PairFacts
{
    std::string resource; ///< empty: it could not be told
    std::string clone;
    ReplicationMode mode = ReplicationMode::sync;
    Time now{};
    std::chrono::seconds utc_offset{};
    ClusterFacts cluster;
    std::vector<NodeFacts> nodes;                 ///< in the order of their names
    Seen<std::string> sync_names;                 ///< synchronous_standby_names of the primary
    Seen<Time> commits_since;                     ///< since when that is so
    Seen<Time> commits_unchanged_since;           ///< a bound, where that is not known: it may be so for longer
    Seen<std::optional<Replication>> replication; ///< empty: the primary sees no standby
    Seen<std::optional<SlotFacts>> slot;          ///< the primary's, for the standby; empty: there is none
    std::vector<AddressFacts> addresses;
    std::vector<Event> events; ///< newest first

    /// The node whose server is the primary; null if none is known to be.
    [[nodiscard]] const NodeFacts* primary() const;
    /// The node beside the primary; null without a primary.
    [[nodiscard]] const NodeFacts* standby() const;
};

} // namespace pgtwin::report
