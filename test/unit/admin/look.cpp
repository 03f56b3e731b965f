// SPDX-License-Identifier: GPL-2.0-or-later
#include "look.hpp"

namespace pgtwin::admin
{

using report::PairFacts;

std::string attribute(const std::string& name, const std::string& value)
{
    return "<nvpair id=\"i-" + name + "\" name=\"" + name + "\" value=\"" + value + "\"/>";
}

std::string node_state(const std::string& id, bool is_member, const std::string& attributes, const std::string& history)
{
    const std::string state = is_member ? "in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\""
                                        : "in_ccm=\"false\" crmd=\"offline\" join=\"member\" expected=\"member\"";
    return "<node_state id=\"" + id + "\" uname=\"psql" + id + "\" " + state + "><transient_attributes id=\"" + id +
           "\"><instance_attributes id=\"a" + id + "\">" + attributes +
           "</instance_attributes></transient_attributes><lrm id=\"" + id + "\"><lrm_resources>" + history +
           "</lrm_resources></lrm></node_state>";
}

std::string operation(const std::string& name, int call, int code, int expected, const std::string& reason)
{
    return "<lrm_rsc_op id=\"" + name + std::to_string(call) + "\" operation=\"" + name +
           "\" transition-key=\"1:1:" + std::to_string(expected) + ":x\" call-id=\"" + std::to_string(call) +
           "\" rc-code=\"" + std::to_string(code) + "\" op-status=\"0\" interval=\"0\" last-rc-change=\"" +
           std::to_string(1000 + call) + "\" exec-time=\"5\" exit-reason=\"" + reason + "\"/>";
}

std::string history(const std::string& resource, const std::string& operations)
{
    return "<lrm_resource id=\"" + resource + "\">" + operations + "</lrm_resource>";
}

std::string running(const std::string& name)
{
    return "<lrm_rsc_op id=\"" + name + "\" operation=\"" + name +
           "\" transition-key=\"1:1:0:x\" call-id=\"-1\" rc-code=\"193\" op-status=\"-1\" interval=\"0\" "
           "last-rc-change=\"1900\" exec-time=\"0\"/>";
}

Expected<ClusterLook> look_of(const std::string& states, const Configuration& configuration)
{
    const std::string xml =
        "<cib have-quorum=\"1\"><configuration><crm_config/><nodes><node id=\"1\" uname=\"psql1\"/>"
        "<node id=\"2\" uname=\"psql2\"><instance_attributes id=\"n2\"><nvpair id=\"n2-d\" name=\"db-data-status\" "
        "value=\"stale\"/></instance_attributes></node></nodes><resources>" +
        configuration.fencing + "<clone id=\"db-clone\"><meta_attributes id=\"m\">" + configuration.meta +
        "</meta_attributes><primitive id=\"db\" "
        "class=\"ocf\" "
        "provider=\"heartbeat\" type=\"pgtwin\"><operations>" +
        configuration.operations +
        "</operations></primitive></clone><primitive id=\"vip\" class=\"ocf\" provider=\"heartbeat\" "
        "type=\"IPaddr2\"/></resources><constraints><rsc_colocation id=\"c\" rsc=\"vip\" with-rsc=\"db-clone\" "
        "with-rsc-role=\"Promoted\"/>" +
        configuration.constraints + "</constraints></configuration><status>" + states + "</status></cib>";
    auto resources = crm::ResourceView::parse(xml);
    auto status = crm::Cib::parse(xml);
    if (!resources || !status)
        return Error{ErrorKind::malformed, "the test's CIB"};
    return ClusterLook{crm::CibSource::live, {}, "psql1", *std::move(resources), *std::move(status)};
}

Target target_in(const Expected<ClusterLook>& look)
{
    Target made = target();
    if (look)
        made.resource = look->resources.pairs.front();
    return made;
}

Target target()
{
    Target made;
    made.resource.id = "db";
    made.resource.clone = "db-clone";
    made.params.slot_name = "ha_slot";
    made.self = "psql1";
    made.peer = "psql2";
    return made;
}

Expected<ClusterLook> healthy_look(const std::string& certified)
{
    return look_of(
        node_state("1", true, attribute("db-run", primary_run), history("vip", operation("start", 9, 0, 0))) +
        node_state("2", true, attribute("db-run", standby_run) + attribute("db-certified", certified), ""));
}

ServerStatus primary_status()
{
    ServerStatus status;
    status.role = Role::primary;
    status.timeline = Timeline{3};
    status.end = Lsn{2000};
    status.sync_standby_names = "\"psql2\"";
    status.peer_sender = WalSender{"streaming", "sync", Lsn{1900}, Lsn{1500}};
    status.slot = Slot{true, "reserved", 500};
    return status;
}

ServerLooks looks_of(const ServerStatus& status)
{
    ServerLooks looks;
    looks.server = ServerLook{Processes::postmaster, Answer::ready, status};
    return looks;
}

ServerLooks primary_looks()
{
    return looks_of(primary_status());
}

ServerLooks lonely_looks()
{
    ServerStatus status = primary_status();
    status.peer_sender.reset();
    return looks_of(status);
}

PairFacts facts_of(const Expected<ClusterLook>& look, const ServerLooks& looks)
{
    PairFacts facts = cluster_facts(target_in(look), look, now);
    add_servers(facts, target_in(look), look, looks);
    return facts;
}

ServerLooks standby_looks()
{
    const ServerStatus status;
    return looks_of(status);
}

Identity primary_identity()
{
    Identity identity;
    identity.role = Role::primary;
    identity.history.timeline = Timeline{3};
    identity.end = Lsn{2000};
    return identity;
}

pg::PeerPart primary_part()
{
    pg::PeerPart part;
    part.started = std::chrono::seconds{100};
    part.sync_names = "\"psql1\"";
    part.slot = Slot{true, "extended", 700};
    part.sender = pg::OwnSender{std::chrono::seconds{400}, "192.0.2.11", "", ""};
    part.changes.settings_written = std::chrono::seconds{500};
    return part;
}

Expected<ClusterLook> look_on_the_standby()
{
    return look_of(node_state("1", true, attribute("db-run", standby_run), "") +
                   node_state("2", true, attribute("db-run", primary_run), ""));
}

HistoryEntry entry(int when, const std::string& action, std::vector<std::string> steps)
{
    HistoryEntry made;
    made.when = std::chrono::seconds{when};
    made.action = action;
    made.steps = std::move(steps);
    return made;
}

} // namespace pgtwin::admin
