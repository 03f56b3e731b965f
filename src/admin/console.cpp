// SPDX-License-Identifier: GPL-2.0-or-later
#include "console.hpp"

#include <chrono>
#include <ctime>
#include <unistd.h>

namespace pgtwin::admin
{

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

report::Color color_of(const cli::Invocation& invocation)
{
    const std::string wanted = invocation.value("color");
    const bool is_wanted = wanted == "always" || (wanted != "never" && ::isatty(STDOUT_FILENO) == 1);
    return is_wanted ? report::Color::always : report::Color::never;
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
