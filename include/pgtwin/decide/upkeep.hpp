// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/decide/observation.hpp"

namespace pgtwin::decide
{

/// Next step to keep a running primary's records, slot and synchronous mode right (R5, R6, R10, R11); empty when all is
/// as it should be, or when the next step must wait for a later look. Level-triggered: called by every action that
/// finds a primary.
[[nodiscard]] Maybe primary_upkeep(const Observation& seen, const Context& context);

/// The part of it that switches between synchronous and asynchronous.
[[nodiscard]] Maybe sync_mode(const Observation& seen, const Context& context);

/// R5.2 where monitors come too seldom to look often enough: whether this one goes on looking by itself, beyond what
/// upkeep may take otherwise.
[[nodiscard]] bool must_look_on(const Observation& seen, const Context& context);

/// R5.1 before this node is promoted without a certificate: empty once the peer's running instance holds none, neither
/// in the CIB nor in the attribute manager, whose writes may be late. Refuses if the removal cannot be confirmed.
[[nodiscard]] Maybe remove_certificate(const Observation& seen);

/// R5.1 and R5.2 on behalf of an operator's override (R4): empty once the peer can no longer be promoted by a
/// certificate that somebody may still see. Waits within the action, and refuses at its deadline.
[[nodiscard]] Maybe withdraw_licence(const Observation& seen, const Context& context);

/// Next step for a running standby: follow the primary (R9) or, without one, publish its position and score (R1 to R3).
[[nodiscard]] Maybe standby_upkeep(const Observation& seen, const Context& context);

/// Next step for a standby whose server takes no queries, since it reads the same segment for long and its primary does
/// not have that one any more. Its own WAL, or its archive, has a gap: only a base backup helps. Needs the directory.
[[nodiscard]] Maybe seek_missing_wal(const Observation& seen, const Context& context);

/// How far this standby goes, published if the cluster shows anything else (R1). Nothing while more local WAL may be
/// replayed, or while the directory is being repaired. Needs server, state, cluster and identity; only for a standby
/// that holds no certificate.
[[nodiscard]] Maybe offer_position(const Observation& seen);

/// The server recovers and may do so for long: what its directory is known to hold, for a peer that has everything by
/// its own mark (R1).
[[nodiscard]] Maybe offer_while_recovering(const Observation& seen);

/// Next step for a started instance that has no data yet.
[[nodiscard]] Maybe empty_upkeep(const Observation& seen, const Context& context);

/// Next step for an action that finds a worker: the run. How far the directory goes is the worker's to tell, whose
/// position would be undone by what was true a look ago.
[[nodiscard]] Maybe upkeep_beside_worker(const Observation& seen);

/// A standby drops the slot that it kept for its peer as a primary, which would keep WAL for ever. Needs the server.
[[nodiscard]] Maybe drop_own_slot(const Observation& seen);

/// Publishes again what a restart of Pacemaker has erased: the run of a running server, and a primary's score. Without
/// them Pacemaker would demote a primary that it finds (maintenance mode), and the primary would take its standby for
/// stopped.
[[nodiscard]] Maybe introduce(const Observation& seen);

/// Once per action, for a server under Pacemaker: somebody must wait for its end.
[[nodiscard]] Maybe watch_server(const Observation& seen, const Context& context);

/// The record this instance should have in the cluster now.
[[nodiscard]] RunRecord run_record(const LocalState& state, Timeline primary_timeline);

} // namespace pgtwin::decide
