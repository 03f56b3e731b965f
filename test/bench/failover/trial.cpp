// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/failover/trial.hpp"

#include <algorithm>
#include <future>
#include <set>

#include "cluster/client.hpp"
#include "cluster/session.hpp"
#include "support/wait.hpp"

namespace pgtwin::bench
{
namespace
{

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds outage_limit{90};
constexpr seconds repair_limit{90};
/// A later stretch without answers belongs to the fault too.
constexpr seconds watched_after{5};
constexpr milliseconds longest_bars{15000};

Expected<std::vector<Id>> read_ledger(int host_pid)
{
    if (!test::enter_network_of(host_pid))
        return Error{ErrorKind::unavailable, "the host of the clients is gone"};
    auto session = test::Session::open(test::vip_address, Deadline{seconds{3}});
    if (!session)
        return session.error();
    auto answer = session->query("SELECT id FROM ledger ORDER BY id", {}, Deadline{seconds{20}});
    if (!answer)
        return answer.error();
    std::vector<Id> ids;
    for (const test::Row& row : answer->rows)
        ids.push_back(std::stoll(row.at(0)));
    return ids;
}

std::size_t lost_commits(const Lab& lab, const Ledger& ledger)
{
    // A thread of its own: a namespace is a thread's.
    const auto present = std::async(std::launch::async, read_ledger, lab.client_pid()).get();
    if (!present)
        throw test::LabError{"the ledger cannot be read: " + present.error().what};
    std::vector<Id> acknowledged = ledger.ids();
    std::sort(acknowledged.begin(), acknowledged.end());
    return static_cast<std::size_t>(
        std::count_if(acknowledged.begin(), acknowledged.end(),
                      [&](Id id) { return !std::binary_search(present->begin(), present->end(), id); }));
}

void wait_ready(const Contender& contender, const Lab& lab)
{
    test::wait_until(contender.name() + " is ready", Deadline{repair_limit}, [&]() { return contender.ailment(lab); });
}

void wait_answers(const Load& load, Moment since, milliseconds span)
{
    test::wait_until("answers for a while", Deadline{outage_limit},
                     [&]() -> std::string
                     {
                         const Moment now = steady_clock::now();
                         const bool is_long = now > since + span;
                         const auto gap = load.ledger().longest_gap(std::max(since, now - span), now).length();
                         return is_long && gap < milliseconds{1000} ? "" : "none for " + std::to_string(gap.count());
                     });
}

/// An address answers on the failed node until it is taken down; what counts is when it answers on the other one.
milliseconds outage_of(const Contender& contender, Fault fault, const Ledger& ledger, Moment begin)
{
    const test::Gap gap = ledger.longest_gap(begin, steady_clock::now());
    const bool is_address_only = !contender.has_database() && fault == Fault::primary_killed;
    return duration_cast<milliseconds>(gap.end - (is_address_only ? begin : gap.begin));
}

std::vector<std::size_t> bars_of(const Ledger& ledger, Moment fault)
{
    std::vector<std::size_t> bars;
    const Moment end = std::min(steady_clock::now(), fault + longest_bars);
    for (Moment at = fault - before_fault; at < end; at += bar_width)
        bars.push_back(ledger.count_between(at, at + bar_width));
    return bars;
}

void take_measures(const Contender& contender, const Lab& lab, Trial& trial)
{
    wait_ready(contender, lab);
    const std::string primary = primary_of(lab);
    Load load{lab.client_pid(), contender.has_database() ? make_commit : make_knock};
    wait_answers(load, steady_clock::now(), milliseconds{1500});
    const Moment begin = contender.cause(trial.fault, lab);
    wait_answers(load, begin, watched_after);
    contender.repair(lab, moves_primary(trial.fault) ? primary : test::peer_of(primary));
    if (trial.fault != Fault::switchover)
        trial.certified = contender.certified_after(lab);
    wait_ready(contender, lab);
    trial.outage = outage_of(contender, trial.fault, load.ledger(), begin);
    trial.bars = bars_of(load.ledger(), begin);
    load.stop();
    trial.lost = contender.has_database() ? lost_commits(lab, load.ledger()) : 0;
}

} // namespace

Trial measure(const Contender& contender, const Lab& lab, Fault fault)
{
    Trial trial;
    trial.contender = contender.name();
    trial.fault = fault;
    try
    {
        take_measures(contender, lab, trial);
    }
    catch (const std::exception& error)
    {
        trial.failure = error.what();
    }
    return trial;
}

} // namespace pgtwin::bench
