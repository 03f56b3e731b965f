// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/connection.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>

#include "pgtwin/pg/conninfo.hpp"

namespace pgtwin::pg
{
namespace
{

constexpr std::size_t sqlstate_size = 5;
/// A name that no file can have. An empty one would mean ~/.pgpass.
constexpr const char* no_passfile = "/dev/null/none";

using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

/// Waits for the socket; false if the deadline passes first.
bool wait_for_socket(int socket, short events, const Deadline& deadline)
{
    pollfd fd{socket, events, 0};
    for (;;)
    {
        const int ready = ::poll(&fd, 1, static_cast<int>(std::min<std::int64_t>(deadline.left().count(), INT_MAX)));
        if (ready > 0)
            return true;
        if (ready == 0 || errno != EINTR)
            return false;
    }
}

bool is_sqlstate(std::string_view text)
{
    return text.size() == sqlstate_size &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

/// One line for people: no position in the server's source, no line breaks.
std::string readable(std::string_view message)
{
    std::string text;
    while (!message.empty())
    {
        const std::size_t end = std::min(message.find('\n'), message.size());
        const std::string_view line = message.substr(0, end);
        message.remove_prefix(std::min(end + 1, message.size()));
        const std::size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
        if (begin == line.size() || line.starts_with("LOCATION:"))
            continue;
        text += text.empty() ? "" : "; ";
        text += line.substr(begin);
    }
    return text;
}

Answer answer_of(std::string_view sqlstate, std::string_view message)
{
    if (sqlstate == "57P03")
        return Answer::starting;
    if (sqlstate == "53300")
        return Answer::saturated;
    // The server asks for a password, and libpq has none: it gives up by itself, without a SQLSTATE.
    if (!sqlstate.empty() || message.find("no password supplied") != std::string_view::npos)
        return Answer::refused;
    for (const int absent : {ENOENT, ECONNREFUSED})
        if (message.find(std::strerror(absent)) != std::string_view::npos)
            return Answer::none;
    return Answer::silent;
}

ErrorKind kind_of(Answer answer)
{
    switch (answer)
    {
    case Answer::none:
    case Answer::ready:
    case Answer::silent:
        return ErrorKind::unavailable;
    case Answer::starting:
    case Answer::saturated:
        return ErrorKind::conflict;
    case Answer::refused:
        return ErrorKind::denied;
    }
    return ErrorKind::internal;
}

/// Kind of a failed statement by the class of its SQLSTATE (manual, "PostgreSQL Error Codes").
ErrorKind kind_of_failure(std::string_view sqlstate)
{
    if (sqlstate.empty())
        return ErrorKind::unavailable;
    if (sqlstate == "57014") // statement_timeout
        return ErrorKind::timed_out;
    return sqlstate.starts_with("28") || sqlstate == "42501" ? ErrorKind::denied : ErrorKind::conflict;
}

Refusal late()
{
    return {
        Answer::silent, {ErrorKind::timed_out, "no connection before the deadline"}
    };
}

Rows rows_of(const PGresult* result)
{
    Rows rows(static_cast<std::size_t>(PQntuples(result)));
    for (int row = 0; row < PQntuples(result); ++row)
        for (int column = 0; column < PQnfields(result); ++column)
            rows[static_cast<std::size_t>(row)].push_back(
                PQgetisnull(result, row, column) != 0
                    ? std::nullopt
                    : std::optional{
                          std::string{PQgetvalue(result, row, column),
                                      static_cast<std::size_t>(PQgetlength(result, row, column))}
            });
    return rows;
}

Failure failure_in(const PGresult* result)
{
    const char* const code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const std::string sqlstate = code == nullptr ? "" : code;
    return {
        sqlstate, {kind_of_failure(sqlstate), readable(PQresultErrorMessage(result))}
    };
}

Failure no_answer()
{
    return {
        "", {ErrorKind::timed_out, "no answer before the deadline"}
    };
}

int send(PGconn* connection, const std::string& statement, const std::vector<std::string>& parameters)
{
    if (parameters.empty())
        return PQsendQuery(connection, statement.c_str());
    std::vector<const char*> values;
    values.reserve(parameters.size());
    for (const std::string& parameter : parameters)
        values.push_back(parameter.c_str());
    return PQsendQueryParams(connection, statement.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                             nullptr, nullptr, 0);
}

/// What a stream brings next.
enum class Arrival
{
    wal,
    another, ///< message
    nothing_yet,
    end,
    failure,
};

Arrival next_arrival(PGconn* connection)
{
    constexpr char wal_data = 'w'; // manual, "Streaming Replication Protocol": XLogData
    char* data = nullptr;
    const int size = PQgetCopyData(connection, &data, 1);
    const bool is_wal = size > 0 && *data == wal_data;
    PQfreemem(data);
    if (size > 0)
        return is_wal ? Arrival::wal : Arrival::another;
    if (size == 0)
        return Arrival::nothing_yet;
    return size == -1 ? Arrival::end : Arrival::failure;
}

/// Why it ended; empty: the server has no more.
std::optional<Failure> end_of_stream(PGconn* connection)
{
    const Result result{PQgetResult(connection), PQclear};
    return PQresultStatus(result.get()) == PGRES_FATAL_ERROR ? std::optional{failure_in(result.get())} : std::nullopt;
}

} // namespace

std::string sqlstate_in(std::string_view message)
{
    constexpr std::string_view before = ":  ";
    for (std::size_t at = message.find(before); at != std::string_view::npos; at = message.find(before, at + 1))
    {
        const std::string_view rest = message.substr(at + before.size());
        const std::string_view code = rest.substr(0, sqlstate_size);
        if (is_sqlstate(code) && rest.substr(sqlstate_size).starts_with(": "))
            return std::string{code};
    }
    return {};
}

Refusal refusal_of(std::string_view message)
{
    const Answer answer = answer_of(sqlstate_in(message), message);
    return {
        answer, {kind_of(answer), readable(message)}
    };
}

void Connection::Close::operator()(pg_conn* connection) const
{
    PQfinish(connection);
}

std::variant<Connection, Refusal> Connection::open(const std::string& conninfo, const Deadline& deadline)
{
    const std::string ignored = ignored_passfile(conninfo);
    if (ignored.empty())
        return connect(conninfo, deadline);
    auto session = connect(Conninfo{}.append(conninfo).add("passfile", no_passfile).text(), deadline);
    if (auto* refusal = std::get_if<Refusal>(&session))
        refusal->error.what += "; the password file " + ignored + " was not used, because it is not private";
    return session;
}

std::variant<Connection, Refusal> Connection::open_as_wal_sender(const std::string& conninfo, const Deadline& deadline)
{
    auto session = open(Conninfo{}.append(conninfo).add("replication", "database").text(), deadline);
    if (auto* opened = std::get_if<Connection>(&session))
        opened->is_wal_sender_ = true;
    return session;
}

std::variant<Connection, Refusal> Connection::connect(const std::string& conninfo, const Deadline& deadline)
{
    Connection opened{PQconnectStart(conninfo.c_str())};
    PGconn* const connection = opened.connection_.get();
    if (connection == nullptr)
        return Refusal{
            Answer::silent, {ErrorKind::internal, "out of memory"}
        };
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE); // the only way to the SQLSTATE of a failed connection
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    while (PQstatus(connection) != CONNECTION_BAD && state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED)
    {
        const auto events = static_cast<short>(state == PGRES_POLLING_READING ? POLLIN : POLLOUT);
        if (!wait_for_socket(PQsocket(connection), events, deadline))
            return late();
        state = PQconnectPoll(connection);
    }
    if (PQstatus(connection) != CONNECTION_OK)
        return refusal_of(PQerrorMessage(connection));
    PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
    PQsetnonblocking(connection, 1);
    PQsetNoticeReceiver(
        connection, [](void* /*unused*/, const PGresult* /*unused*/) {}, nullptr);
    return opened;
}

Expected<void> Connection::wait_for_result(const Deadline& deadline)
{
    PGconn* const connection = connection_.get();
    for (;;)
    {
        const int unsent = PQflush(connection);
        if (unsent < 0 || PQconsumeInput(connection) == 0)
            return failure().error;
        if (unsent == 0 && PQisBusy(connection) == 0)
            return {};
        const auto events = static_cast<short>(unsent == 0 ? POLLIN : POLLIN | POLLOUT);
        if (!wait_for_socket(PQsocket(connection), events, deadline))
            return Error{ErrorKind::timed_out, "no answer before the deadline"};
    }
}

Failure Connection::failure() const
{
    return {
        "", {ErrorKind::unavailable, readable(PQerrorMessage(connection_.get()))}
    };
}

std::variant<Rows, Failure> Connection::run(const std::string& statement, const std::vector<std::string>& parameters,
                                            const Deadline& deadline)
{
    if (is_wal_sender_ && !parameters.empty())
    {
        const auto whole = with_literals(statement, parameters);
        return whole ? run(*whole, {}, deadline) : Failure{"", whole.error()};
    }
    if (send(connection_.get(), statement, parameters) == 0)
        return failure();
    std::variant<Rows, Failure> answer = Failure{
        "", {ErrorKind::malformed, "the server sent no result"}
    };
    for (;;)
    {
        if (const auto ready = wait_for_result(deadline); !ready)
            return Failure{"", ready.error()};
        const Result result{PQgetResult(connection_.get()), PQclear};
        if (!result)
            return answer;
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
            answer = rows_of(result.get());
        else if (status != PGRES_FATAL_ERROR)
            return answer; // a copy or a pipeline: nothing we ever ask for
        else
            answer = failure_in(result.get());
    }
}

Expected<Rows> Connection::query(const std::string& statement, const std::vector<std::string>& parameters,
                                 const Deadline& deadline)
{
    auto answer = run(statement, parameters, deadline);
    if (const auto* failed = std::get_if<Failure>(&answer))
        return failed->error;
    return std::get<Rows>(std::move(answer));
}

std::optional<Failure> Connection::begin_stream(const std::string& statement, const Deadline& deadline)
{
    if (send(connection_.get(), statement, {}) == 0)
        return failure();
    if (const auto ready = wait_for_result(deadline); !ready)
        return Failure{"", ready.error()};
    const Result result{PQgetResult(connection_.get()), PQclear};
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COPY_BOTH)
        return wait_for_wal(deadline);
    return status == PGRES_TUPLES_OK ? std::optional<Failure>{} : failure_in(result.get());
}

std::optional<Failure> Connection::wait_for_wal(const Deadline& deadline)
{
    for (;;)
        switch (next_arrival(connection_.get()))
        {
        case Arrival::wal:
            return std::nullopt;
        case Arrival::another:
            break;
        case Arrival::end:
            return end_of_stream(connection_.get());
        case Arrival::failure:
            return failure();
        case Arrival::nothing_yet:
            if (!wait_for_socket(PQsocket(connection_.get()), POLLIN, deadline))
                return no_answer();
            if (PQconsumeInput(connection_.get()) == 0)
                return failure();
        }
}

std::string Connection::reported(const std::string& parameter) const
{
    const char* const value = PQparameterStatus(connection_.get(), parameter.c_str());
    return value == nullptr ? "" : value;
}

int Connection::major_version() const
{
    constexpr int per_major = 10000;
    return PQserverVersion(connection_.get()) / per_major;
}

int Connection::listener() const
{
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(PQsocket(connection_.get()), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return 0;
    return credentials.pid;
}

/// A WAL sender knows the simple protocol only.
Expected<std::string> Connection::with_literals(std::string_view statement,
                                                const std::vector<std::string>& parameters) const
{
    std::string whole;
    for (std::size_t at = 0; at < statement.size(); ++at)
    {
        const char digit = statement[at] == '$' && at + 1 < statement.size() ? statement[at + 1] : '0';
        if (digit < '1' || digit > '9' || static_cast<std::size_t>(digit - '0') > parameters.size())
        {
            whole += statement[at];
            continue;
        }
        const auto value = literal(parameters[static_cast<std::size_t>(digit - '1')]);
        if (!value)
            return value.error();
        whole += *value;
        ++at;
    }
    return whole;
}

Expected<std::string> Connection::literal(const std::string& text) const
{
    const std::unique_ptr<char, void (*)(void*)> quoted{PQescapeLiteral(connection_.get(), text.c_str(), text.size()),
                                                        PQfreemem};
    if (!quoted)
        return Error{ErrorKind::malformed, "cannot quote a value: it is not valid text"};
    return std::string{quoted.get()};
}

} // namespace pgtwin::pg
