// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "cluster/cluster_state.hpp"

namespace pgtwin::test
{

/// How a line is meant; shown as colour on a terminal only.
enum class Tone
{
    plain,
    good,
    bad,
    title,
};

/// Something that happened in a cluster, in words for people.
struct News
{
    std::string text;
    Tone tone = Tone::plain;

    friend bool operator==(const News&, const News&) = default;
};

/// What has changed between two looks at the cluster, in the order in which it is told.
[[nodiscard]] std::vector<News> news_between(const ClusterState& before, const ClusterState& now);

/// Who had whom fenced, and what the power switch answered: one for each such line of the lab's power log.
[[nodiscard]] std::vector<News> news_of_fencing(const std::string& power_log);

} // namespace pgtwin::test
