// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace pgtwin::crm
{

/// A time as Pacemaker writes it, "2026-11-29 07:13:25Z", "2026-11-29 07:10:30.418388Z" or "2026-11-29 08:13:25
/// +01:00", in seconds since 1970, in UTC. Empty: it is none, or without a zone.
[[nodiscard]] std::optional<std::chrono::seconds> time_from(std::string_view text);

} // namespace pgtwin::crm
