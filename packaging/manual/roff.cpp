// SPDX-License-Identifier: GPL-2.0-or-later
#include "manual/roff.hpp"

#include <algorithm>

#include "pgtwin/cli/help.hpp"

namespace pgtwin::manual
{
namespace
{

/// Escapes make a line longer, and mandoc wants at most 80 characters of source.
constexpr std::size_t source_width = 64;

std::string glyph(char c)
{
    switch (c)
    {
    case '\\':
        return "\\e";
    case '-':
        return "\\-";
    case '\'':
        return "\\(aq";
    case '`':
        return "\\(ga";
    case '"':
        return "\\(dq";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    default:
        return std::string(1, c);
    }
}

/// Each line for itself, so that a dot that begins one is no request.
std::string lines(std::string_view text)
{
    std::string result;
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find('\n'), text.size());
        result += manual::escaped(text.substr(0, end)) + "\n";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
}

} // namespace

std::string escaped(std::string_view text)
{
    std::string result = !text.empty() && text.front() == '.' ? "\\&" : "";
    for (const char c : text)
        result += glyph(c);
    return result;
}

std::string title(std::string_view name, int section, std::string_view date)
{
    return ".\\\" Generated from the tables in the source of pgtwin.\n.TH " + std::string{name} + " " +
           std::to_string(section) + " " + std::string{date} + " \"pgtwin " PGTWIN_VERSION "\"\n";
}

std::string section(std::string_view name)
{
    return ".SH " + std::string{name} + "\n";
}

std::string tidied(std::string text)
{
    constexpr std::string_view needless = ".PP\n";
    for (std::size_t at = text.find("\n.S"); at != std::string::npos; at = text.find("\n.S", at + 1))
    {
        const std::size_t next = text.find('\n', at + 1) + 1;
        if (text.compare(next, needless.size(), needless) == 0)
            text.erase(next, needless.size());
    }
    return text;
}

std::string paragraph(std::string_view text)
{
    return ".PP\n" + lines(cli::wrapped(text, 0, source_width));
}

std::string item(std::string_view head, std::string_view text)
{
    return ".TP\n\\fB" + escaped(head) + "\\fR\n" + lines(cli::wrapped(text, 0, source_width));
}

std::string verbatim(std::string_view text)
{
    return ".PP\n.in +4n\n.nf\n" + lines(text) + ".fi\n.in\n";
}

} // namespace pgtwin::manual
