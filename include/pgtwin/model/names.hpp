// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace pgtwin
{

/// Replication slot names are lower case letters, digits and underscore, at most 63 bytes (manual, "Replication
/// Slots").
[[nodiscard]] bool is_slot_name(std::string_view text);

/// application_name allowed by pgtwin: letters, digits, underscore, at most 63 bytes.
[[nodiscard]] bool is_application_name(std::string_view text);

/// application_name of a node whose resource does not set one: the node name up to its first dot, in lower case, with
/// every other character replaced by an underscore, cut to 63 bytes.
[[nodiscard]] std::string application_name_of(std::string_view node);

/// Pacemaker node names are compared without regard to case (peers: pgsql 2012/2013).
[[nodiscard]] bool same_node(std::string_view left, std::string_view right);

} // namespace pgtwin
