// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/sys/clock.hpp"

#include <array>
#include <cstdint>
#include <ctime>
#include <random>

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
    std::random_device source{"getrandom"};
    std::string word;
    for (int i = 0; i < 2; ++i)
    {
        std::uint32_t bits = source();
        for (int digit = 0; digit < 8; ++digit, bits >>= 4U)
            word += digits[bits & 0xFU];
    }
    return word;
}

} // namespace pgtwin::sys
