// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/config/unknown.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>

#include "pgtwin/config/aliases.hpp"
#include "pgtwin/config/param_table.hpp"

namespace pgtwin::config
{
namespace
{

constexpr std::string_view prefix = "OCF_RESKEY_";
constexpr std::array<std::string_view, 3> foreign_prefixes{"CRM_meta_", "crm_feature_set", "trace_"};

bool is_foreign(std::string_view name)
{
    return std::any_of(foreign_prefixes.begin(), foreign_prefixes.end(),
                       [name](std::string_view start) { return name.starts_with(start); });
}

bool is_known(std::string_view name)
{
    const auto is_called_so = [name](const auto& spec)
    {
        return spec.name == name;
    };
    const auto parameters = param_table();
    const auto aliases = alias_table();
    return std::any_of(parameters.begin(), parameters.end(), is_called_so) ||
           std::any_of(aliases.begin(), aliases.end(), is_called_so);
}

/// How many letters have to be put in, taken out or changed to make one word of the other (Levenshtein).
std::size_t distance(std::string_view left, std::string_view right)
{
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= left.size(); ++i)
    {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 1; j <= right.size(); ++j)
        {
            const std::size_t changed = diagonal + (left[i - 1] == right[j - 1] ? 0U : 1U);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row.back();
}

/// A third of the letters may be wrong; a longer name that has the word in it is the next best.
std::string nearest_to(std::string_view name)
{
    constexpr std::size_t shortest_part = 5;
    std::string_view nearest;
    std::size_t least = name.size() / 3 + 1;
    for (const ParamSpec& spec : param_table())
        if (const std::size_t how_far = distance(name, spec.name); how_far < least)
        {
            least = how_far;
            nearest = spec.name;
        }
    for (const ParamSpec& spec : param_table())
        if (nearest.empty() && name.size() >= shortest_part && spec.name.find(name) != std::string_view::npos)
            nearest = spec.name;
    return std::string{nearest};
}

} // namespace

std::vector<UnknownParam> unknown_params(const Environment& environment)
{
    std::vector<UnknownParam> unknown;
    for (auto entry = environment.lower_bound(prefix); entry != environment.end() && entry->first.starts_with(prefix);
         ++entry)
    {
        const std::string name = entry->first.substr(prefix.size());
        if (!is_known(name) && !is_foreign(name))
            unknown.push_back({name, nearest_to(name)});
    }
    return unknown;
}

std::string warning_of(const std::vector<UnknownParam>& unknown)
{
    std::string names;
    for (const UnknownParam& param : unknown)
        names += (names.empty() ? "" : ", ") + param.name +
                 (param.nearest.empty() ? "" : " (" + param.nearest + " is meant?)");
    return names.empty() ? std::string{} : "pgtwin has no parameter of this name, correct or remove it: " + names;
}

} // namespace pgtwin::config
