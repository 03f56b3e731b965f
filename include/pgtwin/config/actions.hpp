// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>

#include "pgtwin/config/params.hpp"
#include "pgtwin/model/ocf.hpp"

namespace pgtwin::config
{

/// One row of the action table. Two rows may share a name: one per role of a recurring monitor.
struct ActionSpec
{
    std::string_view name;
    std::chrono::seconds timeout{};  ///< advertised, and the deadline of an action run by hand
    std::chrono::seconds interval{}; ///< 0: not recurring
    std::string_view role;           ///< "Promoted", "Unpromoted" or empty
    std::optional<Goal> goal;        ///< none: answered without looking at anything (meta-data)
    std::string_view brief;          ///< one line for people
};

/// What the meta-data advertises.
[[nodiscard]] std::span<const ActionSpec> action_table();

/// How long a recurring monitor may take, by the role that Pacemaker gives with it: "Promoted" or its older name, or
/// any other.
[[nodiscard]] std::chrono::seconds monitor_limit(const Params& params, std::string_view role);

/// The first row with that name; nullptr if pgtwin has no such action.
[[nodiscard]] const ActionSpec* find_action(std::string_view name);

} // namespace pgtwin::config
