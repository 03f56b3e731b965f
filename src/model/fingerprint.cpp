// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/model/fingerprint.hpp"

#include <cstdint>
#include <string_view>

namespace pgtwin
{
namespace
{

constexpr std::uint64_t basis = 0xcbf29ce484222325U;
constexpr std::uint64_t prime = 0x100000001b3U;
constexpr int word_digits = 16;

std::uint64_t with(std::uint64_t hash, char c)
{
    return (hash ^ static_cast<unsigned char>(c)) * prime;
}

std::string hexadecimal(std::uint64_t value)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(word_digits, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4U)
        *digit = digits[value & 0xfU];
    return text;
}

} // namespace

std::string fingerprint(const std::vector<std::string>& lines)
{
    if (lines.empty())
        return {};
    std::uint64_t hash = basis;
    for (const std::string& line : lines)
    {
        for (const char c : line)
            hash = with(hash, c);
        hash = with(hash, '\n');
    }
    return hexadecimal(hash);
}

} // namespace pgtwin
