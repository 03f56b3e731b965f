// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/pair_note.hpp"

namespace pgtwin::store
{

/// Everybody may read them; they are gone at boot. A directory of its own: what lies beside the state is root's alone.
inline constexpr const char* notes_directory = "/run/pgtwin-pairs";

[[nodiscard]] Expected<void> write_note(const PairNote& note, const std::string& directory = notes_directory);

/// All that can be read, in the order of their names; none if there is no directory.
[[nodiscard]] std::vector<PairNote> read_notes(const std::string& directory = notes_directory);

} // namespace pgtwin::store
