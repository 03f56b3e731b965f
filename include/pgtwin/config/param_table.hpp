// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pgtwin/config/params.hpp"

namespace pgtwin::config
{

/// Where a value goes; the alternative fixes how its text is parsed.
using ParamField = std::variant<std::string Params::*, int Params::*, std::int64_t Params::*, bool Params::*,
                                std::chrono::seconds Params::*, ReplicationMode Params::*,
                                std::vector<std::string> Params::*, std::map<std::string, std::string> Params::*>;

/// What is wrong with a text beyond its type, as "must be ..."; empty if nothing is.
using ParamRule = std::string (*)(std::string_view text);

/// One row of the parameter table: the only place where a parameter is described.
struct ParamSpec
{
    std::string_view name; ///< read from OCF_RESKEY_<name>
    ParamField field;
    std::string_view fallback; ///< default as text, read by the same parser
    std::string_view brief;    ///< one line, no full stop
    std::string_view detail;   ///< sentences: effect, unit, interaction with PostgreSQL's settings
    bool is_required = false;
    bool is_reloadable = true; ///< a change takes effect without a restart (OCF 1.1, "reloadable")
    std::int64_t low = std::numeric_limits<std::int64_t>::min();
    std::int64_t high = std::numeric_limits<std::int64_t>::max();
    ParamRule rule = nullptr;
    bool may_hold_secret = false; ///< what was given is shown to nobody, since it may be a password
};

/// All parameters, in the order in which they are documented.
[[nodiscard]] std::span<const ParamSpec> param_table();

/// Type as the meta-data names it: "string", "integer" or "boolean", the three that every validator knows.
[[nodiscard]] std::string_view type_name(const ParamSpec& spec);

} // namespace pgtwin::config
