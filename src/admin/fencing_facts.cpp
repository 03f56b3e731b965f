// SPDX-License-Identifier: GPL-2.0-or-later
#include "fencing_facts.hpp"

#include <algorithm>

#include "event_facts.hpp"

namespace pgtwin::admin
{
namespace
{

using report::DeviceState;
using report::FencingDevice;
using report::FencingFacts;

/// The device fails where its newest operation of all has failed, and has not succeeded elsewhere since.
const crm::OperationResult* newest_of(const crm::ResourceView& resources, const std::string& id)
{
    const crm::OperationResult* newest = nullptr;
    for (const crm::OperationResult& each : resources.history)
    {
        const bool is_probe = each.operation == "monitor" && each.interval.count() == 0;
        if (each.resource != id || each.is_pending || is_probe || each.operation == "stop")
            continue;
        if (newest == nullptr || each.when >= newest->when)
            newest = &each;
    }
    return newest;
}

std::string problem_of(const crm::OperationResult& failed)
{
    const std::string what = failed.operation + " on " + failed.node + ": ";
    if (!failed.reason.empty())
        return what + failed.reason;
    return what + (failed.has_timed_out ? "time-out" : "exit code " + std::to_string(failed.exit_code));
}

FencingDevice device_of(const crm::ResourceView& resources, const crm::FencingDevice& device)
{
    const auto target = device.meta.find("target-role");
    if (target != device.meta.end() && target->second == "Stopped")
        return {device.id, DeviceState::disabled, {}};
    const crm::OperationResult* const newest = newest_of(resources, device.id);
    if (newest != nullptr && newest->has_failed())
        return {device.id, DeviceState::failed, problem_of(*newest)};
    return {device.id, DeviceState::usable, {}};
}

report::FencingState state_of(crm::FencingState state)
{
    switch (state)
    {
    case crm::FencingState::done:
        return report::FencingState::done;
    case crm::FencingState::failed:
        return report::FencingState::failed;
    case crm::FencingState::running:
        break;
    }
    return report::FencingState::running;
}

bool is_in(const report::PairFacts& facts, const std::string& node)
{
    return std::any_of(facts.nodes.begin(), facts.nodes.end(),
                       [&](const report::NodeFacts& each) { return each.name == node; });
}

std::string outcome_of(const FencingFacts& fencing)
{
    const std::string origin = fencing.origin.empty() ? "" : ", asked for by " + fencing.origin;
    if (fencing.state == report::FencingState::failed && !fencing.reason.empty())
        return fencing.action + origin + ": " + fencing.reason;
    return fencing.action + origin;
}

} // namespace

std::vector<FencingDevice> devices_of(const crm::ResourceView& resources)
{
    std::vector<FencingDevice> devices;
    for (const crm::FencingDevice& device : resources.fencing_devices)
        devices.push_back(device_of(resources, device));
    return devices;
}

Seen<std::vector<FencingFacts>> fencing_of(const ClusterLook& look)
{
    if (!look.fencing)
        return Seen<std::vector<FencingFacts>>::unknown(look.fencing.why());
    std::vector<FencingFacts> all;
    for (const crm::Fencing& each : *look.fencing)
        all.push_back({each.target, each.action, each.origin, state_of(each.state), each.ended, each.reason});
    return all;
}

void add_fencing(report::PairFacts& facts)
{
    if (!facts.cluster.fencing)
        return;
    const FencingFacts* before = nullptr;
    for (const FencingFacts& each : *facts.cluster.fencing)
    {
        const bool is_again = before != nullptr && before->target == each.target && before->state == each.state;
        before = &each;
        if (!each.ended || is_again || !is_in(facts, each.target))
            continue;
        const bool has_failed = each.state == report::FencingState::failed;
        facts.events.push_back(
            {*each.ended, each.target, has_failed ? "fencing failed" : "fenced", outcome_of(each), false});
    }
    sort_events(facts);
}

} // namespace pgtwin::admin
