// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pgtwin/base/expected.hpp"

namespace pgtwin
{

enum class ResyncPhase
{
    preparing, ///< something was decided, see why
    copying,   ///< a base backup
    rewinding,
    waiting, ///< something holds the repair up; it is tried again
    failed,  ///< the worker has given up; the next one tries again
};

/// How far the repair of a data directory is: the value of attribute `<rsc>-resync`.
///
/// Text: `phase=copying percent=12 done=1048576 total=8388608 rate=524288 left=14`, or
/// `phase=waiting cause=rebuild-no-source why=the primary cannot be reached: ...`, where `why` goes to the end.
struct Resync
{
    ResyncPhase phase = ResyncPhase::preparing;
    std::uint64_t done = 0;  ///< bytes
    std::uint64_t total = 0; ///< bytes; 0: not known yet
    std::uint64_t rate = 0;  ///< bytes per second since the beginning; 0: not known yet
    std::uint64_t left = 0;  ///< seconds, by that rate; 0: not known yet
    std::string cause;       ///< id of the message, only if it waits or failed
    std::string why;         ///< a sentence for people; not when bytes are counted

    [[nodiscard]] std::uint64_t percent() const; ///< 0 to 100
    [[nodiscard]] std::string text() const;
    /// A line for the log.
    [[nodiscard]] std::string in_words() const;
    static Expected<Resync> parse(std::string_view text);
    friend bool operator==(const Resync&, const Resync&) = default;
};

} // namespace pgtwin
