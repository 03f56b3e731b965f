// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "pgtwin/decide/promotion.hpp"
#include "pgtwin/decide/upkeep.hpp"

namespace pgtwin::decide
{
namespace
{

/// What replication_failure_threshold is meant for; a larger segment takes longer to replay.
constexpr std::int64_t usual_segment_size = std::int64_t{16} << 20;

bool may_lack_wal(const Observation& seen)
{
    return seen.server && seen.server->answer == Answer::starting && seen.directory && seen.directory->in_recovery &&
           seen.directory->control;
}

std::int64_t looks_at_segment(const Observation& seen, const Context& context)
{
    const std::int64_t share = seen.directory->control->wal_segment_size / usual_segment_size;
    return context.params.replication_failure_threshold * std::max<std::int64_t>(share, 1);
}

Maybe save(const Observation& seen, std::string segment, int unhealthy)
{
    if (seen.attempts.tried<SaveWatch>() > 0)
        return std::nullopt;
    Watch watch = *seen.watch;
    watch.in_recovery = std::move(segment);
    watch.unhealthy = unhealthy;
    return Next{Step{SaveWatch{std::move(watch)}}};
}

/// Counted first: a restore_command that ends with more than 125 ends the server.
Maybe count_and_use_archive(const Observation& seen, const std::string& segment)
{
    if (auto next = save(seen, segment, seen.watch->unhealthy + 1))
        return next;
    return may_try<SetArchive>(seen) ? Maybe{Next{Step{SetArchive{Archive::in_use}}}} : std::nullopt;
}

bool is_of_our_system(const Observation& seen)
{
    return seen.upstream && seen.upstream->role == Role::primary &&
           seen.upstream->system_identifier == seen.directory->control->system_identifier;
}

} // namespace

Maybe seek_missing_wal(const Observation& seen, const Context& context)
{
    if (!context.is_steadiness_enough || !may_lack_wal(seen))
        return std::nullopt;
    if (auto next = need(seen, Subject::watch, Subject::cluster))
        return next;
    if (!seen.watch || seen.view() == nullptr || !is_peer_primary(*seen.view()))
        return std::nullopt;
    const std::string segment = seen.directory->in_recovery->text();
    if (seen.watch->in_recovery != segment)
        return save(seen, segment, 0);
    if (auto next = need(seen, Subject::upstream))
        return next;
    if (!is_of_our_system(seen))
        return std::nullopt;
    if (auto next = need(seen, Subject::peer_wal))
        return next;
    if (!seen.peer_has_wal || *seen.peer_has_wal)
        return std::nullopt;
    if (seen.watch->unhealthy < looks_at_segment(seen, context))
        return count_and_use_archive(seen, segment);
    return may_try<LaunchWorker>(seen) ? Maybe{Next{Step{LaunchWorker{"wal-gone"}}}} : std::nullopt;
}

} // namespace pgtwin::decide
