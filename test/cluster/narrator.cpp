// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/narrator.hpp"

#include <cstdio>
#include <unistd.h>

#include "cluster/client.hpp"
#include "pgtwin/model/resync.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::duration;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

// Shorter pauses are not told: a checkpoint or a busy machine causes them too.
constexpr milliseconds told_outage{500};
constexpr seconds longest_silence{2};

std::string in_words(const std::string& resync)
{
    const auto told = Resync::parse(resync);
    return told ? told->in_words() : resync;
}

const char* colour(Tone tone)
{
    switch (tone)
    {
    case Tone::plain:
        return "";
    case Tone::good:
        return "\033[32m";
    case Tone::bad:
        return "\033[31m";
    case Tone::title:
        return "\033[1m";
    }
    return "";
}

std::string in_seconds(steady_clock::duration time)
{
    char text[32];
    (void)std::snprintf(text, sizeof text, "%.1f s", duration<double>(time).count());
    return text;
}

} // namespace

Narrator::Narrator(Moment begin) : begin_{begin}, is_terminal_{::isatty(STDOUT_FILENO) == 1}, last_line_{begin} {}

Narrator::~Narrator()
{
    stop();
}

void Narrator::stop()
{
    is_stopping_ = true;
    if (cluster_.joinable())
        cluster_.join();
    if (commits_.joinable())
        commits_.join();
}

void Narrator::say(const std::string& text, Tone tone)
{
    const std::lock_guard lock{mutex_};
    const Moment now = steady_clock::now();
    last_line_ = now;
    const std::string time = in_seconds(now - begin_);
    const bool is_coloured = is_terminal_ && tone != Tone::plain;
    std::printf("%8s %6s  %s%s%s\n", time.c_str(), rate().c_str(), is_coloured ? colour(tone) : "", text.c_str(),
                is_coloured ? "\033[0m" : "");
    (void)std::fflush(stdout);
}

std::string Narrator::rate() const
{
    const Ledger* const ledger = ledger_;
    if (ledger == nullptr)
        return "";
    const Moment now = steady_clock::now();
    return std::to_string(ledger->count_between(now - seconds{1}, now)) + "/s";
}

void Narrator::watch_cluster(const Lab& lab)
{
    before_ = lab.state();
    cluster_ = std::thread{&Narrator::work, this, std::cref(lab)};
    commits_ = std::thread{[this]()
                           {
                               while (!is_stopping_)
                               {
                                   tell_commits();
                                   std::this_thread::sleep_for(milliseconds{50});
                               }
                           }};
}

void Narrator::work(const Lab& lab)
{
    while (!is_stopping_)
    {
        try
        {
            tell_changes(lab.state());
        }
        catch (const LabError&)
        {
            // Both nodes are silent for a moment: what changed is told when one answers again.
        }
        std::this_thread::sleep_for(milliseconds{150});
    }
}

void Narrator::tell_changes(const ClusterState& now)
{
    for (const auto& [name, node] : now.nodes)
        tell_node(name, before_.nodes[name], node);
    if (now.vip_node != before_.vip_node && !now.vip_node.empty())
        say(std::string{"the virtual address "} + vip_address + " is on " + now.vip_node);
    before_ = now;
}

void Narrator::tell_node(const std::string& name, const NodeState& before, const NodeState& now)
{
    if (now.is_unclean && !before.is_unclean)
        say(name + " does not answer: it must be fenced before anything else", Tone::bad);
    if (before.is_unclean && !now.is_unclean && !now.is_online)
        say(name + " was fenced: it is certainly off");
    if (now.is_online && !before.is_online)
        say(name + " is a member of the cluster");
    if (now.role != before.role)
        tell_role(name, before.role, now.role);
    tell_attributes(name, before, now);
}

void Narrator::tell_role(const std::string& name, const std::string& before, const std::string& role)
{
    if (role == "Promoted")
        say(name + " is the primary", Tone::good);
    else if (role == "Unpromoted")
        say(name + " runs as a standby");
    else if (role == "Promoting")
        say(name + " is being promoted");
    else if (!before.empty() && (role.empty() || role == "Stopped"))
        say("PostgreSQL does not run on " + name);
}

void Narrator::tell_attributes(const std::string& name, const NodeState& before, const NodeState& now)
{
    const std::string resync = now.attribute("postgres-db-resync");
    if (resync != before.attribute("postgres-db-resync"))
        say(resync.empty() ? name + " has its data" : name + " is filled from the primary: " + in_words(resync));
    const bool is_certified = !now.attribute("postgres-db-certified").empty();
    if (is_certified == !before.attribute("postgres-db-certified").empty())
        return;
    if (is_certified)
        say(name + " is the synchronous standby: every commit waits for it", Tone::good);
    else if (now.role != "Promoted")
        say(name + " may lack commits from now on: it must not be promoted");
}

void Narrator::tell_commits()
{
    const Ledger* const ledger = ledger_;
    if (ledger == nullptr)
        return;
    const Moment last = ledger->last();
    const Moment now = steady_clock::now();
    const bool is_blocked = blocked_since_ != Moment{};
    if (!is_blocked && last != Moment{} && now - last > told_outage)
    {
        blocked_since_ = last;
        say("no commit is acknowledged", Tone::bad);
    }
    else if (is_blocked && last > blocked_since_)
    {
        const Gap gap = ledger->longest_gap(blocked_since_, now);
        blocked_since_ = {};
        say("commits are acknowledged again, after " + in_seconds(gap.end - gap.begin), Tone::good);
    }
    else if (!is_blocked && now - last_line_.load() > longest_silence)
        say("commits go on");
}

} // namespace pgtwin::test
