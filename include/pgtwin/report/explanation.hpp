// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "pgtwin/model/history.hpp"
#include "pgtwin/report/facts.hpp"
#include "pgtwin/report/terminal.hpp"

namespace pgtwin::report
{

/// What one node decided, oldest first.
struct Explanation
{
    std::string resource;
    std::string node;
    std::vector<HistoryEntry> entries;
    std::chrono::seconds utc_offset{};
};

/// For the terminal, 80 columns wide, the newest last. What failed comes with the explanation of the manual.
[[nodiscard]] std::string explanation_text(const Explanation& explanation, Color color);

/// Objects with the fields of HistoryEntry, and text and hint of the message table.
[[nodiscard]] std::string explanation_json(const std::vector<Explanation>& explanations);

} // namespace pgtwin::report
