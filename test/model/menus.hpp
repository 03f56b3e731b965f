// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "walk.hpp"

namespace pgtwin::test
{

[[nodiscard]] Exploration a_start_on_any_directory();
[[nodiscard]] Exploration a_start_of_any_server();
/// Processes and workers that end or not; a_farewell() is what follows.
[[nodiscard]] Exploration a_stop_of_anything();
[[nodiscard]] Exploration a_farewell();
/// Everything that the guard may see.
[[nodiscard]] Exploration a_promotion();
[[nodiscard]] Exploration a_promotion_of_any_server();
/// The same in strict mode, of a server that names anybody.
[[nodiscard]] Exploration a_strict_promotion();
[[nodiscard]] Exploration a_demotion_of_any_server();
[[nodiscard]] Exploration a_demotion_in_any_cluster();
/// `goal` is one of monitor, notify and reload; the server is a primary.
[[nodiscard]] Exploration upkeep_of_a_primary(Goal goal, ReplicationMode mode);
/// The same for a standby, an empty instance or one that is down.
[[nodiscard]] Exploration upkeep_of_a_standby(Goal goal);
/// Of a server whose state file knows no run of this boot (decision 0026).
[[nodiscard]] Exploration upkeep_of_a_foreign_server(Goal goal);
[[nodiscard]] Exploration a_probe();
[[nodiscard]] Exploration a_rebuild_from_any_source();
[[nodiscard]] Exploration a_swap();
/// Directories that left the history of the primary, of which a rewind may be the way back.
[[nodiscard]] Exploration a_rewind();

} // namespace pgtwin::test
