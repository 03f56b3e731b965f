// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "pgtwin/config/actions.hpp"
#include "pgtwin/setup/plan.hpp"

namespace pgtwin::setup
{
namespace
{

constexpr std::string_view continued = " \\\n    ";
constexpr std::string_view clone_options =
    "notify=true clone-max=2 clone-node-max=1 promoted-max=1 promoted-node-max=1 \\\n    "
    "interleave=true failure-timeout=60s";

/// In double quotes, as crmsh reads it.
std::string crm_quoted(std::string_view value)
{
    std::string result = "\"";
    for (const char c : value)
    {
        if (c == '"' || c == '\\')
            result += '\\';
        result += c;
    }
    return result + '"';
}

bool is_plain(std::string_view value)
{
    constexpr std::string_view safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-:,=@%+";
    return !value.empty() && value.find_first_not_of(safe) == std::string_view::npos;
}

/// As one word of a POSIX shell.
std::string shell_quoted(std::string_view value)
{
    if (is_plain(value))
        return std::string{value};
    std::string result = "'";
    for (const char c : value)
        result += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return result + "'";
}

std::string seconds(std::chrono::seconds time)
{
    return std::to_string(time.count()) + (time.count() == 0 ? "" : "s");
}

/// Only what Pacemaker has to be told: the rest is run on demand, and by its defaults.
bool is_configured(const config::ActionSpec& action)
{
    using enum Goal;
    return action.goal && *action.goal != validate && *action.goal != reload;
}

std::string operations()
{
    std::string text;
    for (const config::ActionSpec& action : config::action_table())
    {
        if (!is_configured(action))
            continue;
        text.append(continued).append("op ").append(action.name);
        text += " timeout=" + seconds(action.timeout) + " interval=" + seconds(action.interval);
        if (!action.role.empty())
            text.append(" role=").append(action.role);
    }
    return text + "\n";
}

std::string parameters(const Plan& plan, std::string (*quoted)(std::string_view))
{
    std::string text;
    for (const auto& [name, value] : plan.parameters)
        text.append(continued).append(name).append("=").append(quoted(value));
    return text;
}

std::string crm_script(const Plan& plan)
{
    const std::string resource = "primitive " + plan.resource + " ocf:heartbeat:pgtwin";
    return "# The database, its clone on both nodes (pgtwin needs notify=true; failure-timeout lets a failed start\n"
           "# be tried again), and the address, which runs where the primary is, from after the promotion until after\n"
           "# the demotion.\n"
           "crm configure load update - <<'END'\n" +
           resource + " params" + parameters(plan, crm_quoted) + operations() + "clone " + plan.clone + " " +
           plan.resource + std::string{continued} + "meta promotable=true " + std::string{clone_options} +
           "\nprimitive " + plan.address + " ocf:heartbeat:IPaddr2" + std::string{continued} + "params ip=" + plan.vip +
           " cidr_netmask=" + plan.prefix_length + std::string{continued} + "op monitor timeout=20s interval=10s\n" +
           "colocation " + plan.address + "-with-primary inf: " + plan.address + " " + plan.clone +
           ":Promoted\norder " + plan.clone + "-then-" + plan.address + " Mandatory: " + plan.clone + ":promote " +
           plan.address + ":start symmetrical=false\norder " + plan.clone + "-demote-then-" + plan.address +
           " Optional: " + plan.clone + ":demote " + plan.address + ":stop symmetrical=false\nEND\n";
}

std::string pcs_script(const Plan& plan)
{
    const std::string pcs = "pcs -f \"$work/new\" ";
    return "(\nset -e\nwork=$(mktemp -d)\ntrap 'rm -r \"$work\"' EXIT\npcs cluster cib \"$work/new\"\ncp \"$work/new\" "
           "\"$work/old\"\n\n"
           "# The database.\n" +
           pcs + "resource create " + plan.resource + " ocf:heartbeat:pgtwin" + parameters(plan, shell_quoted) +
           operations() +
           "\n# Its clone on both nodes; pgtwin needs notify=true, and failure-timeout lets a failed start be tried "
           "again.\n" +
           pcs + "resource promotable " + plan.resource + " " + plan.clone + " meta" + std::string{continued} +
           std::string{clone_options} +
           "\n\n# The address runs where the primary is, from after the promotion until after the demotion.\n" + pcs +
           "resource create " + plan.address + " ocf:heartbeat:IPaddr2" + std::string{continued} + "ip=" + plan.vip +
           " cidr_netmask=" + plan.prefix_length + " op monitor timeout=20s interval=10s\n" + pcs +
           "constraint colocation add " + plan.address + " with Promoted " + plan.clone + "\n" + pcs +
           "constraint order promote " + plan.clone + " then start " + plan.address + " symmetrical=false\n" + pcs +
           "constraint order demote " + plan.clone + " then stop " + plan.address +
           " kind=Optional symmetrical=false\n\n# All of it at once.\n"
           "pcs cluster cib-push \"$work/new\" diff-against=\"$work/old\"\n)\n";
}

std::string ending(const Plan& plan)
{
    return "\n# " + plan.nodes[0] + " becomes the primary, " + plan.nodes[1] +
           " is filled by a base backup; crm_mon -A1 shows its progress as " + plan.resource +
           "-resync.\n# The pair is complete when the standby has the attribute " + plan.resource + "-certified.\n";
}

} // namespace

std::string commands_of(const Plan& plan)
{
    return plan.shell == Shell::crm ? crm_script(plan) : pcs_script(plan);
}

std::string script_of(const Plan& plan)
{
    const std::string name = plan.shell == Shell::crm ? "crmsh" : "pcs";
    return "#!/bin/sh\n# PostgreSQL as a pair on " + plan.nodes[0] + " and " + plan.nodes[1] + ", for " + name +
           ".\n# Read it, then run it as root on one node.\n#\n" + preparation_of(plan) + "\n" + commands_of(plan) +
           ending(plan);
}

} // namespace pgtwin::setup
