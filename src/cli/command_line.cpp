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

CommandLine named(const std::string& name)
{
    if (name == "help" || name == "usage")
        return {Request::help, name, {}};
    if (config::find_action(name) != nullptr)
        return {Request::action, name, {}};
    if (std::find(internal_names.begin(), internal_names.end(), name) != internal_names.end())
        return {Request::internal, name, {}};
    return {Request::usage, name, "unknown action '" + name + "'"};
}

} // namespace

CommandLine read_command_line(const std::vector<std::string>& arguments)
try
{
    const options::variables_map found = parsed(arguments);
    if (found.count("help") > 0)
        return {Request::help, "help", {}};
    if (found.count("version") > 0)
        return {Request::version, "version", {}};
    if (found.count("action") == 0)
        return {Request::usage, {}, {}};
    const auto& names = found["action"].as<std::vector<std::string>>();
    return names.size() == 1 ? named(names.front())
                             : CommandLine{Request::usage, names.front(), "one action at a time"};
}
catch (const options::error& problem)
{
    return {Request::usage, {}, problem.what()};
}

} // namespace pgtwin::cli
