// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pgtwin/base/deadline.hpp"
#include "pgtwin/base/expected.hpp"

struct pg_conn;

namespace pgtwin::test
{

using Row = std::vector<std::string>;

/// What the server answered.
struct Answer
{
    std::vector<Row> rows;
    std::string warnings; ///< WARNING and NOTICE texts that came with it
};

/// One connection as application user `app`, which never waits beyond a deadline: after an Error it is of no more use.
class Session
{
public:
    /// Connects from the network of the calling thread to the database `app` at an address.
    static Expected<Session> open(const std::string& address, const Deadline& deadline);

    /// Runs one statement, its parameters as text.
    Expected<Answer> query(const std::string& statement, const Row& parameters, const Deadline& deadline);

private:
    struct Close
    {
        void operator()(pg_conn* connection) const;
    };

    explicit Session(pg_conn* connection);
    Expected<void> finish_connecting(const Deadline& deadline);
    Expected<void> wait_for_result(const Deadline& deadline);

    std::unique_ptr<pg_conn, Close> connection_;
    std::unique_ptr<std::string> warnings_;
};

/// Moves the calling thread into the network of a process; false if that process is gone.
[[nodiscard]] bool enter_network_of(int pid);

} // namespace pgtwin::test
