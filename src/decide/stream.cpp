// SPDX-License-Identifier: GPL-2.0-or-later
#include "stream.hpp"

#include "archive.hpp"
#include "pgtwin/decide/warnings.hpp"
#include "rebuild.hpp"

namespace pgtwin::decide
{
namespace
{

using namespace std::chrono_literals;

/// How long a monitor waits for a stream that is about to begin.
constexpr std::chrono::milliseconds stream_patience = 2s;

/// Whether our WAL lies on the history of the primary, of which it cannot have less than we.
bool lies_on(const Identity& primary, const Identity& mine)
{
    if (mine.history.timeline == primary.history.timeline)
        return mine.end <= primary.end;
    return can_follow(primary.history, mine.history.timeline, mine.end);
}

/// H7: this directory holds a timeline of our own making, and nothing tells that the primary's timeline of that number
/// is the same one.
bool may_be_other_promotion(const Observation& seen)
{
    const LocalState& state = *seen.state;
    const Timeline mine = seen.identity->history.timeline;
    if (state.unshared == Timeline::none || number(mine) < number(state.unshared))
        return false;
    const RunRecord& primary = *seen.view()->peer.run;
    const bool is_proven = primary.timeline == mine && seen.upstream->history.timeline == mine &&
                           !primary.word.empty() && primary.word == state.word_of(mine);
    return !is_proven;
}

/// A stream that begins while a monitor looks is told to the primary ten seconds earlier than by the next one.
Maybe linger(const Observation& seen, const Context& context)
{
    if (!context.is_steadiness_enough || seen.elapsed > stream_patience || seen.remaining < 5s)
        return std::nullopt;
    return step(Wait{200ms});
}

bool is_wal_gone(const Observation& seen)
{
    return seen.peer_has_wal && !*seen.peer_has_wal;
}

/// Only once our server had its try: of a record in two segments it may hold the first part and need the other alone,
/// which the primary may still have.
Maybe ask_for_wal(const Observation& seen, const Context& context)
{
    const bool is_behind =
        seen.identity->history.timeline != seen.upstream->history.timeline || seen.identity->end < seen.upstream->end;
    if (!context.is_steadiness_enough || seen.elapsed <= stream_patience || !is_behind)
        return std::nullopt;
    if (auto next = need(seen, Subject::peer_wal))
        return next;
    return is_wal_gone(seen) ? need(seen, Subject::settings) : std::nullopt;
}

/// An archive may bring what the primary does not have any more.
bool may_have_archive(const Observation& seen)
{
    if (!seen.settings || is_archive_held_back(seen))
        return true;
    const auto command = seen.settings->find("restore_command");
    return command != seen.settings->end() && !command->second.empty();
}

/// No stream will come about: only a base backup helps.
Maybe give_up_lost_wal(const Observation& seen)
{
    std::string text = resync_text(ResyncPhase::preparing, Reason::rebuild_wal_gone, {});
    if (may_try<LaunchWorker>(seen) && seen.resync != text)
        return step(PublishResync{std::move(text), Severity::warning});
    return launch(seen, "wal-gone");
}

/// What may still settle by itself has a number of monitors to do so, and an archive at least one. It is let in once
/// that is counted: a command that ends with more than 125, as ssh may, ends the server.
Maybe count_without_stream(const Observation& seen, const Context& context)
{
    if (seen.attempts.tried<SaveWatch>() > 0)
        return is_wal_gone(seen) && is_archive_held_back(seen) && may_try<SetArchive>(seen)
                   ? step(SetArchive{Archive::in_use})
                   : Maybe{};
    Watch watch = *seen.watch;
    watch.unhealthy++;
    const bool is_over = watch.unhealthy >= context.params.replication_failure_threshold;
    const bool is_archive_due =
        is_archive_held_back(seen) && watch.unhealthy <= context.params.replication_failure_threshold;
    if (is_wal_gone(seen) && is_archive_due)
        return step(SaveWatch{std::move(watch)});
    if (is_wal_gone(seen) && (is_over || !may_have_archive(seen)))
        return give_up_lost_wal(seen);
    if (is_over)
        return launch(seen, "not-streaming");
    return step(SaveWatch{std::move(watch)});
}

} // namespace

Maybe launch(const Observation& seen, std::string why)
{
    const bool is_running = seen.is_worker_running && *seen.is_worker_running;
    if (is_running || !may_try<LaunchWorker>(seen))
        return std::nullopt;
    return step(LaunchWorker{std::move(why)});
}

Maybe seek_stream(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::identity, Subject::upstream))
        return next;
    if (!seen.upstream)
        return say_if_it_lasts(seen,
                               "the standby does not stream, and its primary cannot be asked: " + seen.upstream.why());
    if (!seen.identity || seen.upstream->role != Role::primary)
        return std::nullopt;
    if (seen.upstream->system_identifier != seen.identity->system_identifier)
        return say_if_it_lasts(seen, "the standby cannot stream, the primary is another database (system identifiers "
                                     "differ): move the wrong data directory away");
    // It still replays WAL of its own or of the archive; nobody knows yet whether it will need the primary's.
    if (!seen.status()->is_waiting_for_wal)
        return linger(seen, context);
    if (!lies_on(*seen.upstream, *seen.identity))
        return launch(seen, "diverged");
    if (may_be_other_promotion(seen))
        return launch(seen, "other-promotion");
    // It has the server try again at once, which by itself waits for wal_retrieve_retry_interval after each failure.
    if (may_try<FollowPeer>(seen))
        return step(FollowPeer{});
    if (auto next = linger(seen, context))
        return next;
    if (auto next = ask_for_wal(seen, context))
        return next;
    return count_without_stream(seen, context);
}

} // namespace pgtwin::decide
