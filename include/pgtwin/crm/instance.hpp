// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "pgtwin/crm/tools.hpp"

namespace pgtwin::crm
{

/// Which instance an action is about.
struct Instance
{
    std::string resource; ///< id of the primitive
    std::string node;     ///< this node's name in the cluster; empty: no cluster runs here
    bool is_run_by_pacemaker = false;
};

/// From the environment alone if Pacemaker runs the action (it then names the node), otherwise by asking the cluster: a
/// person who runs an action by hand may have named the clone.
///
/// Conflict: OCF_RESOURCE_INSTANCE is not set or not usable as a file name.
[[nodiscard]] Expected<Instance> find_instance(const Environment& environment, Tools& tools, const Deadline& deadline);

} // namespace pgtwin::crm
