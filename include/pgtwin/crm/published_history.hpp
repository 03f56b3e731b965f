// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "pgtwin/base/deadline.hpp"
#include "pgtwin/base/expected.hpp"
#include "pgtwin/crm/tools.hpp"

namespace pgtwin::crm
{

// What the nodes remember of their actions, for people on the other one: the attribute <resource>-history. It is
// private to the attribute manager (attrd_updater --private): never written to the CIB, so that it aborts no
// transition, and gone when its node leaves the cluster. Seen on Pacemaker 2.1.5, 3.0.0 and 3.0.1. Ends of lines and
// tabulators travel as %0A and %09, because 2.1.5 prints others in their place.

/// One call, which is not read back: nothing is decided by it.
[[nodiscard]] Expected<void> publish_history(Tools& tools, const std::string& resource, const std::string& node,
                                             std::string_view text, const Deadline& deadline);

/// By the names of the nodes; a node that has published nothing is missing.
[[nodiscard]] Expected<std::map<std::string, std::string>>
published_histories(Tools& tools, const std::string& resource, const Deadline& deadline);

} // namespace pgtwin::crm
