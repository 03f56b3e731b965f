// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/report/verdict.hpp"

namespace pgtwin::report
{
namespace
{

int urgency(Verdict verdict)
{
    switch (verdict)
    {
    case Verdict::healthy:
        return 0;
    case Verdict::degraded:
        return 1;
    case Verdict::unknown:
        return 2;
    case Verdict::down:
        return 3;
    }
    return 0;
}

} // namespace

int exit_code(Verdict verdict)
{
    return static_cast<int>(verdict);
}

std::string_view name_of(Verdict verdict)
{
    switch (verdict)
    {
    case Verdict::healthy:
        return "healthy";
    case Verdict::degraded:
        return "degraded";
    case Verdict::down:
        return "down";
    case Verdict::unknown:
        break;
    }
    return "unknown";
}

Verdict worse_of(Verdict left, Verdict right)
{
    return urgency(left) >= urgency(right) ? left : right;
}

} // namespace pgtwin::report
