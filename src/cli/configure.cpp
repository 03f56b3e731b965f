// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/cli/configure.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>

#include <algorithm>
#include <array>
#include <string_view>

#include "pgtwin/cli/help.hpp"
#include "pgtwin/config/param_table.hpp"
#include "pgtwin/setup/plan.hpp"

namespace pgtwin::cli
{
namespace
{

namespace options = boost::program_options;
using Words = std::vector<std::string>;

constexpr int wrong_usage = 2;
constexpr std::string_view synopsis =
    "Usage: pgtwin configure crm|pcs --node NAME --node NAME --pgdata DIR --vip ADDRESS/BITS [OPTION]...\n";

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

options::variables_map parsed(const Words& arguments)
{
    options::options_description known;
    known.add_options()("help,h", "")("fencing-hint", "")("shell", options::value<Words>())(
        "node", options::value<Words>())("vip", options::value<std::string>())("resource",
                                                                               options::value<std::string>());
    for (const config::ParamSpec& spec : config::param_table())
        if (is_offered(spec))
            known.add_options()(option_of(spec).c_str(), options::value<std::string>());
    options::positional_options_description positional;
    positional.add("shell", -1);
    constexpr int style =
        options::command_line_style::unix_style & ~static_cast<int>(options::command_line_style::allow_guessing);
    options::variables_map found;
    options::store(options::command_line_parser(arguments).options(known).positional(positional).style(style).run(),
                   found);
    return found;
}

setup::Wish wish_of(const options::variables_map& found)
{
    setup::Wish wish;
    if (found.count("resource") > 0)
        wish.resource = found["resource"].as<std::string>();
    if (found.count("node") > 0)
        wish.nodes = found["node"].as<Words>();
    if (found.count("vip") > 0)
        wish.vip = found["vip"].as<std::string>();
    if (found.count("fencing-hint") > 0)
        wish.fencing = setup::FencingExample::shown;
    for (const config::ParamSpec& spec : config::param_table())
        if (is_offered(spec) && found.count(option_of(spec)) > 0)
            wish.parameters.emplace_back(spec.name, found[option_of(spec)].as<std::string>());
    return wish;
}

Answer refused(const std::string& problem)
{
    return {"pgtwin configure: " + problem + "\n", wrong_usage};
}

std::string help_of_configure()
{
    std::string text = std::string{synopsis} + "\n" +
                       wrapped("Prints the configuration of a new pair as a commented shell script, with everything "
                               "that has to be true before it is run. It changes nothing.",
                               0) +
                       "\nOptions:\n";
    for (const ConfigureOption& option : configure_options())
        text += "  " + option.name + (option.argument.empty() ? "" : " " + option.argument) + "\n" +
                wrapped(option.brief, 6);
    return text;
}

} // namespace

std::vector<ConfigureOption> configure_options()
{
    std::vector<ConfigureOption> all{
        {"--node",         "NAME",         "a node, by the name that crm_node -l shows; give it twice"},
        {"--vip",          "ADDRESS/BITS", "address of the service with its prefix length"            },
        {"--resource",     "NAME",         "name of the primitive [postgres-db]"                      },
        {"--fencing-hint", "",             "show an example of fencing devices too"                   },
    };
    for (const config::ParamSpec& spec : config::param_table())
        if (is_offered(spec))
            all.push_back({"--" + option_of(spec), "VALUE", std::string{spec.brief}});
    return all;
}

Answer configure(const Words& arguments)
try
{
    const options::variables_map found = parsed(arguments);
    if (found.count("help") > 0)
        return {help_of_configure(), 0};
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
