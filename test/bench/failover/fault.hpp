// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace pgtwin::bench
{

enum class Fault
{
    primary_killed,
    switchover,
    primary_off,
    standby_killed,
    standby_off,
};

inline constexpr std::array all_faults{Fault::primary_killed, Fault::switchover, Fault::primary_off,
                                       Fault::standby_killed, Fault::standby_off};

/// The word for it on the command line and in files.
[[nodiscard]] constexpr const char* word_of(Fault fault)
{
    switch (fault)
    {
    case Fault::primary_killed:
        return "primary-killed";
    case Fault::switchover:
        return "switchover";
    case Fault::primary_off:
        return "primary-off";
    case Fault::standby_killed:
        return "standby-killed";
    case Fault::standby_off:
        return "standby-off";
    }
    return "";
}

/// In a sentence for people.
[[nodiscard]] constexpr const char* title_of(Fault fault)
{
    switch (fault)
    {
    case Fault::primary_killed:
        return "postmaster of the primary killed";
    case Fault::switchover:
        return "switchover";
    case Fault::primary_off:
        return "primary powered off";
    case Fault::standby_killed:
        return "postmaster of the standby killed";
    case Fault::standby_off:
        return "standby powered off";
    }
    return "";
}

[[nodiscard]] inline std::optional<Fault> fault_named(std::string_view word)
{
    for (const Fault fault : all_faults)
        if (word == word_of(fault))
            return fault;
    return std::nullopt;
}

/// Whether the service moves to the other node.
[[nodiscard]] constexpr bool moves_primary(Fault fault)
{
    return fault == Fault::primary_killed || fault == Fault::switchover || fault == Fault::primary_off;
}

} // namespace pgtwin::bench
