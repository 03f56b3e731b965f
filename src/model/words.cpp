// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/model/words.hpp"

namespace pgtwin
{

std::string_view name_of(Role role)
{
    return role == Role::primary ? "primary" : "standby";
}

std::string_view name_of(Membership membership)
{
    switch (membership)
    {
    case Membership::online:
        return "online";
    case Membership::pending:
        return "joining";
    case Membership::left:
        return "left";
    case Membership::unclean:
        return "lost";
    case Membership::offline:
        break;
    }
    return "offline";
}

std::string_view name_of(DataStatus status)
{
    switch (status)
    {
    case DataStatus::primary:
        return "primary";
    case DataStatus::in_sync:
        return "in-sync";
    case DataStatus::stale:
        return "stale";
    case DataStatus::none:
        break;
    }
    return "none";
}

} // namespace pgtwin
