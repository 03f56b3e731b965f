// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/history.hpp"

namespace pgtwin::store
{

/// What a node remembers of its actions for people: the files "history" and, before that, "history.1" of the state
/// directory. No action waits for the disk, and none fails because of it: a loss of power may cost the last entries.
class HistoryFile
{
public:
    /// `limit` bytes in one file, then it becomes history.1, and the one before is gone.
    explicit HistoryFile(std::string directory, std::uint64_t limit = std::uint64_t{256} << 10)
        : directory_{std::move(directory)}, limit_{limit}
    {
    }

    [[nodiscard]] Expected<void> append(const HistoryEntry& entry) const;
    /// All entries, oldest first; none if there is no file yet. Denied: this user may not read them.
    [[nodiscard]] Expected<std::vector<HistoryEntry>> read() const;
    /// The newest entry, from the end of the file alone; empty if there is none.
    [[nodiscard]] std::optional<HistoryEntry> last() const;

private:
    [[nodiscard]] std::string path() const { return directory_ + "/history"; }

    std::string directory_;
    std::uint64_t limit_;
};

} // namespace pgtwin::store
