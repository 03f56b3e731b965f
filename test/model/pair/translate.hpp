// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "pgtwin/decide/observation.hpp"
#include "world.hpp"

namespace pgtwin::test::pair
{

/// A step, as bytes.
struct Effect
{
    Byte kind = 0;         ///< index into decide::Step
    Byte is_pretended = 0; ///< of a mutation: reported as done, and not done
    Memory memory;
    Notes notes;
    Card card;
    Byte value = 0; ///< names set or not; score; status of this node
    Byte other = 0; ///< status of the peer
};

/// Whether it is a step of this type.
template <typename T>
[[nodiscard]] bool is_kind(const Effect& effect)
{
    return effect.kind == decide::index_of<T>();
}

[[nodiscard]] RunId word(Label label);
[[nodiscard]] Label label(const RunId& word);
[[nodiscard]] Lsn lsn(std::size_t end);
[[nodiscard]] TimelineHistory history(const Line& line);

/// What production code would have seen.
[[nodiscard]] decide::Observation observation(const Action& action);
[[nodiscard]] decide::Context context(const Action& action, Byte mode);
[[nodiscard]] Effect effect(const decide::Step& step);
/// A step of this kind, with nothing in it.
[[nodiscard]] const decide::Step& step_of_kind(std::size_t kind);

/// What is told to people about a base backup, by a number; the same text has the same one.
[[nodiscard]] Byte resync_number(const std::string& text);
[[nodiscard]] const std::string& resync_text(Byte number);

/// The scores that Card::score counts, from 1 on.
[[nodiscard]] int score(Byte index);

/// For stories.
[[nodiscard]] std::string text(const Wal& wal);

} // namespace pgtwin::test::pair
