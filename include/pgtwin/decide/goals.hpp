// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/decide/observation.hpp"
#include "pgtwin/model/ocf.hpp"

namespace pgtwin::decide
{

/// Next step of an action. Total: defined for every observation, and every path ends, at the latest by the deadline.
[[nodiscard]] Next next(Goal goal, const Observation& seen, const Context& context);

/// R0: never ends recovery; the server is started only with standby.signal in place.
[[nodiscard]] Next start(const Observation& seen, const Context& context);

/// What would forbid a start on this node, and what is worth a warning; takes no step that changes anything.
[[nodiscard]] Next validate(const Observation& seen, const Context& context);

/// The first fault of programs, user, password file or directory that forbids a start; empty if there is none.
[[nodiscard]] Maybe refuse_node(const Observation& seen);

/// The first critical setting or error among `settings`; empty if the server can work with them.
[[nodiscard]] Maybe refuse_settings(const Settings& settings, const Context& context);

/// The same for the configuration as the next start would read it, which has to be readable.
[[nodiscard]] Maybe refuse_settings_on_disk(const Observation& seen, const Context& context);

/// Whether a running server has refused our login again and again: waiting does not mend that.
[[nodiscard]] bool is_shut_out(const Observation& seen);

/// Whether what monitor found is to be reported to Pacemaker by the sentinel.
[[nodiscard]] bool is_server_gone(Reason reason);

/// Success only when no process of the data directory is left.
[[nodiscard]] Next stop(const Observation& seen, const Context& context);

/// R7: refused unless may_promote() allows it by a fresh look; record, mark and run id come before the server opens.
[[nodiscard]] Next promote(const Observation& seen, const Context& context);

/// R8: fast shutdown and never anything harder before pg_control says `shut down`; then a standby.
[[nodiscard]] Next demote(const Observation& seen, const Context& context);

/// Tells how the instance stands, after taking the upkeep steps that are due.
[[nodiscard]] Next monitor(const Observation& seen, const Context& context);

/// Tells how the instance stands. Changes nothing but this node's own attributes of a running server (introduce()), and
/// those only if Pacemaker asks.
[[nodiscard]] Next probe(const Observation& seen, const Context& context);

/// The upkeep steps that are due; always ends well.
[[nodiscard]] Next notify(const Observation& seen, const Context& context);

/// Takes changed parameters over: connection of a standby, upkeep of a primary.
[[nodiscard]] Next reload(const Observation& seen, const Context& context);

/// R9: the supervised worker. Nothing of the old directory is touched before the new one is complete.
[[nodiscard]] Next rebuild(const Observation& seen, const Context& context);

} // namespace pgtwin::decide
