// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>

#include "pgtwin/model/fields.hpp"
#include "pgtwin/model/server.hpp"

namespace pgtwin
{

/// How records name the roles.
inline constexpr std::array<Named<Role>, 2> role_names{
    {{Role::primary, "primary"}, {Role::standby, "standby"}}
};

} // namespace pgtwin
