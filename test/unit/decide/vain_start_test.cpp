// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;

/// The server of this action did not start; a primary is there. The first of the saved states is that of the new run.
Scene a_vain_start()
{
    Scene scene = a_stopped_standby();
    scene.state.run = "fresh";
    scene.state.followed.clear();
    scene.self().run = RunRecord{"fresh", Role::standby, Timeline::none, {}};
    return scene.done<PublishRun>().done<WriteStandbyConfiguration>().failed<StartServer>();
}

LocalState with_vain_starts(int count)
{
    LocalState state = a_vain_start().state;
    state.vain_starts = count;
    return state;
}

const auto vain_starts = table_of(row(
                                      "beside_a_primary_it_is_counted", a_vain_start(),
                                      [](Scene& s) { s.done<SaveState>(); }, takes(SaveState{with_vain_starts(1)})),
                                  row(
                                      "and_is_a_failure_all_the_same", a_vain_start(),
                                      [](Scene& s)
                                      {
                                          s.state.vain_starts = 2;
                                          s.done<SaveState>().done<SaveState>();
                                      },
                                      ends(Reason::cannot_start)),
                                  row(
                                      "the_third_one_is_for_the_worker", a_vain_start(),
                                      [](Scene& s)
                                      {
                                          s.state.vain_starts = 3;
                                          s.done<SaveState>().done<SaveState>();
                                      },
                                      takes(LaunchWorker{"cannot-start"})),
                                  row(
                                      "which_counts_as_started", a_vain_start(),
                                      [](Scene& s)
                                      {
                                          s.state.vain_starts = 3;
                                          s.done<SaveState>().done<SaveState>().done<LaunchWorker>();
                                      },
                                      ends(Reason::started_rebuilding)),
                                  row(
                                      "the_fourth_and_fifth_are_not", a_vain_start(),
                                      [](Scene& s)
                                      {
                                          s.state.vain_starts = 4;
                                          s.done<SaveState>().done<SaveState>();
                                      },
                                      ends(Reason::cannot_start)),
                                  row(
                                      "the_pauses_grow", a_vain_start(),
                                      [](Scene& s)
                                      {
                                          s.state.vain_starts = 9;
                                          s.done<SaveState>().done<SaveState>();
                                      },
                                      ends(Reason::cannot_start)),
                                  row(
                                      "the_twelfth_one_is_for_the_worker_again", a_vain_start(),
                                      [](Scene& s)
                                      {
                                          s.state.vain_starts = 12;
                                          s.done<SaveState>().done<SaveState>();
                                      },
                                      takes(LaunchWorker{"cannot-start"})),
                                  row(
                                      "what_cannot_be_counted_is_a_failure_all_the_same", a_vain_start(),
                                      [](Scene& s)
                                      {
                                          s.state.vain_starts = 2;
                                          s.done<SaveState>().failed<SaveState>();
                                      },
                                      ends(Reason::cannot_start)));

/// The server runs and refuses every login, as one whose databases are gone.
Scene a_start_without_login()
{
    Scene scene = a_vain_start();
    scene.processes = Processes::postmaster;
    scene.answer = Answer::refused;
    scene.attempts = {};
    return scene.done<PublishRun>().done<WriteStandbyConfiguration>().done<StartServer>().done<Wait>(20);
}

const auto refused_logins = table_of(row(
                                         "is_counted_too", a_start_without_login(),
                                         [](Scene& s) { s.done<SaveState>(); }, takes(SaveState{with_vain_starts(1)})),
                                     row(
                                         "is_a_failure_of_its_own", a_start_without_login(),
                                         [](Scene& s)
                                         {
                                             s.state.vain_starts = 2;
                                             s.done<SaveState>().done<SaveState>();
                                         },
                                         ends(Reason::login_refused)),
                                     row(
                                         "is_for_the_worker_in_the_end", a_start_without_login(),
                                         [](Scene& s)
                                         {
                                             s.state.vain_starts = 3;
                                             s.done<SaveState>().done<SaveState>();
                                         },
                                         takes(LaunchWorker{"cannot-start"})));

PGTWIN_DECISION_TABLE(RefusedLogin, start, refused_logins);
PGTWIN_DECISION_TABLE(VainStart, start, vain_starts);

} // namespace
} // namespace pgtwin::test
