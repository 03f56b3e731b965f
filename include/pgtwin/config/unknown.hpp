// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "pgtwin/config/environment.hpp"

namespace pgtwin::config
{

/// A name that is given and that pgtwin does not read.
struct UnknownParam
{
    std::string name;
    std::string nearest; ///< the parameter that may be meant; empty if none is spelt like it
    friend bool operator==(const UnknownParam&, const UnknownParam&) = default;
};

/// What stands in OCF_RESKEY_* and is neither a parameter, nor another agent's name for one, nor Pacemaker's own
/// (CRM_meta_*, crm_feature_set), nor for tracing (ocf-shellfuncs.in, ocf_start_trace).
[[nodiscard]] std::vector<UnknownParam> unknown_params(const Environment& environment);

/// One sentence about all of them; empty if there are none.
[[nodiscard]] std::string warning_of(const std::vector<UnknownParam>& unknown);

} // namespace pgtwin::config
