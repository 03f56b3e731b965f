// SPDX-License-Identifier: GPL-2.0-or-later
#include <set>
#include <stdexcept>

#include "mutations.hpp"

namespace pgtwin::test::pair
{
namespace
{

/// Rules that are second defences: another one keeps the promise alone.
bool is_harmless(const std::string& name)
{
    return name == "R5_1_is_not_confirmed" || name == "R9_a_passed_over_directory_follows";
}

/// What a mutation needs to show itself: where it begins, how many faults and of which kinds.
struct Needs
{
    const char* name;
    Root root;
    int faults;
    Events kinds;
    int commits = 1;
    int promotions = 1;
};

const Events power = bit(Event::power_loss);
const Events crash = bit(Event::crash);
const Events cut = bit(Event::network_down);
const Events blocked = bit(Event::replication_blocked);
const Events demoted = bit(Event::ordered_demote);

/// Keeps the rows below from being aligned into one another.
Needs needs(const char* name, Root root, int faults, Events kinds, int commits = 1, int promotions = 1)
{
    return {name, root, faults, kinds, commits, promotions};
}

std::vector<Needs> all_needs()
{
    return {
        needs("R5_1_leaves_the_certificate", Root::running_pair, 2, power | blocked),
        needs("R5_1_is_not_confirmed", Root::running_pair, 2, power | blocked),
        needs("R5_1_trusts_the_cib", Root::granted, 2, power | blocked),
        needs("R1_leaves_a_certificate_that_no_cib_shows", Root::granted_in_vain, 1, power | blocked, 1, 2),
        needs("R5_3_before_R5_1", Root::running_pair, 1, blocked),
        needs("R5_2_is_dropped", Root::running_pair, 1, cut),
        needs("R5_2_without_its_delay", Root::running_pair, 2, power | blocked),
        needs("R5_2_does_not_wait_for_fencing", Root::running_pair, 1, cut),
        needs("H8_R5_2_across_a_stall", Root::running_pair, 2, cut | blocked | bit(Event::stall)),
        needs("R5_2_without_the_mark", Root::running_pair, 1, blocked),
        needs("H9_delay_shorter_than_a_loss_is_noticed", Root::running_pair, 2, cut | blocked),
        needs("R10_strict_goes_alone", Root::running_pair, 1, blocked),
        needs("R6_3_is_dropped", Root::alone, 1, power),
        needs("H1_R6_3_by_sync_state", Root::alone, 1, power),
        needs("R6_3_without_its_second", Root::alone, 1, power),
        needs("R6_3_without_the_flush", Root::alone, 1, power),
        needs("R6_3_of_an_earlier_run_of_the_primary", Root::promoted_again, 1, power, 1, 1),
        needs("R6_2_after_the_certificate", Root::alone, 1, power),
        needs("R6_4_keeps_the_mark_beside_the_certificate", Root::forked, 0, 0, 3, 2),
        needs("H3_records_are_not_repaired", Root::running_pair, 1, power),
        needs("H10_async_certificate_taken_for_sync", Root::running_pair, 1, power),
        needs("certificate_without_run", Root::switched, 2, power | demoted, 1, 2),
        needs("H4_run_kept_over_promote_and_demote", Root::switched, 2, power | demoted, 1, 2),
        needs("R1_with_one_position", Root::held_loss, 0, 0, 2, 2),
        needs("H5_R1_by_a_position_of_another_run", Root::both_down, 1, bit(Event::crash), 2, 2),
        needs("R1_by_the_length_alone", Root::forked, 0, 0),
        needs("H12_R1_though_somebody_is_certified", Root::running_pair, 2, power | demoted, 1, 2),
        needs("H6_R4_leaves_the_peers_certificate", Root::running_pair, 2, power | demoted, 1, 2),
        needs("guard_off", Root::held_loss, 0, 0, 2, 2),
        needs("H2_R2b_by_the_record", Root::cut_off, 0, 0, 1, 2),
        needs("R2b_while_in_sync", Root::held_loss, 0, 0, 2, 2),
        needs("H11_R2b_beside_a_pending_peer", Root::held_loss, 0, 0, 2, 2),
        needs("R2b_beside_a_peer_whose_pacemaker_has_yet_to_follow", Root::held_loss, 1, power, 2, 2),
        needs("R2b_without_quorum", Root::held_loss, 0, 0, 2, 2),
        needs("R2c_though_the_peer_was_promoted", Root::running_pair, 2, power | bit(Event::ordered_stop), 1, 2),
        needs("R1_a_recovery_hides_its_mark", Root::overridden, 2, power | bit(Event::slow_down), 2, 1),
        needs("R2c_yields_though_the_server_was_opened", Root::running_pair, 2, power | crash, 1, 2),
        needs("R0_start_without_standby_signal", Root::both_down, 0, 0),
        needs("H7_promotions_are_not_told_apart", Root::overridden, 1, power, 2, 1),
        needs("R9_a_passed_over_directory_follows", Root::outgrown, 1, power, 3, 1),
        needs("R9_the_worker_does_not_stop_the_server", Root::forked, 0, 0),
        needs("R9_a_rewind_is_not_saved_before", Root::beaten, 0, 0, 3, 1),
        needs("R9_a_rewind_that_was_cut_short_is_forgotten", Root::beaten, 1, bit(Event::kill_worker), 3, 1),
        needs("stop_believes_that_nothing_runs", Root::running_pair, 1, bit(Event::ordered_stop)),
        needs("no_fencing", Root::running_pair, 1, cut),
        needs("no_single_database", Root::strangers, 0, 0),
        needs("a_run_outlives_its_boot", Root::running_pair, 1, power, 2, 2),
    };
}

/// What else a mutation needs.
void prepare(Plan& plan)
{
    const auto is = [&plan](const char* name)
    {
        return plan.name == name;
    };
    plan.has_fencing = !is("no_fencing");
    plan.is_delay_void = is("H9_delay_shorter_than_a_loss_is_noticed");
    plan.has_lag = plan.is_delay_void || is("H8_R5_2_across_a_stall") || is("R5_2_without_its_delay");
    plan.has_wait_for_all =
        !is("H2_R2b_by_the_record") && !is("R2b_while_in_sync") && !is("R6_4_keeps_the_mark_beside_the_certificate");
    plan.does_run_outlive_boot = plan.does_boot_start_servers = is("a_run_outlives_its_boot");
    plan.is_quorum_ignored = is("R2b_without_quorum");
    plan.does_pacemaker_follow = is("R2b_beside_a_peer_whose_pacemaker_has_yet_to_follow");
    plan.is_pending_used = is("H11_R2b_beside_a_pending_peer");
    plan.is_newest_record_kept = plan.root == Root::overridden || plan.root == Root::outgrown ||
                                 is("H11_R2b_beside_a_pending_peer") || plan.does_pacemaker_follow;
    if (is("R10_strict_goes_alone") || is("R6_3_of_an_earlier_run_of_the_primary"))
        plan.mode = ReplicationMode::strict;
    if (is("H10_async_certificate_taken_for_sync"))
    {
        plan.mode = ReplicationMode::async;
        plan.most_mode_changes = 1;
    }
    if (plan.does_pacemaker_follow || is("R2b_without_quorum") || is("H11_R2b_beside_a_pending_peer") ||
        is("H6_R4_leaves_the_peers_certificate"))
        plan.most_overrides = 1;
}

Plan plan_of(const Mutation& mutation)
{
    Plan plan;
    for (const Needs& each : all_needs())
    {
        if (mutation.name != each.name)
            continue;
        plan.name = mutation.name;
        plan.root = each.root;
        plan.most_faults = each.faults;
        plan.faults = each.kinds;
        plan.most_commits = each.commits;
        plan.most_promotions = each.promotions;
        plan.has_pauses = false;
        plan.has_lag = false;
        plan.most_states = is_harmless(plan.name) ? 300'000 : 5'000'000;
        prepare(plan);
        return plan;
    }
    throw std::logic_error{"no plan for mutation " + mutation.name};
}

} // namespace

std::vector<Mutant> mutants()
{
    Mutations list;
    add_mutations_of_sync(list);
    add_mutations_of_promotion(list);
    // What was wrong before is what breaks a promise later.
    const std::set<std::string> of_before{"H4_run_kept_over_promote_and_demote",
                                          "R6_4_keeps_the_mark_beside_the_certificate"};
    std::vector<Mutant> all;
    for (Mutation& mutation : list.all)
    {
        const Plan plan = plan_of(mutation);
        const bool is_of_before = of_before.contains(plan.name);
        all.push_back({std::move(mutation), plan, is_of_before, is_harmless(plan.name)});
    }
    return all;
}

} // namespace pgtwin::test::pair
