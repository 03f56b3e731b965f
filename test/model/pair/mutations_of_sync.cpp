// SPDX-License-Identifier: GPL-2.0-or-later
#include "mutation_tools.hpp"

namespace pgtwin::test::pair
{
namespace
{

/// The proof of R6.3, as if it had been taken.
CertifyWatch proven(const RunId& run, const Observation& seen)
{
    return CertifyWatch{run, seen.state.is_known() ? seen.state->run : RunId{}, BootTime{1s}, true, Lsn{0}};
}

/// The CIB shows no certificate of the peer.
bool is_unseen(const Observation& seen)
{
    return seen.view() != nullptr && !seen.view()->peer.certificate;
}

/// R5, to the end of R5.1.
void of_degrading(Mutations& all)
{
    all.add(
        "R5_1_leaves_the_certificate",
        [](Goal goal, Observation& seen, Context&)
        {
            if (goal == Goal::monitor && has_names(seen) && !has_sender(seen))
                in_view(seen, [](ClusterView& view) { view.peer.certificate.reset(); });
        },
        [](Goal goal, const Observation& seen, const Context&, Next& next)
        { return goal == Goal::monitor && has_names(seen) && removes_certificate(next); });
    all.add(
        "R5_1_is_not_confirmed",
        [](Goal goal, Observation& seen, Context&)
        {
            if (goal == Goal::monitor && seen.attempts.done<decide::SetCertificate>() > 0)
                in_view(seen, [](ClusterView& view) { view.peer.certificate.reset(); });
        },
        [](Goal goal, const Observation&, const Context&, Next& next)
        { return goal == Goal::monitor && removes_certificate(next); });
    all.after("R5_1_trusts_the_cib", [](Goal goal, const Observation& seen, const Context&, Next& next)
              { return goal == Goal::monitor && removes_certificate(next) && is_unseen(seen); });
    all.after("R1_leaves_a_certificate_that_no_cib_shows",
              [](Goal goal, const Observation& seen, const Context&, Next& next)
              { return goal == Goal::promote && removes_certificate(next) && is_unseen(seen); });
    all.after("R5_3_before_R5_1",
              [](Goal goal, const Observation& seen, const Context&, Next& next)
              {
                  if (goal == Goal::monitor && has_names(seen) && removes_certificate(next))
                      next = decide::Step{decide::SetSyncStandbyNames{}};
                  return false;
              });
}

/// R5.2.
void of_waiting(Mutations& all)
{
    all.before("R5_2_is_dropped",
               [](Goal goal, Observation& seen, Context&)
               {
                   if (goal == Goal::monitor && has_names(seen) && !has_sender(seen))
                       in_view(seen, [](ClusterView& view) { view.peer.membership = Membership::offline; });
               });
    all.before("R5_2_without_its_delay",
               [](Goal, Observation& seen, Context&)
               {
                   in_look(seen.watch,
                           [&seen](Watch& watch)
                           {
                               if (watch.degrade)
                                   watch.degrade->first = seen.now - 1min;
                           });
               });
    all.before("R5_2_does_not_wait_for_fencing",
               [](Goal goal, Observation& seen, Context&)
               {
                   in_view(seen,
                           [goal](ClusterView& view)
                           {
                               if (goal == Goal::monitor && view.peer.membership == Membership::unclean)
                                   view.peer.membership = Membership::offline;
                           });
               });
    all.before("H8_R5_2_across_a_stall",
               [](Goal, Observation& seen, Context&)
               {
                   in_look(seen.watch,
                           [&seen](Watch& watch)
                           {
                               if (watch.degrade)
                                   watch.degrade->last = seen.now - 1s;
                           });
               });
}

/// The end of R5.
void of_going_alone(Mutations& all)
{
    all.add(
        "R5_2_without_the_mark",
        [](Goal goal, Observation& seen, Context&)
        {
            if (goal == Goal::monitor && has_names(seen) && seen.attempts.done<decide::SaveState>() > 0)
                in_look(seen.state,
                        [](LocalState& state)
                        {
                            state.alone.emplace();
                            state.certified.clear();
                        });
        },
        [](Goal goal, const Observation& seen, const Context&, Next& next)
        {
            const auto* save = step_in<decide::SaveState>(next);
            return goal == Goal::monitor && has_names(seen) && save != nullptr && save->state.alone;
        });
    all.add("H9_delay_shorter_than_a_loss_is_noticed", {}, {});
    all.before("R10_strict_goes_alone",
               [](Goal goal, Observation& seen, Context& context)
               {
                   if (goal == Goal::monitor && is_primary(seen))
                       context.params.rep_mode = ReplicationMode::sync;
               });
}

/// R6.3.
void of_proving(Mutations& all)
{
    all.before("R6_3_is_dropped",
               [](Goal goal, Observation& seen, Context&)
               {
                   if (goal != Goal::monitor || !has_names(seen) || seen.view() == nullptr || !seen.view()->peer.run)
                       return;
                   const RunId run = seen.view()->peer.run->run;
                   in_look(seen.watch, [&](Watch& watch) { watch.certify = proven(run, seen); });
               });
    all.before("R6_3_of_an_earlier_run_of_the_primary",
               [](Goal, Observation& seen, Context&)
               {
                   if (!seen.state.is_known())
                       return;
                   const RunId& own = seen.state->run;
                   in_look(seen.watch,
                           [&own](Watch& watch)
                           {
                               if (watch.certify)
                                   watch.certify->by = own;
                           });
               });
    all.before("H1_R6_3_by_sync_state", [](Goal, Observation& seen, Context&)
               { in_status(seen, [](ServerStatus& status) { status.is_checkpointer_idle = true; }); });
    all.before("R6_3_without_its_second",
               [](Goal, Observation& seen, Context&)
               {
                   in_look(seen.watch,
                           [](Watch& watch)
                           {
                               if (watch.certify)
                                   watch.certify->names_set = BootTime{1s};
                           });
               });
    all.before("R6_3_without_the_flush",
               [](Goal goal, Observation& seen, Context&)
               {
                   if (goal == Goal::monitor && has_sender(seen))
                       in_status(seen, [](ServerStatus& status) { status.peer_sender->flush = status.end; });
               });
}

/// R6.2, R6.4, R11 and what the records need.
void of_granting(Mutations& all)
{
    all.before("R6_2_after_the_certificate",
               [](Goal goal, Observation& seen, Context& context)
               {
                   if (goal != Goal::monitor || !has_sender(seen) || seen.view() == nullptr || !seen.view()->peer.run)
                       return;
                   if (seen.view()->peer.certificate)
                       return;
                   const RunId run = seen.view()->peer.run->run;
                   in_look(seen.watch, [&](Watch& watch) { watch.certify = proven(run, seen); });
                   in_status(seen,
                             [&context](ServerStatus& status)
                             {
                                 status.sync_standby_names = context.peer_sync_names;
                                 status.peer_sender->sync_state = "sync";
                             });
               });
    all.before("R6_4_keeps_the_mark_beside_the_certificate",
               [](Goal goal, Observation& seen, Context&)
               {
                   if (goal != Goal::monitor || !has_names(seen) || !has_sender(seen) || seen.view() == nullptr ||
                       !seen.view()->peer.run)
                       return;
                   const RunId run = seen.view()->peer.run->run;
                   in_look(seen.state,
                           [&run](LocalState& state)
                           {
                               state.alone.reset();
                               state.certified = run;
                           });
               });
    all.before("H3_records_are_not_repaired",
               [](Goal goal, Observation& seen, Context&)
               {
                   if (goal != Goal::monitor || !is_primary(seen))
                       return;
                   in_view(seen,
                           [](ClusterView& view)
                           {
                               view.self.data_status = DataStatus::primary;
                               view.peer.data_status = DataStatus::stale;
                           });
               });
}

/// R11.
void of_modes(Mutations& all)
{
    all.add(
        "H10_async_certificate_taken_for_sync",
        [](Goal goal, Observation& seen, Context& context)
        {
            const bool is_sync = context.params.rep_mode == ReplicationMode::sync;
            if (goal != Goal::monitor || !is_primary(seen) || !is_sync || seen.view() == nullptr ||
                !seen.view()->peer.certificate)
                return;
            const RunId run = seen.view()->peer.certificate->run;
            if (has_names(seen))
                in_look(seen.state,
                        [&run](LocalState& state)
                        {
                            state.alone.reset();
                            state.certified = run;
                        });
            in_view(seen,
                    [&seen](ClusterView& view)
                    {
                        view.peer.certificate->mode = CertificateMode::sync;
                        if (!has_names(seen))
                            view.peer.certificate.reset();
                    });
        },
        [](Goal goal, const Observation& seen, const Context& context, Next& next)
        {
            const bool is_sync = context.params.rep_mode == ReplicationMode::sync;
            return goal == Goal::monitor && is_sync && is_primary(seen) && !has_names(seen) &&
                   removes_certificate(next);
        });
}

} // namespace

void add_mutations_of_sync(Mutations& all)
{
    of_degrading(all);
    of_waiting(all);
    of_going_alone(all);
    of_proving(all);
    of_granting(all);
    of_modes(all);
}

} // namespace pgtwin::test::pair
