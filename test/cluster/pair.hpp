// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cluster/client.hpp"
#include "cluster/lab.hpp"
#include "cluster/referee.hpp"
#include "support/wait.hpp"

namespace pgtwin::test
{

/// The data directory of both nodes.
inline constexpr const char* data_directory = "/var/lib/postgresql/data";

/// What a fault cost, measured from the moment it was caused.
struct Cost
{
    std::chrono::milliseconds healed_after{}; ///< until the pair was primary and synchronous standby again
    std::chrono::milliseconds longest_gap{};  ///< longest time without an acknowledged commit
    std::size_t acknowledged = 0;             ///< commits in that time
    std::vector<Id> lost;                     ///< acknowledged, but not on the present primary
    std::vector<Id> lost_on_standby;          ///< acknowledged, but not on the standby once it has caught up
    std::vector<std::string> two_primaries;   ///< moments with two primaries

    [[nodiscard]] std::string in_words() const;
};

/// What the pair of a lab lacks to be one primary with one synchronous, certified standby; empty if nothing. The
/// database `app` must exist.
/// With `mode` async, a standby that follows is enough.
[[nodiscard]] std::string ailment_of(const Lab& lab, const std::string& mode = "sync");

/// A lab with the pair deployed in it and an application that commits through the virtual address.
class Pair
{
public:
    /// Brings up nodes with a database on psql1 and nothing on psql2; nothing is configured yet. `when_up` is called
    /// before the database is made.
    explicit Pair(
        const std::string& lab_name, const std::function<void()>& when_up = [] {});

    /// Configures the resource and waits for the primary behind the virtual address; then the load and the referee
    /// start. `parameters` are key=value of the agent.
    void configure(const Arguments& parameters = {});

    /// Changes rep_mode (sync, strict or async), and with it what is healthy.
    void set_mode(const std::string& mode);

    /// Whether configure() has succeeded.
    [[nodiscard]] bool is_configured() const { return referee_ != nullptr; }

    [[nodiscard]] Lab& lab() { return lab_; }
    [[nodiscard]] const Lab& lab() const { return lab_; }
    [[nodiscard]] Client& client() { return *client_; }
    [[nodiscard]] const Ledger& ledger() const { return client_->ledger(); }

    /// What the pair lacks to be one primary with one synchronous, certified standby; empty if nothing.
    [[nodiscard]] std::string ailment() const;
    /// Waits until nothing ails the pair; throws NotReached.
    std::chrono::milliseconds wait_healthy(std::chrono::seconds limit) const;

    [[nodiscard]] std::string primary() const;
    [[nodiscard]] std::string standby() const { return peer_of(primary()); }
    /// When the server on a node was started, as it says itself.
    [[nodiscard]] std::string server_start(const std::string& node) const;
    /// SIGKILL to the postmaster of a node.
    void kill_postmaster(const std::string& node) const;

    /// Waits until the pair is healthy and commits flow, then reckons up what happened since `since`.
    [[nodiscard]] Cost recover(Moment since, std::chrono::seconds limit);
    /// Waits until a commit is acknowledged after `since`.
    void wait_commit_after(Moment since, std::chrono::seconds limit) const;
    /// Waits until the last acknowledged commit is two seconds old: commits wait for something.
    void wait_silence(std::chrono::seconds limit) const;
    /// Waits until the server on `node` holds every acknowledged commit; answers what it still lacks at the end.
    [[nodiscard]] std::vector<Id> lost_on(const std::string& node, std::chrono::seconds limit) const;

private:
    void create_ledger() const;

    Lab lab_;
    std::string mode_ = "sync";
    std::unique_ptr<Client> client_;
    std::unique_ptr<Referee> referee_;
};

} // namespace pgtwin::test
