// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "pgtwin/config/checks.hpp"

namespace pgtwin::config
{
namespace
{

void add_once(std::vector<std::string>& names, std::string_view name)
{
    if (std::find(names.begin(), names.end(), name) == names.end())
        names.emplace_back(name);
}

} // namespace

std::string Finding::line() const
{
    const std::string shown = value.empty() ? std::string{} : " = " + value;
    return std::string{setting} + shown + ", " + std::string{remedy} + ": " + std::string{text};
}

std::vector<Finding> check_settings(const Settings& settings, Role role, const Params& params)
{
    const CheckView view{settings, role, params};
    std::vector<Finding> findings;
    for (const CheckSpec& check : check_table())
    {
        const auto found = settings.find(check.setting);
        if (found == settings.end() || !check.fails(view, found->second))
            continue;
        findings.push_back(
            {check.severity, check.id, check.setting, check.is_secret ? "" : found->second, check.text, check.remedy});
    }
    return findings;
}

std::vector<std::string> settings_to_read()
{
    std::vector<std::string> names{"archive_library", "archive_mode", "data_checksums"};
    for (const CheckSpec& check : check_table())
        add_once(names, check.setting);
    return names;
}

std::vector<std::string> critical_settings()
{
    std::vector<std::string> names;
    for (const CheckSpec& check : check_table())
        if (check.severity != FindingSeverity::warning)
            add_once(names, check.setting);
    return names;
}

std::vector<std::string> settings_before_start()
{
    std::vector<std::string> names = critical_settings();
    add_once(names, "max_slot_wal_keep_size");
    return names;
}

} // namespace pgtwin::config
