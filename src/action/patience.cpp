// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/action/patience.hpp"

#include "pgtwin/message/message.hpp"

namespace pgtwin::action
{

std::string Patience::line_for(const decide::Step& step, std::chrono::milliseconds elapsed)
{
    const auto* const wait = std::get_if<decide::Wait>(&step);
    if (wait == nullptr || !wait->missing || elapsed < told_at_)
        return {};
    told_at_ = 2 * elapsed;
    return "waits, for " + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(elapsed).count()) +
           " s so far: " + std::string{message::message_of(*wait->missing).text};
}

} // namespace pgtwin::action
