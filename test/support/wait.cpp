// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/wait.hpp"

#include <thread>

namespace pgtwin::test
{
namespace
{

std::string look(const Missing& missing)
{
    try
    {
        return missing();
    }
    catch (const std::exception& error)
    {
        return error.what();
    }
}

} // namespace

std::chrono::milliseconds wait_until(const std::string& what, const Deadline& deadline, const Missing& missing,
                                     std::chrono::milliseconds pause)
{
    const auto begin = Deadline::clock::now();
    for (;;)
    {
        const std::string seen = look(missing);
        const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(Deadline::clock::now() - begin);
        if (seen.empty())
            return spent;
        if (deadline.passed())
            throw NotReached{"not reached within " + std::to_string(spent.count()) + " ms: " + what +
                             "; last seen: " + seen};
        std::this_thread::sleep_for(pause);
    }
}

} // namespace pgtwin::test
