// SPDX-License-Identifier: GPL-2.0-or-later
#include "manual/pages.hpp"
#include "manual/roff.hpp"
#include "pgtwin/cli/help.hpp"
#include "pgtwin/config/actions.hpp"
#include "pgtwin/config/aliases.hpp"
#include "pgtwin/config/checks.hpp"
#include "pgtwin/config/param_table.hpp"
#include "pgtwin/message/message.hpp"
#include "pgtwin/setup/plan.hpp"

namespace pgtwin::manual
{
namespace
{

std::string seconds(std::chrono::seconds time)
{
    return std::to_string(time.count()) + " s";
}

std::string parameters()
{
    std::string text = section("SUPPORTED PARAMETERS") +
                       paragraph("Durations are whole seconds or carry a unit (60s, 2min, 1h); booleans may be written "
                                 "true, yes, on or 1 and false, no, off or 0.");
    for (const config::ParamSpec& spec : config::param_table())
    {
        std::string facts = spec.is_required ? " Required, " : " Optional, ";
        facts.append(config::type_name(spec));
        if (!spec.is_required && !spec.fallback.empty())
            facts.append(", default ").append(spec.fallback);
        facts += spec.is_reloadable ? "." : "; a change restarts the servers.";
        text += item(spec.name, std::string{spec.detail} + facts);
    }
    for (const config::AliasSpec& alias : config::alias_table())
        text +=
            item(alias.name, std::string{alias.brief} + ". Used where " + std::string{alias.meaning} + " is not set.");
    return text;
}

std::string actions()
{
    std::string text =
        section("SUPPORTED ACTIONS") +
        paragraph("Intervals and timeouts are the least that is suggested; the meta-data says the same.");
    for (const config::ActionSpec& action : config::action_table())
    {
        std::string head{action.name};
        if (!action.role.empty())
            head.append(" (").append(action.role).append(")");
        std::string facts = "; timeout " + seconds(action.timeout);
        if (action.interval.count() > 0)
            facts += ", interval " + seconds(action.interval);
        text += item(head, std::string{action.brief} + facts + ".");
    }
    return text;
}

std::string exit_status()
{
    std::string text = section("EXIT STATUS");
    for (const cli::ExitCode& code : cli::exit_codes())
        text += item(code.number, std::string{code.meaning} + ".");
    return text;
}

std::string messages()
{
    std::string text =
        section("MESSAGES") +
        paragraph("Every action ends with one of these. The id stands in brackets at the end of the line "
                  "in the log; an error is also the exit reason that crm_mon shows with the failed action.");
    for (const message::Message& message : message::table())
    {
        std::string detail{message.text};
        detail += ".";
        if (!message.more.empty())
            detail.append(" ").append(message.more);
        if (!message.hint.empty())
            detail.append(" What to do: ").append(message.hint).append(".");
        text += item(message.id, detail);
    }
    return text;
}

std::string settings()
{
    std::string text =
        section("SETTINGS OF POSTGRESQL") +
        paragraph("They are checked before each start. Critical findings and errors refuse it; warnings are "
                  "logged once.");
    for (const config::CheckSpec& check : config::check_table())
        text += item(check.setting, std::string{check.remedy} + ": " + std::string{check.text} + ".");
    return text;
}

Expected<setup::Plan> example_plan(setup::Shell shell)
{
    setup::Wish wish;
    wish.shell = shell;
    wish.nodes = {"psql1", "psql2"};
    wish.vip = "192.0.2.20/24";
    wish.parameters = {
        {"pgdata", "/var/lib/postgresql/data"}
    };
    return setup::plan_of(wish);
}

std::string example_commands(setup::Shell shell)
{
    return verbatim(setup::commands_of(example_plan(shell).value()));
}

std::string examples()
{
    return section("EXAMPLES") + paragraph("With crmsh, on one node:") + example_commands(setup::Shell::crm) +
           paragraph("With pcs:") + example_commands(setup::Shell::pcs) +
           paragraph("pgtwin configure prints these for your nodes, with everything that has to be true first.");
}

std::string files()
{
    return section("FILES") + item("/usr/lib/ocf/resource.d/heartbeat/pgtwin", "The agent.") +
           item("/var/lib/pgtwin/RESOURCE/state", "What the node must remember. Do not copy it to the other node.") +
           item("/run/pgtwin/RESOURCE", "What actions remember for each other until the next boot.") +
           item("PGDATA.pgtwin-new, PGDATA.pgtwin-old",
                "A base backup that is not complete, and what one has replaced.");
}

} // namespace

std::string example(setup::Shell shell)
{
    return setup::script_of(example_plan(shell).value());
}

std::string agent_page(std::string_view date)
{
    return tidied(
        title("OCF_HEARTBEAT_PGTWIN", 7, date) + section("NAME") +
        "ocf_heartbeat_pgtwin \\- PostgreSQL on two nodes, one a synchronous standby\n" + section("SYNOPSIS") +
        ".B ocf:heartbeat:pgtwin\n" + section("DESCRIPTION") +
        paragraph(
            "A resource agent of Pacemaker that keeps a PostgreSQL database available on two nodes. The standby "
            "is initialised, kept in step and repaired by the agent; a server is promoted only if it is proven to "
            "hold every acknowledged commit. The resource has to be a promotable clone with the meta attribute "
            "notify=true, and the cluster needs working fencing.") +
        parameters() + actions() + exit_status() + settings() + messages() + examples() + files() +
        section("SEE ALSO") + ".BR pgtwin (8),\n.BR pacemaker (7),\n.BR crm_mon (8)\n");
}

} // namespace pgtwin::manual
