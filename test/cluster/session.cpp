// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/session.hpp"

#include <libpq-fe.h>

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <unistd.h>

namespace pgtwin::test
{
namespace
{

enum class Until
{
    readable,
    writable,
};

bool wait_for_socket(const PGconn* connection, Until what, const Deadline& deadline)
{
    pollfd socket{PQsocket(connection), what == Until::readable ? short{POLLIN} : short{POLLOUT}, 0};
    int ready = 0;
    do
        ready = ::poll(&socket, 1, static_cast<int>(deadline.left().count()));
    while (ready < 0 && errno == EINTR);
    return ready > 0;
}

Error failure(const PGconn* connection)
{
    std::string text = PQerrorMessage(connection);
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return Error{ErrorKind::unavailable, text};
}

Answer rows_of(const PGresult* result)
{
    Answer answer;
    for (int row = 0; row < PQntuples(result); ++row)
    {
        Row& fields = answer.rows.emplace_back();
        for (int column = 0; column < PQnfields(result); ++column)
            fields.emplace_back(PQgetvalue(result, row, column));
    }
    return answer;
}

bool is_success(const PGresult* result)
{
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

struct Clear
{
    void operator()(PGresult* result) const { PQclear(result); }
};

} // namespace

void Session::Close::operator()(pg_conn* connection) const
{
    PQfinish(connection);
}

Session::Session(pg_conn* connection) : connection_{connection}, warnings_{std::make_unique<std::string>()}
{
    PQsetNoticeProcessor(
        connection, [](void* warnings, const char* text) { static_cast<std::string*>(warnings)->append(text); },
        warnings_.get());
}

Expected<Session> Session::open(const std::string& address, const Deadline& deadline)
{
    const std::string conninfo = "hostaddr=" + address +
                                 " dbname=app user=app password=app application_name=ledger sslmode=disable "
                                 "gssencmode=disable tcp_user_timeout=1000";
    PGconn* const connection = PQconnectStart(conninfo.c_str());
    if (connection == nullptr)
        return Error{ErrorKind::internal, "out of memory"};
    Session session{connection};
    if (auto connected = session.finish_connecting(deadline); !connected)
        return connected.error();
    return session;
}

Expected<void> Session::finish_connecting(const Deadline& deadline)
{
    PGconn* const connection = connection_.get();
    if (PQstatus(connection) == CONNECTION_BAD)
        return failure(connection);
    Until next = Until::writable;
    for (;;)
    {
        if (!wait_for_socket(connection, next, deadline))
            return Error{ErrorKind::timed_out, "no connection in time"};
        const PostgresPollingStatusType status = PQconnectPoll(connection);
        if (status == PGRES_POLLING_OK)
            return {};
        if (status == PGRES_POLLING_FAILED)
            return failure(connection);
        next = status == PGRES_POLLING_READING ? Until::readable : Until::writable;
    }
}

Expected<void> Session::wait_for_result(const Deadline& deadline)
{
    while (PQisBusy(connection_.get()) == 1)
    {
        if (!wait_for_socket(connection_.get(), Until::readable, deadline))
            return Error{ErrorKind::timed_out, "no answer in time"};
        if (PQconsumeInput(connection_.get()) == 0)
            return failure(connection_.get());
    }
    return {};
}

Expected<Answer> Session::query(const std::string& statement, const Row& parameters, const Deadline& deadline)
{
    warnings_->clear();
    std::vector<const char*> values;
    for (const std::string& parameter : parameters)
        values.push_back(parameter.c_str());
    if (PQsendQueryParams(connection_.get(), statement.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                          nullptr, nullptr, 0) == 0)
        return failure(connection_.get());
    Expected<Answer> answer = Error{ErrorKind::malformed, "the server answered nothing"};
    for (;;)
    {
        if (auto waited = wait_for_result(deadline); !waited)
            return waited.error();
        const std::unique_ptr<PGresult, Clear> result{PQgetResult(connection_.get())};
        if (!result)
            break;
        answer = is_success(result.get()) ? Expected<Answer>{rows_of(result.get())} : failure(connection_.get());
    }
    if (answer)
        answer.value().warnings = *warnings_;
    return answer;
}

bool enter_network_of(int pid)
{
    const std::string path = "/proc/" + std::to_string(pid) + "/ns/net";
    const int network = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (network < 0)
        return false;
    const bool entered = ::setns(network, CLONE_NEWNET) == 0;
    ::close(network);
    return entered;
}

} // namespace pgtwin::test
