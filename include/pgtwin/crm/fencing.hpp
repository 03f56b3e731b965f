// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/crm/tools.hpp"

namespace pgtwin::crm
{

enum class FencingState
{
    running,
    done,
    failed,
};

/// A request to fence a node, as Pacemaker's fencer remembers it since it was started.
struct Fencing
{
    std::string target; ///< node
    std::string action; ///< "reboot", "off"
    std::string origin; ///< the node that asked for it
    FencingState state = FencingState::running;
    std::optional<std::chrono::seconds> ended{}; ///< since 1970, in UTC; empty: it runs
    std::string reason{};                        ///< why it failed; mostly not told
};

/// The output of `crm_mon --output-as=xml` with its part about fencing, newest first. Malformed: it is another
/// document.
[[nodiscard]] Expected<std::vector<Fencing>> parse_fencing(std::string_view xml);

/// All requests that the fencer of this node knows of, those of the other nodes included. (`stonith_admin --history
/// '*'` of Pacemaker 2.1.5 and 3.0 writes an empty list as XML.)
[[nodiscard]] Expected<std::vector<Fencing>> fencing_history(Tools& tools, const Deadline& deadline);

} // namespace pgtwin::crm
