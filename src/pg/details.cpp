// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/details.hpp"

#include <charconv>

#include "pgtwin/pg/local_postgres.hpp"
#include "pgtwin/pg/queries.hpp"
#include "pgtwin/pg/status.hpp"

namespace pgtwin::pg
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;

std::optional<std::int64_t> number_in(const std::optional<std::string>& text)
{
    std::int64_t value = 0;
    if (!text)
        return std::nullopt;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    return error == std::errc{} && end == text->data() + text->size() ? std::optional{value} : std::nullopt;
}

std::optional<milliseconds> time_in(const std::optional<std::string>& text)
{
    const auto number = number_in(text);
    return number ? std::optional{milliseconds{*number}} : std::nullopt;
}

} // namespace

Changes parse_changes(const Rows& rows)
{
    constexpr std::size_t column_count = 2;
    if (rows.size() != 1 || rows.front().size() != column_count)
        return {};
    const auto written = number_in(rows.front()[0]);
    const auto promoted = number_in(rows.front()[1]);
    return {written ? std::optional{seconds{*written}} : std::nullopt,
            promoted ? std::optional{seconds{*promoted}} : std::nullopt};
}

Expected<ServerDetails> parse_details(const Rows& rows)
{
    constexpr std::size_t column_count = 13;
    if (rows.size() != 1 || rows.front().size() != column_count)
        return Error{ErrorKind::malformed, "cannot understand the server: its details have another shape"};
    const Row& row = rows.front();
    const auto started = number_in(row[0]);
    const auto version = number_in(row[1]);
    if (!started || !version)
        return Error{ErrorKind::malformed, "cannot understand the server: its start or version"};
    ServerDetails details;
    details.started = seconds{*started};
    details.major_version = static_cast<int>(*version);
    if (const auto since = number_in(row[2]))
        details.sender = SenderDetails{seconds{*since}, time_in(row[3]), time_in(row[4]), row[5].value_or("")};
    const auto end = Lsn::parse(row[7].value_or("0/0"));
    if (const auto since = number_in(row[6]); since && end)
        details.receiver = ReceiverDetails{seconds{*since}, *end};
    if (row[8] == "t")
        details.replay_age = time_in(row[9]);
    details.waiting_sessions = static_cast<int>(number_in(row[10]).value_or(0));
    details.longest_wait = time_in(row[11]).value_or(milliseconds{0});
    details.slot_left = number_in(row[12]);
    return details;
}

Expected<ServerDetails> LocalPostgres::details(const Deadline& deadline) const
{
    auto connection = local(deadline);
    if (!connection)
        return connection.error();
    const Options& options = instance_.options();
    const auto rows = connection->query(queries::details, {options.peer_application_name, options.slot_name}, deadline);
    auto details = rows ? parse_details(*rows) : Expected<ServerDetails>{rows.error()};
    if (!details)
        return details;
    if (const auto changes = connection->query(queries::changes, {}, deadline))
        details->changes = parse_changes(*changes);
    return details;
}

Expected<std::vector<BackupPart>> LocalPostgres::own_parts(const Deadline& deadline) const
{
    auto connection = local(deadline);
    if (!connection)
        return connection.error();
    const auto rows = connection->query(queries::own_parts, {}, deadline);
    return rows ? parse_parts(*rows) : Expected<std::vector<BackupPart>>{rows.error()};
}

} // namespace pgtwin::pg
