// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "pgtwin/decide/promotion.hpp"
#include "pgtwin/message/message.hpp"
#include "pgtwin/model/names.hpp"
#include "rebuild.hpp"

namespace pgtwin::decide
{
namespace
{

using namespace std::chrono_literals;

/// How many looks may find no progress before people are told, and between two such lines.
constexpr int looks_for_source = 5;
constexpr int looks_for_stream = 50;
/// How many looks may find no primary before the worker ends. While it lives, its node says nothing that lets the other
/// one be promoted; the next monitor that sees a primary launches it again.
constexpr int looks_for_primary = 10;
/// What only a human can mend is looked at so often.
constexpr std::chrono::milliseconds between_looks_at_cause = 10s;
constexpr std::chrono::milliseconds longest_pause = 10s;

/// Why the source cannot be asked.
std::string what_is_missing(const Observation& seen)
{
    if (seen.view() == nullptr)
        return "the cluster cannot be read";
    return is_peer_primary(*seen.view()) ? seen.upstream.why() : "the cluster shows no primary";
}

/// An answer of the server that refuses us is another matter than none.
Reason why_no_source(const Observation& seen)
{
    const bool is_denied = !seen.upstream && seen.upstream_fault == ErrorKind::denied;
    return is_denied ? Reason::rebuild_denied : Reason::rebuild_no_source;
}

/// The source is the database that this node belongs to, and its programs can run it.
Maybe prove_fit(const Observation& seen)
{
    const auto& control = seen.directory->control;
    if (control && control->system_identifier != seen.upstream->system_identifier)
        return wait_for_remedy(seen, between_looks_at_cause, Reason::rebuild_wrong_system,
                               "here " + std::to_string(control->system_identifier) + ", there " +
                                   std::to_string(seen.upstream->system_identifier));
    if (seen.directory->program_version != 0 && seen.upstream->major_version != seen.directory->program_version)
        return wait_for_remedy(seen, between_looks_at_cause, Reason::rebuild_version_differs,
                               "primary " + std::to_string(seen.upstream->major_version) + ", programs here " +
                                   std::to_string(seen.directory->program_version));
    return std::nullopt;
}

/// What is worth keeping of the data directory is not pushed out by what is not.
bool is_usable(const Observation& seen)
{
    const LocalState& state = *seen.state;
    const bool was_whole =
        state.rebuild == Rebuild::none || (state.rebuild == Rebuild::copying && state.rebuild_reason.empty());
    return was_whole && seen.directory && seen.directory->kind == DirectoryKind::data;
}

bool is_there(const Observation& seen)
{
    return seen.directory && seen.directory->kind != DirectoryKind::absent &&
           seen.directory->kind != DirectoryKind::empty;
}

/// Told by name of this node that it may have no copy for a while (P3).
bool may_replace_old_copy(const Context& context)
{
    return !context.params.backup_before_basebackup && !context.self.empty() &&
           same_node(context.params.replace_old_copy_on, context.self);
}

std::string mebibytes(std::int64_t bytes)
{
    constexpr std::int64_t mebibyte = std::int64_t{1} << 20;
    return std::to_string((bytes + mebibyte - 1) / mebibyte) + " MiB";
}

std::string describe(const Room& room)
{
    return room.path + " needs " + mebibytes(room.needed) + " and has " + mebibytes(room.free);
}

} // namespace

std::string resync_text(ResyncPhase phase, Reason reason, const std::string& why)
{
    const message::Message& message = message::message_of(reason);
    const std::string text{message.text};
    return Resync{phase, 0, 0, 0, 0, std::string{message.id}, why.empty() ? text : text + ": " + why}.text();
}

std::chrono::milliseconds growing_pause(const Observation& seen)
{
    return std::min<std::chrono::milliseconds>(1s + seen.attempts.tried<Wait>() / 10 * 1s, longest_pause);
}

Next wait_on(const Observation& seen, std::chrono::milliseconds pause, Reason reason, const std::string& why)
{
    const int looks = pause >= 1s ? looks_for_source : looks_for_stream;
    const bool is_due = seen.attempts.tried<Wait>() >= looks * (1 + seen.attempts.tried<PublishResync>());
    std::string text = resync_text(ResyncPhase::waiting, reason, why);
    if (is_due && seen.resync != text && seen.remaining > 2s)
        return step(PublishResync{std::move(text), Severity::warning});
    return wait_or(seen, pause, reason, why);
}

Next wait_for_remedy(const Observation& seen, std::chrono::milliseconds pause, Reason reason, const std::string& why)
{
    const Expected<Resync> told = Resync::parse(seen.resync.value_or(""));
    const bool is_told = told && told->phase == ResyncPhase::waiting && told->cause == message::message_of(reason).id;
    if (!is_told && seen.remaining > 2s)
        return step(PublishResync{resync_text(ResyncPhase::waiting, reason, why), Severity::error});
    return wait_or(seen, pause, reason, why);
}

Next give_up(const Observation& seen, Reason reason)
{
    std::string text = resync_text(ResyncPhase::failed, reason, seen.failure);
    if (seen.resync != text)
        return step(PublishResync{std::move(text), Severity::warning});
    return Outcome{reason, seen.failure};
}

Maybe prove_source(const Observation& seen)
{
    if (auto next = need(seen, Subject::cluster, Subject::upstream, Subject::directory))
        return next;
    const bool is_without_primary = seen.view() != nullptr && !is_peer_primary(*seen.view());
    if (is_without_primary && seen.attempts.tried<Wait>() >= looks_for_primary)
        return give_up(seen, Reason::rebuild_no_source);
    if (seen.view() == nullptr || is_without_primary || !seen.upstream)
        return wait_on(seen, growing_pause(seen), why_no_source(seen), what_is_missing(seen));
    if (seen.upstream->role != Role::primary)
        return wait_on(seen, growing_pause(seen), Reason::rebuild_source_not_primary, {});
    if (!seen.directory)
        return wait_on(seen, growing_pause(seen), Reason::directory_unknown, seen.directory.why());
    return prove_fit(seen);
}

Maybe prove_room(const Observation& seen, const Context& context)
{
    if (auto next = need(seen, Subject::room))
        return next;
    if (!seen.room)
        return wait_on(seen, growing_pause(seen), Reason::rebuild_no_source, seen.room.why());
    const auto tight =
        std::find_if(seen.room->begin(), seen.room->end(), [](const Room& room) { return room.needed > room.free; });
    if (tight == seen.room->end())
        return std::nullopt;
    if (seen.attempts.tried<MakeRoom>() == 0)
        return step(MakeRoom{Sacrifice::incomplete_copy});
    if (is_usable(seen) && seen.attempts.tried<MakeRoom>() == 1)
        return step(MakeRoom{Sacrifice::kept_copy});
    if (!may_replace_old_copy(context) || !is_there(seen))
        return wait_for_remedy(seen, between_looks_at_cause, Reason::rebuild_no_space, describe(*tight));
    if (*seen.processes != Processes::none || seen.state->rebuild == Rebuild::none)
        return std::nullopt;
    if (seen.attempts.failed<MakeRoom>() < removal_tries)
        return step(MakeRoom{Sacrifice::data_directory});
    return give_up(seen, Reason::rebuild_no_space);
}

} // namespace pgtwin::decide
