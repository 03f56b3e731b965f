// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>

#include "pgtwin/decide/observation.hpp"

namespace pgtwin::decide
{

/// Which rule of safety.md allows a promotion.
enum class Rule
{
    certified,         ///< R2
    compared,          ///< R1
    alone,             ///< R2b
    peer_cannot_start, ///< R2c
    first_run,         ///< R3
    operator_override, ///< R4
    by_hand,           ///< no cluster on this machine, and not run by Pacemaker
};

struct Verdict
{
    std::optional<Rule> rule; ///< empty: refused
    Reason refusal{};         ///< meaningful only if refused
    std::string detail;       ///< both positions, where they matter
};

/// The next look that may_promote() needs beside the state; empty once all were taken.
[[nodiscard]] Maybe need_for_promotion(const Observation& seen);

/// Whether this node may be promoted (safety.md R1 to R4). What need_for_promotion() has taken and is unknown is
/// refused. Never allows it while the peer is seen as primary.
[[nodiscard]] Verdict may_promote(const Observation& seen, const Context& context);

/// How two directories relate.
enum class Comparison
{
    mine_is_better,
    theirs_is_better,
    equal,
    diverged,
    different_systems,
};

/// R1: compares published positions; `history` is that of my timeline, `their_word` the promotion that made their
/// timeline as far as I know it.
[[nodiscard]] Comparison compare(const Position& mine, const TimelineHistory& history, const Position& theirs,
                                 const RunId& their_word);

/// This node's position by its own word; needs state and identity.
[[nodiscard]] Position position_of(const LocalState& state, const Identity& identity);

/// What a primary left without a crash: a shutdown in recovery only keeps what was known of the shutdown before it.
[[nodiscard]] bool is_orderly(const LocalState& state, const Directory& directory);

/// What an instance without any data tells.
[[nodiscard]] Position nothing_of(const LocalState& state);

/// Position of a directory without a server, from pg_control (R2b, R2c): that there is no data if the directory is
/// absent or empty and no repair works on it; empty if there is no pg_control or it tells nothing, because of a rewind
/// that is not proven. A mark is told of unless the directory is surely behind it: after a crash pg_control is older
/// than the WAL.
[[nodiscard]] std::optional<Position> position_of(const LocalState& state, const Directory& directory);

/// Whether a stopped instance may give up its mark: it is that of a promotion which never opened its server, so that it
/// has acknowledged nothing, and the peer runs as a standby and has everything that the mark vouches for.
[[nodiscard]] bool may_yield(const LocalState& state, const Directory& directory, const NodeView& peer);

/// Whether the mark holds for a directory with this history and end.
[[nodiscard]] bool is_mark_valid(const std::optional<AloneMark>& mark, std::uint64_t system_identifier,
                                 const TimelineHistory& history, Lsn end);

/// Whether this run of the node holds a certificate. The guard judges by the certificate's own mode (R2, R11): the two
/// nodes learn of a changed parameter at different times.
[[nodiscard]] bool holds_certificate(const NodeView& node, const RunId& run);

/// Whether it holds one that was granted in this mode: only then the primary may leave it standing.
[[nodiscard]] bool is_certified(const NodeView& node, const RunId& run, ReplicationMode mode);

/// Whether Pacemaker moves the role to the peer by the scores alone: it is certified and has the only one.
[[nodiscard]] bool takes_over(const ClusterView& view);

/// Whether the peer is, as far as the cluster shows, a running primary.
[[nodiscard]] bool is_peer_primary(const ClusterView& view);

} // namespace pgtwin::decide
