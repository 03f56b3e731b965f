// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/cli/command_line.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>

#include <algorithm>
#include <array>
#include <string_view>

#include "pgtwin/config/actions.hpp"

namespace pgtwin::cli
{
namespace
{

namespace options = boost::program_options;

/// With it `promote` is a command for people: the action takes no options.
constexpr std::string_view override_option = "--accept-data-loss";

constexpr std::array<std::string_view, 2> internal_names{"rebuild", "sentinel"};

options::variables_map parsed(const std::vector<std::string>& arguments)
{
    options::options_description known;
    known.add_options()("help,h", "")("version,V", "")("action", options::value<std::vector<std::string>>());
    options::positional_options_description positional;
    positional.add("action", -1);
    options::variables_map found;
    options::store(options::command_line_parser(arguments).options(known).positional(positional).run(), found);
    return found;
}

/// The values that an option may have are named in its row: "auto|always|never".
bool is_among(const std::string& value, std::string_view names)
{
    if (names.find('|') == std::string_view::npos)
        return true;
    return ("|" + std::string{names} + "|").find("|" + value + "|") != std::string::npos;
}

options::options_description options_of(const CommandSpec& command)
{
    options::options_description known;
    known.add_options()("help,h", "")("argument", options::value<std::vector<std::string>>());
    for (const OptionSpec& option : command.options)
    {
        const std::string name{option.name};
        if (option.value == Value::none)
            known.add_options()(name.c_str(), "");
        else if (option.value == Value::optional)
            known.add_options()(name.c_str(), options::value<std::string>()->implicit_value(""), "");
        else
            known.add_options()(name.c_str(), options::value<std::string>(), "");
    }
    return known;
}

CommandLine wrong(const CommandSpec& command, std::string problem)
{
    return {Request::command_usage, std::string{command.name}, std::move(problem), {}};
}

CommandLine with_options(const CommandSpec& command, const options::variables_map& found)
{
    CommandLine line{Request::command, std::string{command.name}, {}, {}};
    Invocation& invocation = line.invocation;
    invocation.command = command.name;
    for (const OptionSpec& option : command.options)
    {
        const std::string name{option.name};
        if (found.count(name) == 0)
            continue;
        const std::string value = option.value == Value::none ? "" : found[name].as<std::string>();
        if (option.value != Value::none && !value.empty() && !is_among(value, option.value_name))
            return wrong(command, "--" + name + " must be one of " + std::string{option.value_name});
        invocation.options[name] = value;
    }
    if (found.count("argument") > 0)
        invocation.arguments = found["argument"].as<std::vector<std::string>>();
    if (invocation.arguments.size() < command.least_arguments)
        return wrong(command, "something is missing");
    if (invocation.arguments.size() > command.most_arguments)
        return wrong(command, "'" + invocation.arguments[command.most_arguments] + "' is too much");
    return line;
}

CommandLine read_command(const CommandSpec& command, const std::vector<std::string>& arguments)
try
{
    const options::options_description known = options_of(command);
    options::positional_options_description positional;
    positional.add("argument", -1);
    options::variables_map found;
    // A prefix of an option is none: it would change its meaning with the next option that begins like it.
    constexpr int style = options::command_line_style::unix_style & ~options::command_line_style::allow_guessing;
    options::store(options::command_line_parser(arguments).options(known).positional(positional).style(style).run(),
                   found);
    if (found.count("help") > 0)
        return {Request::command_help, std::string{command.name}, {}, {}};
    return with_options(command, found);
}
catch (const options::error& problem)
{
    return wrong(command, problem.what());
}

CommandLine named(const std::string& name)
{
    if (name == "help" || name == "usage")
        return {Request::help, name, {}, {}};
    if (config::find_action(name) != nullptr)
        return {Request::action, name, {}, {}};
    if (std::find(internal_names.begin(), internal_names.end(), name) != internal_names.end())
        return {Request::internal, name, {}, {}};
    return {Request::usage, name, "unknown action '" + name + "'", {}};
}

} // namespace

CommandLine read_command_line(const std::vector<std::string>& arguments)
try
{
    if (arguments.size() > 1 && arguments[0] == "promote" && arguments[1] == override_option)
        return read_command(*find_command("accept-data-loss"), {arguments.begin() + 2, arguments.end()});
    if (!arguments.empty())
        if (const CommandSpec* const command = find_command(arguments.front()))
            return read_command(*command, {arguments.begin() + 1, arguments.end()});
    const options::variables_map found = parsed(arguments);
    if (found.count("help") > 0)
        return {Request::help, "help", {}, {}};
    if (found.count("version") > 0)
        return {Request::version, "version", {}, {}};
    if (found.count("action") == 0)
        return {Request::usage, {}, {}, {}};
    const auto& names = found["action"].as<std::vector<std::string>>();
    return names.size() == 1 ? named(names.front())
                             : CommandLine{Request::usage, names.front(), "one action at a time", {}};
}
catch (const options::error& problem)
{
    return {Request::usage, {}, problem.what(), {}};
}

} // namespace pgtwin::cli
