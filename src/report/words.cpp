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

std::string_view name_of(CertificateMode mode)
{
    return mode == CertificateMode::async ? "async" : "sync";
}

} // namespace pgtwin::report
