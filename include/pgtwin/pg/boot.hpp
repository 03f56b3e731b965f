// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "pgtwin/model/installation.hpp"

namespace pgtwin::pg
{

/// The enabled units of systemd that would start a server on this data directory: units postgresql*.service that a
/// target wants (systemd.unit(5)). On Debian only the clusters of that directory count, of which postgresql.service
/// starts those with "auto" in start.conf (pg_createcluster(1)); elsewhere nobody can tell which directory a unit
/// serves. Files only, so that it works where systemd does not run. `root` stands before every path that is read.
[[nodiscard]] std::vector<BootStarter> boot_starters(const std::string& pgdata, const std::string& root = {});

} // namespace pgtwin::pg
