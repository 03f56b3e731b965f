// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

namespace pgtwin::ocf
{

/// Who reads the meta-data.
enum class Reader
{
    validator, ///< xmllint with a DTD, ocf-tester, people
    pacemaker, ///< a daemon of Pacemaker
};

/// The agent's description as OCF 1.1 XML, from the tables of parameters and actions. It looks at nothing: neither
/// environment, disk nor PostgreSQL.
///
/// The internal subset of the document type makes one text that resource-agents' ra-api-1.dtd, Pacemaker's
/// ocf-ra-1.1.rng, crmsh and pcs all accept: the DTD knows neither `reloadable` nor `reload-agent`. Pacemaker's daemons
/// get it without that subset, because 3.0.0 logs a failed assertion (new_private_data() in lib/common/xml.c) for each
/// declaration in it.
[[nodiscard]] std::string meta_data(Reader reader = Reader::validator);

} // namespace pgtwin::ocf
