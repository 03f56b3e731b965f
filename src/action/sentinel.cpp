// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/action/sentinel.hpp"

#include <chrono>

#include "pgtwin/decide/goals.hpp"
#include "pgtwin/decide/promotion.hpp"

namespace pgtwin::action
{
namespace
{

using namespace std::chrono_literals;

/// Any limit does: the wait begins again after it.
constexpr std::chrono::milliseconds one_wait = 1h;
/// For what follows the end of the server.
constexpr std::chrono::milliseconds report_limit = 10s;

/// True once the server has ended; false if that cannot be told.
bool has_ended(port::Server& server)
{
    for (;;)
    {
        const auto end = server.await_end(Deadline{one_wait});
        if (end)
            return true;
        if (end.error().kind != ErrorKind::timed_out)
            return false;
    }
}

bool is_intended(port::Sentinel& sentinel)
{
    const auto intended = sentinel.is_end_intended();
    return !intended || *intended;
}

/// A failure would have Pacemaker stop and start this instance before it promotes the other one. The score alone moves
/// the role at once.
bool is_taken_over(Reason reason, port::Cluster& cluster, const Deadline& deadline)
{
    if (reason != Reason::primary_crashed)
        return false;
    const auto view = cluster.look(deadline);
    return view && decide::takes_over(*view);
}

void report(Ports& ports, const Deadline& deadline)
{
    const auto reported = ports.cluster.report_failure(deadline);
    ports.log.write(reported ? Severity::warning : Severity::error,
                    reported ? "the server has ended unexpectedly: reported to Pacemaker"
                             : "the server has ended unexpectedly, and that could not be reported: " +
                                   reported.error().what);
}

} // namespace

void watch(Ports& ports, const decide::Context& context)
{
    if (!has_ended(ports.server) || is_intended(ports.sentinel))
        return;
    const Deadline deadline{report_limit};
    const auto view = ports.cluster.look(deadline);
    if (!view || view->is_maintenance)
        return;
    const decide::Outcome found = run(Goal::monitor, ports, context, deadline);
    if (!decide::is_server_gone(found.reason) || is_intended(ports.sentinel))
        return;
    if (is_taken_over(found.reason, ports.cluster, deadline))
        ports.log.write(Severity::warning, "the server has ended unexpectedly: the standby is to take over");
    else
        report(ports, deadline);
}

} // namespace pgtwin::action
