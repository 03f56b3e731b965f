// SPDX-License-Identifier: GPL-2.0-or-later
#include "console.hpp"

#include <chrono>
#include <ctime>
#include <sys/ioctl.h>
#include <unistd.h>

namespace pgtwin::admin
{
namespace
{

std::string value_of(const Environment& environment, std::string_view name)
{
    const auto found = environment.find(name);
    return found == environment.end() ? std::string{} : found->second;
}

} // namespace

report::Time now()
{
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
}

std::chrono::seconds utc_offset(report::Time time)
{
    const std::time_t point = time.count();
    std::tm local{};
    return std::chrono::seconds{::localtime_r(&point, &local) == nullptr ? 0 : local.tm_gmtoff};
}

bool is_terminal(const Environment& environment)
{
    return ::isatty(STDOUT_FILENO) == 1 && value_of(environment, "TERM") != "dumb";
}

report::Color color_of(const cli::Invocation& invocation, const Environment& environment)
{
    const std::string wanted = invocation.value("color");
    const bool is_usual = is_terminal(environment) && value_of(environment, "NO_COLOR").empty();
    const bool is_wanted = wanted == "always" || (wanted != "never" && is_usual);
    return is_wanted ? report::Color::always : report::Color::never;
}

std::size_t window_height(const Environment& environment)
{
    winsize window{};
    const bool is_known = is_terminal(environment) && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0;
    return is_known ? window.ws_row : 0;
}

int number_from(const std::string& text, int fallback, int most)
{
    if (text.empty())
        return fallback;
    const bool is_number = text.size() <= 6 && text.find_first_not_of("0123456789") == std::string::npos;
    const int number = is_number ? std::stoi(text) : 0;
    return number <= most ? number : 0;
}

std::string first_argument(const cli::Invocation& invocation)
{
    return invocation.arguments.empty() ? std::string{} : invocation.arguments.front();
}

} // namespace pgtwin::admin
