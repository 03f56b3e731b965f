// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

namespace pgtwin::pg
{

/// The WAL file that a startup process names in its title, as in "startup recovering 0000000200000000000000A3" or
/// "startup waiting for ..." (xlogrecovery.c, XLogFileRead); empty if it names none, or update_process_title is off.
[[nodiscard]] std::string_view wal_file_in(std::string_view title);

} // namespace pgtwin::pg
