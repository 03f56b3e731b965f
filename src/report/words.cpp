// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/report/words.hpp"

namespace pgtwin::report
{

std::string_view name_of(ServerState state)
{
    switch (state)
    {
    case ServerState::ready:
        return "ready";
    case ServerState::running:
        return "running";
    case ServerState::waiting:
        return "waiting";
    case ServerState::repairing:
        return "repairing";
    case ServerState::starting:
        return "starting";
    case ServerState::saturated:
        return "saturated";
    case ServerState::refusing:
        return "refusing";
    case ServerState::silent:
        return "silent";
    case ServerState::leftovers:
        return "leftovers";
    case ServerState::stopped:
        break;
    }
    return "stopped";
}

std::string_view name_of(const std::optional<Role>& role)
{
    return role ? name_of(*role) : "stopped";
}

std::string_view name_of(ReplicationMode mode)
{
    switch (mode)
    {
    case ReplicationMode::sync:
        return "sync";
    case ReplicationMode::async:
        return "async";
    case ReplicationMode::strict:
        break;
    }
    return "strict";
}

std::string_view name_of(Source source)
{
    switch (source)
    {
    case Source::live:
        return "live";
    case Source::saved:
        return "saved";
    case Source::absent:
        break;
    }
    return "none";
}

std::string_view name_of(DeviceState state)
{
    switch (state)
    {
    case DeviceState::disabled:
        return "disabled";
    case DeviceState::failed:
        return "failed";
    case DeviceState::usable:
        break;
    }
    return "usable";
}

std::string_view name_of(FencingState state)
{
    switch (state)
    {
    case FencingState::done:
        return "done";
    case FencingState::failed:
        return "failed";
    case FencingState::running:
        break;
    }
    return "running";
}

std::string_view name_of(Management management)
{
    switch (management)
    {
    case Management::unmanaged:
        return "unmanaged";
    case Management::maintenance:
        return "maintenance";
    case Management::managed:
        break;
    }
    return "managed";
}

std::string_view name_of(TargetRole role)
{
    switch (role)
    {
    case TargetRole::stopped:
        return "stopped";
    case TargetRole::unpromoted:
        return "unpromoted";
    case TargetRole::any:
        break;
    }
    return "any";
}

std::string_view name_of(ResyncPhase phase)
{
    switch (phase)
    {
    case ResyncPhase::copying:
        return "copying";
    case ResyncPhase::rewinding:
        return "rewinding";
    case ResyncPhase::waiting:
        return "waiting";
    case ResyncPhase::failed:
        return "failed";
    case ResyncPhase::preparing:
        break;
    }
    return "preparing";
}

std::string_view name_of(CertificateMode mode)
{
    return mode == CertificateMode::async ? "async" : "sync";
}

} // namespace pgtwin::report
