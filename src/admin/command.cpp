// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/admin/command.hpp"

#include <algorithm>
#include <array>

#include "check.hpp"
#include "explain.hpp"
#include "override.hpp"
#include "status.hpp"

namespace pgtwin::admin
{
namespace
{

struct Handler
{
    std::string_view command;
    int (*run)(const cli::Invocation& invocation, const Environment& environment);
};

constexpr std::array handlers{
    Handler{"accept-data-loss", accept_data_loss},
    Handler{"check",            check           },
    Handler{"status",           show_status     },
    Handler{"explain",          show_explanation},
};

} // namespace

int run(const cli::Invocation& invocation, const Environment& environment)
{
    const auto* const handler = std::find_if(handlers.begin(), handlers.end(),
                                             [&](const Handler& each) { return each.command == invocation.command; });
    return handler == handlers.end() ? exit_usage : handler->run(invocation, environment);
}

} // namespace pgtwin::admin
