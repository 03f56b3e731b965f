// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/report/assessment.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "problems.hpp"

namespace pgtwin::report
{
namespace
{

/// What looks at the facts, in the order in which people should read what it finds.
constexpr std::array looks{problems_of_primary, problems_of_commits, problems_of_actions,
                           problems_of_fencing, problems_of_cluster, problems_of_nodes,
                           problems_of_standby, problems_of_storage, problems_of_addresses};

/// Whether anybody can write is not known.
bool leaves_writes_open(const Problem& problem)
{
    return problem.verdict == Verdict::unknown && problem.id == "server-silent";
}

/// Gravest first, in the order in which they were found.
int rank(const Problem& problem)
{
    switch (problem.verdict)
    {
    case Verdict::down:
        return 0;
    case Verdict::degraded:
        return 1;
    case Verdict::unknown:
        return leaves_writes_open(problem) ? 0 : 2;
    case Verdict::healthy:
        break;
    }
    return 3;
}

Verdict verdict_of(const Problems& problems)
{
    if (problems.empty())
        return Verdict::healthy;
    const bool is_primary_unknown =
        std::any_of(problems.begin(), problems.end(), [](const Problem& each) { return each.id == "primary-unknown"; });
    return is_primary_unknown ? Verdict::unknown : problems.front().verdict;
}

} // namespace

std::string_view Problem::label() const
{
    return cause.empty() ? id : cause;
}

Assessment assess(const PairFacts& facts)
{
    Assessment assessment;
    Problems& problems = assessment.problems;
    for (const auto& look : looks)
    {
        Problems found = look(facts);
        std::move(found.begin(), found.end(), std::back_inserter(problems));
    }
    if (problems.size() == 1 && problems.front().hint.empty())
        problems.front().hint = "pgtwin explain, on both nodes";
    std::stable_sort(problems.begin(), problems.end(),
                     [](const Problem& left, const Problem& right) { return rank(left) < rank(right); });
    assessment.verdict = verdict_of(problems);
    return assessment;
}

} // namespace pgtwin::report
