// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pgtwin::pg
{

/// The user that a password file (manual, "The Password File") names for a replication connection to `host`: that of
/// the first entry whose host, port and database match as libpq matches them. Empty: no entry, or it names no one user.
/// Passwords are not looked at.
[[nodiscard]] std::optional<std::string> replication_user_in(std::string_view passfile, std::string_view host,
                                                             int port);

} // namespace pgtwin::pg
