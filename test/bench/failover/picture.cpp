// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "bench/failover/report.hpp"

namespace pgtwin::bench
{
namespace
{

constexpr int bar_pixels = 5;
constexpr int row_height = 44;
constexpr int label_width = 90;
constexpr int title_height = 26;
constexpr int axis_height = 22;
constexpr int chart_bars = 130;
constexpr int width = label_width + chart_bars * bar_pixels + 20;

std::string rectangle(int x, int y, int height, const char* colour)
{
    return "<rect x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" width=\"" +
           std::to_string(bar_pixels - 1) + "\" height=\"" + std::to_string(height) + "\" fill=\"" + colour + "\"/>\n";
}

std::string line(int x, int from, int to, const char* colour)
{
    const std::string at = std::to_string(x);
    return "<line x1=\"" + at + "\" y1=\"" + std::to_string(from) + "\" x2=\"" + at + "\" y2=\"" + std::to_string(to) +
           "\" stroke=\"" + colour + "\"/>\n";
}

std::string words(int x, int y, const std::string& text, const char* anchor = "start")
{
    return "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" text-anchor=\"" + anchor + "\">" +
           text + "</text>\n";
}

int fault_x()
{
    return label_width + static_cast<int>(before_fault / bar_width) * bar_pixels;
}

std::string row(const Trial& trial, int top)
{
    const std::size_t highest = *std::max_element(trial.bars.begin(), trial.bars.end());
    std::string text = words(4, top + row_height / 2, trial.contender);
    const int count = std::min(chart_bars, static_cast<int>(trial.bars.size()));
    for (int i = 0; i < count && highest > 0; ++i)
    {
        const auto answers = trial.bars[static_cast<std::size_t>(i)];
        const int height = static_cast<int>(answers * (row_height - 8) / highest);
        const int y = top + row_height - 4 - height;
        text += height > 0 ? rectangle(label_width + i * bar_pixels, y, height, "#4477aa") : "";
    }
    return text;
}

std::string axis(int top)
{
    std::string text;
    const int bars_in_second = static_cast<int>(std::chrono::seconds{1} / bar_width);
    for (int second = 0; fault_x() + second * bars_in_second * bar_pixels < width - 20; second += 2)
    {
        const int x = fault_x() + second * bars_in_second * bar_pixels;
        text += line(x, top, top + 4, "black") + words(x, top + 16, std::to_string(second) + " s", "middle");
    }
    return text;
}

std::string chart(const std::vector<Trial>& trials, Fault fault, int& top)
{
    std::string rows;
    int y = top + title_height;
    for (const std::string& name : contenders_in(trials))
        if (const Trial* const trial = median_trial(trials, name, fault); trial != nullptr && !trial->bars.empty())
        {
            rows += row(*trial, y);
            y += row_height;
        }
    if (rows.empty())
        return "";
    const std::string text =
        words(4, top + 17, std::string{"<tspan font-weight=\"bold\">"} + title_of(fault) + "</tspan>") + rows +
        line(fault_x(), top + title_height, y, "#cc3311") + axis(y);
    top = y + axis_height;
    return text;
}

} // namespace

std::string picture_of(const std::vector<Trial>& trials)
{
    int height = 4;
    std::string charts;
    for (const Fault fault : all_faults)
        charts += chart(trials, fault, height);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(width) + "\" height=\"" +
           std::to_string(height) + "\" font-family=\"sans-serif\" font-size=\"12\">\n" +
           "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" + charts + "</svg>\n";
}

} // namespace pgtwin::bench
