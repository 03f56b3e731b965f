// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/sys/clock.hpp"

#include <array>
#include <cstddef>
#include <ctime>
#include <string_view>
#include <sys/random.h>

namespace pgtwin::sys
{

std::chrono::milliseconds since_boot()
{
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds{now.tv_sec} +
           std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::nanoseconds{now.tv_nsec});
}

std::string random_word()
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<unsigned char, 8> bytes{};
    std::size_t filled = 0;
    while (filled < bytes.size())
        if (const ssize_t count = ::getrandom(bytes.data() + filled, bytes.size() - filled, 0); count > 0)
            filled += static_cast<std::size_t>(count);
    std::string word;
    for (const unsigned char byte : bytes)
        (word += digits[byte >> 4U]) += digits[byte & 0xFU];
    return word;
}

} // namespace pgtwin::sys
