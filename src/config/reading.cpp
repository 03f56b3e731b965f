// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/config/reading.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "pgtwin/config/aliases.hpp"
#include "pgtwin/config/param_table.hpp"
#include "pgtwin/config/rules.hpp"
#include "pgtwin/model/names.hpp"

namespace pgtwin::config
{
namespace
{

constexpr std::size_t longest_shown_value = 40;

/// A value of type T, or what the text must be instead.
template <typename T>
using Parsed = std::variant<T, std::string>;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view text)
{
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(), [](char c) { return lower(c); });
    return result;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

template <typename T>
constexpr std::in_place_type_t<T> as{};

std::string range_of(const ParamSpec& spec, std::string_view kind)
{
    std::string text = "must be " + std::string{kind};
    if (spec.high == std::numeric_limits<std::int64_t>::max())
        return text + " of at least " + std::to_string(spec.low);
    return text + " from " + std::to_string(spec.low) + " to " + std::to_string(spec.high);
}

Parsed<std::int64_t> parse(std::string_view text, const ParamSpec& spec, std::in_place_type_t<std::int64_t> /*type*/)
{
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = problem == std::errc{} && end == text.data() + text.size();
    if (!is_number || value < spec.low || value > spec.high)
        return range_of(spec, "an integer");
    return value;
}

Parsed<int> parse(std::string_view text, const ParamSpec& spec, std::in_place_type_t<int> /*type*/)
{
    const auto value = parse(text, spec, as<std::int64_t>);
    if (const auto* problem = std::get_if<std::string>(&value))
        return *problem;
    return static_cast<int>(std::get<std::int64_t>(value));
}

Parsed<bool> parse(std::string_view text, const ParamSpec& /*spec*/, std::in_place_type_t<bool> /*type*/)
{
    const std::string word = lower(text);
    for (const std::string_view yes : {"true", "yes", "on", "1"})
        if (word == yes)
            return true;
    for (const std::string_view no : {"false", "no", "off", "0"})
        if (word == no)
            return false;
    return "must be true or false";
}

/// Milliseconds in a unit as Pacemaker writes them; 0: not a unit.
std::int64_t unit_of(std::string_view word)
{
    constexpr std::array<std::pair<std::string_view, std::int64_t>, 9> units{
        {
         {"", 1000},
         {"s", 1000},
         {"sec", 1000},
         {"ms", 1},
         {"msec", 1},
         {"m", 60 * 1000},
         {"min", 60 * 1000},
         {"h", 3600 * 1000},
         {"hr", 3600 * 1000},
         }
    };
    const auto* const found =
        std::find_if(units.begin(), units.end(), [&](const auto& unit) { return unit.first == word; });
    return found == units.end() ? 0 : found->second;
}

Parsed<std::chrono::seconds> parse(std::string_view text, const ParamSpec& spec,
                                   std::in_place_type_t<std::chrono::seconds> /*type*/)
{
    std::int64_t count = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
    const auto number_size = static_cast<std::size_t>(end - text.data());
    const std::int64_t unit = unit_of(lower(trimmed(text.substr(number_size))));
    constexpr std::int64_t longest = 1'000'000'000;
    if (problem != std::errc{} || unit == 0 || count < 0 || count > longest || (count * unit) % 1000 != 0)
        return range_of(spec, "whole seconds, such as 60s or 2min,");
    const std::int64_t seconds = count * unit / 1000;
    if (seconds < spec.low || seconds > spec.high)
        return range_of(spec, "whole seconds, such as 60s or 2min,");
    return std::chrono::seconds{seconds};
}

Parsed<ReplicationMode> parse(std::string_view text, const ParamSpec& /*spec*/,
                              std::in_place_type_t<ReplicationMode> /*type*/)
{
    const std::string word = lower(text);
    if (word == "sync")
        return ReplicationMode::sync;
    if (word == "async")
        return ReplicationMode::async;
    if (word == "strict")
        return ReplicationMode::strict;
    return "must be sync, async or strict";
}

Parsed<std::string> parse(std::string_view text, const ParamSpec& /*spec*/, std::in_place_type_t<std::string> /*type*/)
{
    return Parsed<std::string>{std::in_place_index<0>, text};
}

Parsed<std::vector<std::string>> parse(std::string_view text, const ParamSpec& /*spec*/,
                                       std::in_place_type_t<std::vector<std::string>> /*type*/)
{
    return words_of(text);
}

Parsed<std::map<std::string, std::string>> parse(std::string_view text, const ParamSpec& /*spec*/,
                                                 std::in_place_type_t<std::map<std::string, std::string>> /*type*/)
{
    return pairs_of(text);
}

std::string rule_problem(std::string_view text, const ParamSpec& spec)
{
    const auto is_control = [](char c)
    {
        return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    };
    if (std::any_of(text.begin(), text.end(), is_control))
        return "must not contain line breaks or other control characters";
    return spec.rule == nullptr ? std::string{} : spec.rule(text);
}

/// Sets the member from the text; says what the text must be if that is not possible, and leaves the member as it was.
std::string assign(Params& params, const ParamSpec& spec, std::string_view text)
{
    if (std::string problem = rule_problem(text, spec); !problem.empty())
        return problem;
    return std::visit(
        [&]<typename T>(T Params::*member) -> std::string
        {
            auto parsed = parse(text, spec, as<T>);
            if (parsed.index() == 1)
                return std::get<1>(parsed);
            params.*member = std::get<0>(std::move(parsed));
            return {};
        },
        spec.field);
}

std::string_view value_in(const Environment& environment, std::string_view name)
{
    const auto found = environment.find("OCF_RESKEY_" + std::string{name});
    return found == environment.end() ? std::string_view{} : trimmed(found->second);
}

/// A value with the name under which the administrator gave it.
struct Given
{
    std::string_view name;
    std::string_view value;
};

Given given_for(const Environment& environment, const ParamSpec& spec)
{
    if (const std::string_view value = value_in(environment, spec.name); !value.empty())
        return {spec.name, value};
    for (const AliasSpec& alias : alias_table())
    {
        const std::string_view value = value_in(environment, alias.name);
        if (alias.meaning == spec.name && !value.empty())
            return {alias.name, alias.value_of == nullptr ? value : alias.value_of(value)};
    }
    return {spec.name, {}};
}

void read_one(Reading& reading, const ParamSpec& spec, const Given& given)
{
    if (!spec.is_required)
        (void)assign(reading.params, spec, spec.fallback);
    if (given.value.empty())
    {
        if (spec.is_required)
            reading.errors.push_back({std::string{spec.name}, "", "must be set", Scope::every_node});
        return;
    }
    if (std::string problem = assign(reading.params, spec, given.value); !problem.empty())
        reading.errors.push_back({std::string{given.name}, spec.may_hold_secret ? "" : std::string{given.value},
                                  std::move(problem), Scope::every_node});
}

void drop_trailing_slashes(std::string& path)
{
    while (path.size() > 1 && path.back() == '/')
        path.pop_back();
}

bool names_node(const std::vector<std::string>& nodes, std::string_view node)
{
    return std::any_of(nodes.begin(), nodes.end(), [&](const std::string& name) { return same_node(name, node); });
}

/// Both, in node_list or else in replication_hosts; empty if neither is set.
std::vector<std::string> names_of_nodes(const Params& params)
{
    std::vector<std::string> names = params.node_list;
    if (names.empty())
        for (const auto& [node, host] : params.replication_hosts)
            names.push_back(node);
    return names;
}

void check_hosts_against_nodes(Reading& reading, const Environment& environment)
{
    if (reading.params.node_list.empty())
        return;
    for (const auto& [node, host] : reading.params.replication_hosts)
        if (!names_node(reading.params.node_list, node))
        {
            reading.errors.push_back({"replication_hosts", std::string{value_in(environment, "replication_hosts")},
                                      "must use the node names of node_list; " + node + " is not one of them",
                                      Scope::every_node});
            return;
        }
}

void check_copy_against_nodes(Reading& reading)
{
    std::string& node = reading.params.replace_old_copy_on;
    const std::vector<std::string> nodes = names_of_nodes(reading.params);
    if (node.empty() || nodes.empty() || names_node(nodes, node))
        return;
    reading.errors.push_back({"replace_old_copy_on", node,
                              "must name one of the two nodes, " + nodes.front() + " or " + nodes.back(),
                              Scope::every_node});
    node.clear();
}

bool is_no(std::string_view text)
{
    const std::string word = lower(text);
    return word == "false" || word == "no" || word == "off" || word == "0";
}

} // namespace

std::string ParamError::text() const
{
    if (value.empty())
        return "parameter " + name + " " + problem;
    const bool is_long = value.size() > longest_shown_value;
    std::string shown = is_long ? value.substr(0, longest_shown_value) + "..." : value;
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return "parameter " + name + " is '" + shown + "': " + problem;
}

Reading read_params(const Environment& environment)
{
    Reading reading;
    for (const ParamSpec& spec : param_table())
        read_one(reading, spec, given_for(environment, spec));
    reading.params.is_max_slot_wal_keep_size_set = !value_in(environment, "max_slot_wal_keep_size").empty();
    drop_trailing_slashes(reading.params.pgdata);
    drop_trailing_slashes(reading.params.pg_bindir);
    check_hosts_against_nodes(reading, environment);
    check_copy_against_nodes(reading);
    return reading;
}

std::vector<std::string> warnings_of(const Params& params)
{
    if (!params.force_promotion)
        return {};
    return {"parameter force_promotion is true: a promotion may lose commits, remove it once it has served"};
}

Expected<Params> params_from(const Environment& environment)
{
    Reading reading = read_params(environment);
    if (reading.errors.empty())
        return std::move(reading.params);
    const ParamError& first = reading.errors.front();
    return Error{first.scope == Scope::every_node ? ErrorKind::malformed : ErrorKind::conflict, first.text()};
}

std::optional<ParamError> check_node(const Params& params, std::string_view node)
{
    const std::vector<std::string> names = names_of_nodes(params);
    if (names.empty() || names_node(names, node))
        return std::nullopt;
    return ParamError{params.node_list.empty() ? "replication_hosts" : "node_list", names[0] + " " + names[1],
                      "must name this node, which Pacemaker calls " + std::string{node}, Scope::this_node};
}

std::string doubt_of_host(const Params& params, std::string_view host)
{
    const std::vector<std::string> names = names_of_nodes(params);
    if (names.empty() || names_node(names, host))
        return {};
    return "the parameters name the nodes " + names[0] + " and " + names[1] + ", and this machine is called " +
           std::string{host} + ": correct them unless Pacemaker has another name for it";
}

std::optional<ParamError> check_clone(const Environment& environment)
{
    const auto attribute = [&](std::string_view name)
    {
        return value_in(environment, "CRM_meta_" + std::string{name});
    };
    if (is_no(attribute("notify")))
        return ParamError{"notify", "false", "must be true: set the meta attribute notify=true of the clone"};
    std::string_view promoted_max = attribute("promoted_max");
    if (promoted_max.empty())
        promoted_max = attribute("master_max");
    if (!promoted_max.empty() && promoted_max != "1")
        return ParamError{"promoted-max", std::string{promoted_max},
                          "must be 1: set the meta attribute promoted-max=1"};
    if (!attribute("clone_max").empty() && promoted_max.empty())
        return ParamError{"promotable", "", "must be true: set the meta attribute promotable=true of the clone"};
    return std::nullopt;
}

Environment without_secrets(const Environment& environment)
{
    Environment shown;
    const auto show = [&](std::string_view given, const ParamSpec& spec)
    {
        const std::string name = "OCF_RESKEY_" + std::string{given};
        if (const auto found = environment.find(name); found != environment.end() && !spec.may_hold_secret)
            shown.insert(*found);
    };
    for (const ParamSpec& spec : param_table())
        show(spec.name, spec);
    for (const AliasSpec& alias : alias_table())
        show(alias.name, meant_by(alias));
    return shown;
}

} // namespace pgtwin::config
