// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

namespace pgtwin::ocf
{

/// The agent's description as OCF 1.1 XML, from the tables of parameters and actions. It looks at nothing: neither
/// environment, disk nor PostgreSQL.
///
/// The internal subset of the document type makes one text that resource-agents' ra-api-1.dtd, Pacemaker's
/// ocf-ra-1.1.rng, crmsh and pcs all accept: the DTD knows neither `reloadable` nor `reload-agent`.
[[nodiscard]] std::string meta_data();

} // namespace pgtwin::ocf
