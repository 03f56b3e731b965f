// SPDX-License-Identifier: GPL-2.0-or-later
#include "licence.hpp"

namespace pgtwin::test
{
namespace
{

struct Referee
{
    const LocalState& state;
    const NodeView& self;
    const NodeView& peer;
    const Identity& mine;
    bool has_quorum = false;
    std::string membership{}; ///< empty: unknown

    /// The mark is set for this system, and this directory went at least as far.
    [[nodiscard]] bool has_mark() const
    {
        const auto& mark = state.alone;
        if (!mark || mark->system_identifier != mine.system_identifier)
            return false;
        if (mark->timeline == mine.history.timeline)
            return mark->lsn <= mine.end;
        const auto left = mine.history.left(mark->timeline);
        return left && mark->lsn <= *left;
    }
    [[nodiscard]] bool has_record() const
    {
        return self.data_status != DataStatus::none || peer.data_status != DataStatus::none;
    }
    [[nodiscard]] bool is_peer_gone() const
    {
        const bool is_settled = peer.membership == Membership::unclean || peer.membership == Membership::offline;
        const bool has_stayed = !membership.empty() && self.alone_in == membership;
        return is_settled || (peer.membership == Membership::online && !peer.run) ||
               (peer.membership == Membership::left && !peer.run && has_stayed && has_mark());
    }
    /// The peer's directory lies on our history.
    [[nodiscard]] bool contains(const Position& theirs) const
    {
        if (theirs.system_identifier != mine.system_identifier)
            return false;
        const RunId word = state.word_of(mine.history.timeline);
        if (theirs.timeline == mine.history.timeline)
            return word.empty() || theirs.word.empty() || word == theirs.word;
        return mine.history.contains(theirs.timeline);
    }

    /// Both have a mark, and ours is that of a promotion which passed the peer's directory over.
    [[nodiscard]] bool passed_over(const Position& theirs) const
    {
        const RunId word = state.word_of(theirs.timeline);
        return has_mark() && number(theirs.timeline) < number(mine.history.timeline) && contains(theirs) &&
               !word.empty() && word == theirs.word;
    }
    /// A stopped peer has told of a directory that ours does not contain, or of a mark that is not older.
    [[nodiscard]] bool is_vetoed() const
    {
        const auto& theirs = peer.position;
        if (peer.membership != Membership::online || !theirs || !theirs->has_data ||
            theirs->system_identifier != mine.system_identifier)
            return false;
        return theirs->is_alone ? !passed_over(*theirs) : !contains(*theirs);
    }
    [[nodiscard]] bool wins_tie() const
    {
        return peer.data_status != DataStatus::primary || self.data_status == DataStatus::primary;
    }

    [[nodiscard]] bool by_certificate() const
    {
        return !state.run.empty() && self.certificate && self.certificate->run == state.run;
    }
    [[nodiscard]] bool by_first_run() const
    {
        return !has_record() && !state.alone && state.origin == Origin::primary &&
               !(peer.position && peer.position->is_alone);
    }
    [[nodiscard]] bool alone() const
    {
        if (!is_peer_gone())
            return false;
        if (by_first_run())
            return true;
        return has_mark() && has_quorum && peer.data_status != DataStatus::primary && !is_vetoed();
    }
    [[nodiscard]] bool by_peer_that_cannot_start() const
    {
        if (!has_quorum || peer.membership != Membership::online || peer.run || !peer.position ||
            !peer.position->has_data || !peer.position->is_final)
            return false;
        if (peer.position->is_alone)
            return false;
        return self.data_status == DataStatus::primary &&
               (peer.data_status == DataStatus::in_sync || peer.data_status == DataStatus::stale) &&
               contains(*peer.position);
    }
    [[nodiscard]] bool by_position() const
    {
        if (peer.membership != Membership::online || !peer.run || peer.run->role == Role::primary || !peer.position)
            return false;
        const Position& theirs = *peer.position;
        const bool is_peer_certified = peer.certificate && peer.certificate->run == peer.run->run;
        if (theirs.run != peer.run->run || is_peer_certified)
            return false;
        if (!theirs.has_data)
            return by_first_run() || has_mark() || self.data_status == DataStatus::primary;
        if (!self.position || self.position->run != state.run || self.position->lsn != mine.end || !contains(theirs))
            return false;
        if (!theirs.is_final)
            return has_mark() && !theirs.is_alone;
        if (theirs.is_alone)
            return passed_over(theirs);
        if (has_mark())
            return true;
        return theirs.timeline != mine.history.timeline || mine.end > theirs.lsn ||
               (mine.end == theirs.lsn && wins_tie());
    }
};

} // namespace

bool is_licensed(const decide::Observation& seen, const decide::Context& context)
{
    if (!seen.state || !seen.identity || seen.view() == nullptr)
        return false;
    const ClusterView& view = *seen.view();
    const Referee referee{*seen.state,    view.self,       view.peer,
                          *seen.identity, view.has_quorum, seen.membership ? *seen.membership : std::string{}};
    if (view.self.has_override || context.params.force_promotion)
        return true;
    if (referee.by_certificate())
        return true;
    if (view.peer.is_position_unreadable)
        return false;
    return referee.alone() || referee.by_peer_that_cannot_start() || referee.by_position();
}

} // namespace pgtwin::test
