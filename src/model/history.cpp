// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/model/history.hpp"

#include <algorithm>
#include <charconv>

namespace pgtwin
{
namespace
{

constexpr std::string_view between_steps = "; ";

/// Whatever would end a field or a line becomes a blank.
std::string one_field(std::string_view text)
{
    std::string field{text};
    std::replace_if(
        field.begin(), field.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
    return field;
}

std::string without_separator(std::string text)
{
    for (std::size_t at = text.find(between_steps); at != std::string::npos; at = text.find(between_steps))
        text.replace(at, between_steps.size(), ", ");
    return text;
}

std::string joined(const std::vector<std::string>& steps)
{
    std::string text;
    for (const std::string& step : steps)
        text.append(text.empty() ? "" : between_steps).append(without_separator(step));
    return text;
}

std::vector<std::string> split(std::string_view text)
{
    std::vector<std::string> steps;
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find(between_steps), text.size());
        steps.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + between_steps.size(), text.size()));
    }
    return steps;
}

template <typename Number>
Number number_in(std::string_view text)
{
    Number value{};
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && stop == text.data() + text.size() ? value : Number{};
}

void set(HistoryEntry& entry, std::string_view key, std::string_view value)
{
    if (key == "time")
        entry.when = std::chrono::seconds{number_in<std::int64_t>(value)};
    else if (key == "took")
        entry.took = std::chrono::milliseconds{number_in<std::int64_t>(value)};
    else if (key == "action")
        entry.action = value;
    else if (key == "reason")
        entry.reason = value;
    else if (key == "exit")
        entry.exit_code = number_in<int>(value);
    else if (key == "detail")
        entry.detail = value;
    else if (key == "steps")
        entry.steps = split(value);
    else if (key == "facts")
        entry.facts = value;
}

/// What changes the server, not what looks at it.
bool is_deed(const HistoryEntry& entry)
{
    return entry.action != "monitor" && entry.action != "notify";
}

HistoryEntry shortened(const HistoryEntry& entry)
{
    constexpr std::size_t longest_detail = 100;
    HistoryEntry copy = entry;
    copy.facts.clear();
    copy.steps.clear();
    copy.detail.resize(std::min(copy.detail.size(), longest_detail));
    if (const std::string* const word = entry.word_of_commits())
        copy.steps.push_back(word->substr(0, word->find(':')));
    return copy;
}

} // namespace

const std::string* HistoryEntry::word_of_commits() const
{
    const auto found =
        std::find_if(steps.begin(), steps.end(), [](const std::string& step) { return step.starts_with("commits "); });
    return found == steps.end() ? nullptr : &*found;
}

std::string digest_of(const std::vector<HistoryEntry>& entries, std::size_t limit)
{
    std::string text;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
    {
        if (!is_deed(*entry) && entry->word_of_commits() == nullptr)
            continue;
        std::string line = shortened(*entry).line();
        if (line.size() + text.size() > limit)
            break;
        text.insert(0, line);
    }
    return text;
}

std::string HistoryEntry::line() const
{
    return "time=" + std::to_string(when.count()) + "\ttook=" + std::to_string(took.count()) +
           "\taction=" + one_field(action) + "\treason=" + one_field(reason) + "\texit=" + std::to_string(exit_code) +
           "\tdetail=" + one_field(detail) + "\tsteps=" + one_field(joined(steps)) + "\tfacts=" + one_field(facts) +
           "\tend\n";
}

Expected<HistoryEntry> HistoryEntry::parse(std::string_view line)
{
    HistoryEntry entry;
    bool is_whole = false;
    while (!line.empty())
    {
        const std::size_t end = std::min(line.find('\t'), line.size());
        const std::string_view field = line.substr(0, end);
        line.remove_prefix(std::min(end + 1, line.size()));
        const std::size_t equals = field.find('=');
        is_whole = field == "end";
        if (equals != std::string_view::npos)
            set(entry, field.substr(0, equals), field.substr(equals + 1));
    }
    if (!is_whole || entry.when.count() == 0 || entry.action.empty())
        return Error{ErrorKind::malformed, "not a line of the history"};
    return entry;
}

std::vector<HistoryEntry> parse_history(std::string_view text)
{
    std::vector<HistoryEntry> entries;
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (auto entry = HistoryEntry::parse(text.substr(0, end)))
            entries.push_back(*std::move(entry));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return entries;
}

} // namespace pgtwin
