// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pgtwin/model/cluster.hpp"

namespace pgtwin::crm
{

/// Names of the node attributes of one resource (safety.md, "What is recorded where").
struct AttributeNames
{
    explicit AttributeNames(const std::string& id);

    std::string resource;    ///< id of the primitive
    std::string run;         ///< transient
    std::string certified;   ///< transient
    std::string position;    ///< transient
    std::string resync;      ///< transient
    std::string alone_in;    ///< transient
    std::string score;       ///< transient; the attribute that `crm_attribute --promotion` writes
    std::string accept_loss; ///< transient, set by the operator
    std::string data_status; ///< permanent
};

/// "primary", "in-sync" or "stale"; empty for none.
[[nodiscard]] std::string text_of(DataStatus status);
/// The opposite; empty if the text is none of these.
[[nodiscard]] std::optional<DataStatus> data_status_from(std::string_view text);

inline constexpr int infinite_score = 1'000'000;

/// "INFINITY" and "-INFINITY" at and beyond +-1000000 (Pacemaker Explained, "Scores").
[[nodiscard]] std::string score_text(int score);
/// Empty if it is not a score.
[[nodiscard]] std::optional<int> score_from(std::string_view text);

/// Pacemaker's words for true: "true", "on", "yes", "y" and "1", in any case (crm_str_to_boolean() in lib/common).
[[nodiscard]] bool is_true(std::string_view text);

/// By the properties "fencing-enabled" and "stonith-enabled", as Pacemaker after 3.0 and before it names the option;
/// empty: not set. Where they disagree a lost node is waited for.
[[nodiscard]] bool is_fencing_on(std::string_view newer, std::string_view older);

} // namespace pgtwin::crm
