// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/narrator.hpp"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

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
    if (blocked_since_.load() != Moment{})
        return "0/s";
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
        tell_fencing(lab);
        tell_changes(lab);
        std::this_thread::sleep_for(milliseconds{150});
    }
}

void Narrator::tell(const std::vector<News>& news)
{
    for (const News& one : news)
        say(one.text, one.tone);
}

void Narrator::tell_fencing(const Lab& lab)
{
    std::vector<News> news = news_of_fencing(lab.power_log());
    const std::size_t all = news.size();
    news.erase(news.begin(), news.begin() + static_cast<std::ptrdiff_t>(std::min(told_fencings_, all)));
    told_fencings_ = all;
    tell(news);
}

void Narrator::tell_changes(const Lab& lab)
{
    try
    {
        const ClusterState now = lab.state();
        tell(news_between(before_, now));
        before_ = now;
    }
    catch (const LabError&)
    {
        // Both nodes are silent for a moment: what changed is told when one answers again.
    }
}

void Narrator::tell_commits()
{
    const Ledger* const ledger = ledger_;
    if (ledger == nullptr)
        return;
    const Moment last = ledger->last();
    const Moment now = steady_clock::now();
    const Moment since = blocked_since_;
    const bool is_blocked = since != Moment{};
    if (!is_blocked && last != Moment{} && now - last > told_outage)
    {
        blocked_since_ = last;
        say("no commit is acknowledged", Tone::bad);
    }
    else if (is_blocked && last > since)
    {
        blocked_since_ = Moment{};
        const Gap gap = ledger->longest_gap(since, now);
        say("commits are acknowledged again, after " + in_seconds(gap.end - gap.begin), Tone::good);
    }
    else if (!is_blocked && now - last_line_.load() > longest_silence)
        say("commits go on");
}

} // namespace pgtwin::test
