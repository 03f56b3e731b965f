// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/upkeep.hpp"
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

/// The names are set and beta is synchronous, which is proven; the certificate is missing.
Scene a_primary_before_its_certificate()
{
    Scene scene = a_primary();
    scene.peer().certificate.reset();
    scene.watch.certify = CertifyWatch{"run-beta", "run-alpha", scene.now - 2s, true, Lsn{0x4f00000}};
    return scene;
}

/// In async mode, certified, and everything as it should be.
Scene an_async_pair()
{
    Scene scene = a_primary();
    scene.context.params.rep_mode = ReplicationMode::async;
    scene.status.sync_standby_names.clear();
    scene.status.peer_sender->sync_state = "async";
    scene.peer().certificate->mode = CertificateMode::async;
    return scene;
}

const auto certifying_edges = table_of(
    row("what_is_proven_is_certified", a_primary_before_its_certificate(),
        takes(SetCertificate{
            Certificate{"run-beta", CertificateMode::sync}
})),
    row(
        "who_does_not_say_that_it_follows_is_not_certified_though_it_is_synchronous",
        a_primary_before_its_certificate(),
        [](Scene& s)
        {
            s.peer().run->timeline = Timeline::none;
            s.peer().run->word.clear();
        },
        does_nothing()),
    row(
        "who_follows_another_promotion_is_not_certified_though_it_is_synchronous", a_primary_before_its_certificate(),
        [](Scene& s) { s.peer().run->word = "word-other"; }, does_nothing()),
    row(
        "a_word_that_neither_knows_proves_nothing", a_primary_before_its_certificate(),
        [](Scene& s)
        {
            s.state.words.clear();
            s.peer().run->word.clear();
        },
        does_nothing()),
    row(
        "a_word_of_another_timeline_proves_nothing", a_primary_before_its_certificate(),
        [](Scene& s) { s.peer().run->timeline = Timeline{2}; }, does_nothing()),
    row(
        "a_mark_is_removed_though_the_run_is_noted", a_primary_before_its_certificate(),
        [](Scene& s) { s.state.alone = a_mark(); }, takes<SaveState>()),
    row(
        "a_mark_whose_removal_failed_keeps_the_certificate_away", a_primary_before_its_certificate(),
        [](Scene& s) { s.failed<SaveState>(); }, does_nothing()),
    row(
        "a_certificate_beside_a_mark_is_not_ours", a_primary(), [](Scene& s) { s.state.alone = a_mark(); },
        takes(SetCertificate{std::nullopt})));

const auto degrading_edges = table_of(row(
                                          "a_mark_beside_a_run_that_is_certified_does_not_spare_the_delay", a_primary(),
                                          [](Scene& s)
                                          {
                                              s.state.alone = a_mark();
                                              s.status.peer_sender.reset();
                                              s.peer().certificate.reset();
                                              s.peer().score = -infinity;
                                              s.peer().data_status = DataStatus::stale;
                                              s.done<SetCertificate>().done<Wait>();
                                          },
                                          takes<SaveWatch>()),
                                      row(
                                          "without_mark_and_memory_the_delay_is_waited_for", a_primary(),
                                          [](Scene& s)
                                          {
                                              s.state.certified.clear();
                                              s.status.peer_sender.reset();
                                              s.peer().certificate.reset();
                                              s.peer().score = -infinity;
                                              s.peer().data_status = DataStatus::stale;
                                          },
                                          takes<SaveWatch>()));

const auto async_edges = table_of(row("a_certified_standby_is_left_alone", an_async_pair(), does_nothing()),
                                  row(
                                      "looks_of_r5_are_forgotten_before_a_certificate", an_async_pair(),
                                      [](Scene& s)
                                      {
                                          s.peer().certificate.reset();
                                          s.watch.degrade = DegradeWatch{s.now - 20s, s.now - 1s, "ring 8"};
                                      },
                                      takes<SaveWatch>()));

PGTWIN_DECISION_TABLE(CertifyAtItsEdges, sync_mode, certifying_edges);
PGTWIN_DECISION_TABLE(DegradeAtItsEdges, sync_mode, degrading_edges);
PGTWIN_DECISION_TABLE(AsyncAtItsEdges, sync_mode, async_edges);

} // namespace
} // namespace pgtwin::test
