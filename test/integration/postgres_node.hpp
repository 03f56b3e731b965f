// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "pgtwin/pg/local_postgres.hpp"
#include "pgtwin/pg/local_server.hpp"

namespace pgtwin::test
{

/// A directory in the temporary directory that user postgres owns; it goes away with its owner.
class Sandbox
{
public:
    Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;
    Sandbox(Sandbox&&) = delete;
    Sandbox& operator=(Sandbox&&) = delete;
    ~Sandbox();

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// One node: a data directory and a socket directory below a sandbox. Whatever runs there ends with it.
class Node
{
public:
    Node(const Sandbox& sandbox, const std::string& name, const std::string& peer);
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    Node(Node&&) = delete;
    Node& operator=(Node&&) = delete;
    ~Node();

    pg::Options options; ///< in force from the next server() or postgres() on

    [[nodiscard]] pg::LocalServer server() const { return pg::LocalServer{options}; }
    [[nodiscard]] pg::LocalPostgres postgres() const { return pg::LocalPostgres{options}; }

    /// initdb with a configuration for tests.
    void create(const std::string& settings = "");
    /// Starts the server and waits until it answers.
    void start();
    /// A primary out of nothing.
    void create_primary();
    /// A standby of the peer by base backup; `old` is what there was before.
    void clone_peer(OldCopy old = OldCopy::usable);
    /// Output of one statement as psql prints it.
    std::string sql(const std::string& statement) const;
    [[nodiscard]] ServerStatus status() const;
    /// Runs a program of the bindir as user postgres; its standard output.
    std::string run(const std::string& program, std::vector<std::string> arguments) const;

    [[nodiscard]] const std::string& directory() const { return directory_; }

private:
    std::string directory_;
};

/// Time enough for anything on a slow machine.
[[nodiscard]] Deadline patience();

/// Whether something comes true within patience.
[[nodiscard]] bool eventually(const std::function<bool()>& is_true);

} // namespace pgtwin::test
