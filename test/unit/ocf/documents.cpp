// SPDX-License-Identifier: GPL-2.0-or-later
#include "documents.hpp"

#include <algorithm>
#include <string_view>

#include "pgtwin/config/actions.hpp"
#include "pgtwin/config/aliases.hpp"
#include "pgtwin/config/checks.hpp"
#include "pgtwin/config/param_table.hpp"
#include "pgtwin/message/message.hpp"
#include "pgtwin/message/remark.hpp"

namespace pgtwin::test
{
namespace
{

constexpr std::string_view generated = "<!-- Generated from the tables in src/config and src/message; the unit test "
                                       "Documents compares and rewrites it. -->\n";

std::string code(std::string_view text)
{
    return text.empty() ? std::string{} : "`" + std::string{text} + "`";
}

std::string row(std::initializer_list<std::string> cells)
{
    std::string line = "|";
    for (const std::string& cell : cells)
        line.append(" ").append(cell).append(cell.empty() ? "|" : " |");
    return line + "\n";
}

/// Text of a table as Markdown: what stands between angle brackets would be taken for a tag.
std::string prose(std::string_view text)
{
    std::string result;
    for (const char c : text)
        result.append(c == '<' ? "&lt;" : std::string(1, c));
    return result;
}

std::string parameter_table()
{
    std::string text = row({"parameter", "type", "default", "reloadable", "in short"}) + "|---|---|---|---|---|\n";
    for (const config::ParamSpec& spec : config::param_table())
        text += row({"[" + std::string{spec.name} + "](#" + std::string{spec.name} + ")",
                     std::string{config::type_name(spec)}, spec.is_required ? "(required)" : code(spec.fallback),
                     spec.is_reloadable ? "yes" : "no", std::string{spec.brief}});
    return text;
}

std::string alias_table()
{
    std::string text = row({"name", "stands for", "in short"}) + "|---|---|---|\n";
    for (const config::AliasSpec& alias : config::alias_table())
        text += row({code(alias.name), code(alias.meaning), std::string{alias.brief}});
    return text;
}

std::string action_table()
{
    std::string text = row({"action", "role", "interval", "timeout", "what it does"}) + "|---|---|---|---|---|\n";
    for (const config::ActionSpec& action : config::action_table())
    {
        const auto interval = action.interval.count();
        text += row({code(action.name), std::string{action.role}, interval == 0 ? "" : std::to_string(interval) + " s",
                     std::to_string(action.timeout.count()) + " s", std::string{action.brief}});
    }
    return text;
}

std::string_view word_for(Severity severity)
{
    switch (severity)
    {
    case Severity::debug:
        return "debug";
    case Severity::info:
        return "info";
    case Severity::warning:
        return "warning";
    case Severity::error:
        return "error";
    case Severity::critical:
        return "critical";
    }
    return {};
}

std::string_view word_for(config::FindingSeverity severity)
{
    switch (severity)
    {
    case config::FindingSeverity::critical:
        return "CRITICAL";
    case config::FindingSeverity::error:
        return "ERROR";
    case config::FindingSeverity::warning:
        return "WARNING";
    }
    return {};
}

std::string section(const message::Message& message)
{
    std::string text = "\n### " + std::string{message.id} + "\n\n" + std::string{word_for(message.severity)} + ": *" +
                       prose(message.text) + "*\n";
    if (!message.more.empty())
        text += "\n" + prose(message.more) + "\n";
    if (!message.hint.empty())
        text += "\nWhat to do: " + prose(message.hint) + ".\n";
    return text;
}

std::string section(const message::Remark& remark)
{
    return "\n### " + std::string{remark.id} + "\n\n*" + prose(remark.cause) +
           "*\n\nWhat to do: " + prose(remark.remedy) + ".\n";
}

std::string remark_sections()
{
    std::string text =
        "\n## Problems, advice and warnings\n\n"
        "What `pgtwin status` calls a problem, what `pgtwin check` advises, and what the log warns of. The "
        "ids stand in brackets, and in the JSON of both commands.\n";
    for (const message::Remark& remark : message::remark_table())
        text += section(remark);
    return text;
}

std::string check_table()
{
    std::string text = row({"severity", "id", "setting", "what follows", "remedy"}) + "|---|---|---|---|---|\n";
    for (const config::CheckSpec& check : config::check_table())
        text += row({std::string{word_for(check.severity)}, std::string{check.id}, code(check.setting),
                     prose(check.text), prose(check.remedy)});
    return text;
}

} // namespace

std::string parameters_page()
{
    std::string text{generated};
    text +=
        "# Parameters of ocf:heartbeat:pgtwin\n\n"
        "A reloadable parameter takes effect without a restart of the server. Durations are whole seconds or carry a "
        "unit (`60s`, `2min`, `1h`); booleans may be written true, yes, on or 1 and false, no, off or 0.\n\n" +
        parameter_table();
    for (const config::ParamSpec& spec : config::param_table())
        text += "\n## " + std::string{spec.name} + "\n\n" + prose(spec.detail) + "\n";
    text += "\n## Names from ocf:heartbeat:pgsql\n\nThey are read where pgtwin's own name is not set, so that a "
            "configuration for that agent can be taken over.\n\n" +
            alias_table();
    return text + "\n# Actions\n\nIntervals and timeouts are those that the meta-data advertises.\n\n" + action_table();
}

std::string messages_page()
{
    std::string text{generated};
    text +=
        "# Messages of pgtwin\n\n"
        "Every action ends with one of these. The id stands in brackets at the end of the line in the log; facts that "
        "belong to the case follow the sentence. `<resource>` is the id of the primitive. An error is also the exit "
        "reason that `crm_mon` shows with the failed action.\n\n"
        "## Outcomes of actions\n";
    for (const message::Message& message : message::table())
        text += section(message);
    return text + remark_sections() +
           "\n## Configuration checks\n\n"
           "PostgreSQL's settings are checked at each start. CRITICAL and ERROR keep the server from being started on "
           "this node; a WARNING is logged once. Commands and connection strings are never shown.\n\n" +
           check_table();
}

} // namespace pgtwin::test
