// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>

#include "cluster/cluster_state.hpp"
#include "cluster/lab.hpp"
#include "cluster/ledger.hpp"
#include "cluster/news.hpp"

namespace pgtwin::test
{

/// Tells on standard output what happens in a cluster while it happens, with the time and the present commit rate.
class Narrator
{
public:
    /// Times are shown from `begin` on.
    explicit Narrator(Moment begin);
    Narrator(const Narrator&) = delete;
    Narrator& operator=(const Narrator&) = delete;
    ~Narrator();

    /// One line.
    void say(const std::string& text, Tone tone = Tone::plain);
    /// From now on every change of the cluster is told. The lab must outlive the narrator.
    void watch_cluster(const Lab& lab);
    /// From now on the commit rate is shown, and every outage told. The ledger must outlive the narrator.
    void watch_commits(const Ledger& ledger) { ledger_ = &ledger; }
    /// No more news.
    void stop();

private:
    void work(const Lab& lab);
    void tell(const std::vector<News>& news);
    void tell_fencing(const Lab& lab);
    void tell_changes(const Lab& lab);
    void tell_commits();
    [[nodiscard]] std::string rate() const;

    const Moment begin_;
    const bool is_terminal_;
    std::mutex mutex_;
    std::atomic<Moment> last_line_;
    ClusterState before_;
    std::size_t told_fencings_ = 0;
    std::atomic<const Ledger*> ledger_ = nullptr;
    std::atomic<Moment> blocked_since_{};
    std::atomic<bool> is_stopping_ = false;
    std::thread cluster_;
    std::thread commits_;
};

} // namespace pgtwin::test
