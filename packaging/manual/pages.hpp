// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "pgtwin/setup/plan.hpp"

namespace pgtwin::manual
{

/// ocf_heartbeat_pgtwin(7): the resource agent, its parameters, actions, exit codes and messages.
[[nodiscard]] std::string agent_page(std::string_view date);

/// pgtwin(8): the commands for people.
[[nodiscard]] std::string command_page(std::string_view date);

/// What `pgtwin configure` prints for two nodes of an example.
[[nodiscard]] std::string example(setup::Shell shell);

/// Completion for bash.
[[nodiscard]] std::string completion();

} // namespace pgtwin::manual
