// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <array>

#include "pgtwin/pg/local_postgres.hpp"
#include "pgtwin/pg/queries.hpp"

namespace pgtwin::pg
{
namespace
{

/// A host that is an address; empty if it is a name, which only the server could resolve.
std::string address_in(const std::string& host)
{
    std::array<unsigned char, sizeof(in6_addr)> address{};
    const bool is_address = ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
                            ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
    return is_address ? host : std::string{};
}

Expected<Settings> settings_in(const Expected<Rows>& rows)
{
    if (!rows)
        return rows.error();
    Settings settings;
    for (const Row& row : *rows)
        settings.emplace(row.at(0).value_or(""), row.at(1).value_or(""));
    return settings;
}

} // namespace

Expected<Settings> LocalPostgres::settings(const Deadline& deadline)
{
    auto connection = local(deadline);
    if (!connection)
        return connection.error();
    auto settings = settings_in(connection->query(queries::settings, {}, deadline));
    if (!settings)
        return settings;
    // Not every user of a server may read these; what is not there is not judged.
    if (auto facts = replication_facts(*connection, deadline))
        settings->merge(*facts);
    return settings;
}

Expected<Settings> LocalPostgres::replication_facts(Connection& connection, const Deadline& deadline) const
{
    const Options& options = instance_.options();
    if (options.peer_host.empty())
        return Settings{};
    const auto user = instance_.replication_user();
    if (!user)
        return user.error();
    return settings_in(connection.query(queries::replication_facts, {*user, address_in(options.peer_host)}, deadline));
}

Expected<void> LocalPostgres::take_over_settings(const Deadline& deadline)
{
    const int limit = instance_.options().slot_wal_limit;
    if (limit <= 0)
        return {};
    return alter_system(
        {
            {"max_slot_wal_keep_size", std::to_string(limit) + "MB"}
    },
        deadline);
}

} // namespace pgtwin::pg
