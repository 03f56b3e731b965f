// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/report/format.hpp"

#include <algorithm>
#include <array>

namespace pgtwin::report
{
namespace
{

std::string padded(std::int64_t number, std::size_t width)
{
    std::string text = std::to_string(number);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

/// One digit behind the point.
std::string tenths(std::int64_t tenths_of_unit)
{
    return std::to_string(tenths_of_unit / 10) + "." + std::to_string(tenths_of_unit % 10);
}

struct Moment
{
    std::string date;
    std::string time;
};

Moment moment(Time time)
{
    const std::chrono::sys_seconds point{time};
    const auto day = std::chrono::floor<std::chrono::days>(point);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{point - day};
    return {padded(static_cast<int>(date.year()), 4) + "-" + padded(static_cast<unsigned>(date.month()), 2) + "-" +
                padded(static_cast<unsigned>(date.day()), 2),
            padded(clock.hours().count(), 2) + ":" + padded(clock.minutes().count(), 2) + ":" +
                padded(clock.seconds().count(), 2)};
}

} // namespace

std::string bytes_text(std::int64_t bytes)
{
    constexpr std::array units{"KiB", "MiB", "GiB", "TiB", "PiB"};
    constexpr std::int64_t step = 1024;
    if (bytes < step)
        return std::to_string(bytes) + " B";
    std::size_t unit = 0;
    std::int64_t scale = step;
    while (unit + 1 < units.size() && bytes / scale >= step)
    {
        scale *= step;
        ++unit;
    }
    return tenths(bytes / scale * 10 + bytes % scale * 10 / scale) + " " + units.at(unit);
}

std::string duration_text(std::chrono::milliseconds time)
{
    using namespace std::chrono_literals;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
    if (time < 1s)
        return std::to_string(time.count()) + " ms";
    if (time < 10s)
        return tenths(time.count() / 100) + " s";
    if (time < 2min)
        return std::to_string(seconds) + " s";
    if (time < 2h)
        return std::to_string(seconds / 60) + " min";
    if (time < 48h)
        return std::to_string(seconds / 3600) + " h " + padded(seconds / 60 % 60, 2) + " min";
    return std::to_string(seconds / 86400) + " d " + std::to_string(seconds / 3600 % 24) + " h";
}

std::string age_text(Time then, Time now)
{
    using namespace std::chrono_literals;
    const Time age = std::max(now - then, Time{0});
    return age < 2min ? std::to_string(age.count()) + " s" : duration_text(age);
}

std::string time_text(Time time, std::chrono::seconds utc_offset)
{
    const Moment there = moment(time + utc_offset);
    return there.date + " " + there.time;
}

std::string utc_text(Time time)
{
    const Moment there = moment(time);
    return there.date + "T" + there.time + "Z";
}

std::string recent_text(Time time, Time now, std::chrono::seconds utc_offset)
{
    const Moment then = moment(time + utc_offset);
    return then.date == moment(now + utc_offset).date ? then.time : then.date + " " + then.time;
}

std::string bar_text(std::int64_t done, std::int64_t total, std::size_t width)
{
    const std::int64_t percent = total > 0 ? std::clamp<std::int64_t>(done * 100 / total, 0, 100) : 0;
    const std::size_t full = static_cast<std::size_t>(percent) * width / 100;
    const std::string number = std::to_string(percent);
    return "[" + std::string(full, '#') + std::string(width - full, '.') + "] " +
           std::string(number.size() < 3 ? 3 - number.size() : 0, ' ') + number + " %";
}

std::string plain(std::string_view text)
{
    std::string result{text};
    std::replace_if(
        result.begin(), result.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return result;
}

std::string shortened(std::string_view text, std::size_t width)
{
    constexpr std::string_view end = "...";
    if (text.size() <= width)
        return std::string{text};
    return std::string{text.substr(0, width - std::min(width, end.size()))}.append(end);
}

std::vector<std::string> lines_of(std::string_view text, std::size_t width)
{
    std::vector<std::string> lines;
    while (text.size() > width)
    {
        const std::size_t blank = text.rfind(' ', width);
        const std::size_t end = blank == std::string_view::npos || blank == 0 ? width : blank;
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(text[end] == ' ' ? end + 1 : end);
    }
    lines.emplace_back(text);
    return lines;
}

} // namespace pgtwin::report
