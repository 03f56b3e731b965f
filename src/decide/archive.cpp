// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive.hpp"

namespace pgtwin::decide
{

bool is_archive_held_back(const Observation& seen)
{
    return seen.settings && seen.settings->contains("restore_command held back");
}

bool is_archive_to_go(const Observation& seen, const Context& context)
{
    return seen.status()->is_archive_in_use && archive_at_start(context) == Archive::held_back;
}

Maybe hold_archive_back(const Observation& seen, const Context& context)
{
    if (!is_archive_to_go(seen, context) || !may_try<SetArchive>(seen))
        return std::nullopt;
    return Next{Step{SetArchive{Archive::held_back}}};
}

} // namespace pgtwin::decide
