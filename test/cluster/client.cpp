// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/client.hpp"

#include <algorithm>
#include <future>
#include <iterator>
#include <utility>

namespace pgtwin::test
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds connect_limit{1000};
constexpr milliseconds commit_limit{2000};
constexpr milliseconds between_commits{2};
constexpr milliseconds between_attempts{50};

// PostgreSQL acknowledges such a commit, but with this warning: it may exist on the primary alone (syncrep.c).
bool was_wait_cancelled(const Answer& answer)
{
    return answer.warnings.find("canceling wait for synchronous replication") != std::string::npos;
}

Expected<std::vector<Id>> read_ids(const std::string& address)
{
    auto session = Session::open(address, Deadline{seconds{3}});
    if (!session)
        return session.error();
    auto answer = session->query("SELECT id FROM ledger ORDER BY id", {}, Deadline{seconds{20}});
    if (!answer)
        return answer.error();
    std::vector<Id> ids;
    ids.reserve(answer->rows.size());
    for (const Row& row : answer->rows)
        ids.push_back(std::stoll(row.at(0)));
    return ids;
}

} // namespace

std::string address_of(const std::string& node)
{
    return node == "psql1" ? "192.0.2.11" : "192.0.2.12";
}

Client::Client(int host_pid, std::string address) : host_pid_{host_pid}, address_{std::move(address)}
{
    thread_ = std::thread{&Client::work, this};
}

Client::~Client()
{
    stop();
}

void Client::stop()
{
    is_stopping_ = true;
    if (thread_.joinable())
        thread_.join();
}

std::string Client::trouble() const
{
    const std::lock_guard lock{mutex_};
    return trouble_;
}

void Client::set_trouble(const std::string& trouble)
{
    const std::lock_guard lock{mutex_};
    trouble_ = trouble;
}

void Client::pause(milliseconds time)
{
    if (!is_stopping_)
        std::this_thread::sleep_for(time);
}

void Client::work()
{
    if (!enter_network_of(host_pid_))
        return set_trouble("the network of the client's host is gone");
    while (!is_stopping_)
    {
        auto session = Session::open(address_, Deadline{connect_limit});
        if (session)
            commit_on(*session);
        else
            set_trouble(session.error().what);
        pause(between_attempts);
    }
}

void Client::commit_on(Session& session)
{
    while (!is_stopping_)
    {
        const Id id = next_++;
        const auto answer =
            session.query("INSERT INTO ledger (id) VALUES ($1)", {std::to_string(id)}, Deadline{commit_limit});
        if (!answer)
        {
            ledger_.unknown(id, answer.error().what);
            return set_trouble(answer.error().what);
        }
        if (was_wait_cancelled(*answer))
            ledger_.unknown(id, answer->warnings);
        else
            ledger_.acknowledged(id, std::chrono::steady_clock::now());
        set_trouble("");
        pause(between_commits);
    }
}

Expected<std::vector<Id>> Client::ids_on(const std::string& node) const
{
    // A thread of its own: a namespace is a thread's, and the caller's must stay.
    return std::async(std::launch::async,
                      [&]() -> Expected<std::vector<Id>>
                      {
                          if (!enter_network_of(host_pid_))
                              return Error{ErrorKind::unavailable, "the client's host is gone"};
                          return read_ids(address_of(node));
                      })
        .get();
}

Expected<std::vector<Id>> Client::missing(const std::string& node) const
{
    const std::vector<Id> acknowledged = ledger_.ids();
    const auto present = ids_on(node);
    if (!present)
        return present.error();
    std::vector<Id> missing;
    std::set_difference(acknowledged.begin(), acknowledged.end(), present->begin(), present->end(),
                        std::back_inserter(missing));
    return missing;
}

} // namespace pgtwin::test
