// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cluster/lab.hpp"

namespace pgtwin::test
{

/// The commands below the mark `executed: NAME` in a document (README.md, doc/...). `test/lint/executed-blocks` asks
/// that each one is named by a Block in a test.
struct Block
{
    const char* document;
    const char* name;
};

/// What a document says and what it is on the nodes, for the texts that differ.
using Differences = std::vector<std::pair<std::string, std::string>>;

/// Runs a block on a node, as root types it; throws LabError if a command fails. Answers what it prints.
std::string follow(const Lab& lab, const std::string& node, const Block& block, const Differences& differences = {},
                   std::chrono::seconds limit = std::chrono::seconds{150});
/// The same; how it ended.
[[nodiscard]] Ran try_follow(const Lab& lab, const std::string& node, const Block& block,
                             const Differences& differences = {},
                             std::chrono::seconds limit = std::chrono::seconds{150});

/// `text` with each `what` replaced.
[[nodiscard]] std::string replaced(std::string text, const std::string& what, const std::string& by);

} // namespace pgtwin::test
