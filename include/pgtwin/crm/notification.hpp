// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/crm/tools.hpp"

namespace pgtwin::crm
{

using NodeNames = std::vector<std::string>;

/// What the running transition of Pacemaker does, by node. A hint, never proof: transitions are recomputed half-way.
///
/// The variables are there in notify and also in start, stop, promote and demote, if the clone has notify=true.
struct Transition
{
    NodeNames start;
    NodeNames stop;
    NodeNames promote;
    NodeNames demote;
    NodeNames promoted;   ///< before the transition
    NodeNames unpromoted; ///< before the transition

    /// Absent variables are empty lists; both the names since Pacemaker 2.1 (promoted) and those before (master) count.
    [[nodiscard]] static Transition from(const Environment& environment);

    [[nodiscard]] bool will_stop(std::string_view node) const;
    [[nodiscard]] bool will_demote(std::string_view node) const;
    [[nodiscard]] bool will_promote(std::string_view node) const;
};

/// When a notification is sent: before or after its operation.
enum class Moment
{
    pre,
    post,
};

/// One call of notify.
struct Notification
{
    Moment moment = Moment::pre;
    std::string operation; ///< start, stop, promote, demote
    Transition transition;

    /// Empty if these are not the variables of a notification.
    [[nodiscard]] static std::optional<Notification> from(const Environment& environment);
};

} // namespace pgtwin::crm
