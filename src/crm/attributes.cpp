// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/crm/attributes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace pgtwin::crm
{
namespace
{

constexpr std::array<std::pair<DataStatus, std::string_view>, 3> status_texts{
    {{DataStatus::primary, "primary"}, {DataStatus::in_sync, "in-sync"}, {DataStatus::stale, "stale"}}
};

bool same_text(std::string_view left, std::string_view right)
{
    const auto lower = [](char c)
    {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [lower](char a, char b) { return lower(a) == lower(b); });
}

} // namespace

AttributeNames::AttributeNames(const std::string& id)
    : resource{id},
      run{id + "-run"},
      certified{id + "-certified"},
      position{id + "-position"},
      resync{id + "-resync"},
      alone_in{id + "-alone-in"},
      score{"master-" + id},
      accept_loss{id + "-accept-data-loss"},
      data_status{id + "-data-status"}
{
}

std::string text_of(DataStatus status)
{
    for (const auto& [value, text] : status_texts)
        if (value == status)
            return std::string{text};
    return {};
}

std::optional<DataStatus> data_status_from(std::string_view text)
{
    if (text.empty())
        return DataStatus::none;
    for (const auto& [value, known] : status_texts)
        if (known == text)
            return value;
    return std::nullopt;
}

std::string score_text(int score)
{
    if (score >= infinite_score)
        return "INFINITY";
    return score <= -infinite_score ? "-INFINITY" : std::to_string(score);
}

std::optional<int> score_from(std::string_view text)
{
    if (same_text(text, "INFINITY") || same_text(text, "+INFINITY"))
        return infinite_score;
    if (same_text(text, "-INFINITY"))
        return -infinite_score;
    if (text.starts_with('+'))
        text.remove_prefix(1);
    int score = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), score);
    if (error != std::errc{} || stop != text.data() + text.size())
        return std::nullopt;
    return std::clamp(score, -infinite_score, infinite_score);
}

bool is_true(std::string_view text)
{
    constexpr std::array<std::string_view, 5> words{"true", "on", "yes", "y", "1"};
    return std::any_of(words.begin(), words.end(), [text](std::string_view word) { return same_text(word, text); });
}

bool is_fencing_on(std::string_view newer, std::string_view older)
{
    return (newer.empty() && older.empty()) || is_true(newer) || is_true(older);
}

} // namespace pgtwin::crm
