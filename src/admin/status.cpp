// SPDX-License-Identifier: GPL-2.0-or-later
#include "status.hpp"

#include <cstdio>

#include "pgtwin/admin/resources.hpp"
#include "pgtwin/report/verdict.hpp"

namespace pgtwin::admin
{

int show_status(const cli::Invocation& invocation, const Environment& environment)
{
    crm::SystemTools tools{environment};
    const auto look = look_at_cluster(tools, Deadline{std::chrono::seconds{3}});
    const auto found =
        look ? find_resources(look->resources, invocation.arguments.empty() ? "" : invocation.arguments[0])
             : Expected<std::vector<crm::PairResource>>{look.error()};
    if (!found)
    {
        std::fprintf(stderr, "pgtwin status: %s\n", found.error().what.c_str());
        return exit_code(report::Verdict::unknown);
    }
    for (const crm::PairResource& pair : *found)
        std::printf("%s (%s)\n", pair.id.c_str(), pair.clone.c_str());
    return exit_code(report::Verdict::unknown);
}

} // namespace pgtwin::admin
