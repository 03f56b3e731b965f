// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/referee.hpp"

#include <utility>

#include "cluster/client.hpp"

namespace pgtwin::test
{
namespace
{

constexpr std::chrono::milliseconds answer_limit{500};
constexpr std::chrono::milliseconds between_looks{50};

} // namespace

Referee::Referee(int host_pid) : host_pid_{host_pid}
{
    thread_ = std::thread{&Referee::work, this};
}

Referee::~Referee()
{
    is_stopping_ = true;
    thread_.join();
}

std::vector<std::string> Referee::violations()
{
    const std::lock_guard lock{mutex_};
    return std::exchange(violations_, {});
}

void Referee::work()
{
    if (!enter_network_of(host_pid_))
        return;
    Watched first{address_of("psql1"), {}};
    Watched second{address_of("psql2"), {}};
    while (!is_stopping_)
    {
        look(first, second);
        std::this_thread::sleep_for(between_looks);
    }
}

void Referee::look(Watched& first, Watched& second)
{
    if (!is_primary(first) || !is_primary(second) || !is_primary(first))
        return;
    const std::lock_guard lock{mutex_};
    violations_.push_back(first.address + " and " + second.address + " were both primary");
}

bool Referee::is_primary(Watched& server)
{
    if (!server.session)
    {
        auto opened = Session::open(server.address, Deadline{answer_limit});
        if (!opened)
            return false;
        server.session = std::move(opened.value());
    }
    const auto answer = server.session->query("SELECT pg_is_in_recovery()", {}, Deadline{answer_limit});
    if (answer)
        return answer->rows.at(0).at(0) == "f";
    server.session.reset();
    return false;
}

} // namespace pgtwin::test
