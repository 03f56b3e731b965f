// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "cluster/ledger.hpp"

namespace pgtwin::bench
{

using test::Id;
using test::Ledger;
using test::Moment;

/// Something that a client asks for through the virtual address, again and again.
class Request
{
public:
    Request() = default;
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;
    virtual ~Request() = default;

    /// Asks once, and reconnects first if need be; whether it was answered in time.
    [[nodiscard]] virtual bool ask(Id id) = 0;
};

/// Makes the request of one worker; called in the worker's own thread.
using MakeRequest = std::function<std::unique_ptr<Request>()>;

/// Commits an id into table `ledger` with synchronous_commit as the server has it.
[[nodiscard]] std::unique_ptr<Request> make_commit();
/// Whether a host answers at the virtual address; one that refuses the connection does.
[[nodiscard]] std::unique_ptr<Request> make_knock();

/// Some clients on a host of their own, which ask all the time. None waits for another one, and each gives up a
/// connection after 250 ms: so the first answer after a fault is seen some milliseconds after it could be given.
class Load
{
public:
    /// `host_pid`: a process in the network of the clients' host.
    Load(int host_pid, MakeRequest make);
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;
    ~Load();

    /// Ends the clients; the ledger stays.
    void stop();
    [[nodiscard]] const Ledger& ledger() const { return ledger_; }

private:
    void work();

    int host_pid_;
    MakeRequest make_;
    Ledger ledger_;
    std::atomic<Id> next_;
    std::atomic<bool> is_stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace pgtwin::bench
