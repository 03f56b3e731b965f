// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/auto_conf.hpp"

#include <algorithm>

namespace pgtwin::pg
{
namespace
{

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_name_character(char c)
{
    const char low = lower(c);
    return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c == '.';
}

/// Name of the setting on a line; empty for comments, empty lines and what is not a setting.
std::string_view name_on(std::string_view line)
{
    const std::size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
    line.remove_prefix(begin);
    const auto* const end = std::find_if_not(line.begin(), line.end(), is_name_character);
    return line.substr(0, static_cast<std::size_t>(end - line.begin()));
}

/// Setting names are compared without regard to case (src/backend/utils/misc/guc.c, guc_name_compare()).
bool is_same_name(std::string_view left, std::string_view right)
{
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char one, char other) { return lower(one) == lower(other); });
}

} // namespace

AutoConf::AutoConf(std::string_view text)
{
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines_.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

Expected<void> AutoConf::set(std::string_view name, std::string_view value)
{
    if (name.empty() || name_on(name) != name || value.find_first_of("\n\r") != std::string_view::npos ||
        value.find('\0') != std::string_view::npos)
        return Error{ErrorKind::malformed, "cannot store setting " + std::string{name} + " in postgresql.auto.conf"};
    const auto kept = last(name);
    if (kept == lines_.end())
    {
        append(setting_line(name, value));
        return {};
    }
    *kept = setting_line(name, value);
    lines_.erase(std::remove_if(lines_.begin(), kept,
                                [&](const std::string& line) { return is_same_name(name_on(line), name); }),
                 kept);
    return {};
}

void AutoConf::shadow(std::string_view name)
{
    const auto line = last(name);
    if (line == lines_.end() || *line != setting_line(name, ""))
        append(setting_line(name, ""));
}

void AutoConf::unshadow(std::string_view name)
{
    for (auto line = last(name); line != lines_.end() && *line == setting_line(name, ""); line = last(name))
        lines_.erase(line);
}

std::vector<std::string>::iterator AutoConf::last(std::string_view name)
{
    const auto found = std::find_if(lines_.rbegin(), lines_.rend(),
                                    [&](const std::string& line) { return is_same_name(name_on(line), name); });
    return found == lines_.rend() ? lines_.end() : std::prev(found.base());
}

void AutoConf::append(std::string line)
{
    if (!lines_.empty() && !lines_.back().ends_with('\n'))
        lines_.back() += '\n';
    lines_.push_back(std::move(line));
}

std::string AutoConf::text() const
{
    std::string text;
    for (const std::string& line : lines_)
        text += line;
    return text;
}

std::string setting_line(std::string_view name, std::string_view value)
{
    std::string line{name};
    line += " = '";
    for (const char c : value)
    {
        if (c == '\'' || c == '\\')
            line += c;
        line += c;
    }
    return line + "'\n";
}

} // namespace pgtwin::pg
