// SPDX-License-Identifier: GPL-2.0-or-later
#include "times.hpp"

#include <algorithm>
#include <charconv>

namespace pgtwin::crm
{
namespace
{

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// Takes numbers and signs off the beginning of a text; what is not there makes all of it wrong.
class Scanner
{
public:
    explicit Scanner(std::string_view text) : rest_{text} {}

    int number(std::size_t digits)
    {
        int value = 0;
        const std::string_view part = rest_.substr(0, digits);
        const auto [stop, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        is_right_ = is_right_ && error == std::errc{} && stop == part.data() + digits && value >= 0;
        rest_.remove_prefix(part.size());
        return value;
    }
    void sign(std::string_view wanted)
    {
        is_right_ = is_right_ && rest_.starts_with(wanted);
        rest_.remove_prefix(std::min(rest_.size(), wanted.size()));
    }
    /// What may stand there and tells nothing.
    void skip(std::string_view characters)
    {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(characters), rest_.size()));
    }
    [[nodiscard]] bool is_next(char wanted) const { return rest_.starts_with(wanted); }
    [[nodiscard]] bool is_done() const { return is_right_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool is_right_ = true;
};

std::chrono::sys_days day_in(Scanner& scanner)
{
    const int year = scanner.number(4);
    scanner.sign("-");
    const int month = scanner.number(2);
    scanner.sign("-");
    const int day = scanner.number(2);
    return std::chrono::year{year} / month / day;
}

seconds time_of_day_in(Scanner& scanner)
{
    const hours hour{scanner.number(2)};
    scanner.sign(":");
    const minutes minute{scanner.number(2)};
    scanner.sign(":");
    return hour + minute + seconds{scanner.number(2)};
}

seconds zone_in(Scanner& scanner)
{
    if (scanner.is_next('Z'))
    {
        scanner.sign("Z");
        return seconds{0};
    }
    const int direction = scanner.is_next('-') ? -1 : 1;
    scanner.sign(direction < 0 ? "-" : "+");
    const hours hour{scanner.number(2)};
    scanner.sign(":");
    return direction * (hour + minutes{scanner.number(2)});
}

} // namespace

std::optional<seconds> time_from(std::string_view text)
{
    Scanner scanner{text};
    const auto day = day_in(scanner);
    scanner.skip(" T");
    const seconds time = time_of_day_in(scanner);
    if (scanner.is_next('.'))
        scanner.skip(".0123456789");
    scanner.skip(" ");
    const seconds zone = zone_in(scanner);
    if (!scanner.is_done())
        return std::nullopt;
    return day.time_since_epoch() + time - zone;
}

} // namespace pgtwin::crm
