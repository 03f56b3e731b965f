// SPDX-License-Identifier: GPL-2.0-or-later
#include "guard.hpp"
#include "pgtwin/base/table.hpp"

namespace pgtwin::test
{
namespace
{

using decide::Rule;

class PromotionGuard : public testing::TestWithParam<GuardRow>
{
};

TEST_P(PromotionGuard, Row)
{
    EXPECT_EQ(judged(GetParam().scene), text(GetParam().judgement));
}

void stop_peer(Scene& scene)
{
    scene.peer().run.reset();
    scene.peer().position.reset();
}

/// Both instances run, and the peer's position is this.
Scene two_standbys_with_peer_at(Timeline line, Lsn lsn)
{
    Scene scene = two_standbys();
    scene.peer().position->timeline = line;
    scene.peer().position->lsn = lsn;
    scene.peer().position->word = line == timeline ? "word-3" : "";
    return scene;
}

void put_on(Scene& scene, Timeline line, Lsn lsn)
{
    scene.identity.history = history_of(line);
    scene.identity.end = lsn;
    publish_own_position(scene);
}

/// Alpha alone with its mark and quorum, the peer recorded stale.
Scene a_marked_standby()
{
    Scene scene = a_lonely_standby();
    scene.state.alone = a_mark();
    scene.self().data_status = DataStatus::primary;
    publish_own_position(scene);
    return scene;
}

/// Both have the mark; the peer stays on an older timeline, which this node once had from it.
Scene two_marks_with_peer_at(Timeline line)
{
    Scene scene = two_standbys_with_peer_at(line, Lsn{0x9000000});
    scene.peer().position->is_alone = true;
    scene.peer().position->word = "word-" + std::to_string(number(line));
    scene.state.words = {
        {Timeline{2}, "word-2"},
        {timeline,    "word-3"}
    };
    scene.state.alone = a_mark();
    publish_own_position(scene);
    return scene;
}

/// Alone with its mark beside a stopped peer, which tells of its directory.
Scene a_marked_standby_beside(const std::function<void(Position&)>& change)
{
    Scene scene = a_marked_standby();
    scene.peer().membership = Membership::online;
    scene.peer().run.reset();
    scene.peer().position = a_peer_position();
    change(*scene.peer().position);
    return scene;
}

/// The recorded primary runs as a standby; its peer was in-sync and its instance is stopped on an online node (R2c).
Scene no_run_of_the_peer()
{
    Scene scene = two_standbys();
    scene.peer().run.reset();
    return scene;
}

/// No record, no mark, a directory that was not left as a standby (R3).
Scene a_first_run()
{
    Scene scene = a_lonely_standby();
    scene.peer().membership = Membership::online;
    forget_records(scene);
    return scene;
}

/// The peer's directory is of another initdb; its instance is stopped.
Scene a_first_run_beside_a_stopped_peer()
{
    Scene scene = a_first_run();
    scene.peer().membership = Membership::online;
    scene.peer().run.reset();
    scene.peer().position = a_peer_position();
    scene.peer().position->run.clear();
    scene.peer().position->system_identifier = 9;
    return scene;
}

void mark(Scene& scene)
{
    scene.state.alone = a_mark();
    publish_own_position(scene);
}

/// An unreadable position is unknown. So it may forbid more than a missing one, and never permits more than the
/// licences for which no position is asked.
TEST_P(PromotionGuard, RefusesByAPositionOfAnotherVersion)
{
    Scene scene = GetParam().scene;
    scene.peer().position.reset();
    scene.peer().is_position_unreadable = true;
    const decide::Verdict verdict = decide::may_promote(scene.observation(), scene.context);
    const bool needs_none =
        verdict.rule == Rule::certified || verdict.rule == Rule::operator_override || verdict.rule == Rule::by_hand;
    EXPECT_TRUE(!verdict.rule || needs_none) << static_cast<int>(*verdict.rule);
}

const auto unknown_rows = table_of(
    row("unknown_state_is_refused", with(a_certified_standby(), [](Scene& s) { s.unknown = {decide::Subject::state}; }),
        Reason::state_unreadable),
    row("a_rewind_that_is_not_proven_is_refused",
        with(a_certified_standby(), [](Scene& s) { s.state.rebuild = Rebuild::rewinding; }), Reason::rewind_unproven),
    row("unknown_cluster_is_refused",
        with(a_certified_standby(), [](Scene& s) { s.unknown = {decide::Subject::cluster}; }), Reason::cluster_unknown),
    row("unknown_position_of_its_own_is_refused",
        with(a_certified_standby(), [](Scene& s) { s.unknown = {decide::Subject::identity}; }), Reason::server_unknown),
    row("pacemaker_without_a_cluster_is_refused", with(a_certified_standby(), [](Scene& s) { s.has_cluster = false; }),
        Reason::cluster_unknown),
    row("a_hand_without_a_cluster_may_promote",
        with(a_certified_standby(),
             [](Scene& s)
             {
                 s.has_cluster = false;
                 s.context.is_run_by_pacemaker = false;
             }),
        Rule::by_hand));

const auto certified_rows = table_of(
    row("a_certified_run_may_be_promoted_when_its_peer_is_gone", a_certified_standby(), Rule::certified),
    row("a_certified_run_may_be_promoted_when_its_peer_was_demoted",
        with(a_certified_standby(),
             [](Scene& s)
             {
                 s.peer().membership = Membership::online;
                 s.peer().run = RunRecord{"run-beta-2", Role::standby, Timeline::none, {}};
             }),
        Rule::certified),
    row("a_certified_run_may_be_promoted_when_its_peer_was_stopped",
        with(a_certified_standby(), [](Scene& s) { s.peer().membership = Membership::online; }), Rule::certified),
    row("a_certified_run_needs_no_quorum_of_ours",
        with(a_certified_standby(), [](Scene& s) { s.cluster.has_quorum = false; }), Rule::certified),
    row("a_certificate_of_an_earlier_run_is_void",
        with(a_certified_standby(), [](Scene& s) { s.state.run = "run-alpha-2"; }), Reason::stale_alone),
    row("a_certificate_is_void_for_a_node_without_a_run",
        with(a_certified_standby(),
             [](Scene& s)
             {
                 s.state.run.clear();
                 s.self().certificate->run.clear();
             }),
        Reason::stale_alone),
    row("a_certificate_that_was_removed_is_no_licence",
        with(a_certified_standby(), [](Scene& s) { s.self().certificate.reset(); }), Reason::stale_alone),
    row("an_async_certificate_is_judged_by_its_own_mode",
        with(a_certified_standby(), [](Scene& s) { s.self().certificate->mode = CertificateMode::async; }),
        Rule::certified),
    row("a_sync_certificate_is_judged_by_its_own_mode",
        with(a_certified_standby(), [](Scene& s) { s.context.params.rep_mode = ReplicationMode::async; }),
        Rule::certified),
    row("a_running_peer_primary_is_refused_though_certified", a_standby(), Reason::peer_is_primary),
    row("a_pending_peer_primary_is_refused_though_certified",
        with(a_standby(), [](Scene& s) { s.peer().membership = Membership::pending; }), Reason::peer_is_primary),
    row("a_running_peer_primary_is_refused_in_spite_of_an_override",
        with(a_standby(), [](Scene& s) { s.self().has_override = true; }), Reason::peer_is_primary));

const auto compared_rows = table_of(
    row("the_higher_lsn_wins", two_standbys_with_peer_at(timeline, Lsn{0x4ffffff}), Rule::compared),
    row("the_lower_lsn_loses", two_standbys_with_peer_at(timeline, Lsn{0x5000001}), Reason::peer_position_better),
    row("equal_positions_go_to_the_recorded_primary", two_standbys(), Rule::compared),
    row("equal_positions_do_not_go_past_the_recorded_primary",
        with(two_standbys(),
             [](Scene& s)
             {
                 s.self().data_status = DataStatus::in_sync;
                 s.peer().data_status = DataStatus::primary;
             }),
        Reason::peer_position_better),
    row("equal_positions_without_a_record_are_left_to_pacemaker",
        with(two_standbys(),
             [](Scene& s)
             {
                 s.self().data_status = DataStatus::stale;
                 s.peer().data_status = DataStatus::stale;
             }),
        Rule::compared),
    row("a_descendant_wins_even_if_the_other_wrote_on_after_the_fork",
        two_standbys_with_peer_at(Timeline{2}, Lsn{0x9000000}), Rule::compared),
    row("an_ancestor_loses_even_if_it_wrote_on_after_the_fork",
        with(two_standbys(), [](Scene& s) { put_on(s, Timeline{2}, Lsn{0x9000000}); }), Reason::peer_position_better),
    row("a_timeline_that_does_not_descend_from_the_other_has_diverged",
        with(two_standbys(),
             [](Scene& s)
             {
                 s.identity.history = TimelineHistory{Timeline{5}, {{Timeline{1}, Lsn{0x1000000}}}};
                 publish_own_position(s);
             }),
        Reason::diverged),
    row("two_promotions_that_made_the_same_timeline_have_diverged",
        with(two_standbys(), [](Scene& s) { s.peer().position->word = "word-other"; }), Reason::diverged),
    row("two_systems_are_never_compared",
        with(two_standbys(), [](Scene& s) { s.peer().position->system_identifier = 9; }), Reason::different_systems),
    row("the_mark_wins_over_a_longer_directory_without_one",
        with(two_standbys_with_peer_at(timeline, Lsn{0x9000000}), mark), Rule::compared),
    row("a_longer_directory_loses_against_the_mark",
        with(two_standbys_with_peer_at(timeline, Lsn{0x4000000}), [](Scene& s) { s.peer().position->is_alone = true; }),
        Reason::peer_position_better),
    row("two_marks_have_diverged",
        with(two_standbys(),
             [](Scene& s)
             {
                 mark(s);
                 s.peer().position->is_alone = true;
             }),
        Reason::diverged),
    row("the_mark_of_a_later_promotion_wins_over_the_one_it_passed_over", two_marks_with_peer_at(Timeline{2}),
        Rule::compared),
    row("a_mark_that_was_passed_over_does_not_win", two_marks_with_peer_at(Timeline{4}), Reason::peer_position_better),
    row("a_timeline_whose_promotion_is_not_known_may_be_another_one",
        with(two_marks_with_peer_at(Timeline{2}),
             [](Scene& s)
             {
                 s.state.words = {
                     {timeline, "word-3"}
                 };
             }),
        Reason::diverged),
    row("another_promotion_of_an_older_timeline_was_not_passed_over",
        with(two_marks_with_peer_at(Timeline{2}), [](Scene& s) { s.peer().position->word = "word-other"; }),
        Reason::diverged),
    row("a_mark_does_not_win_over_a_timeline_it_never_was_on",
        with(two_standbys_with_peer_at(Timeline{4}, Lsn{0x6000000}), mark), Reason::diverged),
    row("a_mark_does_not_win_over_the_same_timeline_of_another_promotion",
        with(two_standbys(),
             [](Scene& s)
             {
                 mark(s);
                 s.peer().position->word = "word-other";
             }),
        Reason::diverged),
    row("a_mark_ahead_of_the_directory_is_void",
        with(two_standbys_with_peer_at(timeline, Lsn{0x5000001}),
             [](Scene& s)
             {
                 s.state.alone = AloneMark{system_identifier, timeline, Lsn{0x8000000}};
                 publish_own_position(s);
             }),
        Reason::peer_position_better),
    row("a_mark_of_another_system_is_void",
        with(two_standbys_with_peer_at(timeline, Lsn{0x5000001}),
             [](Scene& s)
             {
                 s.state.alone = AloneMark{9, timeline, Lsn{0x4000000}};
                 publish_own_position(s);
             }),
        Reason::peer_position_better));

const auto published_rows = table_of(
    row("a_peer_without_a_position_is_waited_for", with(two_standbys(), [](Scene& s) { s.peer().position.reset(); }),
        Reason::peer_position_missing),
    row("a_position_of_another_run_of_the_peer_is_none",
        with(two_standbys(), [](Scene& s) { s.peer().position->run = "run-beta-0"; }), Reason::peer_position_missing),
    row("an_own_position_that_is_not_published_is_none",
        with(two_standbys(), [](Scene& s) { s.self().position.reset(); }), Reason::peer_position_missing),
    row("an_own_position_of_another_run_is_none",
        with(two_standbys(), [](Scene& s) { s.self().position->run = "run-alpha-0"; }), Reason::peer_position_missing),
    row("an_own_position_that_is_no_longer_true_is_none",
        with(two_standbys(), [](Scene& s) { s.identity.end = Lsn{0x5000008}; }), Reason::peer_position_missing),
    row("a_peer_that_is_certified_for_its_present_run_is_not_compared",
        with(two_standbys(),
             [](Scene& s) {
                 s.peer().certificate = Certificate{"run-beta", CertificateMode::sync};
             }),
        Reason::peer_is_certified));

const auto alone_rows = table_of(
    row("the_mark_lets_it_go_alone_when_the_peer_is_no_member", a_marked_standby(), Rule::alone),
    row("the_mark_lets_it_go_alone_when_the_peer_is_online_and_stopped",
        with(a_marked_standby(),
             [](Scene& s)
             {
                 s.peer().membership = Membership::online;
                 stop_peer(s);
             }),
        Rule::alone),
    row("the_mark_lets_it_go_alone_beside_a_stopped_peer_that_is_behind",
        a_marked_standby_beside([](Position& theirs) { theirs.timeline = Timeline{2}; }), Rule::alone),
    row("a_stopped_peer_that_was_promoted_since_voids_the_mark",
        a_marked_standby_beside(
            [](Position& theirs)
            {
                theirs.timeline = Timeline{4};
                theirs.is_alone = true;
            }),
        Reason::peer_position_better),
    row("a_stopped_peer_of_another_promotion_voids_the_mark",
        a_marked_standby_beside([](Position& theirs) { theirs.word = "word-other"; }), Reason::diverged),
    row("a_stopped_peer_with_a_mark_of_its_own_voids_the_mark",
        a_marked_standby_beside([](Position& theirs) { theirs.is_alone = true; }), Reason::diverged),
    row("a_stopped_peer_of_another_system_does_not_matter",
        a_marked_standby_beside([](Position& theirs) { theirs.system_identifier = 9; }), Rule::alone),
    row("a_stopped_peer_without_data_does_not_matter",
        a_marked_standby_beside([](Position& theirs) { theirs.has_data = false; }), Rule::alone),
    row("a_pending_peer_is_not_gone",
        with(a_marked_standby(), [](Scene& s) { s.peer().membership = Membership::pending; }), Reason::not_a_member),
    row("without_the_mark_it_waits_for_its_peer", a_lonely_standby(), Reason::stale_alone),
    row("a_stale_record_of_the_peer_is_no_licence_to_go_alone",
        with(a_lonely_standby(), [](Scene& s) { s.self().data_status = DataStatus::primary; }), Reason::stale_alone),
    row("a_node_that_restarted_while_in_sync_waits_for_its_peer",
        with(a_lonely_standby(),
             [](Scene& s)
             {
                 s.self().data_status = DataStatus::in_sync;
                 s.peer().data_status = DataStatus::primary;
             }),
        Reason::stale_alone),
    row("without_quorum_it_does_not_go_alone", with(a_marked_standby(), [](Scene& s) { s.cluster.has_quorum = false; }),
        Reason::no_quorum_alone),
    row("a_record_that_names_the_peer_primary_is_a_veto",
        with(a_marked_standby(), [](Scene& s) { s.peer().data_status = DataStatus::primary; }),
        Reason::peer_recorded_primary),
    row("a_void_mark_is_no_licence", with(a_marked_standby(), [](Scene& s) { s.state.alone->lsn = Lsn{0x8000000}; }),
        Reason::stale_alone),
    row("a_mark_on_an_ancestor_left_behind_it_is_valid",
        with(a_marked_standby(),
             [](Scene& s) {
                 s.state.alone = AloneMark{system_identifier, Timeline{2}, Lsn{0x2000000}};
             }),
        Rule::alone),
    row("a_mark_on_an_ancestor_left_before_it_is_void",
        with(a_marked_standby(),
             [](Scene& s) {
                 s.state.alone = AloneMark{system_identifier, Timeline{2}, Lsn{0x2000001}};
             }),
        Reason::stale_alone),
    row("without_a_second_node_the_mark_still_needs_quorum",
        with(a_marked_standby(),
             [](Scene& s)
             {
                 s.cluster.peer = NodeView{};
                 s.cluster.has_quorum = false;
             }),
        Reason::no_quorum_alone));

const auto peer_cannot_start_rows = table_of(
    row("the_recorded_primary_goes_on_when_its_in_sync_peer_cannot_start", no_run_of_the_peer(),
        Rule::peer_cannot_start),
    row("a_peer_on_an_older_timeline_is_known_too",
        with(no_run_of_the_peer(), [](Scene& s) { s.peer().position->timeline = Timeline{2}; }),
        Rule::peer_cannot_start),
    row("a_peer_on_a_timeline_that_we_lack_was_promoted_since",
        with(no_run_of_the_peer(), [](Scene& s) { s.peer().position->timeline = Timeline{4}; }), Reason::stale_alone),
    row("a_peer_on_the_same_timeline_of_another_promotion_was_promoted_since",
        with(no_run_of_the_peer(), [](Scene& s) { s.peer().position->word = "word-other"; }), Reason::stale_alone),
    row("a_stopped_peer_with_a_mark_was_promoted_since",
        with(no_run_of_the_peer(), [](Scene& s) { s.peer().position->is_alone = true; }), Reason::stale_alone),
    row("a_stopped_peer_without_a_position_proves_nothing",
        with(no_run_of_the_peer(), [](Scene& s) { s.peer().position.reset(); }), Reason::stale_alone),
    row("a_stopped_peer_without_data_proves_nothing",
        with(no_run_of_the_peer(), [](Scene& s) { s.peer().position->has_data = false; }), Reason::stale_alone),
    row("a_stopped_peer_of_another_system_proves_nothing",
        with(no_run_of_the_peer(), [](Scene& s) { s.peer().position->system_identifier = 9; }), Reason::stale_alone),
    row("a_peer_whose_node_is_offline_proves_nothing",
        with(no_run_of_the_peer(), [](Scene& s) { s.peer().membership = Membership::offline; }), Reason::stale_alone),
    row("a_pending_peer_proves_nothing",
        with(no_run_of_the_peer(), [](Scene& s) { s.peer().membership = Membership::pending; }), Reason::not_a_member),
    row("no_run_of_the_peer_without_quorum_waits",
        with(no_run_of_the_peer(), [](Scene& s) { s.cluster.has_quorum = false; }), Reason::stale_alone),
    row("a_node_that_is_not_the_recorded_primary_waits",
        with(no_run_of_the_peer(), [](Scene& s) { s.self().data_status = DataStatus::in_sync; }), Reason::stale_alone),
    row("a_primary_that_had_begun_to_go_alone_goes_on_when_its_peer_cannot_start",
        with(no_run_of_the_peer(), [](Scene& s) { s.peer().data_status = DataStatus::stale; }),
        Rule::peer_cannot_start),
    row("a_peer_without_a_record_proves_nothing",
        with(no_run_of_the_peer(), [](Scene& s) { s.peer().data_status = DataStatus::none; }), Reason::stale_alone));

const auto first_run_rows = table_of(
    row("a_directory_that_was_not_left_as_a_standby_may_become_primary", a_first_run(), Rule::first_run),
    row("a_directory_that_was_left_as_a_standby_may_not",
        with(a_first_run(), [](Scene& s) { s.state.origin = Origin::standby; }), Reason::left_as_standby),
    row("a_node_that_remembers_a_promotion_is_no_first_run",
        with(a_first_run(), [](Scene& s) { s.state.remember(timeline, "word-3"); }), Reason::stale_alone),
    row("a_first_run_beside_an_empty_peer_is_allowed",
        with(a_first_run(),
             [](Scene& s)
             {
                 s.peer().run = RunRecord{"run-beta", Role::standby, Timeline::none, {}};
                 s.peer().position.emplace();
                 s.peer().position->run = "run-beta";
                 s.peer().position->has_data = false;
             }),
        Rule::first_run),
    row("a_first_run_beside_another_system_is_never_allowed",
        with(a_first_run(),
             [](Scene& s)
             {
                 s.peer().run = RunRecord{"run-beta", Role::standby, Timeline::none, {}};
                 s.peer().position = a_peer_position();
                 s.peer().position->system_identifier = 9;
             }),
        Reason::different_systems),
    row("a_stopped_peer_that_has_not_been_primary_does_not_forbid_a_first_run", a_first_run_beside_a_stopped_peer(),
        Rule::first_run),
    row("a_stopped_peer_with_a_mark_has_been_primary",
        with(a_first_run_beside_a_stopped_peer(), [](Scene& s) { s.peer().position->is_alone = true; }),
        Reason::different_systems),
    row("a_record_of_the_peer_makes_it_no_first_run",
        with(a_first_run(), [](Scene& s) { s.peer().data_status = DataStatus::primary; }), Reason::stale_alone),
    row("a_record_of_its_own_makes_it_no_first_run",
        with(a_first_run(), [](Scene& s) { s.self().data_status = DataStatus::stale; }), Reason::stale_alone),
    row("without_a_second_node_a_first_run_is_allowed",
        with(a_first_run(), [](Scene& s) { s.cluster.peer = NodeView{}; }), Rule::first_run),
    row("without_a_second_node_a_record_still_makes_it_no_first_run",
        with(a_first_run(),
             [](Scene& s)
             {
                 s.cluster.peer = NodeView{};
                 s.self().data_status = DataStatus::stale;
             }),
        Reason::stale_alone));

const auto override_rows = table_of(
    row("the_operator_may_accept_a_loss", with(a_lonely_standby(), [](Scene& s) { s.self().has_override = true; }),
        Rule::operator_override),
    row("force_promotion_is_honoured_the_same_way",
        with(a_lonely_standby(), [](Scene& s) { s.context.params.force_promotion = true; }), Rule::operator_override),
    row("an_override_for_the_peer_is_none_for_us",
        with(a_lonely_standby(), [](Scene& s) { s.peer().has_override = true; }), Reason::stale_alone),
    row("a_certificate_leaves_the_override_unused",
        with(a_certified_standby(), [](Scene& s) { s.self().has_override = true; }), Rule::certified));

const auto sentence = [](const auto& each)
{
    return each.param.sentence;
};

INSTANTIATE_TEST_SUITE_P(Unknown, PromotionGuard, testing::ValuesIn(unknown_rows), sentence);
INSTANTIATE_TEST_SUITE_P(R2, PromotionGuard, testing::ValuesIn(certified_rows), sentence);
INSTANTIATE_TEST_SUITE_P(R1Compares, PromotionGuard, testing::ValuesIn(compared_rows), sentence);
INSTANTIATE_TEST_SUITE_P(R1Needs, PromotionGuard, testing::ValuesIn(published_rows), sentence);
INSTANTIATE_TEST_SUITE_P(R2b, PromotionGuard, testing::ValuesIn(alone_rows), sentence);
INSTANTIATE_TEST_SUITE_P(R2c, PromotionGuard, testing::ValuesIn(peer_cannot_start_rows), sentence);
INSTANTIATE_TEST_SUITE_P(R3, PromotionGuard, testing::ValuesIn(first_run_rows), sentence);
INSTANTIATE_TEST_SUITE_P(R4, PromotionGuard, testing::ValuesIn(override_rows), sentence);

} // namespace
} // namespace pgtwin::test
