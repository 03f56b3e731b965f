// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace pgtwin
{

/// What an action ends with; the numbers are the OCF return codes (Pacemaker Administration, "OCF Return Codes").
enum class OcfExit : int
{
    success = 0,
    generic = 1,
    arguments = 2,
    unimplemented = 3,
    permission = 4,
    not_installed = 5,
    not_configured = 6,
    not_running = 7,
    running_promoted = 8,
    failed_promoted = 9,
    degraded = 190, ///< active, and not of full use
};

/// What pgtwin is asked to reach: one decision function each.
enum class Goal
{
    start,
    stop,
    promote,
    demote,
    monitor,
    probe, ///< monitor without an interval: no side effects
    notify,
    reload,
    rebuild,  ///< the supervised worker
    validate, ///< validate-all: what would forbid a start; no side effects
};

} // namespace pgtwin
