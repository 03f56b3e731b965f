// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "support/program.hpp"

namespace pgtwin::test
{

/// Where the agent lies on a node.
inline constexpr const char* agent_path = "/usr/lib/ocf/resource.d/heartbeat/pgtwin";

/// Runs a shell script on a node without a cluster (test/contract/in-root.sh), with the executable that
/// PGTWIN_EXECUTABLE names installed as ocf:heartbeat:pgtwin; variable $agent holds its path. Nothing is left behind.
[[nodiscard]] Ran run_on_node(const std::string& script);

/// The same with a fresh database in /srv/db/data that fits pgtwin, owned by postgres, with a password file; the
/// environment names it as parameter pgdata, two nodes, and a log file in $HA_LOGFILE, so that standard error holds
/// nothing but the exit reason.
[[nodiscard]] Ran run_with_database(const std::string& script);

} // namespace pgtwin::test
