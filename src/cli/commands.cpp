// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/cli/commands.hpp"

#include <algorithm>
#include <array>

#include "pgtwin/cli/configure.hpp"
#include "pgtwin/cli/help.hpp"

namespace pgtwin::cli
{
namespace
{

constexpr std::string_view colors = "auto|always|never";

constexpr std::array status_options{
    OptionSpec{"watch",      Value::optional, "SECONDS", "show it again and again, every 2 seconds if none are given"},
    OptionSpec{"json",       Value::none,     "",        "as JSON (doc/status.schema.json)"                          },
    OptionSpec{"prometheus", Value::none,     "",        "as metrics for node_exporter's textfile collector"         },
    OptionSpec{"color",      Value::required, colors,    "colours; auto: if this is a terminal"                      },
};

constexpr std::array explain_options{
    OptionSpec{"last",  Value::required, "NUMBER", "how many decisions, 10 if not given" },
    OptionSpec{"json",  Value::none,     "",       "as JSON (doc/explain.schema.json)"   },
    OptionSpec{"color", Value::required, colors,   "colours; auto: if this is a terminal"},
};

constexpr std::array check_options{
    OptionSpec{"json", Value::none, "", "as JSON (doc/check.schema.json)"                        },
    OptionSpec{"fix",  Value::none, "", "mend what cannot do harm: the mode of the password file"},
};

constexpr std::array override_options{
    OptionSpec{"yes", Value::none, "", "do not ask back"},
};

constexpr CommandSpec accept_data_loss{
    .name = "accept-data-loss",
    .arguments = "[RESOURCE]",
    .least_arguments = 0,
    .most_arguments = 1,
    .options = override_options,
    .brief = "let this node be promoted though commits may be lost",
    .detail =
        "For one promotion of this node, when the node that has every commit is gone for good. Shows what is known "
        "of both nodes and what will be lost, and asks back. Refused while a primary runs, and where nothing "
        "would be lost. The same as pgtwin promote --accept-data-loss. Exit code: 0 accepted, 1 nothing was "
        "changed.",
};

std::string option_head(const OptionSpec& option)
{
    std::string head = "  --" + std::string{option.name};
    if (option.value == Value::optional)
        head.append("[=").append(option.value_name).append("]");
    if (option.value == Value::required)
        head.append("=").append(option.value_name);
    return head;
}

} // namespace

std::span<const CommandSpec> command_table()
{
    static const std::array commands{
        CommandSpec{
                    "status",    "[RESOURCE]", 0, 1, status_options,      "how the pair stands, both nodes on one screen",
                    "Looks at the servers, at the cluster and at pgtwin's records and says in one word how the pair stands, "
            "then what is wrong and what helps. It works on either node, with the other node away, with Pacemaker "
            "stopped, as root or as the user of the server; what cannot be told is shown as unknown. Without a "
            "name it shows every resource of pgtwin. Exit code: 0 healthy, 1 degraded, 2 down (nobody can "
            "write), 3 unknown."                                                                         },
        CommandSpec{
                    "explain",   "[RESOURCE]", 0, 1, explain_options,     "what pgtwin decided on this node, and why",
                    "Shows the last actions on this node that changed something or failed: when, what Pacemaker asked for, "
            "how it ended, what was done, and what was observed. The newest is the last."                },
        CommandSpec{
                    "check",     "[RESOURCE]", 0, 1, check_options,       "what is wrong with the configuration, and what helps",
                    "Looks at the cluster (fencing, quorum, clone, operations, address), at the parameters, at PostgreSQL's "
            "settings on both nodes, at the password file, and tries the login to the other node. Each finding says "
            "what is wrong, why it hurts, and the command that mends it. It must be run as root and changes nothing "
            "without "
            "--fix. Exit code: 0 nothing found, 1 warnings, 2 errors, 3 it could not look at everything."},
        accept_data_loss,
        CommandSpec{
                    "configure", "crm|pcs",    1, 1, configure_options(), "print the configuration of a new pair",
                    "Prints a commented shell script for crmsh or pcs, with everything that has to be true before it is "
            "run: fencing, quorum, and what PostgreSQL needs. It changes nothing. The options --node (twice), "
            "--pgdata and --vip have to be given; the others are the parameters of the agent. Exit code: 0, or "
            "2 if something is missing or wrong."                                                        },
    };
    return commands;
}

const CommandSpec* find_command(std::string_view name)
{
    const auto commands = command_table();
    const auto found = std::find_if(commands.begin(), commands.end(),
                                    [name](const CommandSpec& command) { return command.name == name; });
    return found == commands.end() ? nullptr : &*found;
}

std::string Invocation::value(std::string_view option) const
{
    const auto found = options.find(option);
    return found == options.end() ? std::string{} : found->second;
}

std::string help_of(const CommandSpec& command)
{
    std::string text = "Usage: pgtwin ";
    text.append(command.name).append(command.options.empty() ? " " : " [OPTION]... ").append(command.arguments);
    text += "\n\n" + wrapped(command.detail, 0);
    text += command.options.empty() ? "" : "\nOptions:\n";
    for (const OptionSpec& option : command.options)
        text += option_head(option) + "\n" + wrapped(option.brief, 6);
    return text;
}

} // namespace pgtwin::cli
