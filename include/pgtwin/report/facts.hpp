// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pgtwin/config/params.hpp"
#include "pgtwin/model/cluster.hpp"
#include "pgtwin/model/resync.hpp"
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

enum class DeviceState
{
    usable,
    disabled, ///< by an administrator: the cluster does not fence with it
    failed,   ///< its start or its monitor failed last
};

struct FencingDevice
{
    std::string id;
    DeviceState state = DeviceState::usable;
    std::string problem{}; ///< where and why it failed
};

enum class FencingState
{
    running,
    done,
    failed,
};

/// A request to fence a node.
struct FencingFacts
{
    std::string target; ///< node
    std::string action; ///< "reboot"
    std::string origin; ///< the node that asked for it
    FencingState state = FencingState::running;
    std::optional<Time> ended{};
    std::string reason{}; ///< why it failed; empty: not told
};

struct ClusterFacts
{
    Source source = Source::live;
    Silence silence = Silence::none;
    std::string problem; ///< in the words of the tool that was asked
    Seen<bool> has_quorum;
    Seen<bool> has_fencing; ///< stonith-enabled
    Seen<std::vector<FencingDevice>> fencing_devices;
    Seen<std::vector<FencingFacts>> fencing; ///< newest first
    Seen<bool> is_maintenance;
    bool is_all_stopped = false; ///< stop-all-resources
};

/// Whether Pacemaker looks after the resource.
enum class Management
{
    managed,
    unmanaged,
    maintenance, ///< of the resource alone
};

/// What an administrator wants of the resource (meta attribute target-role).
enum class TargetRole
{
    any,
    stopped,
    unpromoted,
};

/// A constraint that keeps the pair, or its primary, off a node.
struct BanFacts
{
    std::string id;
    std::string node;
    bool is_promotion_only = false;
    bool is_left = false;        ///< by a command for once, such as `crm resource ban`
    std::optional<Time> until{}; ///< empty: for ever
};

/// How the server of a node stands.
enum class ServerState
{
    ready,
    running,   ///< by its node's word in the cluster; it was not asked itself
    waiting,   ///< there is no data to start it with, before a primary brings some
    repairing, ///< there is none while its data directory is filled or rewound
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
    ResyncPhase phase = ResyncPhase::preparing;
    std::string text;  ///< for people; all that was published if it is no record
    std::string cause; ///< id of the message, if it waits or failed; may be empty
    std::int64_t done_bytes = 0;
    std::int64_t total_bytes = 0; ///< 0: not known
    std::int64_t rate = 0;        ///< bytes per second; 0: not known
    std::chrono::seconds left{};  ///< by that rate; 0: not known

    /// The attribute <rsc>-resync.
    [[nodiscard]] static Repair parse(std::string_view text);
    /// Whether bytes are counted.
    [[nodiscard]] bool is_copying() const;
    /// "base backup", "rewind"; empty: it does not copy.
    [[nodiscard]] std::string_view what() const;
    friend bool operator==(const Repair&, const Repair&) = default;
};

struct NodeFacts
{
    std::string name;
    bool is_local = false;
    Seen<Membership> membership;
    bool is_deleted = false; ///< the cluster runs and has no node of that name
    Seen<bool> is_standby_mode;
    Seen<bool> is_maintenance;                ///< of this node alone
    bool is_standby_until_reboot = false;     ///< by an attribute that its next boot forgets
    bool is_maintenance_until_reboot = false; ///< the same
    Seen<ServerState> server;
    std::string silence;            ///< why its server did not answer this node; empty: it did, or was not asked
    Seen<std::optional<Role>> role; ///< empty: no server runs
    Seen<Timeline> timeline;
    Seen<Lsn> end;      ///< end of its WAL
    Seen<Lsn> replayed; ///< standby
    Seen<bool> is_replay_paused;
    Seen<int> major_version;
    Seen<Time> started; ///< the server
    Seen<DataStatus> record;
    bool is_record_saved = false;                 ///< it is what Pacemaker left on this node, and may be old
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
    Seen<std::string> address;    ///< of the standby, as the primary sees it
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
    Seen<std::int64_t> left_bytes{}; ///< of WAL that may still be written before it is given up; unknown: or no limit
};

/// Sessions of the primary that wait for the standby with their commit.
struct Waiting
{
    int sessions = 0;
    std::chrono::milliseconds oldest{}; ///< since the first of them began its statement
};

/// A file system of this node.
struct DiskFacts
{
    std::string what; ///< "data", "WAL"
    std::string path;
    std::int64_t free_bytes = 0;
    std::int64_t total_bytes = 0;
};

struct AddressFacts
{
    std::string id;
    std::string address;
    Seen<std::string> node;   ///< empty: it runs nowhere
    bool is_starting = false; ///< it is being started
};

/// What Pacemaker does about an operation that has failed, unless it may not do anything.
enum class Aftermath
{
    retried,
    ignored,  ///< on-fail says so
    kept_off, ///< the instance is not started there again, for the count of its failures
};

/// Something that happened.
struct Event
{
    Time when{};
    std::string node;
    std::string what;                         ///< "promote", "promote failed"
    std::string outcome;                      ///< for people; empty: it went well
    bool has_failed = false;                  ///< and nothing has shown since that it is mended
    std::string cause{};                      ///< id of the message that the outcome tells; empty: none is known
    Aftermath aftermath = Aftermath::retried; ///< of what has failed
};

/// An operation of the cluster that runs now.
struct Activity
{
    std::string node;
    std::string what; ///< "promote"
    Time since{};     ///< by that node's clock
};

/// Everything that is known of one pair, as one node sees it.
struct PairFacts
{
    std::string resource;  ///< empty: it could not be told
    std::string directory; ///< of the data here, which tells pairs without a name apart
    std::string clone;
    ReplicationMode mode = ReplicationMode::sync;
    Seen<Management> management;
    std::string management_owner; ///< the resource whose meta attribute says so
    Seen<TargetRole> target_role;
    std::string target_role_owner;    ///< the same
    Seen<std::vector<BanFacts>> bans; ///< that hold now
    Time now{};
    std::chrono::seconds utc_offset{};
    ClusterFacts cluster;
    std::vector<NodeFacts> nodes;                 ///< in the order of their names
    Seen<std::string> sync_names;                 ///< synchronous_standby_names of the primary
    Seen<Time> commits_since;                     ///< since when that is so
    Seen<Time> commits_unchanged_since;           ///< a bound, where that is not known: it may be so for longer
    Seen<Waiting> waiting;                        ///< told on the primary
    Seen<std::chrono::seconds> delay_left;        ///< until commits go on without the standby, if that has begun
    Seen<std::optional<Replication>> replication; ///< empty: the primary sees no standby
    Seen<std::optional<SlotFacts>> slot;          ///< the primary's, for the standby; empty: there is none
    std::vector<AddressFacts> addresses;
    std::vector<DiskFacts> disks;  ///< of this node
    std::vector<Event> events;     ///< newest first
    std::vector<Activity> running; ///< in the order of the cluster's nodes

    /// The node whose server is the primary; null if none is known to be.
    [[nodiscard]] const NodeFacts* primary() const;
    /// The node beside the primary; null without a primary.
    [[nodiscard]] const NodeFacts* standby() const;
    /// The other one of two nodes; null if there is none.
    [[nodiscard]] const NodeFacts* other_than(const NodeFacts& node) const;
    /// What an administrator names to Pacemaker: the clone, or without one the resource.
    [[nodiscard]] const std::string& handle() const { return clone.empty() ? resource : clone; }
};

} // namespace pgtwin::report
