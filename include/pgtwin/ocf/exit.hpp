// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>

#include "pgtwin/config/reading.hpp"
#include "pgtwin/message/reason.hpp"
#include "pgtwin/model/ocf.hpp"

namespace pgtwin::ocf
{

/// The OCF return code of an action that ended with that reason. Total; a reason that makes no sense for the goal is a
/// generic error, so that Pacemaker recovers. Never `not_configured`, which would stop the resource on every node.
[[nodiscard]] OcfExit exit_for(Goal goal, Reason reason);

/// The return code of an action that was given a wrong parameter; empty for the goals that go on with what could be
/// read (stop, demote and notify never fail on a parameter).
[[nodiscard]] std::optional<OcfExit> refusal_for(Goal goal, config::Scope scope);

/// Whether the action ended well as far as Pacemaker is concerned; if not, an exit reason is due.
[[nodiscard]] bool is_good(OcfExit code);

} // namespace pgtwin::ocf
