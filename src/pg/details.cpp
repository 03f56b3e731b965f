// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/details.hpp"

#include <charconv>

#include "pgtwin/pg/local_postgres.hpp"
#include "pgtwin/pg/queries.hpp"

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

Expected<ServerDetails> parse_details(const Rows& rows)
{
    constexpr std::size_t column_count = 9;
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
        details.sender = SenderDetails{seconds{*since}, time_in(row[3]), time_in(row[4])};
    const auto end = Lsn::parse(row[6].value_or("0/0"));
    if (const auto since = number_in(row[5]); since && end)
        details.receiver = ReceiverDetails{seconds{*since}, *end};
    if (row[7] == "t")
        details.replay_age = time_in(row[8]);
    return details;
}

Expected<ServerDetails> LocalPostgres::details(const Deadline& deadline) const
{
    auto connection = local(deadline);
    if (!connection)
        return connection.error();
    const auto rows = connection->query(queries::details, {instance_.options().peer_application_name}, deadline);
    if (!rows)
        return rows.error();
    return parse_details(*rows);
}

} // namespace pgtwin::pg
