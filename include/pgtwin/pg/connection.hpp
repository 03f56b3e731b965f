// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pgtwin/base/deadline.hpp"
#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/server.hpp"

struct pg_conn; // PGconn: only connection.cpp and conninfo.cpp see libpq

namespace pgtwin::pg
{

/// Rows of a result; NULL is an empty optional.
using Row = std::vector<std::optional<std::string>>;
using Rows = std::vector<Row>;

/// Why there is no connection: how the server answered, and the words for it.
struct Refusal
{
    Answer answer = Answer::silent;
    Error error;
};

/// A failed statement: its SQLSTATE, empty if none was received, and the words for it.
struct Failure
{
    std::string sqlstate;
    Error error;
};

/// SQLSTATE in an error message of verbosity "verbose": "FATAL:  57P03: the database system is starting up". Empty if
/// it has none, that is, if libpq itself gave up.
[[nodiscard]] std::string sqlstate_in(std::string_view message);

/// What SQLSTATE and words of a failed connection mean.
[[nodiscard]] Refusal refusal_of(std::string_view message);

/// One session. Nothing blocks beyond the deadline; the end of the object ends the session without waiting.
class Connection
{
public:
    /// Connects with a connection string. While it does, this process may have to be another user (sys::AsUser).
    [[nodiscard]] static std::variant<Connection, Refusal> open(const std::string& conninfo, const Deadline& deadline);

    /// The same in the place of a WAL sender, which is free where clients hold all connections: max_wal_senders counts
    /// apart. Runs any statement; the line of pg_hba.conf is that of the database.
    [[nodiscard]] static std::variant<Connection, Refusal> open_as_wal_sender(const std::string& conninfo,
                                                                              const Deadline& deadline);

    /// Runs one statement with text parameters. An empty `parameters` uses the simple protocol, which replication
    /// commands need. After a failure other than one with a SQLSTATE the session is of no use any more.
    [[nodiscard]] std::variant<Rows, Failure> run(const std::string& statement,
                                                  const std::vector<std::string>& parameters, const Deadline& deadline);

    /// run(), where any failure is just an error.
    [[nodiscard]] Expected<Rows> query(const std::string& statement, const std::vector<std::string>& parameters,
                                       const Deadline& deadline);

    /// Runs START_REPLICATION until the first WAL arrives; empty if it does, or if the server has none on that
    /// timeline. The session is of no use any more.
    [[nodiscard]] std::optional<Failure> begin_stream(const std::string& statement, const Deadline& deadline);

    /// A value the server reports by itself (manual, "PQparameterStatus"); empty if it does not.
    [[nodiscard]] std::string reported(const std::string& parameter) const;
    [[nodiscard]] int major_version() const;
    /// Process that listens on the socket, or 0 if it is not a Unix socket.
    [[nodiscard]] int listener() const;
    /// `text` as a string literal.
    [[nodiscard]] Expected<std::string> literal(const std::string& text) const;

private:
    struct Close
    {
        void operator()(pg_conn* connection) const;
    };
    [[nodiscard]] static std::variant<Connection, Refusal> connect(const std::string& conninfo,
                                                                   const Deadline& deadline);
    explicit Connection(pg_conn* connection) : connection_{connection} {}

    [[nodiscard]] Expected<void> wait_for_result(const Deadline& deadline);
    [[nodiscard]] std::optional<Failure> wait_for_wal(const Deadline& deadline);
    [[nodiscard]] Failure failure() const;
    [[nodiscard]] Expected<std::string> with_literals(std::string_view statement,
                                                      const std::vector<std::string>& parameters) const;

    std::unique_ptr<pg_conn, Close> connection_;
    bool is_wal_sender_ = false;
};

} // namespace pgtwin::pg
