// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cluster/session.hpp"

namespace pgtwin::test
{

/// Asks both servers all the time whether they are primary, and remembers when both were.
///
/// One server says primary, then the other, then the first again: only then were there two at one moment.
class Referee
{
public:
    explicit Referee(int host_pid);
    Referee(const Referee&) = delete;
    Referee& operator=(const Referee&) = delete;
    ~Referee();

    /// Moments with two primaries since the last call, in words: must be none.
    [[nodiscard]] std::vector<std::string> violations();

private:
    struct Watched
    {
        std::string address;
        std::optional<Session> session;
    };

    void work();
    void look(Watched& first, Watched& second);
    static bool is_primary(Watched& server);

    int host_pid_;
    std::mutex mutex_;
    std::vector<std::string> violations_;
    std::atomic<bool> is_stopping_ = false;
    std::thread thread_;
};

} // namespace pgtwin::test
