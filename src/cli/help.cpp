// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/cli/help.hpp"

#include <algorithm>
#include <array>

#include "pgtwin/cli/commands.hpp"
#include "pgtwin/config/actions.hpp"
#include "pgtwin/config/param_table.hpp"

namespace pgtwin::cli
{
namespace
{

constexpr std::size_t name_column = 2;
constexpr std::size_t text_column = 16;

constexpr std::string_view how_to_call = "Usage: pgtwin COMMAND [OPTION]... | ACTION | --help | --version\n";

constexpr std::string_view introduction =
    "pgtwin runs PostgreSQL as a pair of a primary and a synchronous standby. It is a resource agent of Pacemaker, "
    "ocf:heartbeat:pgtwin. The commands are for people and find the resource in the cluster by themselves; 'pgtwin "
    "COMMAND --help' tells more. The actions are called by Pacemaker; their parameters come from the environment as "
    "OCF_RESKEY_<name>.";

constexpr std::array codes_of_actions{
    ExitCode{"0", "success; monitor: the standby runs or is being filled"       },
    ExitCode{"1", "failed, may work next time; see the reason on standard error"},
    ExitCode{"2", "a parameter or setting is wrong on this node"                },
    ExitCode{"3", "no such action"                                              },
    ExitCode{"4", "permission denied on this node"                              },
    ExitCode{"5", "PostgreSQL is not installed on this node"                    },
    ExitCode{"6", "a parameter is wrong for every node"                         },
    ExitCode{"7", "monitor: the server is not running"                          },
    ExitCode{"8", "monitor: the primary runs"                                   },
    ExitCode{"9", "monitor: the primary has crashed"                            },
};

constexpr std::string_view examples = "Examples:\n"
                                      "  # How does the pair stand?\n"
                                      "  pgtwin status\n"
                                      "\n"
                                      "  # The resource, with crmsh\n"
                                      "  crm configure primitive db ocf:heartbeat:pgtwin \\\n"
                                      "    params pgdata=/var/lib/pgsql/data node_list=\"psql1 psql2\" \\\n"
                                      "    op monitor interval=3s role=Promoted timeout=60s \\\n"
                                      "    op monitor interval=10s role=Unpromoted timeout=60s\n"
                                      "  crm configure clone db-clone db meta promotable=true notify=true\n"
                                      "\n"
                                      "  # The same with pcs\n"
                                      "  pcs resource create db ocf:heartbeat:pgtwin \\\n"
                                      "    pgdata=/var/lib/pgsql/data node_list=\"psql1 psql2\" \\\n"
                                      "    promotable notify=true\n"
                                      "\n"
                                      "  # What does pgtwin say of the server on this node?\n"
                                      "  OCF_RESKEY_pgdata=/var/lib/pgsql/data pgtwin monitor; echo $?\n";

/// "  name          text", wrapped behind the name.
std::string item(std::string_view name, std::string_view text)
{
    std::string lines = wrapped(text, text_column);
    const std::string head = std::string(name_column, ' ').append(name);
    if (head.size() + 1 > text_column)
        return head + "\n" + lines;
    return lines.replace(0, head.size(), head);
}

std::string actions()
{
    std::string text = "Actions of the resource agent:\n";
    std::string_view last;
    for (const config::ActionSpec& action : config::action_table())
    {
        if (action.name != last)
            text += item(action.name, action.brief);
        last = action.name;
    }
    return text;
}

std::string command_list()
{
    std::string text = "Commands:\n";
    for (const CommandSpec& command : command_table())
        text += item(command.name, command.brief);
    return text;
}

std::string parameters()
{
    std::string text = "Parameters:\n";
    for (const config::ParamSpec& spec : config::param_table())
    {
        text.append(name_column, ' ').append(spec.name);
        if (spec.is_required)
            text += " (required)";
        else if (!spec.fallback.empty())
            text.append(" [").append(spec.fallback).append("]");
        text.append("\n").append(wrapped(spec.detail, 6));
    }
    return text;
}

std::string codes()
{
    std::string text = "Exit codes of actions:\n";
    for (const auto& [code, meaning] : codes_of_actions)
        text += item(code, meaning);
    return text;
}

} // namespace

std::span<const ExitCode> exit_codes()
{
    return codes_of_actions;
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width)
{
    const std::string margin(indent, ' ');
    std::string result;
    std::size_t column = 0;
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const bool fits = column > 0 && column + 1 + word.size() <= width;
        if (column > 0)
            result += fits ? " " : "\n";
        if (!fits)
            result += margin;
        result += word;
        column = (fits ? column + 1 : indent) + word.size();
    }
    return result + "\n";
}

std::string usage()
{
    std::string names;
    std::string_view last;
    for (const config::ActionSpec& action : config::action_table())
    {
        if (action.name != last)
            names.append(names.empty() ? "" : " ").append(action.name);
        last = action.name;
    }
    std::string commands;
    for (const CommandSpec& command : command_table())
        commands.append(commands.empty() ? "" : " ").append(command.name);
    return std::string{how_to_call} + "Commands:\n" + wrapped(commands, name_column) +
           "Actions of the resource agent:\n" + wrapped(names, name_column);
}

std::string help()
{
    return std::string{how_to_call} + "\n" + wrapped(introduction, 0) + "\n" + command_list() + "\n" + actions() +
           "\n" + parameters() + "\n" + codes() + "\n" + std::string{examples};
}

std::string version()
{
    return "pgtwin " PGTWIN_VERSION;
}

} // namespace pgtwin::cli
