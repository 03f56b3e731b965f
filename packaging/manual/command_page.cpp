// SPDX-License-Identifier: GPL-2.0-or-later
#include "manual/pages.hpp"
#include "manual/roff.hpp"
#include "pgtwin/cli/commands.hpp"

namespace pgtwin::manual
{
namespace
{

std::string head_of(const cli::OptionSpec& option)
{
    std::string head = "--" + std::string{option.name};
    if (option.value == cli::Value::none)
        return head;
    const bool is_optional = option.value == cli::Value::optional;
    return head + (is_optional ? "[=" : "=") + std::string{option.value_name} + (is_optional ? "]" : "");
}

std::string synopsis()
{
    std::string text = section("SYNOPSIS");
    for (const cli::CommandSpec& command : cli::command_table())
        text += (text.ends_with(".br\n") || text.size() < 20 ? "" : ".br\n") + std::string{".B pgtwin "} +
                escaped(command.name) + "\n" + escaped(std::string{command.arguments} + " [OPTION]...") + "\n";
    return text + ".br\n.B pgtwin \\-\\-help\n|\n.B \\-\\-version\n";
}

std::string commands()
{
    std::string text = section("COMMANDS");
    for (const cli::CommandSpec& command : cli::command_table())
    {
        const std::string arguments = command.arguments.empty() ? "" : " " + std::string{command.arguments};
        text += ".SS \"" + escaped(std::string{command.name} + arguments) + "\"\n" +
                paragraph(std::string{command.brief} + ". " + std::string{command.detail});
        for (const cli::OptionSpec& option : command.options)
            text += item(head_of(option), option.brief);
    }
    return text;
}

} // namespace

std::string command_page(std::string_view date)
{
    return tidied(
        title("PGTWIN", 8, date) + section("NAME") + "pgtwin \\- administer a PostgreSQL pair under Pacemaker\n" +
        synopsis() + section("DESCRIPTION") +
        paragraph("The program is also the resource agent ocf:heartbeat:pgtwin, which Pacemaker runs. The commands are "
                  "for people: they find the resource in the cluster by themselves, on either node. With several "
                  "resources, name the one that is meant.") +
        commands() + section("EXIT STATUS") +
        paragraph(
            "Each command says above what its exit codes mean. A wrong call ends with 64, for configure with 2.") +
        section("SEE ALSO") + ".BR ocf_heartbeat_pgtwin (7),\n.BR crm_mon (8),\n.BR crm (8),\n.BR pcs (8)\n");
}

} // namespace pgtwin::manual
