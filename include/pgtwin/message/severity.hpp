// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace pgtwin
{

/// How loudly a line is logged; the levels of ocf_log.
enum class Severity
{
    debug,
    info,
    warning,
    error,
    critical,
};

} // namespace pgtwin
