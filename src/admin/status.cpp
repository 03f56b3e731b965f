// SPDX-License-Identifier: GPL-2.0-or-later
#include "status.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <poll.h>
#include <string>
#include <unistd.h>

#include "console.hpp"
#include "pgtwin/admin/command.hpp"
#include "pgtwin/admin/gather.hpp"
#include "pgtwin/admin/options.hpp"
#include "pgtwin/report/json.hpp"
#include "pgtwin/report/terminal.hpp"
#include "pgtwin/store/history.hpp"

namespace pgtwin::admin
{
namespace
{

using namespace std::chrono_literals;

/// All looks together: a person waits for the answer, and a monitoring system gives up.
constexpr std::chrono::milliseconds whole_limit = 2800ms;
constexpr int usual_pause = 2;
constexpr int longest_pause = 3600;

Target target_of(const crm::PairResource& resource, const ClusterLook& look)
{
    Target target;
    target.resource = resource;
    target.params = parameters_in(resource.environment()).params;
    target.self = look.self;
    target.peer = find_peer(look, target.params);
    return target;
}

/// Without any word of the cluster: the server that runs here, and whom it names as the other one.
Expected<std::vector<Target>> discovered(const std::string& name, const Error& error, const Deadline& deadline)
{
    const std::string self = host_name();
    const auto found = discover(self, deadline);
    if (!found)
        return Error{error.kind, error.what + "; " + found.error().what};
    Target target;
    target.resource.id = name;
    target.params = found->params;
    target.self = self;
    target.peer = found->peer;
    return std::vector<Target>{target};
}

Expected<std::vector<Target>> targets(const std::string& name, const Expected<ClusterLook>& look,
                                      const Deadline& deadline)
{
    if (!look)
        return discovered(name, look.error(), deadline);
    const auto found = find_resources(look->resources, name);
    if (!found)
        return found.error();
    std::vector<Target> all;
    for (const crm::PairResource& resource : *found)
        all.push_back(target_of(resource, *look));
    return all;
}

report::Judged look_at(const Target& target, const Expected<ClusterLook>& look, const Deadline& deadline)
{
    const pg::Options options = options_of(target.params, {target.resource.id, target.self, target.peer});
    report::Judged judged{cluster_facts(target, look), {}};
    add_servers(judged.facts, target, look, look_at_servers(options, directories_of(target.resource.id), deadline));
    if (const auto entries = store::HistoryFile{directories_of(target.resource.id).state}.read())
        add_history(judged.facts, *entries);
    judged.facts.now = now();
    judged.facts.utc_offset = utc_offset(judged.facts.now);
    judged.assessment = report::assess(judged.facts);
    return judged;
}

Expected<std::vector<report::Judged>> look_at_all(const std::string& name, const Environment& environment)
{
    const Deadline deadline{whole_limit};
    crm::SystemTools tools{environment};
    const auto look = look_at_cluster(tools, deadline);
    const auto all = targets(name, look, deadline);
    if (!all)
        return all.error();
    std::vector<report::Judged> pairs;
    for (const Target& target : *all)
        pairs.push_back(look_at(target, look, deadline));
    return pairs;
}

report::Verdict verdict_of(const std::vector<report::Judged>& pairs)
{
    report::Verdict verdict = report::Verdict::healthy;
    for (const report::Judged& pair : pairs)
        verdict = report::worse_of(verdict, pair.assessment.verdict);
    return verdict;
}

std::string text_of(const std::vector<report::Judged>& pairs, const cli::Invocation& invocation)
{
    if (invocation.has("json"))
        return report::status_json(pairs, verdict_of(pairs));
    if (invocation.has("prometheus"))
        return report::status_metrics(pairs);
    std::string text;
    for (const report::Judged& pair : pairs)
        text += (text.empty() ? "" : "\n") + report::terminal_text(pair.facts, pair.assessment, color_of(invocation));
    return text;
}

/// One look; the text goes out in one piece.
int show_once(const cli::Invocation& invocation, const Environment& environment, const char* before)
{
    const auto pairs = look_at_all(first_argument(invocation), environment);
    const std::string text = before + (pairs ? text_of(*pairs, invocation) : std::string{});
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
    if (!pairs)
        std::fprintf(stderr, "pgtwin status: %s\n", pairs.error().what.c_str());
    return report::exit_code(pairs ? verdict_of(*pairs) : report::Verdict::unknown);
}

} // namespace

int show_status(const cli::Invocation& invocation, const Environment& environment)
{
    if (!invocation.has("watch"))
        return show_once(invocation, environment, "");
    const int pause = number_from(invocation.value("watch"), usual_pause, longest_pause);
    if (pause == 0)
    {
        std::fputs("pgtwin status: --watch must be a number of seconds from 1 to 3600\n", stderr);
        return exit_usage;
    }
    const char* const clear = ::isatty(STDOUT_FILENO) == 1 ? "\033[H\033[2J" : "";
    while (std::ferror(stdout) == 0)
    {
        (void)show_once(invocation, environment, clear);
        ::poll(nullptr, 0, pause * 1000);
    }
    return 0;
}

} // namespace pgtwin::admin
