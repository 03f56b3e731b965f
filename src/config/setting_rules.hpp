// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/config/checks.hpp"

/// What the table of checks asks of one value: true if it does not do.
namespace pgtwin::config
{

[[nodiscard]] bool is_on(const CheckView& view, std::string_view value);
[[nodiscard]] bool is_off(const CheckView& view, std::string_view value);
[[nodiscard]] bool is_set(const CheckView& view, std::string_view value);
[[nodiscard]] bool is_zero(const CheckView& view, std::string_view value);
[[nodiscard]] bool is_below_two(const CheckView& view, std::string_view value);
[[nodiscard]] bool is_below_ten_seconds(const CheckView& view, std::string_view value);
[[nodiscard]] bool is_unlimited(const CheckView& view, std::string_view value);
[[nodiscard]] bool is_delayed(const CheckView& view, std::string_view value);
[[nodiscard]] bool is_minimal(const CheckView& view, std::string_view value);
[[nodiscard]] bool is_another_directory(const CheckView& view, std::string_view value);
[[nodiscard]] bool is_another_port(const CheckView& view, std::string_view value);
[[nodiscard]] bool is_fixed_timeline(const CheckView& view, std::string_view value);
[[nodiscard]] bool is_another_slot(const CheckView& view, std::string_view value);
[[nodiscard]] bool lacks_application_name(const CheckView& view, std::string_view value);
[[nodiscard]] bool cannot_rewind(const CheckView& view, std::string_view value);
[[nodiscard]] bool does_not_wait(const CheckView& view, std::string_view value);
[[nodiscard]] bool waits_in_async_mode(const CheckView& view, std::string_view value);
[[nodiscard]] bool slot_has_no_limit(const CheckView& view, std::string_view value);
[[nodiscard]] bool refuses_peer(const CheckView& view, std::string_view value);
[[nodiscard]] bool cannot_replicate(const CheckView& view, std::string_view value);
[[nodiscard]] bool is_not_granted(const CheckView& view, std::string_view value);
[[nodiscard]] bool is_failing(const CheckView& view, std::string_view value);
[[nodiscard]] bool is_deaf(const CheckView& view, std::string_view value);
[[nodiscard]] bool restore_may_stop_a_standby(const CheckView& view, std::string_view value);
[[nodiscard]] bool archives_nowhere(const CheckView& view, std::string_view value);
[[nodiscard]] bool archive_failures_are_hidden(const CheckView& view, std::string_view value);
[[nodiscard]] bool archive_failures_are_not_handled(const CheckView& view, std::string_view value);

} // namespace pgtwin::config
