// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/doom.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <sstream>

#include "support/wait.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr std::size_t usual_sample = 2;

/// The agent's own calls by which others notice what it does: programs started and waited for, queries, files, signals;
/// the last one is its answer. Not followed into the programs that it starts: they go on when it dies.
constexpr const char* wrapper = R"(#!/bin/sh
key=$1
case $1 in
    notify) key=notify-$OCF_RESKEY_CRM_meta_notify_type-$OCF_RESKEY_CRM_meta_notify_operation ;;
    monitor) [ "${OCF_RESKEY_CRM_meta_interval:-0}" -gt 0 ] || key=probe ;;
esac
if [ -f /run/doomed ] && read -r action inject </run/doomed && [ "$key" = "$action" ] && mv /run/doomed /run/doomed.begun; then
    set -- ${inject:+-e "inject=$inject"} /usr/local/lib/pgtwin "$@"
    exec strace -D -o /var/log/doomed.calls -s 60 \
        -e trace=clone,clone3,vfork,pidfd_open,pidfd_send_signal,kill,sendto,fsync,rename,renameat,renameat2,unlink,unlinkat,mkdir,exit_group "$@"
fi
exec /usr/local/lib/pgtwin "$@"
)";

constexpr const char* install = "cd /usr/lib/ocf/resource.d/heartbeat && cp pgtwin /usr/local/lib/pgtwin && "
                                "printf '%s' \"$1\" >.new && chmod 0755 .new && mv .new pgtwin";

std::string environment(const char* name)
{
    const char* const value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): nobody writes the environment
    return value == nullptr ? "" : value;
}

unsigned long seed()
{
    const std::string text = environment("PGTWIN_KILL_SEED");
    return text.empty() ? 1 : std::stoul(text);
}

/// Failed calls, and the beginning and the end of a session with the server, change nothing: an action that dies before
/// one of them leaves what it leaves before the next step.
bool has_effect(const std::string& line)
{
    const bool is_query = line.rfind("sendto", 0) == 0;
    const bool is_frame =
        line.find("\"\\0\\0\\0") != std::string::npos || line.find("\"X\\0\\0\\0") != std::string::npos;
    return line.find(" = -1 E") == std::string::npos && !(is_query && is_frame);
}

std::vector<Step> listed(const std::string& text)
{
    std::vector<Step> steps;
    std::istringstream list{text};
    for (std::string entry; std::getline(list, entry, ',');)
    {
        const auto colon = entry.find(':');
        steps.push_back({entry.substr(0, colon), colon == std::string::npos ? 1 : std::stoi(entry.substr(colon + 1))});
    }
    return steps;
}

} // namespace

bool Watched::was_killed_at(const Step& step) const
{
    return is_killed && last == step;
}

std::optional<Watched> parse_watched(const std::string& trace)
{
    Watched watched;
    std::map<std::string, int> counts;
    std::istringstream lines{trace};
    for (std::string line; std::getline(lines, line);)
    {
        if (line.rfind("+++", 0) == 0)
        {
            watched.is_killed = line.find("killed by SIGKILL") != std::string::npos;
            return watched;
        }
        if (const auto parenthesis = line.find('('); parenthesis != std::string::npos && line[0] != '-')
        {
            const std::string call = line.substr(0, parenthesis);
            watched.last = {call, ++counts[call]};
            if (has_effect(line))
                watched.steps.push_back(watched.last);
        }
    }
    return std::nullopt;
}

std::vector<Step> chosen_steps(const std::vector<Step>& all)
{
    const std::string wanted = environment("PGTWIN_KILL_STEPS");
    if (wanted == "all")
        return all;
    if (wanted.find(':') != std::string::npos)
        return listed(wanted);
    const std::size_t count = std::min(all.size(), wanted.empty() ? usual_sample : std::stoul(wanted));
    std::mt19937 random{seed()};
    std::vector<Step> some;
    for (std::size_t part = 0; part < count; ++part)
    {
        const std::size_t begin = part * all.size() / count;
        const std::size_t end = (part + 1) * all.size() / count;
        some.push_back(all.at(begin + random() % (end - begin)));
    }
    return some;
}

std::size_t chosen_occasion(std::size_t count)
{
    return seed() % count;
}

bool is_every_occasion_wanted()
{
    return !environment("PGTWIN_KILL_STEPS").empty();
}

void install_doom(const Lab& lab)
{
    if (lab.try_exec(first_node, {"test", "-e", "/usr/local/lib/pgtwin"}).ok())
        return;
    for (const std::string node : {second_node, first_node})
        lab.exec(node, {"sh", "-c", install, "install", wrapper});
    lab.crm(first_node,
            {"configure", "filter", "sed 's/interval=3s/interval=1s/;s/interval=10s/interval=2s/'", "postgres-db"});
}

void doom(const Lab& lab, const std::string& node, const std::string& action, const std::optional<Step>& step,
          const std::string& signal)
{
    const std::string inject =
        step ? step->call + ":signal=" + signal + ":when=" + std::to_string(step->count) : std::string{};
    lab.exec(node, {"sh", "-c",
                    "rm -f /var/log/doomed.calls /run/doomed.begun && echo '" + action + " " + inject +
                        "' >/run/doomed.new && mv /run/doomed.new /run/doomed"});
}

bool wait_doomed_halted(const Lab& lab, const std::string& node)
{
    bool is_halted = false;
    wait_until("a halted action on " + node, Deadline{patience},
               [&]() -> std::string
               {
                   const std::string trace = lab.try_exec(node, {"cat", "/var/log/doomed.calls"}).out;
                   is_halted = trace.find("stopped by SIGSTOP") != std::string::npos;
                   return is_halted || parse_watched(trace) ? "" : "it runs, or none has begun";
               });
    return is_halted;
}

Watched wait_doomed_ended(const Lab& lab, const std::string& node)
{
    std::optional<Watched> watched;
    wait_until("the end of the doomed action on " + node, Deadline{2 * patience},
               [&]() -> std::string
               {
                   watched = parse_watched(lab.try_exec(node, {"cat", "/var/log/doomed.calls"}).out);
                   return watched ? "" : "it has not ended";
               });
    return *watched;
}

} // namespace pgtwin::test
