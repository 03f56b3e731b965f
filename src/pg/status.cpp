// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/status.hpp"

#include <charconv>

namespace pgtwin::pg
{
namespace
{

template <typename Number>
std::optional<Number> number_in(std::string_view text, int base = 10)
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// Reads columns one after the other; remembers the first one that was not understood.
class Columns
{
public:
    explicit Columns(const Row& row) : row_{row} {}

    std::string text()
    {
        const std::optional<std::string>& value = row_.at(next_++);
        return value.value_or("");
    }
    bool flag()
    {
        const std::string value = text();
        check(value == "t" || value == "f");
        return value == "t";
    }
    /// A position; NULL is 0/0.
    Lsn lsn()
    {
        const std::string value = text();
        const auto parsed = Lsn::parse(value.empty() ? "0/0" : value);
        check(parsed.has_value());
        return parsed ? *parsed : Lsn{};
    }
    template <typename Number>
    Number number(int base = 10)
    {
        const std::string value = text();
        const auto parsed = number_in<Number>(value.empty() ? "0" : value, base);
        check(parsed.has_value());
        return parsed.value_or(0);
    }
    std::uint64_t system_identifier()
    {
        const auto parsed = parse_system_identifier(text());
        check(parsed.has_value());
        return parsed.value_or(0);
    }

    [[nodiscard]] std::optional<std::size_t> misunderstood() const { return misunderstood_; }

private:
    void check(bool is_understood)
    {
        if (!is_understood && !misunderstood_)
            misunderstood_ = next_ - 1;
    }

    const Row& row_;
    std::size_t next_ = 0;
    std::optional<std::size_t> misunderstood_;
};

Error malformed(const std::string& what)
{
    return {ErrorKind::malformed, "cannot understand the server: " + what};
}

/// One that is stopped reports its last state for ever, and does not end when its standby is silent for too long.
std::optional<WalSender> sender(Columns& columns, const LookAtProcess& look_at)
{
    const auto process = columns.number<pid_t>();
    const bool is_there = process > 0;
    const auto seen = is_there ? look_at(process) : std::nullopt;
    WalSender row;
    row.state = columns.text();
    if (seen && seen->is_stopped())
        row.state = "stopped";
    row.sync_state = columns.text();
    row.flush = columns.lsn();
    row.replay = columns.lsn();
    return is_there ? std::optional{row} : std::nullopt;
}

std::optional<WalReceiver> receiver(Columns& columns)
{
    const bool is_there = columns.flag();
    WalReceiver row;
    row.status = columns.text();
    row.sender_host = columns.text();
    row.received_timeline = Timeline{columns.number<std::uint32_t>()};
    return is_there ? std::optional{row} : std::nullopt;
}

std::optional<Slot> slot(Columns& columns)
{
    const bool is_there = columns.flag();
    Slot row;
    row.active = columns.text() == "t";
    row.wal_status = columns.text();
    row.held_bytes = columns.number<std::int64_t>();
    return is_there ? std::optional{row} : std::nullopt;
}

} // namespace

std::optional<std::uint64_t> parse_system_identifier(const std::string& text)
{
    if (const auto plain = number_in<std::uint64_t>(text))
        return plain;
    const auto negative = number_in<std::int64_t>(text);
    return negative ? std::optional{static_cast<std::uint64_t>(*negative)} : std::nullopt;
}

Expected<ServerStatus> parse_status(const Rows& rows, const LookAtProcess& look_at)
{
    constexpr std::size_t column_count = 27;
    constexpr int hexadecimal = 16;
    if (rows.size() != 1 || rows.front().size() != column_count)
        return malformed("status has another shape");
    Columns columns{rows.front()};
    ServerStatus status;
    status.role = columns.flag() ? Role::standby : Role::primary;
    status.system_identifier = columns.system_identifier();
    status.timeline = Timeline{columns.number<std::uint32_t>(hexadecimal)};
    status.end = columns.lsn();
    status.replayed = columns.lsn();
    status.is_replay_paused = columns.flag();
    status.is_waiting_for_wal = columns.flag();
    status.sync_standby_names = columns.text();
    status.primary_conninfo = columns.text();
    status.peer_sender = sender(columns, look_at);
    status.receiver = receiver(columns);
    status.slot = slot(columns);
    const auto waiting_checkpointer = columns.number<pid_t>();
    status.has_own_checkpoint = columns.flag();
    status.flushed = columns.lsn();
    status.is_replay_held_up = columns.flag();
    status.is_archive_in_use = columns.flag();
    if (columns.misunderstood())
        return malformed("column " + std::to_string(*columns.misunderstood()) + " of the status");
    const auto checkpointer = waiting_checkpointer > 0 ? look_at(waiting_checkpointer) : std::nullopt;
    status.is_checkpointer_idle = checkpointer && checkpointer->is_asleep();
    return status;
}

Expected<std::vector<BackupPart>> parse_parts(const Rows& rows)
{
    constexpr std::size_t column_count = 3;
    constexpr std::int64_t kilobyte = 1024;
    std::vector<BackupPart> parts;
    for (const Row& row : rows)
    {
        if (row.size() != column_count)
            return malformed("BASE_BACKUP has another shape");
        Columns columns{row};
        (void)columns.text();
        BackupPart part{columns.text(), columns.number<std::int64_t>() * kilobyte};
        if (columns.misunderstood())
            return malformed("BASE_BACKUP");
        if (!part.location.starts_with('/'))
            part.location.clear();
        parts.push_back(std::move(part));
    }
    return parts.empty() ? malformed("BASE_BACKUP tells no parts") : Expected<std::vector<BackupPart>>{parts};
}

Expected<Identity> parse_identity(const Rows& rows)
{
    constexpr std::size_t least_columns = 3;
    if (rows.size() != 1 || rows.front().size() < least_columns)
        return malformed("IDENTIFY_SYSTEM has another shape");
    Columns columns{rows.front()};
    Identity identity;
    identity.system_identifier = columns.system_identifier();
    identity.history.timeline = Timeline{columns.number<std::uint32_t>()};
    identity.end = columns.lsn();
    if (columns.misunderstood() || identity.history.timeline == Timeline::none)
        return malformed("IDENTIFY_SYSTEM");
    return identity;
}

} // namespace pgtwin::pg
