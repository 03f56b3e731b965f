// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <arpa/inet.h>
#include <array>

#include "pgtwin/pg/conninfo.hpp"
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

/// Nothing that is to be looked at is set for this session, as it is for others of pgtwin.
std::string bare_session(const Instance& instance, const std::string& database, const Deadline& deadline)
{
    const auto left = std::max<std::int64_t>(deadline.left().count(), 1);
    return Conninfo{}
        .add("dbname", database)
        .add("options", instance.session_options() + " -c statement_timeout=" + std::to_string(left))
        .text();
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
    auto session = open_local(bare_session(instance_, database_, deadline), deadline);
    if (!session)
        return session.error();
    if (const auto* refusal = std::get_if<Refusal>(&session.value()))
        return refusal->error;
    auto& connection = std::get<Connection>(session.value());
    auto settings = settings_in(connection.query(queries::settings, {}, deadline));
    if (!settings)
        return settings;
    // Not every user of a server may read these; what is not there is not judged.
    if (auto facts = replication_facts(connection, deadline))
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
    return settings_in(connection.query(queries::replication_facts,
                                        {*user, address_in(options.peer_host), options.slot_name}, deadline));
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
