// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules.hpp"

#include <algorithm>

#include "licence.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;
using Broken = std::optional<std::string>;

bool is_one_of(Goal goal, std::initializer_list<Goal> goals)
{
    return std::find(goals.begin(), goals.end(), goal) != goals.end();
}

/// What a rule looks at.
struct Point
{
    const Walk& walk;
    const Node& node;
    Observation last; ///< what was seen last, though it may have been made untrue since

    [[nodiscard]] const LocalState& stored() const { return walk.stored_state(node); }
    [[nodiscard]] const Attempts& attempts() const { return node.seen.attempts; }
    [[nodiscard]] bool was_running() const { return !last.processes || *last.processes != Processes::none; }
    [[nodiscard]] bool was_postmaster() const { return !last.processes || *last.processes == Processes::postmaster; }
    [[nodiscard]] bool is_sync() const { return walk.context().params.rep_mode == ReplicationMode::sync; }
    [[nodiscard]] bool is_strict() const { return walk.context().params.rep_mode == ReplicationMode::strict; }
    [[nodiscard]] bool was_peer_primary() const
    {
        const ClusterView* view = last.view();
        if (view == nullptr || !view->peer.run || view->peer.run->role != Role::primary)
            return false;
        return view->peer.membership != Membership::unclean && view->peer.membership != Membership::offline;
    }
    [[nodiscard]] bool was_primary() const { return last.status() != nullptr && last.status()->role == Role::primary; }
    [[nodiscard]] bool was_peer_streaming() const
    {
        return last.status() != nullptr && last.status()->peer_sender &&
               last.status()->peer_sender->state == "streaming";
    }
};

/// Steps that change what runs or what lies at PGDATA.
bool is_heavy(const Step& step)
{
    return std::holds_alternative<StartServer>(step) || std::holds_alternative<StopFast>(step) ||
           std::holds_alternative<StopImmediate>(step) || std::holds_alternative<KillAll>(step) ||
           std::holds_alternative<PromoteServer>(step) || std::holds_alternative<WriteStandbyConfiguration>(step) ||
           std::holds_alternative<BaseBackup>(step) || std::holds_alternative<SwapDirectories>(step) ||
           std::holds_alternative<DisposeOldDirectory>(step) || std::holds_alternative<MakeRoom>(step) ||
           std::holds_alternative<Rewind>(step);
}

Broken by_goal(const Point& the, const Step& step)
{
    const Goal goal = the.walk.goal();
    const auto* const warning = std::get_if<Warn>(&step);
    if (goal == Goal::validate && warning != nullptr && !warning->watch)
        return std::nullopt;
    const bool is_introduction = std::holds_alternative<PublishRun>(step) || std::holds_alternative<SetOwnScore>(step);
    const bool tells_of_mark = std::holds_alternative<PublishPosition>(step) && the.stored().alone;
    const bool may_probe = the.was_running() ? is_introduction && the.last.status() != nullptr : tells_of_mark;
    if (goal == Goal::validate || (goal == Goal::probe && !may_probe))
        return "a probe changes nothing but what an instance says of itself";
    if (std::holds_alternative<PromoteServer>(step) && goal != Goal::promote)
        return "only promote opens a server";
    if (is_one_of(goal, {Goal::monitor, Goal::notify, Goal::reload}) && is_heavy(step))
        return "monitor, notify and reload neither start nor stop a server";
    return std::nullopt;
}

Broken by_start(const Point& the)
{
    if (!the.node.is_configured)
        return "R0: standby.signal comes before the server";
    if (the.was_running())
        return "no server is started where processes of one were seen";
    if (the.walk.goal() == Goal::rebuild)
        return std::nullopt;
    if (the.stored().run != the.walk.context().fresh || the.stored().role != Role::standby)
        return "a server is started in a run of its own";
    return std::nullopt;
}

/// What comes before the server opens (R7).
Broken by_promotion(const Point& the)
{
    const auto& status = the.last.status();
    if (status == nullptr || status->role != Role::standby)
        return "R7: only a standby is promoted";
    if (status->sync_standby_names != (the.is_strict() ? the.walk.context().peer_sync_names : ""))
        return "R7, R10: nobody is named before a promotion, but in strict mode the peer is";
    if (the.was_peer_primary())
        return "the peer is seen as primary";
    const bool is_worker_gone = the.last.is_worker_running && !*the.last.is_worker_running;
    if (!is_worker_gone && the.attempts().done<EndWorker>() == 0)
        return "R7: no worker goes on beside a primary";
    const bool is_saved = the.stored().run == the.walk.context().fresh && the.stored().role == Role::primary &&
                          the.stored().alone && the.attempts().done<SaveState>() > 0;
    if (!is_saved)
        return "R7: mark and run are saved before the server opens";
    if (the.last.is_without_cluster() && !the.walk.context().is_run_by_pacemaker)
        return std::nullopt;
    const ClusterView* view = the.last.view();
    const int records = the.attempts().done<decide::Record>();
    const bool is_peer_done =
        records > 0 || (view != nullptr && (view->peer.name.empty() || view->peer.data_status == DataStatus::stale));
    const bool is_recorded =
        records > 1 || (view != nullptr && view->self.data_status == DataStatus::primary && is_peer_done);
    if (!is_recorded || !the.node.is_published)
        return "R7: record and run are in the cluster before the server opens";
    return std::nullopt;
}

bool was_shut_down(const Point& the)
{
    return the.last.directory && the.last.directory->control &&
           (the.last.directory->control->state == ControlState::shut_down ||
            the.last.directory->control->state == ControlState::shut_down_in_recovery);
}

Broken by_hard_stop(const Point& the)
{
    if (the.walk.goal() == Goal::demote && the.was_postmaster() && !was_shut_down(the))
        return "R8: nothing harder than a fast shutdown before pg_control says shut down";
    return std::nullopt;
}

/// R5.2: nobody who missed step 1 can promote the peer.
bool has_licence_expired(const Point& the, const RunId& certified)
{
    const NodeView& peer = the.last.view()->peer;
    if (certified.empty() && the.stored().alone)
        return true;
    if (peer.membership == Membership::offline || peer.membership == Membership::left)
        return true;
    if (peer.membership != Membership::online)
        return false;
    if (!certified.empty() && (!peer.run || peer.run->run != certified))
        return true;
    const auto& looks = the.walk.stored_watch(the.node).degrade;
    const auto delay = the.walk.context().params.sync_degrade_delay;
    return looks && the.last.membership && looks->membership == *the.last.membership &&
           the.node.seen.now - looks->last <= delay / 2 && the.node.seen.now - looks->first >= delay;
}

bool is_revoked(const Point& the)
{
    const ClusterView* view = the.last.view();
    return view != nullptr && !view->peer.certificate && view->peer.data_status == DataStatus::stale;
}

/// R5.3 and the names of R6.2.
Broken by_names(const Point& the, const std::string& names)
{
    const bool is_strict_promotion = the.is_strict() && the.walk.goal() == Goal::promote;
    if (!the.was_primary())
        return names.empty() || is_strict_promotion ? Broken{} : "only a primary names a synchronous standby";
    if (!names.empty())
    {
        const ClusterView* view = the.last.view();
        if (!the.was_peer_streaming() && !the.is_strict())
            return "S7: the names never name a standby that does not stream";
        return view == nullptr || view->peer.certificate ? Broken{"R6: the names come before the certificate"}
                                                         : Broken{};
    }
    if (the.is_strict())
        return "R10: strict never runs R5";
    if (!is_revoked(the))
        return "R5.1 comes before R5.3";
    if (!the.stored().alone || !the.stored().certified.empty())
        return "R5.2: the mark comes before R5.3";
    const bool is_ours = the.last.status()->sync_standby_names == the.walk.context().peer_sync_names;
    const bool is_synchronous = the.was_peer_streaming() && the.last.status()->peer_sender->sync_state == "sync";
    if (the.is_sync() && is_ours && is_synchronous && the.last.view()->peer.run)
        return "S7: the names stay while the standby is there";
    return std::nullopt;
}

bool is_async(const Point& the)
{
    return the.walk.context().params.rep_mode == ReplicationMode::async;
}

/// R6.4 and R11.
Broken by_certificate(const Point& the, const std::optional<Certificate>& certificate)
{
    if (!certificate)
        return std::nullopt;
    if (the.stored().run.empty())
        return "a server that pgtwin did not start certifies nobody";
    const ClusterView* view = the.last.view();
    if (view == nullptr || !view->peer.run || view->peer.run->run != certificate->run || !the.was_peer_streaming())
        return "a certificate is granted to a run that streams";
    const ServerStatus& status = *the.last.status();
    if (the.stored().alone)
        return "R6.4, R11: the mark is removed before the certificate is granted";
    if (view->peer.data_status != DataStatus::in_sync)
        return "R6.4, R11: the record comes before the certificate";
    if (certificate->mode == CertificateMode::async)
        return is_async(the) ? Broken{} : "R11: the mode is the present one";
    if (status.sync_standby_names != the.walk.context().peer_sync_names || status.peer_sender->sync_state != "sync")
        return "R6: the certificate comes after the names";
    const auto& proof = the.walk.stored_watch(the.node).certify;
    if (!proof || proof->run != certificate->run || !proof->proof || the.node.seen.now - proof->names_set < 1s)
        return "R6.3: the certificate comes after the proof";
    if (status.peer_sender->flush < *proof->proof)
        return "R6.3: the peer has everything from before the proof";
    return std::nullopt;
}

bool follows_its_primary(const Point& the)
{
    const ServerStatus* status = the.last.status();
    if (status == nullptr || status->role != Role::standby || !status->receiver || !the.was_peer_primary())
        return false;
    const RunRecord& primary = *the.last.view()->peer.run;
    const RunId known = the.stored().word_of(primary.timeline);
    return status->receiver->status == "streaming" && status->receiver->received_timeline == primary.timeline &&
           !primary.word.empty() && (known.empty() || known == primary.word);
}

bool has_proven_standby(const Point& the)
{
    const ServerStatus* status = the.last.status();
    if (status == nullptr || status->role != Role::primary || !the.was_peer_streaming())
        return false;
    return is_async(the) || (status->sync_standby_names == the.walk.context().peer_sync_names &&
                             status->peer_sender->sync_state == "sync");
}

Broken by_state(const Point& the, const LocalState& next)
{
    const LocalState& was = the.stored();
    const bool is_marked = next.alone && !was.alone;
    const bool is_unmarked = was.alone && !next.alone;
    if (is_unmarked && the.attempts().done<SwapDirectories>() == 0 && !follows_its_primary(the) &&
        !has_proven_standby(the))
        return "R6.4, R9: the mark goes only when a standby is proven or a primary is followed";
    if (is_marked && the.was_primary() && (!is_revoked(the) || !has_licence_expired(the, was.certified)))
        return "R5.2: the mark is set only when nobody can promote the peer any more";
    const bool opens = next.role == Role::primary && was.role != Role::primary;
    const bool has_used_override = the.attempts().done<decide::ClearOverride>() > 0;
    const bool has_licence = has_used_override || is_licensed(the.node.seen, the.walk.context());
    if (opens && !has_licence && !the.last.is_without_cluster())
        return "R7: the guard holds before the run becomes a primary's";
    return std::nullopt;
}

Broken by_copy(const Point& the)
{
    if (the.was_running())
        return "S4: nothing is copied or swapped under a running server";
    const bool is_source = the.last.upstream && the.last.upstream->role == Role::primary && the.was_peer_primary();
    if (!is_source)
        return "S4: the source is seen as primary by itself and by the cluster";
    const bool has_system = the.last.directory && the.last.directory->control;
    if (has_system && the.last.directory->control->system_identifier != the.last.upstream->system_identifier)
        return "S4: the source has our system identifier";
    return std::nullopt;
}

Broken by_rewind(const Point& the)
{
    if (the.stored().alone)
        return "P3: what somebody may rely on is not rewound";
    if (the.stored().rebuild != Rebuild::rewinding)
        return "R9: that it rewinds is saved before the directory is changed";
    if (the.attempts().done<decide::RehearseRewind>() == 0)
        return "P3: a rewind is rehearsed";
    return by_copy(the);
}

struct RuleOfStep
{
    const Point& the;

    Broken operator()(const StartServer& /*step*/) const { return by_start(the); }
    Broken operator()(const PromoteServer& /*step*/) const { return by_promotion(the); }
    Broken operator()(const StopImmediate& /*step*/) const { return by_hard_stop(the); }
    Broken operator()(const KillAll& /*step*/) const { return by_hard_stop(the); }
    Broken operator()(const SetSyncStandbyNames& step) const { return by_names(the, step.names); }
    Broken operator()(const SetCertificate& step) const { return by_certificate(the, step.certificate); }
    Broken operator()(const SaveState& step) const { return by_state(the, step.state); }
    Broken operator()(const BaseBackup& /*step*/) const { return by_copy(the); }
    Broken operator()(const Rewind& /*step*/) const { return by_rewind(the); }
    Broken operator()(const SwapDirectories& /*step*/) const
    {
        return the.was_running() ? Broken{"S4: nothing is swapped under a running server"} : Broken{};
    }
    Broken operator()(const MakeRoom& step) const
    {
        return step.sacrifice == Sacrifice::data_directory
                   ? Broken{"P3: nobody has told to remove the only copy on this node"}
                   : Broken{};
    }
    Broken operator()(const DisposeOldDirectory& /*step*/) const
    {
        const ServerStatus* status = the.last.status();
        const bool is_proven = status != nullptr && status->receiver && status->receiver->status == "streaming";
        return is_proven ? Broken{} : Broken{"P3: the old directory stays until the new one streams"};
    }
    Broken operator()(const LaunchWorker& /*step*/) const
    {
        const bool is_copy_complete = the.stored().rebuild == Rebuild::swapping;
        return the.was_peer_primary() || is_copy_complete ? Broken{} : Broken{"R9: the worker needs a primary"};
    }
    Broken operator()(const SetOwnScore& step) const
    {
        if (step.score < score_certified)
            return std::nullopt;
        if (the.stored().run.empty())
            return "a server that pgtwin did not start is not the one to go on with";
        return the.was_primary() ? Broken{} : Broken{"only a primary gives itself the score of one"};
    }
    template <typename T>
    Broken operator()(const T& /*step*/) const
    {
        return std::nullopt;
    }
};

Broken by_success_of_stop(const Point& the)
{
    const Observation& seen = the.node.seen;
    if (!seen.processes || *seen.processes != Processes::none)
        return "S6: stop succeeds only when no process lives";
    const bool is_worker_gone =
        seen.is_worker_running ? !*seen.is_worker_running : the.attempts().done<EndWorker>() > 0;
    return is_worker_gone ? Broken{} : Broken{"R9: stop ends the worker"};
}

bool has_answered_as_primary(const Point& the)
{
    const Observation& seen = the.node.seen;
    if (seen.status() != nullptr)
        return seen.status()->role == Role::primary;
    const bool is_alive =
        seen.server && (seen.server->answer == Answer::saturated || seen.server->answer == Answer::refused);
    return is_alive && seen.directory && !seen.directory->has_standby_signal;
}

} // namespace

std::optional<std::string> broken_by(const Walk& walk, const Node& node, const Step& step)
{
    const Point point{walk, node, walk.last_looks(node)};
    if (auto broken = by_goal(point, step))
        return broken;
    return std::visit(RuleOfStep{point}, step);
}

std::optional<std::string> broken_by(const Walk& walk, const Node& node, const Outcome& outcome)
{
    const Point point{walk, node, walk.last_looks(node)};
    const Reason reason = outcome.reason;
    if (walk.goal() == Goal::notify && reason != Reason::notified)
        return "notify always ends well";
    if (walk.goal() == Goal::stop && (reason == Reason::stopped || reason == Reason::already_stopped))
        return by_success_of_stop(point);
    if (reason == Reason::running_primary && !has_answered_as_primary(point))
        return "S6: 8 is only for a server that answered and is not in recovery";
    const bool is_promoted = reason == Reason::promoted || reason == Reason::promoted_alone_by_operator;
    if (is_promoted && (!point.was_primary() || point.attempts().tried<PromoteServer>() == 0))
        return "promote succeeds only with a primary";
    const bool is_replaced = point.attempts().tried<DisposeOldDirectory>() > 0;
    if (reason == Reason::rebuilt && !is_replaced && point.attempts().done<Rewind>() == 0)
        return "a rebuild ends with the old directory disposed of, or rewound";
    return std::nullopt;
}

} // namespace pgtwin::test
