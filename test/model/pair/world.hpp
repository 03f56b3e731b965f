// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <variant>

#include "pgtwin/decide/step.hpp"

/// Two nodes and everything between them, as bytes that can be copied, compared and hashed. What production code keeps
/// as words, positions and times is kept here as small numbers; translate.hpp turns the one into the other.
namespace pgtwin::test::pair
{

using Byte = std::uint8_t;
/// A run id, by a number that is given anew in each state; 0: none.
using Label = Byte;

[[nodiscard]] constexpr Byte byte(std::size_t value) noexcept
{
    return static_cast<Byte>(value);
}
[[nodiscard]] constexpr Byte byte(int value) noexcept
{
    return static_cast<Byte>(value);
}
template <typename T>
requires std::is_enum_v<T>
[[nodiscard]] constexpr Byte byte(T value) noexcept
{
    return static_cast<Byte>(value);
}

inline constexpr std::size_t longest_wal = 14;
inline constexpr std::size_t most_promotions = 7;
inline constexpr std::size_t step_kinds = std::variant_size_v<decide::Step>;
inline constexpr std::size_t subject_count = 15;
/// Tokens from here on are commits; those below are promotions, by the run that made them.
inline constexpr Byte first_commit = 0x80;

/// What a directory holds: commits and promotions, in order; 0 from the end on.
struct Wal
{
    std::array<Byte, longest_wal> token{};
    friend bool operator==(const Wal&, const Wal&) = default;

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] bool is_full() const { return token.back() != 0; }
    void append(Byte what) { token.at(size()) = what; }
    /// Which commits it holds, one bit each.
    [[nodiscard]] Byte commits() const;
    [[nodiscard]] std::size_t promotions() const;
};

/// What PostgreSQL tells of a directory: system, end, and where each promotion began (plus one; 0: none).
struct Line
{
    Byte system = 0;
    Byte end = 0;
    std::array<Byte, most_promotions> promoted_at{};
    friend bool operator==(const Line&, const Line&) = default;
};

struct Word
{
    Byte timeline = 0;
    Label word = 0;
    friend bool operator==(const Word&, const Word&) = default;
};

/// LocalState.
struct Memory
{
    Label run = 0;
    Byte role = 0;
    Byte is_alone = 0;
    Byte alone_system = 0;
    Byte alone_timeline = 0;
    Byte alone_end = 0;
    std::array<Word, most_promotions> words{};
    Byte unshared = 0; ///< a timeline
    Label followed = 0;
    Label certified = 0;
    Byte origin = 0;
    Byte is_orderly = 0;
    Byte rebuild = 0;
    friend bool operator==(const Memory&, const Memory&) = default;
};

/// How long R5.2 has been looked at.
enum class Delay : Byte
{
    none,
    begun,
    passed,  ///< the delay has passed, and no look came late
    stalled, ///< by the clock the delay has passed, but nobody looked for more than half of it
};

/// Watch.
struct Notes
{
    Delay degrade = Delay::none;
    Byte degrade_ring = 0; ///< how many memberships ago
    Label certify = 0;
    Label certified_by = 0;
    Byte is_second_over = 0; ///< since the names were seen set
    Byte is_idle_seen = 0;
    Byte proof = 0; ///< plus one
    Byte unhealthy = 0;
    Label standoff_self = 0; ///< 0: nobody waits for the promotion of a certified peer
    Label standoff_peer = 0;
    Byte is_patience_over = 0;
    friend bool operator==(const Notes&, const Notes&) = default;
};

/// What one copy of the CIB says of one node.
struct Card
{
    Byte status = 0;
    Label run = 0;
    Byte role = 0;
    Byte timeline = 0;
    Label word = 0;
    Label certificate = 0;
    Byte certificate_mode = 0;
    Byte has_position = 0;
    Label position_run = 0;
    Byte has_data = 0;
    Byte position_system = 0;
    Byte position_timeline = 0;
    Byte position_end = 0;
    Label position_word = 0;
    Byte position_alone = 0;
    Byte position_orderly = 0;
    Byte position_primary = 0;
    Byte position_unfinished = 0;
    Byte has_override = 0;
    Byte score = 0;    ///< index into scores; 0: none
    Byte alone_in = 0; ///< how many memberships ago, plus one; 0: none, or an older one
    friend bool operator==(const Card&, const Card&) = default;
};

struct Copy
{
    std::array<Card, 2> of;
    friend bool operator==(const Copy&, const Copy&) = default;
};

enum class Server : Byte
{
    down,
    standby,
    primary,
};

/// What one status query and the process list tell.
struct ServerSeen
{
    Server server = Server::down;
    Byte is_silent = 0;
    Byte has_names = 0;
    Byte has_sender = 0;
    Byte flush = 0;
    Byte names_peer = 0;
    Byte receiver = 0; ///< the timeline that is received; 0: nothing is
    Byte is_idle = 0;
    Line line;
    friend bool operator==(const ServerSeen&, const ServerSeen&) = default;
};

enum class Kept : Byte
{
    not_asked,
    unknown,
    known,
};

/// What an action has seen and not forgotten.
struct Looks
{
    std::array<Kept, subject_count> kept{};
    Memory memory;
    Notes notes;
    Byte worker = 0;
    Server processes = Server::down;
    Byte directory = 0;
    Byte has_signal = 0;
    Byte control = 0;
    Byte newest = 0; ///< timeline
    Line line;
    ServerSeen server;
    Card self;
    Card peer;
    Byte membership = 0;
    Byte has_quorum = 0;
    Byte ring = 0; ///< how many memberships ago
    Line identity;
    Byte identity_role = 0;
    Line upstream;
    Byte upstream_role = 0;
    friend bool operator==(const Looks&, const Looks&) = default;
};

/// An action between two of its steps; which one is next follows from the rest.
struct Action
{
    Byte goal = 0; ///< plus one; 0: no action
    Label fresh = 0;
    Byte is_late = 0;
    Byte is_stop_planned = 0;
    Byte resync = 0;                      ///< what it told people last, as resync_text() numbers it
    std::array<Byte, step_kinds> tries{}; ///< done in the low half, failed in the high one; neither above 3
    Looks looks;
    friend bool operator==(const Action&, const Action&) = default;
};

enum class Belief : Byte
{
    stopped,
    started,
    promoted,
};

struct Node
{
    Byte has_power = 0;
    Byte sees_peer = 0; ///< corosync
    Byte is_joined = 0; ///< the merged CIB has arrived
    Byte has_quorum = 0;
    Byte is_peer_clean = 0;
    Byte wants_fencing = 0; ///< of its peer
    Byte is_left = 0;       ///< by its Pacemaker, while corosync runs
    Belief belief = Belief::stopped;
    Byte mode = 0;
    Server server = Server::down;
    Byte is_hung = 0;    ///< 2: it recovers and does not come to an end
    Byte is_slow = 0;    ///< the next server to start recovers without end
    Byte is_foreign = 0; ///< somebody else than pgtwin has started the server, and no monitor has accepted it
    Byte directory = 0;  ///< DirectoryKind
    Byte system = 0;
    Byte has_signal = 0;
    Byte names_peer = 0; ///< in primary_conninfo
    Byte control = 0;    ///< ControlState
    Byte is_half_rewound = 0;
    Byte is_half_open = 0; ///< its newest promotion is in its WAL, and not in pg_control
    Wal wal;
    Byte has_names = 0;
    Byte are_names_taken = 0; ///< by the checkpointer: commits wait
    Byte are_names_young = 0; ///< set less than a second ago
    Byte waiting = 0;         ///< commits whose clients still wait, one bit each
    Byte new_copy = 0;        ///< 0: none, 1: complete
    Wal new_wal;
    Byte has_old_copy = 0;
    Wal old_wal;
    Memory memory;
    Notes notes;
    Byte is_unprotected = 0; ///< was asynchronous in this role and has not gone through R5 since
    friend bool operator==(const Node&, const Node&) = default;
};

struct World
{
    std::array<Node, 2> node;
    std::array<Copy, 2> cib;
    std::array<Action, 2> action;
    std::array<Action, 2> worker;
    Byte is_connected = 0;  ///< the network between the nodes
    Byte can_replicate = 0; ///< the port of PostgreSQL in it
    Byte lag = 0;           ///< node whose copy of the CIB is behind, plus one
    Byte acknowledged = 0;  ///< commits, one bit each
    Byte commits = 0;       ///< so far
    Byte promotions = 0;
    Byte faults = 0;
    Byte overrides = 0;
    Byte mode_changes = 0;
    Byte recorded_last = 0; ///< who wrote a record last, plus one
    Byte late_node = 0;     ///< whose certificate the attribute manager holds and no CIB shows yet, plus one
    Label late_certificate = 0;
    Byte late_mode = 0;
    friend bool operator==(const World&, const World&) = default;
};
static_assert(sizeof(World) < 1200 && std::is_trivially_copyable_v<World> && alignof(World) == 1);

[[nodiscard]] Line line_of(const Node& node);
/// Whether the node's server receives WAL from its peer's, and what it has is, as far as PostgreSQL can tell, the
/// beginning of what that has.
[[nodiscard]] bool does_stream(const World& world, std::size_t node);
/// Whether its WAL receiver asks the peer for a timeline that another promotion made there: what the peer sends is
/// written over its own WAL from the beginning of a segment.
[[nodiscard]] bool does_overwrite(const World& world, std::size_t node);
/// The timeline that it receives.
[[nodiscard]] std::size_t streamed_timeline(const World& world, std::size_t node);

/// Numbers all runs anew, in the order in which they are found, so that worlds which differ in names only are equal.
/// `free` is the first number that is not in use.
Label relabel(World& world);

/// The numbers of one action, as they are in the world: place i holds the world's number of the action's i.
using Names = std::array<Label, 32>;
[[nodiscard]] Names relabel(Action& action);

template <typename F>
void each_label(Memory& memory, F&& visit)
{
    visit(memory.run);
    for (Word& word : memory.words)
        visit(word.word);
    visit(memory.followed);
    visit(memory.certified);
}

template <typename F>
void each_label(Notes& notes, F&& visit)
{
    visit(notes.certify);
    visit(notes.certified_by);
    visit(notes.standoff_self);
    visit(notes.standoff_peer);
}

template <typename F>
void each_label(Card& card, F&& visit)
{
    visit(card.run);
    visit(card.word);
    visit(card.certificate);
    visit(card.position_run);
    visit(card.position_word);
}

} // namespace pgtwin::test::pair
