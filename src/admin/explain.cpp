// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain.hpp"

#include <algorithm>
#include <cstdio>

#include "console.hpp"
#include "pgtwin/admin/command.hpp"
#include "pgtwin/admin/options.hpp"
#include "pgtwin/admin/resources.hpp"
#include "pgtwin/report/explanation.hpp"
#include "pgtwin/store/history.hpp"
#include "pgtwin/sys/file.hpp"

namespace pgtwin::admin
{
namespace
{

using namespace std::chrono_literals;

constexpr int usual_number = 10;
constexpr int largest_number = 100'000;
constexpr int exit_failed = 1;

struct Wanted
{
    std::string node;
    std::vector<std::string> resources;
};

/// Without a cluster the records of this node tell which resources it had.
Expected<Wanted> wanted(const std::string& name, const Environment& environment)
{
    crm::SystemTools tools{environment};
    const auto look = look_at_cluster(tools, Deadline{2500ms});
    Wanted found{look ? look->self : host_name(), {}};
    if (look)
    {
        const auto pairs = find_resources(look->resources, name);
        if (!pairs)
            return pairs.error();
        for (const crm::PairResource& pair : *pairs)
            found.resources.push_back(pair.id);
        return found;
    }
    if (!name.empty())
        found.resources = {name};
    else if (auto names = sys::list_directory(sys::parent_of(directories_of("any").state)))
        found.resources = *std::move(names);
    std::sort(found.resources.begin(), found.resources.end());
    return found;
}

std::string text_of(const std::vector<report::Explanation>& explanations, const cli::Invocation& invocation,
                    const Environment& environment)
{
    if (invocation.has("json"))
        return report::explanation_json(explanations);
    std::string text;
    for (const report::Explanation& explanation : explanations)
        text += (text.empty() ? "" : "\n") + report::explanation_text(explanation, color_of(invocation, environment));
    return text;
}

int fail(const Error& error)
{
    std::fprintf(stderr, "pgtwin explain: %s\n", error.what.c_str());
    return exit_failed;
}

} // namespace

int show_explanation(const cli::Invocation& invocation, const Environment& environment)
{
    const int number = number_from(invocation.value("last"), usual_number, largest_number);
    if (number == 0)
    {
        std::fputs("pgtwin explain: --last must be a number from 1 to 100000\n", stderr);
        return exit_usage;
    }
    const auto found = wanted(first_argument(invocation), environment);
    if (!found)
        return fail(found.error());
    if (found->resources.empty())
        return fail({ErrorKind::unavailable, "this node has no records of pgtwin that this user may read; run it as "
                                             "root, on the node that you want to know of"});
    std::vector<report::Explanation> explanations;
    for (const std::string& resource : found->resources)
    {
        auto entries = store::HistoryFile{directories_of(resource).state}.read();
        if (!entries)
            return fail(entries.error());
        const auto surplus = static_cast<std::ptrdiff_t>(entries->size()) - number;
        entries->erase(entries->begin(), entries->begin() + std::max<std::ptrdiff_t>(surplus, 0));
        explanations.push_back({resource, found->node, *std::move(entries), utc_offset(now())});
    }
    std::fputs(text_of(explanations, invocation, environment).c_str(), stdout);
    return 0;
}

} // namespace pgtwin::admin
