// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <span>
#include <string_view>

#include "pgtwin/config/param_table.hpp"

namespace pgtwin::config
{

/// A parameter of ocf:heartbeat:pgsql that means one of pgtwin's: read where the latter is not set.
struct AliasSpec
{
    std::string_view name;
    std::string_view meaning;                                       ///< name of the parameter in the parameter table
    std::string_view brief;                                         ///< one line, no full stop
    std::string_view (*value_of)(std::string_view value) = nullptr; ///< what is read of it; null: all
};

[[nodiscard]] std::span<const AliasSpec> alias_table();

/// The row of the parameter table that an alias stands for.
[[nodiscard]] const ParamSpec& meant_by(const AliasSpec& alias);

} // namespace pgtwin::config
