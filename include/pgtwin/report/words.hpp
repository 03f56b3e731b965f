// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "pgtwin/model/words.hpp"
#include "pgtwin/report/facts.hpp"

namespace pgtwin::report
{

// The words for values: the same on the terminal and in JSON.

[[nodiscard]] std::string_view name_of(ServerState state);
/// "primary", "standby" or "stopped".
[[nodiscard]] std::string_view name_of(const std::optional<Role>& role);
[[nodiscard]] std::string_view name_of(ReplicationMode mode);
[[nodiscard]] std::string_view name_of(Source source);
[[nodiscard]] std::string_view name_of(CertificateMode mode);
[[nodiscard]] std::string_view name_of(DeviceState state);
[[nodiscard]] std::string_view name_of(FencingState state);
[[nodiscard]] std::string_view name_of(Management management);
[[nodiscard]] std::string_view name_of(TargetRole role);
[[nodiscard]] std::string_view name_of(ResyncPhase phase);

} // namespace pgtwin::report
