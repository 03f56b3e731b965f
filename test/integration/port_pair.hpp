// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/port/ports.hpp"
#include "postgres_node.hpp"
#include "support/fakes.hpp"

namespace pgtwin::test
{

/// The ports of one instance.
struct InstancePorts
{
    port::Postgres& postgres;
    port::Server& server;
};

/// Two instances of PostgreSQL that are each other's peer: the first has a directory that was shut down as a primary's,
/// the second has none. Nothing runs.
class RealPair
{
public:
    RealPair();

    InstancePorts first() { return {first_postgres_, first_server_}; }
    InstancePorts second() { return {second_postgres_, second_server_}; }
    /// What a copy of the peer needs to run on the same machine.
    void settle_second() const;

private:
    Sandbox sandbox_;
    Node one_{sandbox_, "psql1", "psql2"};
    Node two_{sandbox_, "psql2", "psql1"};
    pg::LocalPostgres first_postgres_{one_.options};
    pg::LocalPostgres second_postgres_{two_.options};
    pg::LocalServer first_server_{one_.options};
    pg::LocalServer second_server_{two_.options};
};

/// The same of the fakes that the tests of the loop use.
class FakeInstances
{
public:
    InstancePorts first() { return {first_postgres_, first_server_}; }
    InstancePorts second() { return {second_postgres_, second_server_}; }
    void settle_second() const {}

private:
    Journal journal_;
    FakeInstance one_ = FakeInstance::initialised(7001);
    FakeInstance two_;
    FakePostgres first_postgres_{one_, two_, "psql2", journal_};
    FakePostgres second_postgres_{two_, one_, "psql1", journal_};
    FakeServer first_server_{one_, two_, journal_};
    FakeServer second_server_{two_, one_, journal_};
};

} // namespace pgtwin::test
