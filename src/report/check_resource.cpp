// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <charconv>

#include "checkup.hpp"
#include "pgtwin/config/actions.hpp"

namespace pgtwin::report
{
namespace
{

using enum AdviceLevel;
using std::chrono::milliseconds;

bool is_promoted(std::string_view role)
{
    return role == "Promoted" || role == "Master";
}

std::string seconds(milliseconds time)
{
    return std::to_string(time.count() / 1000) + "s";
}

std::string interval_of(milliseconds time)
{
    return time.count() == 0 ? "0" : seconds(time);
}

/// One operation again, with what the action table says; its interval is its own, by which the shells find it.
Advice operation_advice(const CheckupFacts& facts, Advice advice, const config::ActionSpec& spec,
                        const OperationFact* operation)
{
    const std::string interval = interval_of(operation == nullptr ? spec.interval : operation->interval);
    std::string options = std::string{spec.name} + " timeout=" + seconds(spec.timeout) + " interval=" + interval;
    if (!spec.role.empty())
        options += " role=" + std::string{spec.role};
    advice.pcs = "pcs resource update " + facts.resource + " op " + options;
    if (operation != nullptr)
        advice.crm = "crm configure set " + facts.resource + "." + std::string{spec.name} +
                     (operation->interval.count() == 0 ? "" : "." + interval) + ".timeout " + seconds(spec.timeout);
    else if (advice.id == "no-monitor")
        advice.crm = "crm configure monitor " + facts.resource + ":" + std::string{spec.role} + " " + interval + ":" +
                     seconds(spec.timeout);
    else
        advice.crm = "crm configure filter \"sed '$ s/$/ op " + options + "/'\" " + facts.resource;
    return advice;
}

/// What the cluster is to be told of: not what is run on demand.
bool is_configured(const config::ActionSpec& spec)
{
    return spec.goal && *spec.goal != Goal::validate && *spec.goal != Goal::reload;
}

const OperationFact* find_operation(const CheckupFacts& facts, const config::ActionSpec& spec)
{
    const auto is_same = [&](const OperationFact& operation)
    {
        const bool is_recurring = spec.interval.count() > 0;
        return operation.name == spec.name &&
               (!is_recurring ||
                (operation.interval.count() > 0 && is_promoted(operation.role) == is_promoted(spec.role)));
    };
    const auto found = std::find_if(facts.operations.begin(), facts.operations.end(), is_same);
    return found == facts.operations.end() ? nullptr : &*found;
}

std::string words_for(const config::ActionSpec& spec)
{
    return std::string{spec.name} + (spec.role.empty() ? "" : " of role " + std::string{spec.role});
}

/// Neither shell changes an attribute of one operation: they write all of it anew.
Advice changed_operation(Advice advice, const OperationFact& operation, const std::string& attribute,
                         const std::string& value)
{
    advice.crm = "cibadmin --modify --xml-text '<op id=\"" + operation.id + "\" " + attribute + "=\"" + value + "\"/>'";
    advice.pcs = advice.crm;
    return advice;
}

bool is_recovering(const OperationFact& operation)
{
    return operation.on_fail.empty() || operation.on_fail == "restart" || operation.on_fail == "fence" ||
           operation.on_fail == "demote";
}

void check_failures(const CheckupFacts& facts, Advices& found)
{
    for (const OperationFact& operation : facts.operations)
    {
        const std::string words = operation.name + (operation.role.empty() ? "" : " of role " + operation.role);
        if (operation.is_disabled)
            found.push_back(
                changed_operation({error, "disabled-operation", "", words + " is disabled",
                                   "Pacemaker does not run such a monitor, and takes no timeout from it", "", ""},
                                  operation, "enabled", "true"));
        const std::string what = words + " has on-fail=" + operation.on_fail;
        if (operation.name == "stop" && !operation.on_fail.empty() && operation.on_fail != "fence")
            found.push_back(
                changed_operation({error, "on-fail", "", what,
                                   "the node of a server that cannot be stopped is not fenced: nobody takes "
                                   "over, or the server runs on",
                                   "", ""},
                                  operation, "on-fail", "fence"));
        else if (!is_recovering(operation))
            found.push_back(
                changed_operation({warning, "on-fail", "", what,
                                   "what has failed so is not recovered, and perhaps nobody takes over", "", ""},
                                  operation, "on-fail", "restart"));
    }
}

void check_operation(const CheckupFacts& facts, const config::ActionSpec& spec, Advices& found)
{
    const OperationFact* const operation = find_operation(facts, spec);
    if (operation == nullptr && spec.interval.count() > 0)
        found.push_back(operation_advice(facts,
                                         {error, "no-monitor", "", "there is no " + words_for(spec),
                                          "what happens to the server in that role is not noticed", "", ""},
                                         spec, operation));
    else if (operation == nullptr || !operation->timeout)
        found.push_back(
            operation_advice(facts,
                             {warning, "default-timeout", "", words_for(spec) + " has no timeout of its own",
                              "the cluster's default, 20 s unless changed, may be too short", "", ""},
                             spec, operation));
    else if (*operation->timeout < spec.timeout)
        found.push_back(operation_advice(
            facts,
            {warning, "short-timeout", "",
             words_for(spec) + " may take " + seconds(*operation->timeout) + ", less than " + seconds(spec.timeout),
             "an action that does not end in time has failed; one of stop is followed by fencing", "", ""},
            spec, operation));
}

const OperationFact* monitor_of(const CheckupFacts& facts, bool promoted)
{
    const auto found = std::find_if(facts.operations.begin(), facts.operations.end(),
                                    [&](const OperationFact& each) {
                                        return each.name == "monitor" && each.interval.count() > 0 &&
                                               is_promoted(each.role) == promoted;
                                    });
    return found == facts.operations.end() ? nullptr : &*found;
}

milliseconds interval_for(bool promoted)
{
    const auto table = config::action_table();
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const config::ActionSpec& spec)
                                    { return spec.interval.count() > 0 && is_promoted(spec.role) == promoted; });
    return found->interval;
}

/// Neither shell can name one of two operations that differ by their roles only.
std::string interval_remedy(const OperationFact& promoted, const OperationFact& unpromoted)
{
    const bool is_promoted_right = promoted.interval == interval_for(true);
    const OperationFact& wrong = is_promoted_right ? unpromoted : promoted;
    return changed_operation({}, wrong, "interval", seconds(interval_for(!is_promoted_right))).crm;
}

void check_intervals(const CheckupFacts& facts, Advices& found)
{
    const OperationFact* const promoted = monitor_of(facts, true);
    const OperationFact* const unpromoted = monitor_of(facts, false);
    if (promoted != nullptr && unpromoted != nullptr && promoted->interval == unpromoted->interval)
    {
        const std::string remedy = interval_remedy(*promoted, *unpromoted);
        found.push_back({error, "same-interval", "", "both monitors have the interval " + seconds(promoted->interval),
                         "Pacemaker tells operations of one name by their interval and runs only one of them", remedy,
                         remedy});
    }
    if (promoted == nullptr || facts.params.rep_mode != ReplicationMode::sync ||
        promoted->interval * 2 < facts.params.sync_degrade_delay)
        return;
    const std::string least = std::to_string(promoted->interval.count() / 500 + 4);
    found.push_back({warning, "delay-below-interval", "",
                     "sync_degrade_delay is " + std::to_string(facts.params.sync_degrade_delay.count()) +
                         " s, not more than twice the interval of the monitor of role Promoted",
                     "commits go on without the standby only if a monitor has the time to look for the whole delay",
                     "crm resource param " + facts.resource + " set sync_degrade_delay " + least,
                     "pcs resource update " + facts.resource + " sync_degrade_delay=" + least});
}

void check_durations(const CheckupFacts& facts, Advices& found)
{
    for (const Duration& duration : facts.durations)
    {
        const auto operation =
            std::find_if(facts.operations.begin(), facts.operations.end(),
                         [&](const OperationFact& each) { return each.name == duration.operation && each.timeout; });
        if (operation == facts.operations.end() || duration.took * 2 < *operation->timeout)
            continue;
        const std::string twice = seconds(duration.took * 3);
        found.push_back({warning, "slow-operation", duration.node,
                         duration.operation + " took " + seconds(duration.took) + " of " + seconds(*operation->timeout),
                         "the next one may not end in time, and has failed then",
                         "crm configure set " + facts.resource + "." + duration.operation + ".timeout " + twice,
                         "pcs resource update " + facts.resource + " op " + duration.operation + " timeout=" + twice});
    }
}

void check_clone(const CheckupFacts& facts, Advices& found)
{
    if (facts.clone.empty() || !is_true(value_in(facts.meta, "promotable")))
    {
        const std::string options = "notify=true clone-max=2 promoted-max=1";
        found.push_back({error, "not-promotable", "", facts.resource + " is in no promotable clone",
                         "only one node would have a server, and none could be promoted",
                         facts.clone.empty() ? "crm configure clone " + facts.resource + "-clone " + facts.resource +
                                                   " meta promotable=true " + options
                                             : "crm resource meta " + facts.clone + " set promotable true",
                         facts.clone.empty() ? "pcs resource promotable " + facts.resource + " meta " + options
                                             : "pcs resource meta " + facts.clone + " promotable=true"});
        return;
    }
    if (!is_true(value_in(facts.meta, "notify")))
        found.push_back(
            meta_advice(facts,
                        {error, "notify-off", "", "notify is not true",
                         "the servers are not told what happens on the other node, and start refuses", "", ""},
                        "notify", "true"));
    const std::string max = value_in(facts.meta, "clone-max");
    if (max.empty() ? facts.cluster_nodes.size() > 2 : max != "2")
        found.push_back(meta_advice(facts,
                                    {warning, "clone-max", "", "clone-max is " + (max.empty() ? "not set" : max),
                                     "pgtwin is for two nodes", "", ""},
                                    "clone-max", "2"));
}

void check_maxima(const CheckupFacts& facts, Advices& found)
{
    for (const char* const name : {"promoted-max", "promoted-node-max", "clone-node-max"})
    {
        const std::string value = value_in(facts.meta, name);
        if (!value.empty() && value != "1")
            found.push_back(meta_advice(facts,
                                        {error, name, "", std::string{name} + " is " + value,
                                         "there must be one primary, and one server on each node", "", ""},
                                        name, "1"));
    }
    if (is_true(value_in(facts.meta, "globally-unique")))
        found.push_back(
            meta_advice(facts,
                        {error, "globally-unique", "", "globally-unique is true",
                         "Pacemaker numbers the servers, does not find their scores, and promotes nobody", "", ""},
                        "globally-unique", "false"));
}

void check_management(const CheckupFacts& facts, Advices& found)
{
    const char* const why = "nothing of it is started, stopped or promoted";
    if (is_false(value_in(facts.meta, "is-managed")))
        found.push_back(meta_advice(facts, {warning, "unmanaged", "", facts.resource + " is not managed", why, "", ""},
                                    "is-managed", "true"));
    if (is_true(value_in(facts.meta, "maintenance")))
        found.push_back(meta_advice(facts,
                                    {warning, "unmanaged", "", facts.resource + " is in maintenance mode", why, "", ""},
                                    "maintenance", "false"));
}

/// How many failures keep an instance off its node; 0: any number is tried again.
int threshold_in(const CheckupFacts& facts)
{
    const std::string text = value_in(facts.meta, "migration-threshold");
    int count = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
    constexpr int infinity = 1'000'000;
    return problem == std::errc{} && end == text.data() + text.size() && count < infinity ? count : 0;
}

/// Pacemaker takes a failed start for fatal, unless start-failure-is-fatal is off, and keeps it until it expires.
void check_retries(const CheckupFacts& facts, Advices& found)
{
    const int threshold = threshold_in(facts);
    if (threshold > 0)
        found.push_back(meta_advice(
            facts,
            {warning, "migration-threshold", "", "migration-threshold is " + std::to_string(threshold),
             "a server that has failed so often stays stopped until that expires, also the only one that has all data",
             "", ""},
            "migration-threshold", "INFINITY"));
    const bool expires = value_in(facts.meta, "failure-timeout").find_first_of("123456789") != std::string::npos;
    const bool is_tried_again = threshold == 0 && is_false(value_in(facts.properties, "start-failure-is-fatal"));
    if (expires || facts.clone.empty() || is_tried_again)
        return;
    found.push_back(
        meta_advice(facts,
                    {warning, "no-failure-timeout", "", "failure-timeout is not set",
                     "a server that could not start, as on a full disk, stays stopped until a cleanup", "", ""},
                    "failure-timeout", "60s"));
}

void check_addresses(const CheckupFacts& facts, Advices& found)
{
    if (facts.addresses.empty())
        found.push_back({warning, "no-address", "", "no address is placed with the primary",
                         "clients have to find the primary by themselves",
                         "crm configure colocation ADDRESS-with-primary inf: ADDRESS " + facts.clone + ":Promoted",
                         "pcs constraint colocation add ADDRESS with Promoted " + facts.clone});
    for (const AddressFact& address : facts.addresses)
    {
        if (!address.is_after_promotion)
            found.push_back(
                {warning, "address-before-promotion", "", address.id + " may start before the server is promoted",
                 "clients reach a standby, which refuses to write",
                 "crm configure order " + facts.clone + "-then-" + address.id + " Mandatory: " + facts.clone +
                     ":promote " + address.id + ":start symmetrical=false",
                 "pcs constraint order promote " + facts.clone + " then start " + address.id + " symmetrical=false"});
    }
    const auto is_named = [&](const AddressFact& each)
    {
        return each.address == facts.params.vip;
    };
    if (!facts.params.vip.empty() && !facts.addresses.empty() &&
        std::none_of(facts.addresses.begin(), facts.addresses.end(), is_named))
        found.push_back({warning, "another-address", "",
                         "parameter vip is " + facts.params.vip + ", and " + facts.addresses.front().id + " has " +
                             facts.addresses.front().address,
                         "it misleads whoever reads the configuration",
                         "crm resource param " + facts.resource + " set vip " + facts.addresses.front().address,
                         "pcs resource update " + facts.resource + " vip=" + facts.addresses.front().address});
}

void check_leftovers(const CheckupFacts& facts, Advices& found)
{
    for (const LeftoverFact& leftover : facts.leftovers)
    {
        const std::string node = leftover.node.empty() ? "a node" : leftover.node;
        const std::string deed = leftover.is_ban ? "keeps " + leftover.resource + " off " + node
                                                 : "draws " + leftover.resource + " to " + node;
        found.push_back({leftover.is_ban ? error : warning, leftover.is_ban ? "left-ban" : "left-move", "",
                         "constraint " + leftover.id + " " + deed,
                         leftover.is_ban ? "when the other node is lost, this one does not take over"
                                         : "after a failover it goes back there, which interrupts clients once more",
                         "crm resource clear " + leftover.resource, "pcs resource clear " + leftover.resource});
    }
}

void check_parameters(const CheckupFacts& facts, Advices& found)
{
    for (const std::string& text : facts.wrong_parameters)
        found.push_back({error, "wrong-parameter", "", text, "the resource does not start with it",
                         "crm resource param " + facts.resource + " set NAME VALUE",
                         "pcs resource update " + facts.resource + " NAME=VALUE"});
    for (const config::UnknownParam& param : facts.unknown_parameters)
        found.push_back({warning, "unknown-parameter", "", config::warning_of({param}),
                         "what it was meant to change stays as it is by default",
                         "crm resource param " + facts.resource + " delete " + param.name,
                         "pcs resource update " + facts.resource + " " + param.name + "="});
    if (facts.params.force_promotion)
        found.push_back({warning, "force-promotion", "", "force_promotion is true", "each promotion may lose commits",
                         "crm resource param " + facts.resource + " delete force_promotion",
                         "pcs resource update " + facts.resource + " force_promotion="});
}

} // namespace

Advice meta_advice(const CheckupFacts& facts, Advice advice, const std::string& name, const std::string& value)
{
    const std::string& owner = facts.own_meta.contains(name) ? facts.resource : facts.clone;
    advice.crm = "crm resource meta " + owner + " set " + name + " " + value;
    advice.pcs = "pcs resource meta " + owner + " " + name + "=" + value;
    return advice;
}

void check_resource(const CheckupFacts& facts, Advices& found)
{
    check_parameters(facts, found);
    check_clone(facts, found);
    check_maxima(facts, found);
    check_management(facts, found);
    check_retries(facts, found);
    for (const config::ActionSpec& spec : config::action_table())
        if (is_configured(spec))
            check_operation(facts, spec, found);
    check_failures(facts, found);
    check_intervals(facts, found);
    check_durations(facts, found);
    check_addresses(facts, found);
    check_leftovers(facts, found);
}

} // namespace pgtwin::report
