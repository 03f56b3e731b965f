// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/local_postgres.hpp"

#include <algorithm>
#include <poll.h>
#include <utility>

#include "pgtwin/model/names.hpp"
#include "pgtwin/pg/conninfo.hpp"
#include "pgtwin/pg/queries.hpp"
#include "pgtwin/pg/status.hpp"

namespace pgtwin::pg
{
namespace
{

constexpr int read_back_milliseconds = 10;
/// Where the database postgres is of no use. Each server has it.
constexpr const char* other_database = "template1";
constexpr const char* already_exists = "42710";
/// "requested WAL segment ... has already been removed" (src/backend/replication/walsender.c, WalSndSegmentOpen).
constexpr const char* segment_removed = "58P01";

/// Where the server of this postmaster.pid may be reached, best guess first.
std::vector<std::string> socket_directories(const Options& options, const PostmasterPid& file)
{
    if (!file.socket_directory.empty())
        return {file.socket_directory};
    std::vector<std::string> directories{"/var/run/postgresql", "/tmp"};
    if (options.socket_host.starts_with('/'))
        directories.insert(directories.begin(), options.socket_host);
    return directories;
}

std::string local_conninfo(const Options& options, const PostmasterPid& file, const std::string& passfile)
{
    return Conninfo{}
        .add("port", std::to_string(file.port == 0 ? options.port : file.port))
        .add("user", options.user)
        .add("passfile", passfile)
        .add("application_name", "pgtwin")
        .add("client_encoding", "UTF8")
        .add("gssencmode", "disable")
        .text();
}

/// Session settings: no wait for the standby that is being judged, and no statement that outlives its asker.
std::string session_options(const Instance& instance, const std::string& database, const Deadline& deadline)
{
    const auto left = std::max<std::int64_t>(deadline.left().count(), 1);
    return Conninfo{}
        .add("dbname", database)
        .add("options",
             instance.session_options() + " -c synchronous_commit=local -c statement_timeout=" + std::to_string(left))
        .text();
}

/// Whether it is the database that lets nobody in: it was dropped, renamed (3D000) or closed to all (55000), or what is
/// set up in it fails each login, as a trigger or a library. Class 28 is about who asks.
bool is_matter_of_database(const Refusal& refusal)
{
    const std::string state = sqlstate_in(refusal.error.what);
    return refusal.answer == Answer::refused && !state.empty() && !state.starts_with("28");
}

/// Clients whose commits wait for a standby that is gone may hold all connections, and only we can let them go on. And
/// a pair does not depend on a database that nobody needs.
std::variant<Connection, Refusal> open_somehow(const std::string& conninfo, const Deadline& deadline)
{
    auto session = Connection::open(conninfo, deadline);
    const auto* const refusal = std::get_if<Refusal>(&session);
    std::variant<Connection, Refusal> other = Refusal{};
    if (refusal != nullptr && refusal->answer == Answer::saturated)
        other = Connection::open_as_wal_sender(conninfo, deadline);
    if (refusal != nullptr && is_matter_of_database(*refusal))
        other = Connection::open(Conninfo{}.append(conninfo).add("dbname", other_database).text(), deadline);
    return std::holds_alternative<Connection>(other) ? std::move(other) : std::move(session);
}

Expected<Connection> connection_in(Expected<std::variant<Connection, Refusal>> session)
{
    if (!session)
        return session.error();
    if (const auto* refusal = std::get_if<Refusal>(&session.value()))
        return refusal->error;
    return std::get<Connection>(std::move(session.value()));
}

std::optional<sys::ProcessInfo> child_of(pid_t postmaster, pid_t child)
{
    const auto process = sys::find_process(child);
    return process && *process && (*process)->parent == postmaster ? *process : std::nullopt;
}

Expected<void> without_rows(const Expected<Rows>& rows)
{
    return rows ? Expected<void>{} : rows.error();
}

Expected<Identity> identify(Connection& connection, const Deadline& deadline)
{
    const auto rows = connection.query(queries::identify_system, {}, deadline);
    if (!rows)
        return within("IDENTIFY_SYSTEM", rows.error());
    auto identity = parse_identity(*rows);
    const std::string in_hot_standby = connection.reported("in_hot_standby");
    if (!identity)
        return identity;
    if (in_hot_standby != "on" && in_hot_standby != "off")
        return Error{ErrorKind::malformed, "the server does not report in_hot_standby"};
    identity->role = in_hot_standby == "on" ? Role::standby : Role::primary;
    identity->major_version = connection.major_version();

    const Timeline timeline = identity->history.timeline;
    if (number(timeline) == 1)
        return identity;
    const auto file = connection.query(queries::timeline_history + std::to_string(number(timeline)), {}, deadline);
    if (!file)
        return within("TIMELINE_HISTORY", file.error());
    if (file->size() != 1 || file->front().size() != 2)
        return Error{ErrorKind::malformed, "TIMELINE_HISTORY has another shape"};
    auto history = TimelineHistory::parse(timeline, file->front()[1].value_or(""));
    if (!history)
        return history.error();
    identity->history = std::move(*history);
    return identity;
}

} // namespace

Expected<LocalPostgres::Session> LocalPostgres::open_local(std::string_view extra, const Deadline& deadline) const
{
    const auto user = instance_.user();
    const auto passfile = instance_.passfile();
    const auto file = instance_.postmaster_pid();
    if (!user || !passfile)
        return user ? passfile.error() : user.error();
    if (!file)
        return file.error();
    Refusal refusal{
        Answer::none, {ErrorKind::unavailable, "no server runs in " + instance_.options().pgdata}
    };
    if (!*file)
        return without_file(std::move(refusal));
    const auto guard = sys::AsUser::enter(*user);
    if (!guard)
        return guard.error();
    const std::string common = local_conninfo(instance_.options(), **file, *passfile);
    for (const std::string& directory : socket_directories(instance_.options(), **file))
    {
        auto session = open_somehow(Conninfo{}.add("host", directory).append(common).append(extra).text(), deadline);
        const auto* const opened = std::get_if<Connection>(&session);
        if (opened != nullptr && opened->listener() != 0 && opened->listener() != (*file)->pid)
            continue;
        if (opened != nullptr || std::get<Refusal>(session).answer != Answer::none)
            return session;
        refusal = std::get<Refusal>(session);
    }
    return Session{refusal};
}

Expected<LocalPostgres::Session> LocalPostgres::without_file(Refusal refusal) const
{
    const auto postmaster = instance_.postmaster();
    if (!postmaster)
        return postmaster.error();
    if (*postmaster)
        refusal = {
            Answer::silent,
            {ErrorKind::unavailable, "the server of " + instance_.options().pgdata + " has lost its files"}
        };
    return Session{std::move(refusal)};
}

Expected<LocalPostgres::Session> LocalPostgres::open_peer(const Deadline& deadline) const
{
    const auto user = instance_.user();
    const auto conninfo = instance_.peer_conninfo("pgtwin");
    if (!user || !conninfo)
        return user ? conninfo.error() : user.error();
    const auto guard = sys::AsUser::enter(*user);
    if (!guard)
        return guard.error();
    // The database is what libpq looks the password up by; the walreceiver and pg_basebackup use this name, too.
    return Connection::open(Conninfo{}.append(*conninfo).add("dbname", "replication").add("replication", "true").text(),
                            deadline);
}

Expected<Connection> LocalPostgres::local(const Deadline& deadline) const
{
    return connection_in(open_local(session_options(instance_, database_, deadline), deadline));
}

Expected<Connection> LocalPostgres::peer(const Deadline& deadline) const
{
    auto connection = connection_in(open_peer(deadline));
    if (!connection)
        return within("cannot connect to the peer", connection.error());
    return connection;
}

/// A lock on a catalog, as VACUUM FULL holds it or waits for it, keeps everybody out of one database, and clients of
/// the others notice nothing.
Expected<LocalPostgres::Look> LocalPostgres::status(const Deadline& deadline)
{
    const auto share = deadline.left() * 3 / 5;
    auto look = status_in(deadline.at_most(share));
    if (!look || look->first != Answer::silent || database_ == other_database)
        return look;
    const std::string usual = std::exchange(database_, other_database);
    auto other = status_in(deadline);
    if (other && other->first == Answer::ready)
        return other;
    database_ = usual;
    return look;
}

Expected<LocalPostgres::Look> LocalPostgres::status_in(const Deadline& deadline) const
{
    auto session = open_local(session_options(instance_, database_, deadline), deadline);
    if (!session)
        return session.error();
    if (const auto* refusal = std::get_if<Refusal>(&session.value()))
        return Look{refusal->answer, std::nullopt};
    const Options& options = instance_.options();
    auto& connection = std::get<Connection>(session.value());
    auto answer = connection.run(queries::status, {options.peer_application_name, options.slot_name}, deadline);
    if (const auto* failure = std::get_if<Failure>(&answer))
    {
        // The sessions of a server that is shutting down are ended by 57P01 or 57P02.
        const bool is_ending = failure->sqlstate.starts_with("57P0");
        const bool is_denied = failure->error.kind == ErrorKind::denied;
        return Look{is_ending ? Answer::starting : is_denied ? Answer::refused : Answer::silent, std::nullopt};
    }
    const auto status =
        parse_status(std::get<Rows>(answer), [&](pid_t process) { return child_of(connection.listener(), process); });
    return status ? Look{Answer::ready, *status} : Look{Answer::silent, std::nullopt};
}

Expected<Identity> LocalPostgres::identity(const Deadline& deadline)
{
    auto connection = local(deadline);
    if (!connection)
        return connection.error();
    const auto rows = connection->query(queries::position, {}, deadline);
    if (!rows)
        return rows.error();
    auto identity = parse_identity(*rows);
    if (!identity)
        return identity;
    identity->role = connection->reported("in_hot_standby") == "off" ? Role::primary : Role::standby;
    identity->major_version = connection->major_version();
    auto history = instance_.history(identity->history.timeline);
    if (!history)
        return history.error();
    identity->history = std::move(*history);
    return identity;
}

Expected<Identity> LocalPostgres::peer_identity(const Deadline& deadline)
{
    auto connection = peer(deadline);
    if (!connection)
        return connection.error();
    return identify(*connection, deadline);
}

Expected<bool> LocalPostgres::peer_has_wal(const Identity& own, const Deadline& deadline)
{
    auto connection = peer(deadline);
    if (!connection)
        return connection.error();
    const auto failure = connection->begin_stream(queries::start_replication + own.end.text() + " TIMELINE " +
                                                      std::to_string(number(own.history.timeline)),
                                                  deadline);
    if (!failure)
        return true;
    if (failure->sqlstate == segment_removed)
        return false;
    return within("START_REPLICATION", failure->error);
}

Expected<std::vector<BackupPart>> LocalPostgres::peer_parts(const Deadline& deadline)
{
    auto connection = peer(deadline);
    if (!connection)
        return connection.error();
    const auto rows = connection->query(queries::begin_backup, {}, deadline);
    if (!rows)
        return within("cannot ask the peer for the size of its data", rows.error());
    return parse_parts(*rows);
}

Expected<void> LocalPostgres::alter_system(const Values& values, const Deadline& deadline) const
{
    auto connection = local(deadline);
    if (!connection)
        return connection.error();
    for (const auto& [name, value] : values)
    {
        const auto literal = connection->literal(value);
        if (!literal)
            return literal.error();
        std::string statement = "ALTER SYSTEM SET ";
        statement.append(name).append(" = ").append(*literal);
        if (const auto changed = connection->query(statement, {}, deadline); !changed)
            return within("cannot set " + name, changed.error());
    }
    return without_rows(connection->query(queries::reload, {}, deadline));
}

Expected<bool> LocalPostgres::has_value(const std::string& name, std::string_view value, const Deadline& deadline) const
{
    auto connection = local(deadline);
    if (!connection)
        return connection.error();
    const auto rows = connection->query(queries::setting, {name}, deadline);
    if (!rows)
        return rows.error();
    return rows->size() == 1 && rows->front().front() == value;
}

Expected<void> LocalPostgres::set_sync_standby_names(std::string_view names, const Deadline& deadline)
{
    const std::string name = "synchronous_standby_names";
    if (const auto changed = alter_system(
            {
                {name, std::string{names}}
    },
            deadline);
        !changed)
        return changed.error();
    for (;;)
    {
        const auto is_there = has_value(name, names, deadline);
        if (!is_there)
            return within("cannot read back " + name, is_there.error());
        if (*is_there)
            return {};
        if (deadline.passed())
            return Error{ErrorKind::timed_out, name + " was set, but the server does not use it"};
        ::poll(nullptr, 0, read_back_milliseconds);
    }
}

Expected<void> LocalPostgres::ensure_slot(const Deadline& deadline)
{
    auto connection = local(deadline);
    if (!connection)
        return connection.error();
    if (const auto made = make_slot(*connection, deadline); !made)
        return made.error();
    return retire_former_slot(*connection, deadline);
}

Expected<void> LocalPostgres::retire_former_slot(Connection& connection, const Deadline& deadline) const
{
    const std::string& name = instance_.options().slot_name;
    if (const auto dropped = connection.query(queries::drop_former_slot, {name}, deadline); !dropped)
        return within("cannot drop the slot that " + name + " replaces", dropped.error());
    const auto rows = connection.query(queries::is_former_slot_gone, {name}, deadline);
    if (!rows)
        return rows.error();
    if (rows->front().front() != "t")
        return {};
    return alter_system(
        {
            {"primary_slot_name", name}
    },
        deadline);
}

Expected<void> LocalPostgres::make_slot(Connection& connection, const Deadline& deadline) const
{
    const std::vector<std::string> name{instance_.options().slot_name};
    const auto rows = connection.query(queries::slot, name, deadline);
    if (!rows)
        return rows.error();
    const bool is_there = !rows->empty();
    if (is_there && (rows->front().at(1) == "t" || rows->front().at(0) == "t"))
        return {};
    if (is_there)
        if (const auto dropped = connection.query(queries::drop_slot, name, deadline); !dropped)
            return within("cannot drop slot " + name.front(), dropped.error());
    if (const auto copied = connection.query(queries::copy_former_slot, name, deadline); copied && !copied->empty())
        return {};
    const auto created = connection.run(queries::create_slot, name, deadline);
    const auto* const failure = std::get_if<Failure>(&created);
    if (failure == nullptr || failure->sqlstate == already_exists)
        return {};
    return within("cannot create slot " + name.front(), failure->error);
}

Expected<void> LocalPostgres::drop_slot(const Deadline& deadline)
{
    auto connection = local(deadline);
    if (!connection)
        return connection.error();
    return without_rows(connection->query(queries::drop_slot, {instance_.options().slot_name}, deadline));
}

Expected<void> LocalPostgres::ensure_peer_slot(const Deadline& deadline)
{
    const std::string& name = instance_.options().slot_name;
    if (!is_slot_name(name)) // replication commands take no parameters
        return Error{ErrorKind::malformed, "\"" + name + "\" is not the name of a slot"};
    auto connection = peer(deadline);
    if (!connection)
        return connection.error();
    const auto created = connection->run(queries::create_peer_slot + name + " PHYSICAL RESERVE_WAL", {}, deadline);
    const auto* const failure = std::get_if<Failure>(&created);
    if (failure == nullptr || failure->sqlstate == already_exists)
        return {};
    return within("cannot create slot " + name + " on the peer", failure->error);
}

Expected<void> LocalPostgres::run(const char* statement, const Deadline& deadline) const
{
    auto connection = local(deadline);
    if (!connection)
        return connection.error();
    return without_rows(connection->query(statement, {}, deadline));
}

Expected<void> LocalPostgres::resume_replay(const Deadline& deadline)
{
    return run(queries::resume_replay, deadline);
}

Expected<void> LocalPostgres::end_conflicts(const Deadline& deadline)
{
    return run(queries::end_conflicts, deadline);
}

Expected<void> LocalPostgres::follow_peer(const Deadline& deadline)
{
    const Options& options = instance_.options();
    const auto conninfo = instance_.peer_conninfo(options.application_name);
    if (!conninfo)
        return conninfo.error();
    return alter_system(
        {
            {"primary_conninfo",  *conninfo        },
            {"primary_slot_name", options.slot_name}
    },
        deadline);
}

} // namespace pgtwin::pg
