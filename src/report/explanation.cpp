// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/report/explanation.hpp"

#include <nlohmann/json.hpp>

#include "pgtwin/message/message.hpp"
#include "pgtwin/report/format.hpp"

namespace pgtwin::report
{
namespace
{

using Json = nlohmann::ordered_json;

constexpr std::size_t screen = 80;
constexpr std::size_t margin = 8;

/// As Pacemaker judges: a running primary is 8 for a monitor.
bool is_good(const HistoryEntry& entry)
{
    constexpr int running_promoted = 8;
    return entry.exit_code == 0 || (entry.exit_code == running_promoted && entry.action == "monitor");
}

std::string row(std::string_view label, std::string_view text)
{
    std::string result;
    if (text.empty())
        return result;
    for (const std::string& line : lines_of(plain(text), screen - margin))
    {
        std::string head = result.empty() ? "  " + std::string{label} : std::string{};
        head.resize(margin, ' ');
        result += head + line + "\n";
    }
    return result;
}

std::string steps_text(const HistoryEntry& entry)
{
    std::string text;
    for (const std::string& step : entry.steps)
        text += row(text.empty() ? "did" : "", step);
    return text;
}

std::string replaced(std::string text, std::string_view mark, const std::string& value)
{
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
        text.replace(at, mark.size(), value);
    return text;
}

/// With the names of this case, so that its commands can be copied.
std::string with_names(std::string_view text, const Explanation& explanation)
{
    return replaced(replaced(std::string{text}, "<resource>", explanation.resource), "<this node>", explanation.node);
}

std::string entry_text(const HistoryEntry& entry, const Explanation& explanation, Color color)
{
    const bool good = is_good(entry);
    const message::Message* const message = message::find(entry.reason);
    const std::string word = good ? "ok" : "FAILED, exit code " + std::to_string(entry.exit_code);
    std::string text = time_text(entry.when, explanation.utc_offset) + "  " + plain(entry.action) + "  " +
                       painted(word, good ? Verdict::healthy : Verdict::down, color) + ", " +
                       duration_text(entry.took) + "  [" + plain(entry.reason) + "]\n";
    if (message != nullptr)
        text += row("", message->text);
    text += row("", entry.detail);
    text += steps_text(entry) + row("saw", entry.facts);
    if (message != nullptr && !good)
        text += row("why", with_names(message->more, explanation));
    return message == nullptr ? text : text + row("->", with_names(message->hint, explanation));
}

Json json_of(const HistoryEntry& entry)
{
    const message::Message* const message = message::find(entry.reason);
    return {
        {"time",      utc_text(entry.when)                                                 },
        {"took_ms",   entry.took.count()                                                   },
        {"action",    entry.action                                                         },
        {"exit_code", entry.exit_code                                                      },
        {"ok",        is_good(entry)                                                       },
        {"reason",    entry.reason                                                         },
        {"text",      message == nullptr ? Json(nullptr) : Json(std::string{message->text})},
        {"hint",      message == nullptr ? Json(nullptr) : Json(std::string{message->hint})},
        {"detail",    entry.detail                                                         },
        {"steps",     entry.steps                                                          },
        {"facts",     entry.facts                                                          },
    };
}

} // namespace

std::string explanation_text(const Explanation& explanation, Color color)
{
    if (explanation.entries.empty())
        return "pgtwin has decided nothing yet on node " + explanation.node + " for " + explanation.resource + ".\n";
    std::string text = explanation.resource + " on node " + explanation.node + ", the newest decision is the last\n";
    for (const HistoryEntry& entry : explanation.entries)
        text += "\n" + entry_text(entry, explanation, color);
    return text;
}

std::string explanation_json(const std::vector<Explanation>& explanations)
{
    constexpr int indentation = 2;
    Json pairs = Json::array();
    for (const Explanation& explanation : explanations)
    {
        Json decisions = Json::array();
        for (const HistoryEntry& entry : explanation.entries)
            decisions.push_back(json_of(entry));
        pairs.push_back({
            {"resource",  explanation.resource},
            {"node",      explanation.node    },
            {"decisions", decisions           },
        });
    }
    const Json whole = {
        {"format", 1    },
        {"pairs",  pairs},
    };
    return whole.dump(indentation, ' ', true, Json::error_handler_t::replace) + "\n";
}

} // namespace pgtwin::report
