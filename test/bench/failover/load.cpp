// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/failover/load.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cluster/client.hpp"

namespace pgtwin::bench
{
namespace
{

using std::chrono::milliseconds;

constexpr int workers = 4;
constexpr milliseconds connect_limit{250};
constexpr milliseconds commit_limit{1000};
constexpr milliseconds knock_limit{100};
constexpr milliseconds between_requests{8};
constexpr milliseconds after_failure{25};

/// Ids of later loads are higher, so that one table serves them all.
Id first_id()
{
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<milliseconds>(since_epoch).count() * 1000;
}

class Knock final : public Request
{
public:
    bool ask(Id /*id*/) override
    {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        const bool is_answered = does_answer(socket);
        ::close(socket);
        return is_answered;
    }

private:
    static bool does_answer(int socket)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(5432);
        if (::inet_pton(AF_INET, test::vip_address, &address.sin_addr) != 1)
            return false;
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the interface of sockets
        if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
            return true;
        if (errno != EINPROGRESS)
            return errno == ECONNREFUSED;
        pollfd waiting{socket, POLLOUT, 0};
        if (::poll(&waiting, 1, static_cast<int>(knock_limit.count())) <= 0)
            return false;
        int error = 0;
        socklen_t size = sizeof error;
        return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && (error == 0 || error == ECONNREFUSED);
    }
};

class Commit final : public Request
{
public:
    bool ask(Id id) override
    {
        if (!session_)
            connect();
        if (!session_)
            return false;
        const auto answer =
            session_->query("INSERT INTO ledger (id) VALUES ($1)", {std::to_string(id)}, Deadline{commit_limit});
        // With this warning the commit may be lost, so it does not count (syncrep.c).
        const bool is_done = answer && answer->warnings.find("canceling wait") == std::string::npos;
        if (!answer)
            session_.reset();
        return is_done;
    }

private:
    /// Whether the address answers takes no longer to find out than for those who only knock.
    void connect()
    {
        if (!knock_.ask(0))
            return;
        if (auto session = test::Session::open(test::vip_address, Deadline{connect_limit}))
            session_ = std::move(*session);
    }

    Knock knock_;
    std::optional<test::Session> session_;
};

} // namespace

std::unique_ptr<Request> make_commit()
{
    return std::make_unique<Commit>();
}

std::unique_ptr<Request> make_knock()
{
    return std::make_unique<Knock>();
}

Load::Load(int host_pid, MakeRequest make) : host_pid_{host_pid}, make_{std::move(make)}, next_{first_id()}
{
    for (int i = 0; i < workers; ++i)
        threads_.emplace_back(&Load::work, this);
}

Load::~Load()
{
    stop();
}

void Load::stop()
{
    is_stopping_ = true;
    for (std::thread& thread : threads_)
        if (thread.joinable())
            thread.join();
}

void Load::work()
{
    if (!test::enter_network_of(host_pid_))
        return;
    const std::unique_ptr<Request> request = make_();
    while (!is_stopping_)
    {
        const Id id = next_++;
        const bool is_answered = request->ask(id);
        if (is_answered)
            ledger_.acknowledged(id, std::chrono::steady_clock::now());
        std::this_thread::sleep_for(is_answered ? between_requests : after_failure);
    }
}

} // namespace pgtwin::bench
