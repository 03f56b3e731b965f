// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/wal.hpp"
#include "pgtwin/pg/connection.hpp"

namespace pgtwin::pg
{

/// When what decides whether commits wait was changed last, in seconds since 1970.
struct Changes
{
    std::optional<std::chrono::seconds> settings_written; ///< empty: the user may not see that
    std::optional<std::chrono::seconds> promoted; ///< empty: never, on this timeline, or the user may not see it
};

/// The peer's standby, as its primary sees it.
struct SenderDetails
{
    std::chrono::seconds since{};                         ///< when it connected, since 1970
    std::optional<std::chrono::milliseconds> flush_delay; ///< empty: nothing was measured, it is idle
    std::optional<std::chrono::milliseconds> replay_delay;
    std::string address{}; ///< of the standby; empty: it uses the socket
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
    int waiting_sessions = 0;                 ///< wait for the standby with their commit
    std::chrono::milliseconds longest_wait{}; ///< of those
    std::optional<std::int64_t> slot_left;    ///< bytes; empty: the slot has no limit, or there is none
    Changes changes;
};

/// The row of queries::changes; empty if it has another shape.
[[nodiscard]] Changes parse_changes(const Rows& rows);

/// The row of queries::details.
[[nodiscard]] Expected<ServerDetails> parse_details(const Rows& rows);

} // namespace pgtwin::pg
