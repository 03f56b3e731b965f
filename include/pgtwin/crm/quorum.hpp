// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <string_view>

#include "pgtwin/crm/tools.hpp"

namespace pgtwin::crm
{

/// How corosync's votequorum is set up.
struct QuorumFlags
{
    bool is_two_node = false;
    bool waits_for_all = false;
    bool has_device = false; ///< a quorum device takes part; corosync excludes two_node then
};

/// The output of `corosync-quorumtool -s`. Malformed: it has no line of flags.
[[nodiscard]] Expected<QuorumFlags> parse_quorum_flags(std::string_view text);
[[nodiscard]] Expected<QuorumFlags> quorum_flags(Tools& tools, const Deadline& deadline);

/// Corosync's token in effect; the output is `runtime.config.totem.token (u32) = 1000`.
[[nodiscard]] Expected<std::chrono::milliseconds> parse_token(std::string_view text);
[[nodiscard]] Expected<std::chrono::milliseconds> token(Tools& tools, const Deadline& deadline);

} // namespace pgtwin::crm
