// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/warnings.hpp"

#include <string>
#include <vector>

#include "pgtwin/config/checks.hpp"
#include "pgtwin/message/message.hpp"
#include "pgtwin/model/fingerprint.hpp"

namespace pgtwin::decide
{
namespace
{

using namespace std::chrono_literals;

constexpr std::int64_t mebibyte = std::int64_t{1} << 20;
constexpr std::int64_t much_wal = 1024 * mebibyte;
/// What settles by itself while a pair comes up or switches over is not worth a line.
constexpr std::chrono::milliseconds patience = 15s;

/// `memory` is the place in the watch that says which lines were logged.
Maybe say_once(const Observation& seen, const std::vector<std::string>& lines, std::string Watch::*memory)
{
    if (auto next = need(seen, Subject::watch))
        return next;
    const std::string print = fingerprint(lines);
    if (!seen.watch || (*seen.watch).*memory == print || seen.attempts.failed<Warn>() > 0)
        return std::nullopt;
    Watch watch = *seen.watch;
    watch.*memory = print;
    return Next{Step{Warn{lines, std::move(watch)}}};
}

/// How far both nodes go, as far as that is known.
std::string positions(const Observation& seen)
{
    const auto& theirs = seen.view()->peer.position;
    const std::string here = "here " + place_text(seen.identity->history.timeline, seen.identity->end);
    if (!theirs)
        return here + ", peer unknown";
    return here + ", peer " + (theirs->has_data ? place_text(theirs->timeline, theirs->lsn) : "without data");
}

std::string line_of(const Observation& seen, const Context& context, const Verdict& verdict)
{
    const std::string facts = verdict.detail.starts_with("here ") ? verdict.detail : positions(seen);
    return message::log_line(message::message_of(verdict.refusal), facts) +
           "; to accept the loss of what is missing: attrd_updater -n " + context.resource +
           "-accept-data-loss -U true -N " + context.self;
}

} // namespace

std::vector<std::string> warnings_in(const Settings& settings, Role role, const Context& context)
{
    std::vector<std::string> lines;
    for (const config::Finding& finding : config::check_settings(settings, role, context.params))
        if (finding.severity == config::FindingSeverity::warning)
            lines.push_back("setting " + finding.line() + " [" + std::string{finding.id} + "]");
    return lines;
}

Maybe warn_of_parameters(const Observation& seen, const Context& context)
{
    return say_once(seen, context.wrong_parameters, &Watch::warned_parameters);
}

Maybe warn_of_settings(const Observation& seen, Role role, const Context& context)
{
    if (!seen.settings)
        return std::nullopt;
    std::vector<std::string> lines = warnings_in(*seen.settings, role, context);
    if (seen.view() != nullptr && !seen.view()->has_fencing)
        lines.emplace_back(
            "fencing is not enabled in the cluster: a lost node may go on writing; set stonith-enabled=true "
            "[no-fencing]");
    return say_once(seen, lines, &Watch::warned_settings);
}

Maybe warn_of_installation(const Observation& seen)
{
    if (!seen.installation || seen.installation->missing_rewind.empty() || seen.attempts.tried<Warn>() > 0)
        return std::nullopt;
    std::string line = seen.installation->missing_rewind + " is missing on this node, so that a former primary comes ";
    line += "back by a base backup; install it [rewind-missing]";
    return Next{Step{Warn{{std::move(line)}, std::nullopt}}};
}

Maybe say_if_it_lasts(const Observation& seen, const std::string& line)
{
    if (seen.attempts.failed<Warn>() > 0)
        return std::nullopt;
    Watch watch = *seen.watch;
    const std::string what = fingerprint({line});
    const auto& was = seen.watch->trouble;
    if (!was || was->what != what || seen.now < was->since)
    {
        watch.trouble = TroubleWatch{what, seen.now, false};
        return Next{Step{Warn{{}, std::move(watch)}}};
    }
    if (was->is_said || seen.now - was->since < patience)
        return std::nullopt;
    watch.trouble->is_said = true;
    return Next{Step{Warn{{line}, std::move(watch)}}};
}

Maybe say_foreign_server_stays(const Observation& seen, const Outcome& refusal)
{
    if (!seen.watch)
        return std::nullopt;
    return say_if_it_lasts(
        seen, "the server was not started by pgtwin, and nobody takes over if it fails; it is restarted once it "
              "may be: " +
                  message::log_line(message::message_of(refusal.reason), refusal.detail));
}

Maybe watch_slot(const Observation& seen, const Context& context)
{
    const auto& slot = seen.status()->slot;
    if (!slot || (slot->held_bytes < much_wal && slot->wal_status != "unreserved"))
        return std::nullopt;
    std::int64_t step = much_wal;
    while (step <= slot->held_bytes / 2)
        step *= 2;
    const int limit = context.params.max_slot_wal_keep_size;
    std::string line = "slot " + context.params.slot_name + " keeps ";
    line += slot->held_bytes < much_wal ? "WAL" : "more than " + std::to_string(step / mebibyte) + " MiB of WAL";
    line += " for a standby that does not fetch it; ";
    if (slot->wal_status == "unreserved")
        line += "it is about to be given up, then the standby comes back by a base backup";
    else if (limit > 0)
        line += "it is given up beyond " +
                (context.params.is_max_slot_wal_keep_size_set ? std::to_string(limit) + " MiB"
                                                              : std::string{"max_slot_wal_keep_size"}) +
                ", then the standby comes back by a base backup";
    else
        line += "bring the standby back, or set max_slot_wal_keep_size before the disk is full";
    return say_if_it_lasts(seen, line);
}

Maybe explain_refusal(const Observation& seen, const Context& context, const Verdict& verdict)
{
    if (!verdict.rule)
        return say_if_it_lasts(seen, line_of(seen, context, verdict));
    if (!seen.watch->trouble || seen.attempts.failed<Warn>() > 0)
        return std::nullopt;
    Watch watch = *seen.watch;
    watch.trouble.reset();
    return Next{Step{Warn{{}, std::move(watch)}}};
}

} // namespace pgtwin::decide
