// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "cluster/ledger.hpp"
#include "cluster/session.hpp"

namespace pgtwin::test
{

/// Where the application finds the primary, and the nodes themselves.
inline constexpr const char* vip_address = "192.0.2.20";
[[nodiscard]] std::string address_of(const std::string& node);

/// An application on a host of its own: commits increasing ids into table `ledger` through the virtual address, about
/// 400 a second, reconnects when the server is gone, and remembers what was acknowledged.
///
/// It waits at most 1 s for a connection and 2 s for a commit. An id whose outcome is unknown is never used again.
class Client
{
public:
    /// `host_pid`: a process in the network of the client's host. `address`: where to commit.
    explicit Client(int host_pid, std::string address = vip_address);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    /// Ends the load; the ledger stays.
    void stop();

    [[nodiscard]] const Ledger& ledger() const { return ledger_; }
    [[nodiscard]] Ledger& ledger() { return ledger_; }
    /// Why the client is not connected now; empty while it is.
    [[nodiscard]] std::string trouble() const;

    /// All ids that the server on `node` holds, ascending.
    [[nodiscard]] Expected<std::vector<Id>> ids_on(const std::string& node) const;
    /// Acknowledged ids that the server on `node` does not have: must be none on a primary.
    [[nodiscard]] Expected<std::vector<Id>> missing(const std::string& node) const;

private:
    void work();
    void commit_on(Session& session);
    void pause(std::chrono::milliseconds time);
    void set_trouble(const std::string& trouble);

    int host_pid_;
    std::string address_;
    Ledger ledger_;
    Id next_ = 1;
    mutable std::mutex mutex_;
    std::string trouble_ = "not connected yet";
    std::atomic<bool> is_stopping_ = false;
    std::thread thread_;
};

} // namespace pgtwin::test
