// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/report/terminal.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "layout.hpp"
#include "pgtwin/report/format.hpp"
#include "rows.hpp"

namespace pgtwin::report
{
namespace
{

constexpr std::size_t most_events = 6;
constexpr std::size_t name_width = 40;

/// What helps against one problem after the other: each step on a line of its own, so that a command can be copied, and
/// each once.
class Hints
{
public:
    std::string text_of(std::string_view hint)
    {
        constexpr std::string_view between = "; ";
        std::string text;
        while (!hint.empty())
        {
            const std::size_t end = std::min(hint.find(between), hint.size());
            if (shown_.emplace(hint.substr(0, end)).second)
                text += paragraph("      -> ", "         ", hint.substr(0, end));
            hint.remove_prefix(std::min(end + between.size(), hint.size()));
        }
        return text;
    }

private:
    std::set<std::string> shown_;
};

std::string problem_text(const Problem& problem, Color color)
{
    std::string text = paragraph("  ! ", "    ", problem.text + " [" + std::string{problem.label()} + "]");
    return text.replace(2, 1, painted("!", problem.verdict, color));
}

std::string problems_text(const Assessment& assessment, Color color)
{
    Hints hints;
    std::string text;
    for (const Problem& problem : assessment.problems)
        text += problem_text(problem, color) + hints.text_of(problem.hint);
    return text.empty() ? text : text + "\n";
}

std::string event_text(const Event& event, const PairFacts& facts, Color color)
{
    const std::string line = recent_text(event.when, facts.now, facts.utc_offset) + "  " + event.node + "  " +
                             event.what + (event.outcome.empty() ? "" : ": " + event.outcome);
    const std::string fitting = shortened(plain(line), screen - 2);
    return "  " + (event.has_failed ? painted(fitting, Verdict::down, color) : fitting) + "\n";
}

std::string events_text(const PairFacts& facts, std::size_t number, Color color)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(facts.events.size(), number); ++i)
        text += event_text(facts.events[i], facts, color);
    return text.empty() ? text : "\nLast events\n" + text;
}

std::string upper(std::string_view text)
{
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return result;
}

std::string name_of(const PairFacts& facts, std::size_t width)
{
    return shortened(plain(facts.resource.empty() ? "server in " + facts.directory : facts.resource), width);
}

/// The name and the verdict, and the time at the right edge.
std::string headline(const PairFacts& facts, Verdict verdict, Color color)
{
    const std::string name = name_of(facts, name_width);
    const std::string word = upper(name_of(verdict));
    const std::string time = time_text(facts.now, facts.utc_offset);
    const std::size_t used = name.size() + 2 + word.size() + time.size();
    return name + "  " + painted(word, verdict, color) + std::string(used < screen ? screen - used : 1, ' ') + time +
           "\n\n";
}

std::size_t lines_in(const std::string& text)
{
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// How many events there is room for below so many lines, with the heading and the blank line before it.
std::size_t room_for_events(std::size_t used, View view)
{
    constexpr std::size_t heading = 2;
    if (view.height == 0)
        return most_events;
    return view.height > used + heading ? std::min(view.height - used - heading, most_events) : 0;
}

/// "orders      DEGRADED  psql1 primary, psql2 stopped; there is no standby".
std::string summary_of(const Judged& pair, Color color)
{
    constexpr std::size_t column = 20;
    constexpr std::size_t word_width = 8;
    std::string name = name_of(pair.facts, column);
    name.resize(column + 2, ' ');
    const std::string word = upper(name_of(pair.assessment.verdict));
    const std::string gap(word_width + 2 - word.size(), ' ');
    const std::size_t used = name.size() + word.size() + gap.size();
    const std::vector<Problem>& problems = pair.assessment.problems;
    const NodeFacts* const primary = pair.facts.primary();
    std::string text = primary == nullptr ? "no primary is known" : "primary on " + primary->name;
    if (!problems.empty())
        text += "; " + problems.front().text;
    return name + painted(word, pair.assessment.verdict, color) + gap + shortened(plain(text), screen - used) + "\n";
}

/// What is wrong with each of several pairs.
std::string troubles_text(const std::vector<Judged>& pairs, Color color)
{
    std::string text;
    for (const Judged& pair : pairs)
        if (!pair.assessment.problems.empty())
            text += "\n" + headline(pair.facts, pair.assessment.verdict, color) + problems_text(pair.assessment, color);
    return text;
}

} // namespace

std::string painted(std::string_view text, Verdict verdict, Color color)
{
    // Yellow is not to be seen on a light background: black on yellow is on both.
    constexpr std::array codes{"\033[32m", "\033[30;43m", "\033[1;31m", "\033[35m"};
    if (color == Color::never)
        return std::string{text};
    return codes.at(static_cast<std::size_t>(exit_code(verdict))) + std::string{text} + "\033[0m";
}

std::string terminal_text(const PairFacts& facts, const Assessment& assessment, View view)
{
    std::string text = headline(facts, assessment.verdict, view.color) + problems_text(assessment, view.color);
    text += nodes_text(facts) + "\n" + pair_text(facts);
    text += events_text(facts, room_for_events(lines_in(text), view), view.color);
    return cut(text, view.height);
}

std::string terminal_text(const std::vector<Judged>& pairs, View view)
{
    if (pairs.size() == 1)
        return terminal_text(pairs.front().facts, pairs.front().assessment, view);
    std::string text;
    for (const Judged& pair : pairs)
        text += summary_of(pair, view.color);
    if (view.height > 0)
        return cut(text + troubles_text(pairs, view.color), view.height);
    for (const Judged& pair : pairs)
        text += "\n" + terminal_text(pair.facts, pair.assessment, view);
    return text;
}

} // namespace pgtwin::report
