// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "pgtwin/report/assessment.hpp"

namespace pgtwin::report
{

/// Nothing could be told of any pair.
struct Unreadable
{
    std::string resource; ///< that was asked for; may be empty
    std::string problem;  ///< why
    Time now{};
};

/// As doc/status.schema.json describes it, indented; what is unknown is null.
[[nodiscard]] std::string status_json(const std::vector<Judged>& pairs, Verdict verdict, Time now);
[[nodiscard]] std::string status_json(const Unreadable& failure);

/// In the text format of Prometheus; what is unknown is left out.
[[nodiscard]] std::string status_metrics(const std::vector<Judged>& pairs);
[[nodiscard]] std::string status_metrics(const Unreadable& failure);

} // namespace pgtwin::report
