// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/goals.hpp"
#include "pgtwin/decide/upkeep.hpp"
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;

const auto streaming_rows =
    table_of(row(
                 "one_that_streams_holds_its_archive_back", a_standby(),
                 [](Scene& s) { s.status.is_archive_in_use = true; }, takes(SetArchive{Archive::held_back})),
             row(
                 "before_it_says_whom_it_follows", a_standby(),
                 [](Scene& s)
                 {
                     s.status.is_archive_in_use = true;
                     s.state.followed.clear();
                 },
                 takes(SetArchive{Archive::held_back})),
             row(
                 "an_archive_that_cannot_be_held_back_holds_nothing_up", a_standby(),
                 [](Scene& s)
                 {
                     s.status.is_archive_in_use = true;
                     s.state.followed.clear();
                     s.failed<SetArchive>();
                 },
                 takes<SaveState>()),
             row(
                 "an_asynchronous_standby_keeps_its_archive", a_standby(),
                 [](Scene& s)
                 {
                     s.context.params.rep_mode = ReplicationMode::async;
                     s.status.is_archive_in_use = true;
                     s.not_asked = {Subject::cluster};
                 },
                 does_nothing()));

PGTWIN_DECISION_TABLE(ArchiveOfStreaming, standby_upkeep, streaming_rows);

/// By override; all is announced.
Scene a_promotion_by_override()
{
    Scene scene = a_lonely_standby();
    scene.state.run = scene.context.fresh;
    scene.state.role = Role::primary;
    scene.state.alone = a_mark();
    scene.self().data_status = DataStatus::primary;
    scene.peer().data_status = DataStatus::stale;
    return scene.done<ClearOverride>().done<PublishRun>();
}

const auto override_rows = table_of(row("before_it_opens_the_archive_may_bring_what_it_lacks",
                                        a_promotion_by_override(), takes(SetArchive{Archive::in_use})),
                                    row(
                                        "with_the_archive_it_opens", a_promotion_by_override(),
                                        [](Scene& s) { s.done<SetArchive>(); }, takes(PromoteServer{})),
                                    row(
                                        "also_without_it", a_promotion_by_override(),
                                        [](Scene& s) { s.failed<SetArchive>(); }, takes(PromoteServer{})));

PGTWIN_DECISION_TABLE(ArchiveInAnOverride, promote, override_rows);

TEST(ArchiveAtStart, IsHeldBackExceptInModeAsync)
{
    Scene scene = a_stopped_standby();
    for (const auto& [mode, archive] : {
             std::pair{ReplicationMode::sync,   Archive::held_back},
             std::pair{ReplicationMode::strict, Archive::held_back},
             std::pair{ReplicationMode::async,  Archive::in_use   }
    })
    {
        scene.context.params.rep_mode = mode;
        EXPECT_EQ(first_settings(scene.observation(), scene.context).archive, archive);
    }
}

} // namespace
} // namespace pgtwin::test
