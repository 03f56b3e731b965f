// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/peer_settings.hpp"

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

} // namespace

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
