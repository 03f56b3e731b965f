// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/peer_settings.hpp"

#include <charconv>
#include <filesystem>

#include "pgtwin/pg/connection.hpp"
#include "pgtwin/pg/conninfo.hpp"
#include "pgtwin/pg/instance.hpp"
#include "pgtwin/pg/queries.hpp"

namespace pgtwin::pg
{
namespace
{

Expected<Connection> open_peer_database(const Instance& instance, const Deadline& deadline)
{
    const auto user = instance.user();
    const auto conninfo = instance.peer_conninfo("pgtwin");
    if (!user || !conninfo)
        return user ? conninfo.error() : user.error();
    const auto guard = sys::AsUser::enter(*user);
    if (!guard)
        return guard.error();
    auto opened = Connection::open(Conninfo{}.append(*conninfo).add("dbname", "postgres").text(), deadline);
    if (auto* refusal = std::get_if<Refusal>(&opened))
        return refusal->error;
    return std::get<Connection>(std::move(opened));
}

std::optional<std::int64_t> number_in(const std::string& text)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

std::optional<std::chrono::seconds> settings_written(Connection& connection, const Deadline& deadline)
{
    const auto rows = connection.query(queries::settings_written, {}, deadline);
    if (!rows || rows->empty() || rows->front().empty())
        return std::nullopt;
    const auto time = number_in(rows->front().front().value_or(""));
    return time ? std::optional{std::chrono::seconds{*time}} : std::nullopt;
}

} // namespace

Expected<PrimaryPart> parse_primary_part(const Rows& rows)
{
    constexpr std::size_t column_count = 5;
    if (rows.size() != 1 || rows.front().size() != column_count)
        return Error{ErrorKind::malformed, "cannot understand the primary: its part has another shape"};
    const Row& row = rows.front();
    PrimaryPart part;
    part.sync_names = row[0].value_or("");
    if (row[1] == "t")
        part.slot = Slot{row[2] == "t", row[3].value_or(""), number_in(row[4].value_or("")).value_or(0)};
    return part;
}

Expected<PrimaryPart> primary_part(const Options& options, const Deadline& deadline)
{
    auto connection = open_peer_database(Instance{options}, deadline);
    if (!connection)
        return connection.error();
    const auto rows = connection->query(queries::primary_part, {options.slot_name}, deadline);
    auto part = rows ? parse_primary_part(*rows) : Expected<PrimaryPart>{rows.error()};
    if (part)
        part->settings_written = settings_written(*connection, deadline);
    return part;
}

Expected<Settings> peer_settings(const Options& options, const Deadline& deadline)
{
    auto connection = open_peer_database(Instance{options}, deadline);
    if (!connection)
        return connection.error();
    const auto rows = connection->query(queries::settings, {}, deadline);
    if (!rows)
        return rows.error();
    Settings settings;
    for (const Row& row : *rows)
        settings.emplace(row.at(0).value_or(""), row.at(1).value_or(""));
    return settings;
}

Expected<void> make_passfile_private(const Options& options)
{
    const Instance instance{options};
    const auto user = instance.user();
    const auto path = instance.passfile();
    if (!user || !path)
        return user ? path.error() : user.error();
    const auto guard = sys::AsUser::enter(*user);
    if (!guard)
        return guard.error();
    std::error_code problem;
    using std::filesystem::perms;
    std::filesystem::permissions(*path, perms::owner_read | perms::owner_write, problem);
    return problem ? Expected<void>{Error{ErrorKind::conflict, *path + ": " + problem.message()}} : Expected<void>{};
}

} // namespace pgtwin::pg
