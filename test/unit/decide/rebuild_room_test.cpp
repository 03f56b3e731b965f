// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/table.hpp"
#include "workers.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

/// The primary does not fit beside the old directory.
Scene a_worker_without_room()
{
    Scene scene = a_worker();
    scene.room = {
        {"/srv", 3 << 20, 1 << 20}
    };
    return scene.done<MakeRoom>(2);
}

/// The same, with the old server stopped and the phase saved.
Scene a_quiet_worker_without_room()
{
    Scene scene = a_copying_worker();
    scene.room = a_worker_without_room().room;
    return scene.done<MakeRoom>(2);
}

/// It was told by name that the old copy may go.
void order_replacement(Scene& scene)
{
    scene.context.self = "alpha";
    scene.context.params.backup_before_basebackup = false;
    scene.context.params.replace_old_copy_on = "alpha";
}

const auto rooms = table_of(
    row(
        "is_looked_at_before_the_server_is_stopped", a_worker(), [](Scene& s) { s.not_asked = {Subject::room}; },
        looks_at(Subject::room)),
    row(
        "is_not_needed_for_a_rewind", a_worker(),
        [](Scene& s)
        {
            s.not_asked = {Subject::room};
            s.directory.control->data_checksums = true;
            s.upstream.history = history_of(Timeline{number(s.directory.history.timeline) + 1});
        },
        takes<StopFast>()),
    row(
        "that_cannot_be_told_is_waited_for", a_worker(), [](Scene& s) { s.unknown = {Subject::room}; }, waits()),
    row("that_is_missing_leaves_the_server_running", a_worker_without_room(),
        takes(PublishResync{"phase=waiting cause=rebuild-no-space why=not enough space for a second copy of the data: "
                            "/srv needs 3 MiB and has 1 MiB",
                            Severity::error})),
    row(
        "that_is_missing_is_told_once", a_worker_without_room(),
        [](Scene& s) { s.resync = "phase=waiting cause=rebuild-no-space why=it was told"; }, waits()),
    row(
        "that_is_missing_ends_the_worker_in_time", a_worker_without_room(), [](Scene& s) { s.remaining = 100ms; },
        ends(Reason::rebuild_no_space)),
    row(
        "is_made_by_the_rest_of_an_incomplete_copy_first", a_worker_without_room(), [](Scene& s) { s.attempts = {}; },
        takes(MakeRoom{Sacrifice::incomplete_copy})),
    row(
        "is_made_by_what_an_earlier_base_backup_left", a_worker_without_room(),
        [](Scene& s)
        {
            s.attempts = {};
            s.done<MakeRoom>();
        },
        takes(MakeRoom{Sacrifice::kept_copy})),
    row(
        "is_not_made_by_the_only_usable_copy", a_worker_without_room(),
        [](Scene& s)
        {
            s.attempts = {};
            s.done<MakeRoom>();
            s.directory.kind = DirectoryKind::incomplete;
        },
        takes<PublishResync>()),
    row("is_not_made_by_the_old_directory_unless_that_was_ordered", a_quiet_worker_without_room(),
        takes<PublishResync>()),
    row("is_made_by_the_old_directory_if_that_was_ordered_by_name", a_quiet_worker_without_room(), order_replacement,
        takes(MakeRoom{Sacrifice::data_directory})),
    row(
        "is_not_made_by_an_order_for_the_other_node", a_quiet_worker_without_room(),
        [](Scene& s)
        {
            order_replacement(s);
            s.context.params.replace_old_copy_on = "beta";
        },
        takes<PublishResync>()),
    row(
        "is_not_made_by_a_directory_that_is_to_be_kept", a_quiet_worker_without_room(),
        [](Scene& s)
        {
            order_replacement(s);
            s.context.params.backup_before_basebackup = true;
        },
        takes<PublishResync>()),
    row("is_made_only_after_the_server_has_stopped", with(a_worker_without_room(), order_replacement),
        takes<StopFast>()));

PGTWIN_DECISION_TABLE(RebuildRoom, rebuild, rooms);

} // namespace
} // namespace pgtwin::test
