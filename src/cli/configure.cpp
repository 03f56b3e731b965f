// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/cli/configure.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>

#include <algorithm>
#include <array>
#include <string_view>

#include "pgtwin/config/param_table.hpp"
#include "pgtwin/setup/plan.hpp"

namespace pgtwin::cli
{
namespace
{

namespace options = boost::program_options;
using Words = std::vector<std::string>;

constexpr int wrong_usage = 2;
/// Parameters that a new pair does not get: pgtwin fills them in itself, or they are for old configurations.
bool is_offered(const config::ParamSpec& spec)
{
    constexpr std::array<std::string_view, 4> others{"node_list", "vip", "force_promotion", "container_mode"};
    return std::find(others.begin(), others.end(), spec.name) == others.end();
}

std::string option_of(const config::ParamSpec& spec)
{
    std::string name{spec.name};
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

options::variables_map parsed_words(const Words& arguments)
{
    options::options_description known;
    known.add_options()("help,h", "")("shell", options::value<Words>());
    for (const OptionSpec& option : configure_options())
    {
        const std::string name{option.name};
        if (option.value == Value::none)
            known.add_options()(name.c_str(), "");
        else
            known.add_options()(name.c_str(), options::value<Words>());
    }
    options::positional_options_description positional;
    positional.add("shell", -1);
    constexpr int style = options::command_line_style::unix_style & ~options::command_line_style::allow_guessing;
    options::variables_map found;
    options::store(options::command_line_parser(arguments).options(known).positional(positional).style(style).run(),
                   found);
    return found;
}

/// What was given last for an option, or `fallback`.
std::string value_of(const options::variables_map& found, const std::string& option, const std::string& fallback)
{
    return found.count(option) > 0 ? found[option].as<Words>().back() : fallback;
}

setup::Wish wish_of(const options::variables_map& found)
{
    setup::Wish wish;
    wish.resource = value_of(found, "resource", wish.resource);
    wish.vip = value_of(found, "vip", {});
    if (found.count("node") > 0)
        wish.nodes = found["node"].as<Words>();
    if (found.count("fencing-hint") > 0)
        wish.fencing = setup::FencingExample::shown;
    for (const config::ParamSpec& spec : config::param_table())
        if (const std::string value = value_of(found, option_of(spec), {}); is_offered(spec) && !value.empty())
            wish.parameters.emplace_back(spec.name, value);
    return wish;
}

Answer refused(const std::string& problem)
{
    return {"pgtwin configure: " + problem + "\n", wrong_usage};
}

/// The names of parameters as options, for as long as the program runs.
const std::vector<std::string>& parameter_options()
{
    static const std::vector<std::string> names = []
    {
        std::vector<std::string> all;
        for (const config::ParamSpec& spec : config::param_table())
            all.push_back(option_of(spec));
        return all;
    }();
    return names;
}

std::vector<OptionSpec> all_options()
{
    std::vector<OptionSpec> all{
        {"node",         Value::required, "NAME",         "a node, by the name that crm_node -l shows; give it twice"},
        {"vip",          Value::required, "ADDRESS/BITS", "address of the service with its prefix length"            },
        {"resource",     Value::required, "NAME",         "name of the primitive [postgres-db]"                      },
        {"fencing-hint", Value::none,     "",             "show an example of fencing devices too"                   },
    };
    auto name = parameter_options().begin();
    for (const config::ParamSpec& spec : config::param_table())
    {
        if (is_offered(spec))
            all.push_back({*name, Value::required, "VALUE", spec.brief});
        ++name;
    }
    return all;
}

} // namespace

std::span<const OptionSpec> configure_options()
{
    static const std::vector<OptionSpec> options = all_options();
    return options;
}

Answer configure(const Words& arguments)
try
{
    const options::variables_map found = parsed_words(arguments);
    if (found.count("help") > 0)
        return {help_of(*find_command("configure")), 0};
    const Words shells = found.count("shell") > 0 ? found["shell"].as<Words>() : Words{};
    if (shells.size() != 1 || (shells.front() != "crm" && shells.front() != "pcs"))
        return refused("for which shell, crm or pcs? See pgtwin configure --help");
    setup::Wish wish = wish_of(found);
    wish.shell = shells.front() == "crm" ? setup::Shell::crm : setup::Shell::pcs;
    const auto plan = setup::plan_of(wish);
    return plan ? Answer{setup::script_of(*plan), 0} : refused(plan.error().what);
}
catch (const options::error& problem)
{
    return refused(problem.what());
}

} // namespace pgtwin::cli
