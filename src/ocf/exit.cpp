// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/ocf/exit.hpp"

namespace pgtwin::ocf
{
namespace
{

/// What a reason says, whatever the goal was.
enum class Meaning
{
    reached,            ///< a goal other than a look: success
    standby,            ///< runs as a standby, all is well
    primary,            ///< runs as the primary, all is well
    lonely_primary,     ///< runs as the primary, without redundancy
    impaired_standby,   ///< active, and no use as a standby yet
    stopped,            ///< not running, and cleanly so
    crashed_primary,    ///< not running, and was a primary
    failed,             ///< anything soft: may be better next time
    wrong_on_this_node, ///< value, setting or directory that only this node has
    not_permitted,
    not_installed,
};

Meaning meaning_of(Reason reason)
{
    switch (reason)
    {
    case Reason::started:
    case Reason::started_rebuilding:
    case Reason::started_waiting_for_primary:
    case Reason::started_recovering:
    case Reason::already_primary:
    case Reason::stopped:
    case Reason::already_stopped:
    case Reason::promoted:
    case Reason::promoted_alone_by_operator:
    case Reason::demoted:
    case Reason::demoted_left_stopped:
    case Reason::already_standby:
    case Reason::notified:
    case Reason::reloaded:
    case Reason::rebuilt:
    case Reason::valid:
        return Meaning::reached;
    case Reason::running_standby:
        return Meaning::standby;
    case Reason::running_primary:
        return Meaning::primary;
    case Reason::primary_without_standby:
        return Meaning::lonely_primary;
    case Reason::rebuilding:
    case Reason::waiting_for_primary:
    case Reason::recovering:
        return Meaning::impaired_standby;
    case Reason::not_running:
        return Meaning::stopped;
    case Reason::primary_crashed:
        return Meaning::crashed_primary;
    case Reason::directory_foreign:
    case Reason::directory_incomplete:
    case Reason::wrong_major_version:
    case Reason::critical_setting:
    case Reason::wrong_setting:
    case Reason::passfile_missing:
        return Meaning::wrong_on_this_node;
    case Reason::passfile_not_private:
    case Reason::directory_not_accessible:
        return Meaning::not_permitted;
    case Reason::program_missing:
    case Reason::user_missing:
        return Meaning::not_installed;
    case Reason::standby_crashed:
    case Reason::server_silent:
    case Reason::peer_is_primary:
    case Reason::peer_position_missing:
    case Reason::peer_position_better:
    case Reason::diverged:
    case Reason::different_systems:
    case Reason::stale_alone:
    case Reason::no_quorum_alone:
    case Reason::peer_recorded_primary:
    case Reason::left_as_standby:
    case Reason::nothing_to_promote:
    case Reason::shutdown_checkpoint_missing:
    case Reason::not_a_member:
    case Reason::server_unknown:
    case Reason::cluster_unknown:
    case Reason::state_unreadable:
    case Reason::directory_unknown:
    case Reason::deadline_reached:
    case Reason::cannot_start:
    case Reason::cannot_stop:
    case Reason::cannot_promote:
    case Reason::cannot_demote:
    case Reason::cannot_record:
    case Reason::cannot_save_state:
    case Reason::cannot_launch_worker:
    case Reason::cannot_configure_standby:
    case Reason::rebuild_no_source:
    case Reason::rebuild_wrong_system:
    case Reason::rebuild_source_not_primary:
    case Reason::rebuild_version_differs:
    case Reason::rebuild_no_space:
    case Reason::rebuild_no_slot:
    case Reason::rebuild_copy_failed:
    case Reason::rebuild_swap_failed:
        return Meaning::failed;
    }
    return Meaning::failed;
}

OcfExit monitored(Meaning meaning)
{
    switch (meaning)
    {
    case Meaning::standby:
        return OcfExit::success;
    case Meaning::primary:
        return OcfExit::running_promoted;
    case Meaning::lonely_primary:
        return OcfExit::degraded_promoted;
    case Meaning::impaired_standby:
        return OcfExit::degraded;
    case Meaning::stopped:
        return OcfExit::not_running;
    case Meaning::crashed_primary:
        return OcfExit::failed_promoted;
    case Meaning::wrong_on_this_node:
        return OcfExit::arguments;
    case Meaning::not_permitted:
        return OcfExit::permission;
    case Meaning::not_installed:
        return OcfExit::not_installed;
    case Meaning::reached:
    case Meaning::failed:
        return OcfExit::generic;
    }
    return OcfExit::generic;
}

/// A probe knows no degraded service, and a node that cannot run the server does not run it.
OcfExit probed(Meaning meaning)
{
    switch (meaning)
    {
    case Meaning::lonely_primary:
        return OcfExit::running_promoted;
    case Meaning::impaired_standby:
        return OcfExit::success;
    case Meaning::wrong_on_this_node:
    case Meaning::not_installed:
        return OcfExit::not_running;
    case Meaning::standby:
    case Meaning::primary:
    case Meaning::stopped:
    case Meaning::crashed_primary:
    case Meaning::not_permitted:
    case Meaning::reached:
    case Meaning::failed:
        return monitored(meaning);
    }
    return OcfExit::generic;
}

OcfExit changed(Meaning meaning)
{
    switch (meaning)
    {
    case Meaning::reached:
        return OcfExit::success;
    case Meaning::wrong_on_this_node:
        return OcfExit::arguments;
    case Meaning::not_permitted:
        return OcfExit::permission;
    case Meaning::not_installed:
        return OcfExit::not_installed;
    case Meaning::standby:
    case Meaning::primary:
    case Meaning::lonely_primary:
    case Meaning::impaired_standby:
    case Meaning::stopped:
    case Meaning::crashed_primary:
    case Meaning::failed:
        return OcfExit::generic;
    }
    return OcfExit::generic;
}

OcfExit invalid(config::Scope scope)
{
    return scope == config::Scope::this_node ? OcfExit::arguments : OcfExit::not_configured;
}

} // namespace

OcfExit exit_for(Goal goal, Reason reason)
{
    const Meaning meaning = meaning_of(reason);
    switch (goal)
    {
    case Goal::monitor:
        return monitored(meaning);
    case Goal::probe:
        return probed(meaning);
    case Goal::notify:
        return OcfExit::success;
    case Goal::start:
    case Goal::promote:
    case Goal::demote:
    case Goal::reload:
    case Goal::validate:
        return changed(meaning);
    case Goal::stop:
    case Goal::rebuild:
        return meaning == Meaning::reached ? OcfExit::success : OcfExit::generic;
    }
    return OcfExit::generic;
}

std::optional<OcfExit> refusal_for(Goal goal, config::Scope scope)
{
    switch (goal)
    {
    case Goal::stop:
    case Goal::demote:
    case Goal::notify:
        return std::nullopt;
    case Goal::probe:
        return scope == config::Scope::this_node ? OcfExit::not_running : OcfExit::not_configured;
    case Goal::start:
    case Goal::promote:
    case Goal::monitor:
    case Goal::reload:
    case Goal::rebuild:
    case Goal::validate:
        return invalid(scope);
    }
    return invalid(scope);
}

bool is_good(OcfExit code)
{
    switch (code)
    {
    case OcfExit::success:
    case OcfExit::not_running:
    case OcfExit::running_promoted:
        return true;
    case OcfExit::generic:
    case OcfExit::arguments:
    case OcfExit::unimplemented:
    case OcfExit::permission:
    case OcfExit::not_installed:
    case OcfExit::not_configured:
    case OcfExit::failed_promoted:
    case OcfExit::degraded:
    case OcfExit::degraded_promoted:
        return false;
    }
    return false;
}

} // namespace pgtwin::ocf
