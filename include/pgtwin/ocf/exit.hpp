// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>

#include "pgtwin/config/reading.hpp"
#include "pgtwin/message/reason.hpp"
#include "pgtwin/message/severity.hpp"
#include "pgtwin/model/ocf.hpp"

namespace pgtwin::ocf
{

/// Who reads the return code.
enum class Asker
{
    pacemaker,
    person, ///< or a script, or `crm_resource --force-check`: nothing keeps what they are told
};

/// The OCF return code of an action that ended with that reason. Total; a reason that makes no sense for the goal is a
/// generic error, so that Pacemaker recovers. Never `not_configured`, which would stop the resource on every node.
/// A person is told 190 of an instance that is being repaired, replays or waits for data. Pacemaker is told 0: it would
/// list a 190 as a failed action until somebody cleans up (decision 0014).
[[nodiscard]] OcfExit exit_for(Goal goal, Reason reason, Asker asker = Asker::pacemaker);

/// The return code of an action that refuses because of this parameter; empty for those that go on with what could be
/// read. Only start and validate answer `not_configured`, which stops the resource on every node: a wrong parameter
/// must not stop servers that run.
[[nodiscard]] std::optional<OcfExit> refusal_for(Goal goal, const config::ParamError& error);

/// How loudly the end of an action is logged. What Pacemaker logs by itself, or what lasts over many monitors, is
/// debug.
[[nodiscard]] Severity severity_for(Goal goal, Reason reason, Asker asker = Asker::pacemaker);

/// Whether all is well; if not, an exit reason is due.
[[nodiscard]] bool is_good(OcfExit code);

} // namespace pgtwin::ocf
