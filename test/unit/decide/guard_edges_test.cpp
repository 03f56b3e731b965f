// SPDX-License-Identifier: GPL-2.0-or-later
#include "guard.hpp"
#include "pgtwin/base/table.hpp"

namespace pgtwin::test
{
namespace
{

using decide::Rule;

/// Conditions that matter only together with others.
class GuardAtItsEdges : public testing::TestWithParam<GuardRow>
{
};

TEST_P(GuardAtItsEdges, Row)
{
    EXPECT_EQ(judged(GetParam().scene), text(GetParam().judgement));
}

/// The peer runs and has no data, by the word of this run of it.
Scene a_standby_beside_an_empty_peer(const RunId& of)
{
    return with(two_standbys(),
                [&of](Scene& s)
                {
                    LocalState state;
                    state.run = of;
                    s.peer().position = decide::nothing_of(state);
                });
}

/// By the record the peer was primary, or left behind.
Scene a_former_standby_beside_an_empty_peer(DataStatus peer)
{
    Scene scene = a_standby_beside_an_empty_peer("run-beta");
    scene.self().data_status = DataStatus::in_sync;
    scene.peer().data_status = peer;
    return scene;
}

/// Both have the mark. This node is on timeline 3, which it made itself; the peer stays on another one.
Scene two_marks(Timeline theirs, const RunId& word)
{
    return with(two_standbys(),
                [&](Scene& s)
                {
                    s.state.alone = a_mark();
                    publish_own_position(s);
                    s.peer().position->timeline = theirs;
                    s.peer().position->word = word;
                    s.peer().position->is_alone = true;
                });
}

const auto guard_edges = table_of(
    row("a_first_run_needs_quorum",
        with(with(a_lonely_standby(), forget_records), [](Scene& s) { s.cluster.has_quorum = false; }),
        Reason::no_quorum_alone),
    row("an_empty_peer_lets_the_recorded_primary_go_on", a_standby_beside_an_empty_peer("run-beta"), Rule::compared),
    row("a_peer_that_was_empty_in_an_earlier_run_is_asked_again",
        with(a_standby_beside_an_empty_peer("run-beta-0"), forget_records), Reason::peer_position_missing),
    row("the_lost_directory_of_the_recorded_primary_had_more",
        a_former_standby_beside_an_empty_peer(DataStatus::primary), Reason::peer_recorded_primary),
    row("who_is_not_the_recorded_primary_proves_nothing_beside_an_empty_peer",
        a_former_standby_beside_an_empty_peer(DataStatus::stale), Reason::stale_alone),
    row("a_stopped_peer_whose_position_is_not_final_proves_nothing",
        with(two_standbys(),
             [](Scene& s)
             {
                 s.peer().run.reset();
                 s.peer().position->is_final = false;
             }),
        Reason::stale_alone),
    row("a_mark_does_not_win_over_the_mark_of_a_peer_that_recovers",
        with(two_marks(Timeline{2}, "word-2"),
             [](Scene& s)
             {
                 s.state.remember(Timeline{2}, "word-2");
                 s.peer().position->is_final = false;
             }),
        Reason::peer_position_missing),
    row("two_timelines_of_which_nobody_knows_the_promotion_may_differ", two_marks(Timeline{2}, ""), Reason::diverged),
    row("a_mark_on_a_timeline_that_is_no_ancestor_was_not_passed_over",
        with(two_marks(Timeline{2}, "word-2"),
             [](Scene& s)
             {
                 s.identity.history = TimelineHistory{timeline, {{Timeline{1}, Lsn{0x1000000}}}};
                 s.state.remember(Timeline{2}, "word-2");
                 publish_own_position(s);
             }),
        Reason::diverged));

INSTANTIATE_TEST_SUITE_P(Says, GuardAtItsEdges, testing::ValuesIn(guard_edges),
                         [](const auto& each) { return each.param.sentence; });

} // namespace
} // namespace pgtwin::test
