// SPDX-License-Identifier: GPL-2.0-or-later
#include "checkup.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace pgtwin::report
{
namespace
{

constexpr int with_warnings = 1;
constexpr int with_errors = 2;
constexpr int not_all_seen = 3;

bool has_level(const Checkup& checkup, AdviceLevel level)
{
    return std::any_of(checkup.advice.begin(), checkup.advice.end(),
                       [level](const Advice& advice) { return advice.level == level; });
}

template <typename T>
void note_unknown(std::vector<std::string>& unlooked, const std::string& what, const Seen<T>& seen)
{
    if (seen.is_unknown())
        unlooked.push_back(what + (seen.why().empty() ? "" : ": " + seen.why()));
}

std::vector<std::string> unlooked_in(const CheckupFacts& facts)
{
    std::vector<std::string> unlooked;
    note_unknown(unlooked, "quorum", facts.quorum);
    note_unknown(unlooked, "corosync's token", facts.token);
    for (const CheckedNode& node : facts.nodes)
    {
        note_unknown(unlooked, "installation on " + node.name, node.installation);
        note_unknown(unlooked, "settings of the server on " + node.name, node.settings);
        note_unknown(unlooked, "login from " + node.name, node.login);
        note_unknown(unlooked, "room for a base backup on " + node.name, node.rooms);
    }
    return unlooked;
}

/// Each line of `text` behind a margin, the first one with a label in it.
std::string indented(const std::string& text, const std::string& label)
{
    std::string result;
    std::string margin = "         " + label;
    for (std::size_t at = 0; at < text.size();)
    {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        result += margin + text.substr(at, end - at) + "\n";
        margin.assign(margin.size(), ' ');
        at = end + 1;
    }
    return result;
}

std::string text_of(const Advice& advice)
{
    const std::string where = advice.where.empty() ? "" : advice.where + ": ";
    std::string text = (advice.level == AdviceLevel::error ? "ERROR    " : "WARNING  ") + where + advice.what + " [" +
                       advice.id + "]\n" + indented(advice.why, "");
    if (advice.pcs.empty())
        return text + indented(advice.crm, "fix:   ");
    return text + indented(advice.crm, "crmsh: ") + indented(advice.pcs, "pcs:   ");
}

std::string summary(const Checkup& checkup)
{
    const auto errors = std::count_if(checkup.advice.begin(), checkup.advice.end(),
                                      [](const Advice& advice) { return advice.level == AdviceLevel::error; });
    const auto warnings = static_cast<std::ptrdiff_t>(checkup.advice.size()) - errors;
    if (checkup.advice.empty())
        return checkup.resource + ": nothing to change\n";
    const auto counted = [](std::ptrdiff_t number, const std::string& word)
    {
        return std::to_string(number) + " " + word + (number == 1 ? "" : "s");
    };
    return checkup.resource + ": " + counted(errors, "error") + ", " + counted(warnings, "warning") + "\n";
}

nlohmann::json json_for(const Advice& advice)
{
    return {
        {"severity", advice.level == AdviceLevel::error ? "error" : "warning"                    },
        {"id",       advice.id                                                                   },
        {"node",     advice.where.empty() ? nlohmann::json{} : nlohmann::json(advice.where)      },
        {"what",     advice.what                                                                 },
        {"why",      advice.why                                                                  },
        {"fix",      {{"crm", advice.crm}, {"pcs", advice.pcs.empty() ? advice.crm : advice.pcs}}},
    };
}

nlohmann::json json_for(const Checkup& checkup)
{
    nlohmann::json findings = nlohmann::json::array();
    for (const Advice& advice : checkup.advice)
        findings.push_back(json_for(advice));
    return {
        {"resource",      checkup.resource  },
        {"exit",          exit_code(checkup)},
        {"findings",      findings          },
        {"not_looked_at", checkup.unlooked  },
    };
}

} // namespace

Checkup check_pair(const CheckupFacts& facts)
{
    Checkup checkup{facts.resource, {}, unlooked_in(facts)};
    check_cluster(facts, checkup.advice);
    check_resource(facts, checkup.advice);
    for (const CheckedNode& node : facts.nodes)
        check_node(facts, node, checkup.advice);
    std::stable_partition(checkup.advice.begin(), checkup.advice.end(),
                          [](const Advice& advice) { return advice.level == AdviceLevel::error; });
    return checkup;
}

int exit_code(const Checkup& checkup)
{
    if (has_level(checkup, AdviceLevel::error))
        return with_errors;
    if (has_level(checkup, AdviceLevel::warning))
        return with_warnings;
    return checkup.unlooked.empty() ? 0 : not_all_seen;
}

std::string text_of(const Checkup& checkup)
{
    std::string text = summary(checkup);
    for (const Advice& advice : checkup.advice)
        text += "\n" + text_of(advice);
    if (!checkup.unlooked.empty())
        text += "\nNot looked at:\n";
    for (const std::string& what : checkup.unlooked)
        text += "  " + what + "\n";
    return text;
}

std::string json_of(const std::vector<Checkup>& checkups)
{
    nlohmann::json all = nlohmann::json::array();
    for (const Checkup& checkup : checkups)
        all.push_back(json_for(checkup));
    return all.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

} // namespace pgtwin::report
