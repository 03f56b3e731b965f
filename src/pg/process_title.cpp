// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/process_title.hpp"

#include <array>

namespace pgtwin::pg
{

std::string_view wal_file_in(std::string_view title)
{
    constexpr std::array<std::string_view, 2> activities{"startup recovering ", "startup waiting for "};
    constexpr std::size_t name_size = 24;
    if (!title.starts_with("postgres: "))
        return {};
    for (const std::string_view activity : activities)
        if (const auto at = title.find(activity); at != std::string_view::npos)
        {
            const std::string_view rest = title.substr(at + activity.size());
            const std::string_view name = rest.substr(0, rest.find_first_not_of("0123456789ABCDEF"));
            return name.size() == name_size ? name : std::string_view{};
        }
    return {};
}

} // namespace pgtwin::pg
