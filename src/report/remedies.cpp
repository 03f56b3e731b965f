// SPDX-License-Identifier: GPL-2.0-or-later
#include "remedies.hpp"

namespace pgtwin::report
{

std::string cleanup(const PairFacts& facts)
{
    return "crm_resource --cleanup -r " + facts.handle();
}

std::string clear_constraints(const PairFacts& facts)
{
    return "crm_resource --clear -r " + facts.handle();
}

std::string end_maintenance()
{
    return "crm_attribute --name maintenance-mode --update false";
}

std::string end_maintenance_of(const NodeFacts& node)
{
    return "crm_attribute --node " + node.name + " --name maintenance" +
           (node.is_maintenance_until_reboot ? " --lifetime reboot" : "") + " --delete";
}

std::string manage(const PairFacts& facts)
{
    const std::string meta = "crm_resource -r " + facts.management_owner + " --meta ";
    const bool is_maintenance = facts.management && *facts.management == Management::maintenance;
    return meta + (is_maintenance ? "--set-parameter maintenance --parameter-value false"
                                  : "--set-parameter is-managed --parameter-value true");
}

std::string start_resource(const PairFacts& facts)
{
    return "crm_resource -r " + facts.target_role_owner +
           " --meta --set-parameter target-role --parameter-value Started";
}

std::string take_out(const NodeFacts& node)
{
    return "crm_standby --node " + node.name + " --update on";
}

std::string bring_back(const NodeFacts& node)
{
    return "crm_standby --node " + node.name +
           (node.is_standby_until_reboot ? " --lifetime reboot --delete" : " --update off");
}

std::string confirm_off(const NodeFacts& node)
{
    return "stonith_admin --confirm " + node.name;
}

std::string accept_loss(const PairFacts& facts, const NodeFacts& node)
{
    return "on " + node.name + ": pgtwin accept-data-loss " + facts.resource;
}

std::string release_quorum()
{
    return "corosync-cmapctl -s quorum.cancel_wait_for_all u8 1";
}

} // namespace pgtwin::report
