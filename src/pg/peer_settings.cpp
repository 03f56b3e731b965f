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
    auto opened = Connection::open(
        Conninfo{}.append(*conninfo).add("dbname", "postgres").add("options", queries::session_options).text(),
        deadline);
    if (auto* refusal = std::get_if<Refusal>(&opened))
        return refusal->error;
    return std::get<Connection>(std::move(opened));
}

std::optional<std::int64_t> number_in(const std::optional<std::string>& text)
{
    std::int64_t number = 0;
    if (!text)
        return std::nullopt;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    return error == std::errc{} && end == text->data() + text->size() ? std::optional{number} : std::nullopt;
}

std::optional<OwnSender> sender_in(const Row& row)
{
    const auto since = number_in(row[10]);
    if (row[9] != "t" || !since)
        return std::nullopt;
    return OwnSender{std::chrono::seconds{*since}, row[11].value_or(""), row[12].value_or(""), row[13].value_or("")};
}

} // namespace

Expected<PeerPart> parse_peer_part(const Rows& rows)
{
    constexpr std::size_t column_count = 14;
    if (rows.size() != 1 || rows.front().size() != column_count)
        return Error{ErrorKind::malformed, "cannot understand the other server: its part has another shape"};
    const Row& row = rows.front();
    PeerPart part;
    part.started = std::chrono::seconds{number_in(row[0]).value_or(0)};
    if (const auto replayed = Lsn::parse(row[1].value_or("")))
        part.replayed = *replayed;
    part.is_replay_paused = row[2] == "t";
    part.sync_names = row[3].value_or("");
    if (row[4] == "t")
        part.slot = Slot{row[5] == "t", row[6].value_or(""), number_in(row[7]).value_or(0)};
    part.slot_left = number_in(row[8]);
    part.sender = sender_in(row);
    return part;
}

Expected<PeerPart> peer_part(const Options& options, const Deadline& deadline)
{
    auto connection = open_peer_database(Instance{options}, deadline);
    if (!connection)
        return connection.error();
    const auto rows = connection->query(queries::peer_part, {options.slot_name, options.application_name}, deadline);
    auto part = rows ? parse_peer_part(*rows) : Expected<PeerPart>{rows.error()};
    if (!part)
        return part;
    // Without the right there is an error, and the rest is told all the same.
    if (const auto changes = connection->query(queries::changes, {}, deadline))
        part->changes = parse_changes(*changes);
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
