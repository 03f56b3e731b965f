// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/admin/promotion.hpp"

#include "pgtwin/decide/promotion.hpp"
#include "pgtwin/message/message.hpp"

namespace pgtwin::admin
{
namespace
{

using decide::Rule;

report::Promotion allowed_by(Rule rule)
{
    switch (rule)
    {
    case Rule::certified:
        return {true, "certified", "it has every commit"};
    case Rule::compared:
        return {true, "compared", "its data goes furthest"};
    case Rule::alone:
        return {true, "alone", "it went on alone"};
    case Rule::peer_cannot_start:
        return {true, "peer-cannot-start", "it was the last primary"};
    case Rule::first_run:
        return {true, "first-run", "first start of the pair"};
    case Rule::operator_override:
        return {true, "operator-override", "a loss is accepted"};
    case Rule::by_hand:
        break;
    }
    return {true, "by-hand", "no cluster runs"};
}

/// The messages begin so, and the row says it already.
std::string without_verdict(std::string_view text)
{
    constexpr std::string_view verdict = "not promoted: ";
    return std::string{text.starts_with(verdict) ? text.substr(verdict.size()) : text};
}

report::Promotion refused(const decide::Verdict& verdict)
{
    const message::Message& message = message::message_of(verdict.refusal);
    std::string text = without_verdict(message.text);
    return {false, std::string{message.id}, verdict.detail.empty() ? text : text + " (" + verdict.detail + ")"};
}

/// What the node has told of its directory.
void take_position(const Position& position, LocalState& state, Identity& identity)
{
    identity.system_identifier = position.system_identifier;
    identity.history.timeline = position.timeline;
    identity.end = position.lsn;
    state.is_orderly = position.is_orderly;
    state.origin = position.was_primary ? Origin::primary : Origin::standby;
    state.remember(position.timeline, position.word);
    if (position.is_alone)
        state.alone = AloneMark{position.system_identifier, position.timeline, position.lsn};
}

} // namespace

Candidate candidate_of(const ClusterView& view)
{
    Candidate candidate{view, {}, {}};
    const auto& run = view.self.run;
    LocalState state;
    state.run = run ? run->run : RunId{};
    state.role = run ? run->role : Role::standby;
    Identity identity;
    if (view.self.position)
        take_position(*view.self.position, state, identity);
    candidate.state = std::move(state);
    if (!view.self.position || view.self.position->is_final)
        candidate.identity = std::move(identity);
    return candidate;
}

report::Promotion judge(const Candidate& candidate, const Params& params)
{
    decide::Observation seen;
    seen.state = candidate.state;
    seen.identity = candidate.identity;
    ClusterView view = candidate.view;
    if (decide::is_peer_primary(view))
    {
        view.peer.run.reset();
        view.peer.membership = Membership::offline;
    }
    seen.cluster = std::optional{std::move(view)};
    decide::Context context;
    context.params = params;
    context.is_run_by_pacemaker = true;
    const decide::Verdict verdict = decide::may_promote(seen, context);
    return verdict.rule ? allowed_by(*verdict.rule) : refused(verdict);
}

ClusterView swapped(const ClusterView& view)
{
    ClusterView other = view;
    std::swap(other.self, other.peer);
    return other;
}

} // namespace pgtwin::admin
