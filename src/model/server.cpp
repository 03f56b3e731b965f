// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/model/server.hpp"

#include <algorithm>

namespace pgtwin
{

bool is_off(const ControlData& control, const TimelineHistory& newest)
{
    if (newest.timeline == std::max(control.timeline, control.minimum_recovery_timeline))
        return false;
    // The checkpoint begins at its location, and a timeline that ends there does not have it.
    const bool has_checkpoint = can_follow(newest, control.timeline, Lsn{control.checkpoint.bytes() + 1});
    const bool was_recovering = control.minimum_recovery_end != Lsn{};
    return !has_checkpoint ||
           (was_recovering && !can_follow(newest, control.minimum_recovery_timeline, control.minimum_recovery_end));
}

} // namespace pgtwin
