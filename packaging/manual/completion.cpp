// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "manual/pages.hpp"
#include "pgtwin/cli/commands.hpp"

namespace pgtwin::manual
{
namespace
{

constexpr std::string_view beginning = R"bash(# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of pgtwin(8) for bash. Generated from the tables in the source of pgtwin.

# Ids of resources, as Pacemaker tells them.
_pgtwin_resources()
{
    timeout 3 crm_resource --list-raw 2>/dev/null | sed 's/:.*//' | sort -u
}

_pgtwin_offer()
{
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_pgtwin()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]-} options='' words='' option=$previous
    # bash takes the equals sign for a word of its own.
    if [[ $current == '=' ]]; then
        current='' option=$previous
    elif [[ $previous == '=' ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    fi
)bash";

constexpr std::string_view ending = R"bash(    if [[ $current == -* ]]; then
        _pgtwin_offer "$options --help" "$current"
    elif [[ $words == resources ]]; then
        _pgtwin_offer "$(_pgtwin_resources)" "$current"
    else
        _pgtwin_offer "$words" "$current"
    fi
}

complete -o default -F _pgtwin pgtwin
)bash";

std::string words_of(std::string_view choices)
{
    std::string words{choices};
    std::replace(words.begin(), words.end(), '|', ' ');
    return words;
}

bool is_choice(std::string_view text)
{
    return text.find('|') != std::string_view::npos;
}

std::string command_names()
{
    std::string names;
    for (const cli::CommandSpec& command : cli::command_table())
        names.append(names.empty() ? "" : " ").append(command.name);
    return names;
}

/// "crm|pcs" are the words themselves, "[RESOURCE]" stands for a resource.
std::string arguments_of(const cli::CommandSpec& command)
{
    if (is_choice(command.arguments))
        return words_of(command.arguments.substr(0, command.arguments.find(' ')));
    return command.arguments.find("RESOURCE") == std::string_view::npos ? "" : "resources";
}

std::string case_of(const cli::CommandSpec& command)
{
    std::string text = "        " + std::string{command.name} + ")\n            options='";
    std::string choices;
    for (const cli::OptionSpec& option : command.options)
    {
        const std::string name = "--" + std::string{option.name};
        text += (&option == &command.options.front() ? "" : " ") + name;
        if (is_choice(option.value_name))
            choices += "            [[ $option != " + name + " ]] || { _pgtwin_offer '" + words_of(option.value_name) +
                       "' \"$current\" && return; }\n";
    }
    return text + "'\n            words='" + arguments_of(command) + "'\n" + choices + "            ;;\n";
}

} // namespace

std::string completion()
{
    std::string text{beginning};
    text += "    if ((COMP_CWORD == 1)); then\n        _pgtwin_offer '" + command_names() +
            " help --help --version' \"$current\"\n        return\n    fi\n    case $command in\n";
    for (const cli::CommandSpec& command : cli::command_table())
        text += case_of(command);
    return text + "    esac\n" + std::string{ending};
}

} // namespace pgtwin::manual
