// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/message/message.hpp"

#include <algorithm>
#include <array>

#include "outcomes.hpp"
#include "refusals.hpp"
#include "repairs.hpp"

namespace pgtwin::message
{
namespace
{

constexpr auto joined()
{
    std::array<Message, outcomes.size() + refusals.size() + repairs.size()> all;
    std::copy(repairs.begin(), repairs.end(),
              std::copy(refusals.begin(), refusals.end(), std::copy(outcomes.begin(), outcomes.end(), all.begin())));
    return all;
}

constexpr auto messages = joined();

/// Whether the row of each reason stands at the place of its number.
constexpr bool is_in_order()
{
    std::size_t at = 0;
    for (const Message& message : messages)
        if (static_cast<std::size_t>(message.reason) != at++)
            return false;
    return true;
}
static_assert(is_in_order(), "each Reason needs a row, in the order of the enumerators");

} // namespace

std::span<const Message> table()
{
    return messages;
}

const Message& message_of(Reason reason)
{
    return messages.at(static_cast<std::size_t>(reason));
}

const Message* find(std::string_view id)
{
    const auto* const found =
        std::find_if(messages.begin(), messages.end(), [id](const Message& each) { return each.id == id; });
    return found == messages.end() ? nullptr : found;
}

const Message* message_in(std::string_view exit_reason)
{
    const Message* found = nullptr;
    for (const Message& each : messages)
        if (exit_reason.starts_with(each.text) && (found == nullptr || each.text.size() > found->text.size()))
            found = &each;
    return found;
}

std::string log_line(const Message& message, std::string_view facts)
{
    std::string line{message.text};
    if (!facts.empty())
        line.append(": ").append(facts);
    if (!message.hint.empty())
        line.append("; ").append(message.hint);
    return line.append(" [").append(message.id).append("]");
}

std::string exit_line(const Message& message, std::string_view facts)
{
    std::string line{message.text};
    if (!facts.empty())
        line.append(": ").append(facts);
    if (!message.hint.empty() && line.size() + 2 + message.hint.size() <= exit_line_size)
        line.append("; ").append(message.hint);
    return line;
}

} // namespace pgtwin::message
