// SPDX-License-Identifier: GPL-2.0-or-later
#include "status.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <poll.h>
#include <string>

#include "console.hpp"
#include "pgtwin/admin/command.hpp"
#include "pgtwin/admin/gather.hpp"
#include "pgtwin/admin/options.hpp"
#include "pgtwin/crm/published_history.hpp"
#include "pgtwin/report/json.hpp"
#include "pgtwin/report/terminal.hpp"
#include "pgtwin/store/history.hpp"
#include "pgtwin/store/pair_notes.hpp"

namespace pgtwin::admin
{
namespace
{

using namespace std::chrono_literals;

/// All looks together: a person waits for the answer, and a monitoring system gives up.
constexpr std::chrono::milliseconds whole_limit = 2800ms;
constexpr std::chrono::milliseconds history_limit = 500ms;
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

Target target_of(const PairNote& note)
{
    Target target;
    target.resource.id = note.resource;
    target.params = parameters_in(note.parameters).params;
    target.self = note.self;
    target.peer = note.peer;
    return target;
}

std::string names_of(const std::vector<PairNote>& notes)
{
    std::string names;
    for (const PairNote& note : notes)
        names.append(names.empty() ? "" : ", ").append(note.resource);
    return names;
}

/// Without any word of the cluster: what the starts on this node have left for everybody to read.
Expected<std::vector<Target>> noted(const std::string& name, const std::vector<PairNote>& notes)
{
    std::vector<Target> all;
    for (const PairNote& note : notes)
        if (name.empty() || note.resource == name)
            all.push_back(target_of(note));
    if (all.empty())
        return Error{ErrorKind::unavailable,
                     "no pair '" + name + "' was started on this node; those that were: " + names_of(notes)};
    return all;
}

/// Without a note either: the servers that run here, and whom they name as the other one. Nothing tells their names.
Expected<std::vector<Target>> discovered(const std::string& name, const Error& error, const Deadline& deadline)
{
    const std::string self = host_name();
    const auto found = discover(self, deadline);
    if (!found)
        return Error{error.kind, error.what + "; " + found.error().what};
    if (!name.empty())
        return Error{error.kind, error.what + "; which of the servers here is that of '" + name +
                                     "' cannot be told: ask without a name"};
    std::vector<Target> all;
    for (const Discovered& server : *found)
    {
        Target& target = all.emplace_back();
        target.params = server.params;
        target.self = self;
        target.peer = server.peer;
    }
    return all;
}

Expected<std::vector<Target>> targets(const std::string& name, const Expected<ClusterLook>& look,
                                      const Deadline& deadline)
{
    if (!look)
    {
        const auto notes = store::read_notes();
        return notes.empty() ? discovered(name, look.error(), deadline) : noted(name, notes);
    }
    const auto found = find_resources(look->resources, name);
    if (!found)
        return found.error();
    std::vector<Target> all;
    for (const crm::PairResource& resource : *found)
        all.push_back(target_of(resource, *look));
    return all;
}

/// What each node remembers: this one by its file, the other one, and this one for a user who may not read it, by what
/// they have published in the cluster.
std::map<std::string, std::vector<HistoryEntry>> histories_of(const Target& target, const Expected<ClusterLook>& look,
                                                              crm::Tools& tools, const Deadline& deadline)
{
    std::map<std::string, std::vector<HistoryEntry>> histories;
    if (look && look->status)
        if (const auto all = crm::published_histories(tools, target.resource.id, deadline.at_most(history_limit)))
            for (const auto& [node, text] : *all)
                histories[node] = parse_history(text);
    if (auto own = store::HistoryFile{directories_of(target.resource.id).state}.read())
        histories[target.self] = *std::move(own);
    return histories;
}

report::Judged look_at(const Target& target, const Expected<ClusterLook>& look, crm::Tools& tools,
                       const Deadline& deadline)
{
    const pg::Options options = options_of(target.params, {target.resource.id, target.self, target.peer});
    report::Judged judged{cluster_facts(target, look, now()), {}};
    judged.facts.directory = target.params.pgdata;
    add_servers(judged.facts, target, look, look_at_servers(options, directories_of(target.resource.id), deadline));
    for (const auto& [node, entries] : histories_of(target, look, tools, deadline))
        add_history(judged.facts, node, entries);
    judged.facts.utc_offset = utc_offset(judged.facts.now);
    judged.assessment = report::assess(judged.facts);
    return judged;
}

Expected<std::vector<report::Judged>> look_at_all(const std::string& name, const Environment& environment)
{
    const Deadline deadline{whole_limit};
    crm::SystemTools tools{environment};
    auto look = look_at_cluster(tools, deadline);
    if (look)
        look_at_fencing(*look, tools, deadline);
    const auto all = targets(name, look, deadline);
    if (!all)
        return all.error();
    std::vector<report::Judged> pairs;
    for (const Target& target : *all)
        pairs.push_back(look_at(target, look, tools, deadline));
    return pairs;
}

report::Verdict verdict_of(const std::vector<report::Judged>& pairs)
{
    report::Verdict verdict = report::Verdict::healthy;
    for (const report::Judged& pair : pairs)
        verdict = report::worse_of(verdict, pair.assessment.verdict);
    return verdict;
}

std::string text_of(const std::vector<report::Judged>& pairs, const cli::Invocation& invocation, report::View view)
{
    if (invocation.has("json"))
        return report::status_json(pairs, verdict_of(pairs), now());
    if (invocation.has("prometheus"))
        return report::status_metrics(pairs);
    return report::terminal_text(pairs, view);
}

/// For programs, which read nothing else.
std::string text_of(const Error& error, const cli::Invocation& invocation)
{
    const report::Unreadable failure{first_argument(invocation), error.what, now()};
    if (invocation.has("json"))
        return report::status_json(failure);
    return invocation.has("prometheus") ? report::status_metrics(failure) : std::string{};
}

struct Screen
{
    std::string text;
    std::string error; ///< empty: there is none
    report::Verdict verdict = report::Verdict::unknown;
};

Screen screen_of(const cli::Invocation& invocation, const Environment& environment, report::View view)
{
    const auto pairs = look_at_all(first_argument(invocation), environment);
    if (!pairs)
        return {text_of(pairs.error(), invocation), pairs.error().what, report::Verdict::unknown};
    return {text_of(*pairs, invocation, view), {}, verdict_of(*pairs)};
}

int show_once(const cli::Invocation& invocation, const Environment& environment)
{
    const Screen screen = screen_of(invocation, environment, {color_of(invocation, environment), 0});
    std::fputs(screen.text.c_str(), stdout);
    std::fflush(stdout);
    if (!screen.error.empty())
        std::fprintf(stderr, "pgtwin status: %s\n", screen.error.c_str());
    return report::exit_code(screen.verdict);
}

/// Writes over the screen before line by line, so that it does not flicker.
std::string redrawn(const std::string& text)
{
    std::string all = "\033[H";
    for (const char c : text)
        all.append(c == '\n' ? "\033[K" : "").append(1, c);
    return all + "\033[J";
}

void show_again(const cli::Invocation& invocation, const Environment& environment)
{
    const std::size_t height = window_height(environment);
    // The last line is the cursor's.
    const Screen screen =
        screen_of(invocation, environment, {color_of(invocation, environment), height > 1 ? height - 1 : 0});
    // What programs read tells the error itself.
    const std::string text = screen.text.empty() ? "pgtwin status: " + screen.error + "\n" : screen.text;
    std::fputs(height > 0 ? redrawn(text).c_str() : (text + "\n").c_str(), stdout);
    std::fflush(stdout);
}

} // namespace

int show_status(const cli::Invocation& invocation, const Environment& environment)
{
    if (!invocation.has("watch"))
        return show_once(invocation, environment);
    const int pause = number_from(invocation.value("watch"), usual_pause, longest_pause);
    if (pause == 0)
    {
        std::fputs("pgtwin status: --watch must be a number of seconds from 1 to 3600\n", stderr);
        return exit_usage;
    }
    if (is_terminal(environment))
        std::fputs("\033[2J", stdout);
    while (std::ferror(stdout) == 0)
    {
        show_again(invocation, environment);
        ::poll(nullptr, 0, pause * 1000);
    }
    return 0;
}

} // namespace pgtwin::admin
