// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/config/actions.hpp"

#include <algorithm>
#include <iterator>

namespace pgtwin::config
{
namespace
{

using namespace std::chrono_literals;

constexpr std::chrono::seconds once = 0s;

constexpr ActionSpec table[] = {
    {"start",        120s, once, "",           Goal::start,    "start the server as a standby"                       },
    {"stop",         120s, once, "",           Goal::stop,     "stop the server"                                     },
    {"promote",      120s, once, "",           Goal::promote,  "make the standby the primary"                        },
    {"demote",       120s, once, "",           Goal::demote,   "stop the primary and start it as a standby"          },
    {"monitor",      60s,  10s,  "Unpromoted", Goal::monitor,  "tell the state of the server"                        },
    {"monitor",      60s,  3s,   "Promoted",   Goal::monitor,  "tell the state of the server"                        },
    {"notify",       90s,  once, "",           Goal::notify,   "react to what happens on the other node"             },
    {"reload-agent", 60s,  once, "",           Goal::reload,   "take over changed parameters"                        },
    {"meta-data",    5s,   once, "",           std::nullopt,   "print the description of this agent as XML"          },
    {"validate-all", 20s,  once, "",           Goal::validate, "check parameters, programs and settings of this node"},
};

} // namespace

std::span<const ActionSpec> action_table()
{
    return table;
}

std::chrono::seconds monitor_limit(const Params& params, std::string_view role)
{
    const bool is_promoted = role == "Promoted" || role == "Master";
    return is_promoted ? params.monitor_timeout_promoted : params.monitor_timeout_unpromoted;
}

const ActionSpec* find_action(std::string_view name)
{
    const auto* const found =
        std::find_if(std::begin(table), std::end(table), [&](const ActionSpec& row) { return row.name == name; });
    return found == std::end(table) ? nullptr : found;
}

} // namespace pgtwin::config
