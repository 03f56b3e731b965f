// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/setup/plan.hpp"

#include <algorithm>
#include <charconv>

#include "pgtwin/config/reading.hpp"
#include "pgtwin/config/rules.hpp"

namespace pgtwin::setup
{
namespace
{

Error malformed(std::string text)
{
    return {ErrorKind::malformed, std::move(text)};
}

/// Names that XML, both shells and file names take without quotes.
bool is_resource_name(std::string_view text)
{
    const auto is_letter = [](char c)
    {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    const auto is_right = [&](char c)
    {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    };
    return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), is_right);
}

std::string address_problem(std::string_view vip)
{
    const std::size_t slash = vip.find('/');
    const std::string_view address = vip.substr(0, slash);
    const std::string_view length = slash == std::string_view::npos ? "" : vip.substr(slash + 1);
    int bits = 0;
    const auto [end, problem] = std::from_chars(length.data(), length.data() + length.size(), bits);
    const bool is_number = problem == std::errc{} && end == length.data() + length.size();
    const int most = config::is_ipv4(address) ? 32 : 128;
    const bool is_address = config::is_ipv4(address) || config::is_ipv6(address);
    if (is_address && is_number && bits >= 1 && bits <= most)
        return {};
    return "--vip is '" + std::string{vip} + "': must be an address with its prefix length, such as 192.0.2.20/24";
}

/// "postgres" of "postgres-db": what the names of the clone and of the address begin with.
std::string stem_of(std::string_view resource)
{
    constexpr std::string_view suffix = "-db";
    if (resource.size() > suffix.size() && resource.ends_with(suffix))
        resource.remove_suffix(suffix.size());
    return std::string{resource};
}

Environment environment_of(const Plan& plan)
{
    Environment environment;
    for (const auto& [name, value] : plan.parameters)
        environment["OCF_RESKEY_" + name] = value;
    return environment;
}

std::string wish_problem(const Wish& wish)
{
    if (!is_resource_name(wish.resource))
        return "--resource is '" + wish.resource + "': must begin with a letter, then letters, digits, '-', '_' or '.'";
    if (wish.nodes.size() != 2)
        return "--node has to be given twice, once for each node, by the names that crm_node -l shows";
    if (wish.vip.empty())
        return "--vip has to be given, such as --vip 192.0.2.20/24";
    return address_problem(wish.vip);
}

} // namespace

Expected<Plan> plan_of(const Wish& wish)
{
    if (std::string problem = wish_problem(wish); !problem.empty())
        return malformed(std::move(problem));
    const std::string stem = stem_of(wish.resource);
    const std::size_t slash = wish.vip.find('/');
    Plan plan;
    plan.shell = wish.shell;
    plan.resource = wish.resource;
    plan.clone = stem + "-clone";
    plan.address = stem + "-vip";
    plan.nodes = {wish.nodes[0], wish.nodes[1]};
    plan.vip = wish.vip.substr(0, slash);
    plan.prefix_length = wish.vip.substr(slash + 1);
    plan.parameters = wish.parameters;
    plan.parameters.emplace_back("node_list", wish.nodes[0] + " " + wish.nodes[1]);
    plan.parameters.emplace_back("vip", plan.vip);
    plan.fencing = wish.fencing;
    config::Reading reading = config::read_params(environment_of(plan));
    if (!reading.errors.empty())
        return malformed(reading.errors.front().text());
    plan.params = std::move(reading.params);
    return plan;
}

} // namespace pgtwin::setup
