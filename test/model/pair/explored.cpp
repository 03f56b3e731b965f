// SPDX-License-Identifier: GPL-2.0-or-later
#include "explored.hpp"

namespace pgtwin::test::pair
{
namespace
{

using decide::Rule;

const Events power = bit(Event::power_loss);
const Events cut = bit(Event::network_down);
const Events blocked = bit(Event::replication_blocked);
const Events crash = bit(Event::crash);
const Events kills = events({Event::kill, Event::kill_worker});
const Events losses = events({Event::wipe, Event::tear, Event::crash});
const Events orders = events({Event::ordered_demote, Event::ordered_stop, Event::leave});

void nothing_else(Plan&) {}

void set_quorum_of_one(Plan& plan)
{
    plan.has_wait_for_all = false;
}

void set_ignored_quorum(Plan& plan)
{
    plan.is_quorum_ignored = true;
}

void set_an_operator(Plan& plan)
{
    plan.most_overrides = 1;
    plan.is_newest_record_kept = true;
}

void set_newest_record(Plan& plan)
{
    plan.is_newest_record_kept = true;
    plan.has_pauses = false;
}

void set_strict(Plan& plan)
{
    plan.mode = ReplicationMode::strict;
}

void set_async(Plan& plan)
{
    plan.mode = ReplicationMode::async;
}

void set_changing_mode(Plan& plan)
{
    plan.most_mode_changes = 2;
    plan.has_lag = false;
}

void set_servers_at_boot(Plan& plan)
{
    plan.does_boot_start_servers = true;
    plan.has_pauses = false;
}

void set_ban(Plan& plan)
{
    plan.has_pauses = false;
    plan.has_lag = false;
    plan.is_second_banned = true;
    plan.has_standoffs = true;
}

void set_standoffs(Plan& plan)
{
    plan.has_pauses = false;
    plan.has_standoffs = true;
}

void set_pacemaker_apart(Plan& plan)
{
    plan.does_pacemaker_follow = true;
    plan.has_pauses = false;
    plan.is_newest_record_kept = true;
}

void set_deep(Plan& plan)
{
    plan.has_pauses = false;
    plan.has_lag = false;
}

void set_wide_failures(Plan& plan)
{
    set_deep(plan);
    plan.has_wide_failures = true;
}

constexpr std::size_t many = 600'000;
constexpr std::size_t fewer = 300'000;

/// Keeps the rows below from being aligned into one another.
Explored row(const char* sentence, Root root, int faults, Events kinds)
{
    return {sentence, root, faults, kinds, 1, 2, {}, nothing_else, many, {}};
}

Explored with(Explored explored, std::vector<Rule> rules, void (*change)(Plan&) = nothing_else)
{
    explored.rules = std::move(rules);
    explored.change = change;
    return explored;
}

Explored counting(Explored explored, int commits, int promotions)
{
    explored.commits = commits;
    explored.promotions = promotions;
    return explored;
}

/// What is near to another row.
Explored briefly(Explored explored)
{
    explored.most_states = fewer;
    return explored;
}

Explored showing(Explored explored, const char* rule, std::vector<const char*> steps)
{
    for (const char* const step : steps)
        explored.deeds.push_back({rule, step});
    return explored;
}

Explored needing(Explored explored, Reason human)
{
    explored.human = human;
    return explored;
}

std::vector<Explored> from_the_beginning()
{
    return {
        showing(
            with(row("first_deployment", Root::first_deployment, 1, power | cut | crash | kills), {Rule::first_run}),
            "R3", {"promote: set mark"}),
        needing(row("two_databases", Root::two_databases, 1, power | cut | kills), Reason::different_systems),
    };
}

std::vector<Explored> from_a_running_pair()
{
    const Root pair = Root::running_pair;
    return {
        with(row("running_pair", pair, 2, power | cut | crash | kills), {Rule::certified}),
        counting(with(row("running_pair_in_depth", pair, 2, power | cut), {Rule::certified}, set_deep), 2, 2),
        showing(showing(with(row("orders", pair, 2, orders | kills), {Rule::certified}), "R7",
                        {"promote: record data status", "promote: set mark", "promote: publish run"}),
                "R8", {"demote: stop server (fast)", "demote: start server"}),
        showing(with(row("hung_servers", pair, 2, bit(Event::hang) | blocked | crash), {Rule::certified}, set_deep),
                "R5",
                {"monitor: remove certificate", "monitor: note look", "monitor: set mark", "monitor: empty names"}),
        showing(needing(with(row("torn_directories", pair, 2, losses | bit(Event::kill_worker)), {}, set_deep),
                        Reason::stale_alone),
                "R9", {"rebuild: take base backup", "rebuild: swap directories"}),
        showing(with(row("strict", pair, 2, power | blocked | crash), {Rule::certified}, set_strict), "R10",
                {"promote: set names"}),
        showing(counting(with(row("async", pair, 2, power | cut | crash), {Rule::certified}, set_async), 2, 2), "R11",
                {"monitor: set mark"}),
        showing(
            counting(with(row("changing_mode", pair, 1, power | crash), {Rule::certified}, set_changing_mode), 1, 1),
            "R11", {"monitor: grant asynchronous"}),
        briefly(showing(counting(with(row("the_standby_may_not_be_promoted", pair, 2, power | crash | cut),
                                      {Rule::compared}, set_ban),
                                 2, 2),
                        "R1", {"monitor: remove certificate"})),
        briefly(counting(with(row("the_standby_is_promoted_late", pair, 1, power | crash | cut),
                              {Rule::compared, Rule::certified}, set_standoffs),
                         1, 2)),
        showing(counting(with(row("only_pacemaker_ends", Root::left, 2, power | crash | cut | bit(Event::quit)),
                              {Rule::alone}, set_pacemaker_apart),
                         2, 2),
                "R2b", {"monitor: publish that it is alone"}),
        counting(row("alone", Root::alone, 1, power | cut | crash | kills), 1, 1),
        showing(counting(with(row("alone_until_its_peer_is_back", Root::alone, 0, 0), {}, set_deep), 1, 0), "R6",
                {"monitor: set names", "monitor: note proof", "monitor: remove mark", "monitor: grant"}),
        counting(with(row("after_a_switchover", Root::switched, 1, power | crash | kills), {Rule::certified}), 1, 1),
        briefly(with(row("a_certificate_that_no_cib_shows_yet", Root::granted, 2, power | blocked), {Rule::certified},
                     set_deep)),
        briefly(counting(with(row("a_primary_that_crashed_before_its_certificate_was_seen", Root::granted_in_vain, 1,
                                  power | blocked),
                              {Rule::compared}, set_deep),
                         1, 2)),
    };
}

std::vector<Explored> from_the_dark()
{
    const Root dark = Root::both_down;
    const Root pair = Root::running_pair;
    return {
        showing(with(row("cold_boot", dark, 1, power | crash | kills), {Rule::compared}, set_deep), "R0",
                {"start: save state", "start: publish run", "start: start server"}),
        with(row("a_node_that_cannot_start", dark, 1, bit(Event::failing_step)),
             {Rule::compared, Rule::peer_cannot_start}, set_deep),
        with(row("servers_that_the_boot_starts", dark, 1, power | cut), {Rule::compared}, set_servers_at_boot),
        counting(with(row("former_primary_that_the_boot_starts", Root::held_loss, 1, power | cut), {Rule::alone},
                      set_servers_at_boot),
                 2, 2),
        counting(with(row("power_losses_where_the_boot_starts_servers", pair, 2, power), {Rule::certified},
                      set_servers_at_boot),
                 1, 1),
        with(row("ignored_quorum", dark, 1, power | cut), {Rule::compared}, set_ignored_quorum),
        counting(
            with(row("stale_standby", Root::held_loss, 1, power | crash | kills), {Rule::alone}, set_quorum_of_one), 2,
            2),
        counting(with(row("two_histories", Root::forked, 1, power | crash), {Rule::compared}), 3, 1),
        showing(counting(with(row("former_primary", Root::beaten, 1, power | cut | kills), {}, set_deep), 3, 1), "R9",
                {"start: launch worker, diverged", "rebuild: rehearse a rewind", "rebuild: rewind"}),
        showing(counting(with(row("a_server_that_recovers_without_end", Root::held_loss, 2,
                                  power | bit(Event::slow_down) | crash),
                              {Rule::compared}, set_deep),
                         2, 2),
                "R1", {"start: publish unfinished position"}),
        showing(counting(with(row("a_promotion_that_cannot_open", Root::failed_promotion, 1, power | crash | kills),
                              {Rule::peer_cannot_start}, set_wide_failures),
                         1, 2),
                "R2c", {"stop: remove mark", "stop: record data status"}),
        counting(with(row("cut_off", Root::cut_off, 1, power | crash), {Rule::compared}, set_quorum_of_one), 2, 1),
    };
}

Explored after_an_override(const char* sentence, Root root, int commits)
{
    const Explored explored = with(row(sentence, root, 1, power | crash), {}, set_newest_record);
    return needing(counting(explored, commits, 1), Reason::diverged);
}

std::vector<Explored> with_an_operator()
{
    return {
        showing(needing(counting(with(row("operator", Root::held_loss, 1, power | crash), {Rule::operator_override},
                                      set_an_operator),
                                 2, 2),
                        Reason::diverged),
                "R4", {"promote: clear override"}),
        briefly(needing(counting(with(row("override_beside_a_worker", Root::copied_in_vain, 1, power),
                                      {Rule::operator_override}, set_an_operator),
                                 2, 1),
                        Reason::diverged)),
        after_an_override("after_an_override", Root::overridden, 2),
        after_an_override("long_after_an_override", Root::outgrown, 3),
    };
}

std::vector<Explored> all_explorations()
{
    std::vector<Explored> all;
    for (const auto& some : {from_the_beginning(), from_a_running_pair(), from_the_dark(), with_an_operator()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

} // namespace

const std::vector<Explored>& explorations()
{
    static const std::vector<Explored> all = all_explorations();
    return all;
}

Plan plan_of(const Explored& explored)
{
    Plan plan;
    plan.name = explored.sentence;
    plan.root = explored.root;
    plan.most_faults = explored.faults;
    plan.faults = explored.kinds;
    plan.most_commits = explored.commits;
    plan.most_promotions = explored.promotions;
    plan.most_states = explored.most_states / share;
    explored.change(plan);
    return plan;
}

} // namespace pgtwin::test::pair
