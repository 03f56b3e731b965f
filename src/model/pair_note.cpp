// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/model/pair_note.hpp"

#include <algorithm>

namespace pgtwin
{
namespace
{

constexpr std::string_view first_line = "pgtwin-pair 1\n";
constexpr std::string_view last_line = "complete=yes\n";
constexpr std::string_view parameter = "OCF_RESKEY_";

std::string line(std::string_view key, std::string_view value)
{
    std::string text{key};
    text.append("=").append(value);
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text + "\n";
}

void set(PairNote& note, std::string_view key, std::string_view value)
{
    if (key == "resource")
        note.resource = value;
    else if (key == "node")
        note.self = value;
    else if (key == "peer")
        note.peer = value;
    else if (key.starts_with(parameter))
        note.parameters.emplace(key, value);
}

} // namespace

std::string PairNote::text() const
{
    std::string text{first_line};
    text += line("resource", resource) + line("node", self) + line("peer", peer);
    for (const auto& [name, value] : parameters)
        text += line(name, value);
    return text.append(last_line);
}

Expected<PairNote> PairNote::parse(std::string_view text)
{
    if (!text.starts_with(first_line) || !text.ends_with(last_line))
        return Error{ErrorKind::malformed, "not a note of a pair, or one that was cut"};
    text.remove_prefix(first_line.size());
    PairNote note;
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view field = text.substr(0, end);
        const std::size_t equals = std::min(field.find('='), field.size());
        set(note, field.substr(0, equals), field.substr(std::min(equals + 1, field.size())));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (note.resource.empty() || note.self.empty())
        return Error{ErrorKind::malformed, "a note of a pair without its name or its node"};
    return note;
}

} // namespace pgtwin
