// SPDX-License-Identifier: GPL-2.0-or-later
#include "mutation_tools.hpp"

namespace pgtwin::test::pair
{
namespace
{

void forge_mark(Observation& seen)
{
    if (!seen.identity)
        return;
    const AloneMark mark{seen.identity->system_identifier, seen.identity->history.timeline, Lsn{0}};
    in_look(seen.state, [&mark](LocalState& state) { state.alone = mark; });
}

void void_run_id(ClusterView& view, const RunId& own)
{
    if (view.self.certificate)
        view.self.certificate->run = own;
    if (view.peer.certificate && view.peer.run)
        view.peer.certificate->run = view.peer.run->run;
}

/// The run that is saved is the old one.
bool keep_run(Goal goal, Goal of, const Observation& seen, Next& next)
{
    auto* save = step_in<decide::SaveState>(next);
    if (goal == of && save != nullptr)
        save->state.run = seen.state->run;
    return false;
}

void take_kept_run(Goal goal, Goal of, const Observation& seen, Context& context)
{
    const bool is_saved = seen.state && seen.state->role == (of == Goal::promote ? Role::primary : Role::standby);
    if (goal == of && is_saved && seen.attempts.done<decide::SaveState>() > 0)
        context.fresh = seen.state->run;
}

/// Runs and what names them.
void of_runs(Mutations& all)
{
    all.before("certificate_without_run",
               [](Goal, Observation& seen, Context&)
               {
                   const RunId own = seen.state ? seen.state->run : RunId{};
                   in_view(seen, [&own](ClusterView& view) { void_run_id(view, own); });
               });
    all.add(
        "H4_run_kept_over_promote_and_demote",
        [](Goal goal, Observation& seen, Context& context)
        {
            take_kept_run(goal, Goal::promote, seen, context);
            take_kept_run(goal, Goal::demote, seen, context);
        },
        [](Goal goal, const Observation& seen, const Context&, Next& next)
        { return keep_run(goal, Goal::promote, seen, next) || keep_run(goal, Goal::demote, seen, next); });
}

/// R1.
void of_comparing(Mutations& all)
{
    all.before("R1_with_one_position",
               [](Goal goal, Observation& seen, Context&)
               {
                   if (goal != Goal::promote || !seen.identity)
                       return;
                   const std::uint64_t system = seen.identity->system_identifier;
                   in_view(seen,
                           [system](ClusterView& view)
                           {
                               if (!view.peer.run || view.peer.position)
                                   return;
                               view.peer.position.emplace();
                               view.peer.position->run = view.peer.run->run;
                               view.peer.position->system_identifier = system;
                               view.peer.position->timeline = Timeline{1};
                           });
               });
    all.before("H5_R1_by_a_position_of_another_run",
               [](Goal goal, Observation& seen, Context&)
               {
                   in_view(seen,
                           [goal](ClusterView& view)
                           {
                               if (!view.peer.run || !view.peer.position || goal != Goal::promote)
                                   return;
                               view.peer.position->run = view.peer.run->run;
                               view.self.data_status = DataStatus::primary;
                           });
               });
    all.before("R1_by_the_length_alone",
               [](Goal goal, Observation& seen, Context&)
               {
                   if (!is_standby(seen) || !seen.identity || goal == Goal::rebuild)
                       return;
                   in_look(seen.state, [](LocalState& state) { state.alone.reset(); });
                   in_look(seen.identity, [](Identity& mine) { mine.history = {Timeline{1}, {}}; });
                   in_view(seen,
                           [](ClusterView& view)
                           {
                               if (!view.peer.position)
                                   return;
                               view.peer.position->timeline = Timeline{1};
                               view.peer.position->word.clear();
                               view.peer.position->is_alone = false;
                           });
               });
}

/// R1 beside R2.
void of_certificates(Mutations& all)
{
    all.add(
        "H12_R1_though_somebody_is_certified",
        [](Goal goal, Observation& seen, Context&)
        {
            if (goal == Goal::promote)
                in_view(seen, [](ClusterView& view) { view.peer.certificate.reset(); });
            else if (is_standby(seen))
                in_view(seen, [](ClusterView& view) { view.self.certificate.reset(); });
        },
        [](Goal goal, const Observation&, const Context&, Next& next)
        { return goal == Goal::promote && removes_certificate(next); });
    all.before("H6_R4_leaves_the_peers_certificate",
               [](Goal goal, Observation& seen, Context&)
               {
                   in_view(seen,
                           [goal](ClusterView& view)
                           {
                               if (goal != Goal::promote || !view.self.has_override)
                                   return;
                               view.peer.certificate.reset();
                               view.peer.run.reset();
                           });
               });
    all.before("guard_off",
               [](Goal goal, Observation& seen, Context&)
               {
                   if (goal != Goal::promote || !seen.state)
                       return;
                   const RunId own = seen.state->run;
                   in_view(seen,
                           [&own](ClusterView& view)
                           {
                               view.self.certificate = Certificate{own, CertificateMode::sync};
                               view.peer.run.reset();
                           });
               });
}

/// R2b and R2c.
void of_going_first(Mutations& all)
{
    all.before("H2_R2b_by_the_record",
               [](Goal, Observation& seen, Context&)
               {
                   const bool is_recorded = seen.view() != nullptr && is_standby(seen) &&
                                            seen.view()->self.data_status == DataStatus::primary &&
                                            seen.view()->peer.data_status == DataStatus::stale;
                   if (is_recorded)
                       forge_mark(seen);
               });
    all.before("R2b_while_in_sync",
               [](Goal, Observation& seen, Context&)
               {
                   const bool is_meant = seen.view() != nullptr && is_standby(seen) &&
                                         (seen.view()->self.data_status == DataStatus::in_sync ||
                                          seen.attempts.done<decide::Record>() > 0);
                   if (!is_meant)
                       return;
                   forge_mark(seen);
                   in_view(seen, [](ClusterView& view) { view.peer.data_status = DataStatus::stale; });
               });
    all.before("H11_R2b_beside_a_pending_peer",
               [](Goal goal, Observation& seen, Context&)
               {
                   in_view(seen,
                           [goal](ClusterView& view)
                           {
                               if (goal == Goal::promote && view.peer.membership == Membership::pending)
                                   view.peer.membership = Membership::offline;
                           });
               });
    all.before("R2b_beside_a_peer_whose_pacemaker_has_yet_to_follow",
               [](Goal goal, Observation& seen, Context&)
               {
                   in_view(seen,
                           [goal, &seen](ClusterView& view)
                           {
                               if (goal != Goal::promote || view.peer.membership != Membership::left)
                                   return;
                               view.self.alone_in = "ring";
                               seen.membership = std::string{"ring"};
                           });
               });
    all.before("R2b_without_quorum", [](Goal, Observation& seen, Context&)
               { in_view(seen, [](ClusterView& view) { view.has_quorum = true; }); }),
        all.before("R2c_though_the_peer_was_promoted",
                   [](Goal goal, Observation& seen, Context&)
                   {
                       in_view(seen,
                               [goal](ClusterView& view)
                               {
                                   if (goal != Goal::promote || view.peer.run || !view.peer.position)
                                       return;
                                   view.peer.position->timeline = Timeline{1};
                                   view.peer.position->word.clear();
                                   view.peer.position->is_alone = false;
                               });
                   });
}

void change_peer_position(Goal goal, Observation& seen, void (*change)(Position&))
{
    if (goal == Goal::promote)
        in_view(seen,
                [change](ClusterView& view)
                {
                    if (view.peer.position)
                        change(*view.peer.position);
                });
}

/// What is taken for granted of a peer that does not run, or not yet.
void of_unsettled_peers(Mutations& all)
{
    all.before("R1_a_recovery_hides_its_mark",
               [](Goal goal, Observation& seen, Context&) {
                   change_peer_position(goal, seen,
                                        [](Position& theirs) { theirs.is_alone = theirs.is_alone && theirs.is_final; });
               });
    all.before("R2c_yields_though_the_server_was_opened",
               [](Goal goal, Observation& seen, Context&)
               {
                   if (goal != Goal::stop || !seen.state || !seen.directory)
                       return;
                   const LocalState& state = *seen.state;
                   if (!state.alone && state.unshared == Timeline::none)
                       return;
                   const Timeline marked = state.alone ? state.alone->timeline : Timeline{number(state.unshared) - 1};
                   in_look(seen.directory, [marked](Directory& directory)
                           { directory.history.timeline = directory.newest_timeline = marked; });
               });
}

/// R0, R9 and what Pacemaker is told.
void of_servers(Mutations& all)
{
    all.after("R0_start_without_standby_signal", [](Goal goal, const Observation&, const Context&, Next& next)
              { return goal == Goal::start && step_in<decide::WriteStandbyConfiguration>(next) != nullptr; });
    all.before("H7_promotions_are_not_told_apart",
               [](Goal, Observation& seen, Context&)
               {
                   if (seen.view() == nullptr || !seen.view()->peer.run || seen.view()->peer.run->word.empty())
                       return;
                   const RunRecord primary = *seen.view()->peer.run;
                   const bool is_beside_primary = is_standby(seen) && decide::is_peer_primary(*seen.view());
                   in_look(seen.state,
                           [&primary, is_beside_primary](LocalState& state)
                           {
                               state.unshared = Timeline::none;
                               if (is_beside_primary)
                                   state.alone.reset();
                               if (!state.word_of(primary.timeline).empty())
                                   state.remember(primary.timeline, primary.word);
                           });
               });
    all.before("R9_a_passed_over_directory_follows",
               [](Goal, Observation& seen, Context&)
               {
                   if (is_standby(seen) && seen.view() != nullptr && decide::is_peer_primary(*seen.view()))
                       in_look(seen.state, [](LocalState& state) { state.alone.reset(); });
               });
    all.after("R9_the_worker_does_not_stop_the_server",
              [](Goal goal, const Observation& seen, const Context&, Next& next)
              {
                  if (goal == Goal::rebuild && step_in<decide::StopFast>(next) != nullptr &&
                      seen.state->rebuild == Rebuild::none)
                      next = decide::Step{decide::BaseBackup{}};
                  return false;
              });
    all.before("stop_believes_that_nothing_runs",
               [](Goal goal, Observation& seen, Context&)
               {
                   if (goal == Goal::stop)
                       in_look(seen.processes, [](Processes& processes) { processes = Processes::none; });
               });
    all.before("R9_a_rewind_is_not_saved_before",
               [](Goal goal, Observation& seen, Context&)
               {
                   if (goal == Goal::rebuild && seen.attempts.done<decide::RehearseRewind>() > 0)
                       in_look(seen.state, [](LocalState& state) { state.rebuild = Rebuild::rewinding; });
               });
    all.before("R9_a_rewind_that_was_cut_short_is_forgotten",
               [](Goal goal, Observation& seen, Context&)
               {
                   if (goal == Goal::start)
                       in_look(seen.state, [](LocalState& state) { state.rebuild = Rebuild::none; });
               });
    all.add("no_fencing", {}, {});
    all.add("no_single_database", {}, {});
    all.add("a_run_outlives_its_boot", {}, {});
}

} // namespace

void add_mutations_of_promotion(Mutations& all)
{
    of_runs(all);
    of_comparing(all);
    of_certificates(all);
    of_going_first(all);
    of_unsettled_peers(all);
    of_servers(all);
}

} // namespace pgtwin::test::pair
