// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "cluster/cluster_state.hpp"
#include "support/program.hpp"

namespace pgtwin::test
{

/// The two nodes of every lab.
inline constexpr const char* first_node = "psql1";
inline constexpr const char* second_node = "psql2";

/// How long a scenario waits for what the cluster does by itself, unless it has a limit of its own.
inline constexpr std::chrono::seconds patience{60};

/// The other one of the two nodes.
[[nodiscard]] std::string peer_of(const std::string& node);

/// A command of the lab or in one of its nodes failed.
class LabError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// A two-node cluster in namespaces (test/lab): up while this object lives, removed with it.
///
/// The agent is the executable that PGTWIN_EXECUTABLE names. Every command has a deadline of its own and throws
/// LabError when it fails; the name is unique to this process, so that labs run side by side.
class Lab
{
public:
    enum class Stack
    {
        started,
        absent, ///< nodes without Corosync and Pacemaker
    };

    /// What the names of this process's labs begin with (PGTWIN_LAB_PREFIX).
    [[nodiscard]] static std::string prefix();
    /// A name that no other process uses, so that labs run side by side.
    [[nodiscard]] static std::string name_for(const std::string& purpose);

    /// Replaces a lab of the same name. This process owns it: if it is killed, the next lab of any process takes it
    /// down.
    explicit Lab(std::string name, Stack stack = Stack::started);
    Lab(const Lab&) = delete;
    Lab& operator=(const Lab&) = delete;
    ~Lab();

    [[nodiscard]] const std::string& name() const { return name_; }
    /// Whether there is a lab of that name.
    [[nodiscard]] static bool is_up(const std::string& name);
    /// Takes down the lab of that name, if there is one.
    static void take_down(const std::string& name);
    /// Leaves the cluster up when this object and this process go.
    void keep();

    /// Creates the database on psql1, leaves psql2 without data.
    void prepare_postgres() const;
    /// Loads the configuration of the pair; `parameters` are key=value of the agent.
    void configure(const Arguments& parameters = {}) const;

    void power_off(const std::string& node) const;
    void unplug(const std::string& node) const;
    void power_on(const std::string& node) const;
    /// Power without cluster software.
    void boot(const std::string& node) const;
    void cut(const std::string& node) const;
    void mend(const std::string& node) const;
    /// Each frame from and to a node is late by that time; 0 ends it, as does a loss of power.
    void delay(const std::string& node, std::chrono::milliseconds time) const;
    /// What the power switch answers from now on: "works" or "fails".
    void set_fencing(const std::string& answer) const;
    /// What the power switch was asked, and what it answered.
    [[nodiscard]] std::string power_log() const;
    void stop_stack(const std::string& node) const;
    void start_stack(const std::string& node) const;
    [[nodiscard]] bool is_on(const std::string& node) const;

    /// A program within a node (psql1, psql2, client): how it ended.
    [[nodiscard]] Ran try_exec(const std::string& node, const Arguments& argv,
                               std::chrono::seconds limit = std::chrono::seconds{20}) const;
    /// The same; throws unless it exits with 0. Returns its output.
    std::string exec(const std::string& node, const Arguments& argv,
                     std::chrono::seconds limit = std::chrono::seconds{20}) const;
    /// One crmsh command on a node, as an administrator types it.
    std::string crm(const std::string& node, const Arguments& argv) const;
    /// Copies a file of the machine into a node.
    void copy_in(const std::string& node, const std::string& from, const std::string& to) const;
    /// SQL as user postgres in database app over the socket of a node: unaligned rows, fields separated by '|'.
    [[nodiscard]] Ran try_sql(const std::string& node, const std::string& text,
                              std::chrono::seconds limit = std::chrono::seconds{10}) const;
    [[nodiscard]] std::string sql(const std::string& node, const std::string& text) const;

    /// The cluster as `node` sees it, at most two seconds ago if its CIB has not changed since; throws LabError if its
    /// Pacemaker does not answer.
    [[nodiscard]] ClusterState state_seen_by(const std::string& node) const;
    /// The cluster as seen by the first node that has joined it; throws LabError if none has.
    [[nodiscard]] ClusterState state() const;

    /// PID of the host on which the client runs, for entering its network.
    [[nodiscard]] int client_pid() const { return client_pid_; }

    /// Collects the logs of both nodes; returns the directory.
    std::string collect_logs(const std::string& about) const;

private:
    void command(const Arguments& arguments, std::chrono::seconds limit) const;
    [[nodiscard]] static Ran try_command(const Arguments& arguments, std::chrono::seconds limit);

    [[nodiscard]] std::optional<ClusterState> seen_before(const std::string& node, const std::string& cib) const;

    /// What crm_mon made of a CIB.
    struct Look
    {
        std::string cib; ///< its first element, with its version
        std::chrono::steady_clock::time_point when;
        ClusterState state;
    };

    std::string name_;
    bool is_kept_ = false;
    int client_pid_ = 0;
    mutable std::mutex looking_;
    mutable std::map<std::string, Look> looks_; ///< by node
};

} // namespace pgtwin::test
