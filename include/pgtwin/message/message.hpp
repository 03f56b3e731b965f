// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "pgtwin/message/reason.hpp"
#include "pgtwin/message/severity.hpp"

namespace pgtwin::message
{

/// One row of the message table: what people read when an action ends with that reason.
struct Message
{
    Reason reason = Reason::started;
    std::string_view id; ///< the enumerator in kebab-case; stable, the heading in doc/messages.md
    Severity severity = Severity::info;
    std::string_view text;      ///< one sentence without a full stop, at most 100 characters
    std::string_view hint = {}; ///< what to do, one sentence or command; empty if nothing is to be done
    std::string_view more = {}; ///< for the manual: what it means and why pgtwin decides so; may be empty
};

/// All messages, in the order of the enumerators.
[[nodiscard]] std::span<const Message> table();

/// The message of a reason; every enumerator has one.
[[nodiscard]] const Message& message_of(Reason reason);

/// By its id; null if there is none, as in a record of another version.
[[nodiscard]] const Message* find(std::string_view id);

/// The message that an exit reason tells; null if it is not one of ours.
[[nodiscard]] const Message* message_in(std::string_view exit_reason);

/// The one line that is logged: "text: facts; hint [id]"; facts may be empty.
[[nodiscard]] std::string log_line(const Message& message, std::string_view facts);

/// Pacemaker keeps 128 bytes of an exit reason, the final zero included (EXIT_REASON_MAX_LEN, lib/services).
inline constexpr std::size_t exit_line_size = 127;

/// The line for Pacemaker's exit reason: "text: facts; hint", without the hint if there is no room for all of it.
[[nodiscard]] std::string exit_line(const Message& message, std::string_view facts);

} // namespace pgtwin::message
