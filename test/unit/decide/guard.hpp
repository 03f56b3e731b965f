// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <variant>

#include "pgtwin/decide/promotion.hpp"
#include "pgtwin/message/message.hpp"
#include "support/scene.hpp"

namespace pgtwin::test
{

/// Which rule allows the promotion, or why it is refused.
using Judgement = std::variant<decide::Rule, Reason>;

struct GuardRow
{
    const char* sentence;
    Scene scene;
    Judgement judgement;
    friend std::ostream& operator<<(std::ostream& out, const GuardRow& row) { return out << row.sentence; }
};

inline GuardRow row(const char* sentence, Scene scene, Judgement judgement)
{
    return {sentence, std::move(scene), judgement};
}

inline std::string text(const Judgement& judgement)
{
    if (const auto* reason = std::get_if<Reason>(&judgement))
        return "refused: " + std::string{message::message_of(*reason).id};
    return "allowed by rule " + std::to_string(static_cast<int>(std::get<decide::Rule>(judgement)));
}

/// What the guard says of the scene.
inline std::string judged(const Scene& scene)
{
    const decide::Verdict verdict = decide::may_promote(scene.observation(), scene.context);
    return text(verdict.rule ? Judgement{*verdict.rule} : Judgement{verdict.refusal});
}

} // namespace pgtwin::test
