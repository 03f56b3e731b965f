// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/promotion.hpp"

#include <algorithm>

namespace pgtwin::decide
{
namespace
{

/// Everything a judgement looks at, known and present.
struct Case
{
    const LocalState& state;
    const ClusterView& view;
    const TimelineHistory& history;
    Position mine;
    bool has_stayed = false; ///< as has_stayed() says
};

Verdict allow(Rule rule)
{
    return {rule, {}, {}};
}

Verdict refuse(Reason reason, std::string detail = {})
{
    return {std::nullopt, reason, std::move(detail)};
}

bool is_member(const NodeView& node)
{
    return node.membership == Membership::online || node.membership == Membership::pending ||
           node.membership == Membership::left;
}

/// This node was primary with its mark in the membership that is there now, and its Pacemaker has run ever since: the
/// attribute would have vanished with it. So nobody has been promoted over it without its knowing.
bool has_stayed(const Observation& seen)
{
    return seen.membership.is_known() && !seen.view()->self.alone_in.empty() &&
           seen.view()->self.alone_in == *seen.membership;
}

bool is_left(const Case& the)
{
    return the.view.peer.membership == Membership::left && !the.view.peer.run;
}

/// "Alone" of R2b: the peer's node is not a corosync member, or it is an online member whose instance is stopped.
bool is_alone(const ClusterView& view)
{
    return !is_member(view.peer) || (view.peer.membership == Membership::online && !view.peer.run);
}

bool does_instance_run(const NodeView& node)
{
    return node.membership == Membership::online && node.run.has_value();
}

std::string both(const Position& mine, const Position& theirs)
{
    return "here " + place_text(mine.timeline, mine.lsn) + ", peer " + place_text(theirs.timeline, theirs.lsn);
}

/// Whether both positions name one timeline made by two promotions (H7). A word never learnt tells nothing.
bool is_other_promotion(const Position& mine, const Position& theirs)
{
    return mine.timeline == theirs.timeline && !mine.word.empty() && !theirs.word.empty() && mine.word != theirs.word;
}

/// On equal positions the recorded primary goes first; without one either may.
bool wins_tie(const ClusterView& view)
{
    return view.self.data_status == DataStatus::primary || view.peer.data_status != DataStatus::primary;
}

Comparison compare_with_peer(const Case& the)
{
    const Position& theirs = *the.view.peer.position;
    return compare(the.mine, the.history, theirs, the.state.word_of(theirs.timeline));
}

/// R1 beside a server that still recovers: what it has yet to replay cannot be more than the mark vouches for, if what
/// it has replayed lies on our history.
Verdict beside_recovery(const Case& the)
{
    const bool is_by_mark = the.mine.is_alone && !the.view.peer.position->is_alone;
    return is_by_mark && compare_with_peer(the) == Comparison::mine_is_better
               ? allow(Rule::compared)
               : refuse(Reason::peer_position_missing, "its server still recovers");
}

/// R1, both instances run.
Verdict by_positions(const Case& the)
{
    const auto& theirs = the.view.peer.position;
    if (!the.view.self.position || *the.view.self.position != the.mine)
        return refuse(Reason::peer_position_missing, "own position is not published yet");
    if (!theirs || theirs->run != the.view.peer.run->run)
        return refuse(Reason::peer_position_missing);
    if (!theirs->is_final)
        return beside_recovery(the);
    switch (compare_with_peer(the))
    {
    case Comparison::mine_is_better:
        return allow(Rule::compared);
    case Comparison::theirs_is_better:
        return refuse(Reason::peer_position_better, both(the.mine, *theirs));
    case Comparison::equal:
        return wins_tie(the.view) ? allow(Rule::compared) : refuse(Reason::peer_position_better, "equal positions");
    case Comparison::diverged:
        return refuse(Reason::diverged, both(the.mine, *theirs));
    case Comparison::different_systems:
        break;
    }
    return refuse(Reason::different_systems);
}

/// R2c: the record names us primary and the peer's own directory shows no later promotion.
bool is_peer_unable_to_start(const Case& the)
{
    const NodeView& peer = the.view.peer;
    if (!the.view.has_quorum || peer.membership != Membership::online || peer.run || !peer.position)
        return false;
    if (!peer.position->is_final || peer.position->is_alone)
        return false;
    const bool is_recorded = peer.data_status == DataStatus::in_sync || peer.data_status == DataStatus::stale;
    if (the.view.self.data_status != DataStatus::primary || !is_recorded)
        return false;
    return peer.position->has_data && peer.position->system_identifier == the.mine.system_identifier &&
           the.history.contains(peer.position->timeline) && !is_other_promotion(the.mine, *peer.position);
}

/// A node that remembers a promotion belongs to a pair whose cluster was set up anew: the other directory may be the
/// better one.
bool is_first_run(const Case& the)
{
    return the.view.self.data_status == DataStatus::none && the.view.peer.data_status == DataStatus::none &&
           !the.state.alone && the.state.words.empty();
}

/// R3 with no second directory in sight, or an empty one.
Verdict first_run(const Case& the)
{
    if (!the.mine.was_primary)
        return refuse(Reason::left_as_standby);
    if (!the.view.has_quorum)
        return refuse(Reason::no_quorum_alone);
    const auto& theirs = the.view.peer.position;
    if (theirs && theirs->is_alone)
        return refuse(theirs->system_identifier == the.mine.system_identifier ? Reason::peer_position_better
                                                                              : Reason::different_systems);
    return allow(Rule::first_run);
}

/// R2b: a mark is void beside a stopped directory that was promoted since. Empty if nothing forbids.
std::optional<Verdict> forbidden_by_stopped_peer(const Case& the)
{
    const auto& theirs = the.view.peer.position;
    if (the.view.peer.membership != Membership::online || !theirs || !theirs->has_data)
        return std::nullopt;
    switch (compare_with_peer(the))
    {
    case Comparison::theirs_is_better:
        return refuse(Reason::peer_position_better, both(the.mine, *theirs));
    case Comparison::diverged:
        return refuse(Reason::diverged, both(the.mine, *theirs));
    case Comparison::mine_is_better:
    case Comparison::equal:
    case Comparison::different_systems:
        break;
    }
    return std::nullopt;
}

/// R2b and R2c: the peer's instance does not run, or there is no peer.
Verdict without_peer(const Case& the)
{
    if (is_first_run(the))
        return first_run(the);
    if (!the.mine.is_alone)
        return is_peer_unable_to_start(the) ? allow(Rule::peer_cannot_start) : refuse(Reason::stale_alone);
    if (!the.view.has_quorum)
        return refuse(Reason::no_quorum_alone);
    if (the.view.peer.data_status == DataStatus::primary)
        return refuse(Reason::peer_recorded_primary);
    return forbidden_by_stopped_peer(the).value_or(allow(Rule::alone));
}

/// The peer's instance runs as a standby, or has no data.
Verdict with_peer(const Case& the)
{
    if (holds_certificate(the.view.peer, the.view.peer.run->run))
        return refuse(Reason::peer_is_certified);
    const auto& theirs = the.view.peer.position;
    const bool is_peer_empty = theirs && theirs->run == the.view.peer.run->run && !theirs->has_data;
    if (is_peer_empty && is_first_run(the))
        return first_run(the);
    if (is_peer_empty && !the.mine.is_alone && the.view.peer.data_status == DataStatus::primary)
        return refuse(Reason::peer_recorded_primary);
    if (is_peer_empty && !the.mine.is_alone && the.view.self.data_status != DataStatus::primary)
        return refuse(Reason::stale_alone);
    return by_positions(the);
}

Verdict judge(const Case& the, const Context& context)
{
    if (is_peer_primary(the.view))
        return refuse(Reason::peer_is_primary);
    if (holds_certificate(the.view.self, the.state.run))
        return allow(Rule::certified);
    if (the.view.self.has_override || context.params.force_promotion)
        return allow(Rule::operator_override);
    if (the.view.peer.is_position_unreadable)
        return refuse(Reason::peer_position_missing, "another version of pgtwin wrote it");
    if (does_instance_run(the.view.peer))
        return with_peer(the);
    if (is_alone(the.view) || (is_left(the) && the.mine.is_alone && the.has_stayed))
        return without_peer(the);
    return refuse(Reason::not_a_member);
}

/// Two marks: the operator had the one on the higher timeline promoted over the other one (R4), if the lower timeline
/// is surely a part of its history.
Comparison compare_marks(const Position& mine, const TimelineHistory& history, const Position& theirs,
                         const RunId& their_word)
{
    if (number(mine.timeline) < number(theirs.timeline))
        return Comparison::theirs_is_better;
    const bool is_passed_over = number(mine.timeline) > number(theirs.timeline) && history.contains(theirs.timeline) &&
                                !their_word.empty() && their_word == theirs.word;
    return is_passed_over ? Comparison::mine_is_better : Comparison::diverged;
}

Comparison compare_lengths(const Position& mine, const TimelineHistory& history, const Position& theirs)
{
    if (mine.timeline == theirs.timeline)
    {
        if (mine.lsn == theirs.lsn)
            return Comparison::equal;
        return mine.lsn > theirs.lsn ? Comparison::mine_is_better : Comparison::theirs_is_better;
    }
    if (number(mine.timeline) < number(theirs.timeline))
        return Comparison::theirs_is_better;
    return history.contains(theirs.timeline) ? Comparison::mine_is_better : Comparison::diverged;
}

/// The promotion that set the mark has announced the next timeline, and the directory has nothing of it: a server that
/// is promoted writes its history file, then the first record, and then pg_control, before it lets anybody write
/// (src/backend/access/transam/xlog.c, StartupXLOG and CreateEndOfRecoveryRecord).
bool is_unopened(const LocalState& state, const Directory& directory)
{
    if (!state.alone || state.unshared == Timeline::none)
        return false;
    const auto marked = number(state.alone->timeline);
    return number(directory.history.timeline) <= marked && number(directory.newest_timeline) <= marked &&
           !state.word_of(Timeline{marked + 1}).empty();
}

/// The end of WAL that pg_control vouches for. A checkpoint's location is where its record begins: whoever has that
/// record goes beyond it.
Lsn end_of(const ControlData& control)
{
    return std::max(Lsn{control.checkpoint.bytes() + 1}, control.minimum_recovery_end);
}

} // namespace

Comparison compare(const Position& mine, const TimelineHistory& history, const Position& theirs,
                   const RunId& their_word)
{
    if (!mine.has_data)
        return theirs.has_data ? Comparison::theirs_is_better : Comparison::equal;
    if (!theirs.has_data)
        return Comparison::mine_is_better;
    if (mine.system_identifier != theirs.system_identifier)
        return Comparison::different_systems;
    if (is_other_promotion(mine, theirs))
        return Comparison::diverged;
    if (mine.is_alone && theirs.is_alone)
        return compare_marks(mine, history, theirs, their_word);
    if (mine.is_alone)
        return history.contains(theirs.timeline) ? Comparison::mine_is_better : Comparison::diverged;
    if (theirs.is_alone)
        return Comparison::theirs_is_better;
    return compare_lengths(mine, history, theirs);
}

bool is_mark_valid(const std::optional<AloneMark>& mark, std::uint64_t system_identifier,
                   const TimelineHistory& history, Lsn end)
{
    if (!mark || mark->system_identifier != system_identifier)
        return false;
    if (mark->timeline == history.timeline)
        return end >= mark->lsn;
    const auto left = history.left(mark->timeline);
    return left && *left >= mark->lsn;
}

Position position_of(const LocalState& state, const Identity& identity)
{
    Position position;
    position.run = state.run;
    position.system_identifier = identity.system_identifier;
    position.timeline = identity.history.timeline;
    position.lsn = identity.end;
    position.word = state.word_of(position.timeline);
    position.is_alone = is_mark_valid(state.alone, identity.system_identifier, identity.history, identity.end);
    position.is_orderly = state.is_orderly;
    position.was_primary = state.origin == Origin::primary;
    return position;
}

bool is_orderly(const LocalState& state, const Directory& directory)
{
    if (!directory.control)
        return false;
    return directory.control->state == ControlState::shut_down ||
           (directory.control->state == ControlState::shut_down_in_recovery && state.is_orderly);
}

Position nothing_of(const LocalState& state)
{
    Position nothing;
    nothing.run = state.run;
    nothing.has_data = false;
    return nothing;
}

std::optional<Position> position_of(const LocalState& state, const Directory& directory)
{
    const bool is_empty = directory.kind == DirectoryKind::absent || directory.kind == DirectoryKind::empty;
    if (is_empty && state.rebuild == Rebuild::none)
        return nothing_of(state);
    if (!directory.control || state.rebuild == Rebuild::rewinding)
        return std::nullopt;
    Identity identity;
    identity.system_identifier = directory.control->system_identifier;
    identity.history = directory.history;
    identity.end = end_of(*directory.control);
    Position position = position_of(state, identity);
    position.is_orderly = is_orderly(state, directory);
    const bool is_older_than_its_wal = directory.control->state != ControlState::shut_down &&
                                       directory.control->state != ControlState::shut_down_in_recovery;
    if (is_older_than_its_wal && state.alone && state.alone->system_identifier == identity.system_identifier)
        position.is_alone = true;
    return position;
}

bool may_yield(const LocalState& state, const Directory& directory, const NodeView& peer)
{
    if (!directory.control || state.rebuild != Rebuild::none || !is_unopened(state, directory))
        return false;
    const bool is_running = does_instance_run(peer) && peer.run->role == Role::standby;
    if (!is_running || !peer.position || peer.position->run != peer.run->run)
        return false;
    const Position& theirs = *peer.position;
    const RunId word = state.word_of(state.alone->timeline);
    return theirs.has_data && theirs.is_final && !theirs.is_alone &&
           theirs.system_identifier == state.alone->system_identifier && theirs.timeline == state.alone->timeline &&
           !word.empty() && theirs.word == word && theirs.lsn >= state.alone->lsn;
}

bool holds_certificate(const NodeView& node, const RunId& run)
{
    return !run.empty() && node.certificate && node.certificate->run == run;
}

bool is_certified(const NodeView& node, const RunId& run, ReplicationMode mode)
{
    if (!holds_certificate(node, run))
        return false;
    const bool is_async = node.certificate->mode == CertificateMode::async;
    return is_async == (mode == ReplicationMode::async);
}

bool takes_over(const ClusterView& view)
{
    const NodeView& peer = view.peer;
    const bool is_ready = does_instance_run(peer) && holds_certificate(peer, peer.run->run);
    return is_ready && peer.score.value_or(-infinity) > 0 && view.self.score.value_or(-infinity) == -infinity;
}

bool is_peer_primary(const ClusterView& view)
{
    return is_member(view.peer) && view.peer.run && view.peer.run->role == Role::primary;
}

Verdict may_promote(const Observation& seen, const Context& context)
{
    if (!seen.state.is_known())
        return refuse(Reason::state_unreadable);
    if (seen.state->rebuild == Rebuild::rewinding)
        return refuse(Reason::rewind_unproven);
    if (seen.is_without_cluster())
        return context.is_run_by_pacemaker ? refuse(Reason::cluster_unknown) : allow(Rule::by_hand);
    if (seen.view() == nullptr)
        return refuse(Reason::cluster_unknown, seen.cluster.why());
    if (!seen.identity.is_known())
        return refuse(Reason::server_unknown);
    return judge(
        Case{
            *seen.state,
            *seen.view(),
            seen.identity->history,
            position_of(*seen.state, *seen.identity),
            has_stayed(seen),
        },
        context);
}

Maybe need_for_promotion(const Observation& seen)
{
    if (auto next = need(seen, Subject::cluster, Subject::identity))
        return next;
    const bool is_membership_asked = seen.view() != nullptr && seen.view()->peer.membership == Membership::left &&
                                     !seen.view()->self.alone_in.empty();
    return is_membership_asked ? need(seen, Subject::membership) : std::nullopt;
}

} // namespace pgtwin::decide
