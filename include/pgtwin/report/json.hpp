// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "pgtwin/report/assessment.hpp"

namespace pgtwin::report
{

/// One pair with what it amounts to.
struct Judged
{
    PairFacts facts;
    Assessment assessment;
};

/// As doc/status.schema.json describes it, indented; what is unknown is null.
[[nodiscard]] std::string status_json(const std::vector<Judged>& pairs, Verdict verdict);

/// In the text format of Prometheus; what is unknown is left out.
[[nodiscard]] std::string status_metrics(const std::vector<Judged>& pairs);

} // namespace pgtwin::report
