// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <optional>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/wal.hpp"
#include "pgtwin/pg/connection.hpp"

namespace pgtwin::pg
{

/// The peer's standby, as its primary sees it.
struct SenderDetails
{
    std::chrono::seconds since{};                         ///< when it connected, since 1970
    std::optional<std::chrono::milliseconds> flush_delay; ///< empty: nothing was measured, it is idle
    std::optional<std::chrono::milliseconds> replay_delay;
};

/// The stream of a standby, as it sees it itself.
struct ReceiverDetails
{
    std::chrono::seconds since{};
    Lsn primary_end; ///< end of WAL that the primary named last
};

/// What people want to know of a server, and no decision needs.
struct ServerDetails
{
    std::chrono::seconds started{}; ///< since 1970
    int major_version = 0;
    std::optional<SenderDetails> sender;
    std::optional<ReceiverDetails> receiver;
    /// Age of the last transaction that was replayed; empty: all that was received is replayed.
    std::optional<std::chrono::milliseconds> replay_age;
};

/// The row of queries::details.
[[nodiscard]] Expected<ServerDetails> parse_details(const Rows& rows);

} // namespace pgtwin::pg
