// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/upkeep.hpp"
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

/// Alpha was the primary, has crashed and runs as a standby; beta is certified, and nobody promotes it.
Scene a_standoff()
{
    Scene scene = two_standbys();
    scene.self().data_status = DataStatus::primary;
    scene.self().score = -infinity;
    scene.peer().data_status = DataStatus::in_sync;
    scene.peer().certificate = Certificate{"run-beta", CertificateMode::sync};
    return scene;
}

Watch since(BootTime begin)
{
    Watch watch;
    watch.standoff = StandoffWatch{"run-alpha", "run-beta", begin};
    return watch;
}

Scene a_long_standoff()
{
    return with(a_standoff(), [](Scene& s) { s.watch = since(s.now - 30s); });
}

const auto rows =
    table_of(row("its_beginning_is_noted", a_standoff(), takes(SaveWatch{since(60min)})),
             row(
                 "before_half_a_minute_the_certificate_stays", a_standoff(),
                 [](Scene& s) { s.watch = since(s.now - 29999ms); }, takes<Warn>()),
             row("then_the_last_primary_takes_it_back", a_long_standoff(), takes(SetCertificate{std::nullopt})),
             row(
                 "what_cannot_be_taken_back_is_left_to_the_next_look", a_long_standoff(),
                 [](Scene& s) { s.failed<SetCertificate>(); }, takes<Warn>()),
             row(
                 "whoever_was_not_primary_last_does_not", a_long_standoff(),
                 [](Scene& s) { s.self().data_status = DataStatus::stale; }, takes<Warn>()),
             row(
                 "another_run_of_the_peer_begins_anew", a_long_standoff(),
                 [](Scene& s)
                 {
                     s.peer().run->run = "run-beta-2";
                     s.peer().certificate->run = "run-beta-2";
                 },
                 takes<SaveWatch>()),
             row(
                 "a_reboot_begins_anew", a_standoff(), [](Scene& s) { s.watch = since(s.now + 1s); },
                 takes(SaveWatch{since(60min)})));

PGTWIN_DECISION_TABLE(Standoff, standby_upkeep, rows);

} // namespace
} // namespace pgtwin::test
