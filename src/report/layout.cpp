// SPDX-License-Identifier: GPL-2.0-or-later
#include "layout.hpp"

#include <algorithm>

#include "pgtwin/report/format.hpp"

namespace pgtwin::report
{
namespace
{

constexpr std::size_t label_width = 16;
constexpr std::size_t cell_width = 30;

std::string left_aligned(std::string_view text, std::size_t width)
{
    std::string result{text};
    result.resize(std::max(width, result.size()), ' ');
    return result;
}

/// Where line number `lines` begins.
std::size_t beginning_of(const std::string& text, std::size_t lines)
{
    std::size_t at = 0;
    for (std::size_t line = 0; line < lines && at != text.size(); ++line)
        at = std::min(text.find('\n', at), text.size() - 1) + 1;
    return at;
}

} // namespace

std::string row(std::string_view label, std::string_view text)
{
    constexpr std::size_t margin = 2 + label_width;
    return paragraph("  " + left_aligned(label, label_width), std::string(margin, ' '), text);
}

std::string cells(std::string_view label, const std::vector<std::string>& texts)
{
    if (std::all_of(texts.begin(), texts.end(), [](const std::string& text) { return text == nothing; }))
        return {};
    std::vector<std::vector<std::string>> columns;
    std::size_t height = 0;
    for (const std::string& text : texts)
    {
        columns.push_back(lines_of(plain(text), cell_width - 2));
        height = std::max(height, columns.back().size());
    }
    std::string result;
    for (std::size_t line = 0; line < height; ++line)
    {
        std::string whole = "  " + left_aligned(line == 0 ? label : "", label_width);
        for (const auto& column : columns)
            whole += left_aligned(line < column.size() ? column[line] : "", cell_width);
        whole.erase(whole.find_last_not_of(' ') + 1);
        result += whole + "\n";
    }
    return result;
}

std::string paragraph(std::string_view first, std::string_view further, std::string_view text)
{
    std::string result;
    for (const std::string& line : lines_of(plain(text), screen - further.size()))
        result.append(result.empty() ? first : further).append(line).append("\n");
    return result;
}

std::string cut(const std::string& text, std::size_t lines)
{
    const auto count = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    if (lines == 0 || count <= lines)
        return text;
    return text.substr(0, beginning_of(text, lines - 1)) + "  ... " + std::to_string(count - lines + 1) +
           " more lines without --watch\n";
}

} // namespace pgtwin::report
