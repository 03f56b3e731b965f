// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/failover/report.hpp"

#include <algorithm>
#include <cstdio>

namespace pgtwin::bench
{
namespace
{

using std::chrono::milliseconds;

bool is_of(const Trial& trial, const std::string& contender, Fault fault)
{
    return trial.contender == contender && trial.fault == fault;
}

/// The measured ones, shortest outage first.
std::vector<const Trial*> sorted(const std::vector<Trial>& trials, const std::string& contender, Fault fault)
{
    std::vector<const Trial*> found;
    for (const Trial& trial : trials)
        if (is_of(trial, contender, fault) && trial.failure.empty())
            found.push_back(&trial);
    std::sort(found.begin(), found.end(), [](const Trial* a, const Trial* b) { return a->outage < b->outage; });
    return found;
}

std::string seconds_text(milliseconds time)
{
    char text[32];
    (void)std::snprintf(text, sizeof text, "%.2f", static_cast<double>(time.count()) / 1000.0);
    return text;
}

std::string cell(const Summary& summary)
{
    if (summary.count + summary.failed == 0)
        return "-";
    if (summary.count == 0)
        return "failed";
    std::string text =
        seconds_text(summary.median) + " (" + seconds_text(summary.least) + " to " + seconds_text(summary.most) + ")";
    if (summary.lost > 0)
        text += ", lost " + std::to_string(summary.lost);
    if (summary.failed > 0)
        text += ", " + std::to_string(summary.failed) + " failed";
    return text;
}

std::string escaped(const std::string& text)
{
    std::string result;
    for (const char c : text)
        if (c == '"' || c == '\\')
            result.append(1, '\\').append(1, c);
        else
            result += c < ' ' ? ' ' : c;
    return result;
}

std::string json_of(const Trial& trial)
{
    std::string text = "{\"contender\": \"" + trial.contender + "\", \"fault\": \"" + word_of(trial.fault) +
                       "\", \"round\": " + std::to_string(trial.round);
    if (!trial.failure.empty())
        return text + ", \"failure\": \"" + escaped(trial.failure) + "\"}";
    text += ", \"outage_ms\": " + std::to_string(trial.outage.count()) + ", \"lost\": " + std::to_string(trial.lost);
    if (trial.certified)
        text += ", \"certified_ms\": " + std::to_string(trial.certified->count());
    text += ", \"answers_per_100_ms\": [";
    for (std::size_t i = 0; i < trial.bars.size(); ++i)
        text += (i == 0 ? "" : ", ") + std::to_string(trial.bars[i]);
    return text + "]}";
}

/// One sentence about a bar: `limit` from the floor of `reference`.
std::string bar(const std::vector<Trial>& trials, Fault fault, Fault reference, double factor, milliseconds more)
{
    const Summary own = summary_of(trials, "pgtwin", fault);
    const Summary floor = summary_of(trials, "floor", reference);
    if (own.count == 0 || (floor.count == 0 && factor > 0))
        return "";
    const milliseconds limit{static_cast<long>(factor * static_cast<double>(floor.median.count())) + more.count()};
    return std::string{title_of(fault)} + ": " + seconds_text(own.median) + " s, at most " + seconds_text(limit) +
           " s wanted: " + (own.median <= limit ? "kept" : "MISSED") + "\n";
}

std::string certified_bar(const std::vector<Trial>& trials)
{
    std::vector<milliseconds> times;
    for (const Trial& trial : trials)
        if (trial.contender == "pgtwin" && trial.certified)
            times.push_back(*trial.certified);
    if (times.empty())
        return "";
    std::sort(times.begin(), times.end());
    const milliseconds median = times[times.size() / 2];
    return "standby certified after it streams: " + seconds_text(median) + " s (" + seconds_text(times.front()) +
           " to " + seconds_text(times.back()) +
           "), at most 3.00 s wanted: " + (median <= milliseconds{3000} ? "kept" : "MISSED") + "\n";
}

} // namespace

Summary summary_of(const std::vector<Trial>& trials, const std::string& contender, Fault fault)
{
    Summary summary;
    for (const Trial& trial : trials)
        if (is_of(trial, contender, fault) && !trial.failure.empty())
            ++summary.failed;
    const auto measured = sorted(trials, contender, fault);
    summary.count = measured.size();
    if (measured.empty())
        return summary;
    for (const Trial* trial : measured)
        summary.lost += trial->lost;
    summary.least = measured.front()->outage;
    summary.median = measured[measured.size() / 2]->outage;
    summary.most = measured.back()->outage;
    return summary;
}

std::vector<std::string> contenders_in(const std::vector<Trial>& trials)
{
    std::vector<std::string> names;
    for (const Trial& trial : trials)
        if (std::find(names.begin(), names.end(), trial.contender) == names.end())
            names.push_back(trial.contender);
    return names;
}

const Trial* median_trial(const std::vector<Trial>& trials, const std::string& contender, Fault fault)
{
    const auto measured = sorted(trials, contender, fault);
    return measured.empty() ? nullptr : measured[measured.size() / 2];
}

std::string table_of(const std::vector<Trial>& trials)
{
    const auto names = contenders_in(trials);
    std::string head = "| seconds without an answer: median (least to most) |";
    std::string line = "|---|";
    for (const std::string& name : names)
    {
        head += " " + name + " |";
        line += "---|";
    }
    std::string text = head + "\n" + line + "\n";
    for (const Fault fault : all_faults)
    {
        std::string row = std::string{"| "} + title_of(fault) + " |";
        for (const std::string& name : names)
            row += " " + cell(summary_of(trials, name, fault)) + " |";
        text += row + "\n";
    }
    return text;
}

std::string bars_of(const std::vector<Trial>& trials)
{
    constexpr milliseconds second{1000};
    return bar(trials, Fault::primary_killed, Fault::primary_killed, 1.0, second) +
           bar(trials, Fault::switchover, Fault::switchover, 1.0, second) +
           bar(trials, Fault::primary_off, Fault::primary_off, 1.2, {}) +
           bar(trials, Fault::standby_killed, Fault::standby_killed, 0.0, second) +
           bar(trials, Fault::standby_off, Fault::primary_off, 1.2, {}) + certified_bar(trials);
}

std::string json_of(const std::vector<Trial>& trials)
{
    std::string text = "[\n";
    for (std::size_t i = 0; i < trials.size(); ++i)
        text += json_of(trials[i]) + (i + 1 < trials.size() ? ",\n" : "\n");
    return text + "]\n";
}

} // namespace pgtwin::bench
