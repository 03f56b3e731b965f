// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/crm/cluster.hpp"

#include <algorithm>

#include "pgtwin/sys/clock.hpp"
#include "xml.hpp"

namespace pgtwin::crm
{
namespace
{

using std::chrono::milliseconds;

/// How long a reading is as good as a new one, which would take about as long.
constexpr milliseconds shelf_life{30};

/// Pauses until a deadline: short ones while an answer may come any moment, since a failover waits for it.
class Pauses
{
public:
    Pauses(Tools& tools, const Deadline& deadline) : tools_{tools}, deadline_{deadline} {}

    /// Waits a little; false once the deadline has passed.
    bool next()
    {
        if (deadline_.passed())
            return false;
        tools_.pause(std::min(++count_ < short_ones ? milliseconds{10} : milliseconds{100}, deadline_.left()));
        return true;
    }

private:
    static constexpr int short_ones = 60;

    Tools& tools_;
    Deadline deadline_;
    int count_ = 0;
};

/// The value in the output of `attrd_updater --query --output-as=xml`; the text form of 2.1 does not escape quotes.
Expected<std::string> queried_value(std::string_view xml, const std::string& name)
{
    const Expected<XmlDocument> document = parse_xml(xml, "the answer of attrd_updater");
    if (!document)
        return document.error();
    for (const xmlNode* const element : children(root_of(*document, "pacemaker-result"), "attribute"))
        if (attribute(element, "name") == name)
            return attribute(element, "value");
    return Error{ErrorKind::malformed, "the answer of attrd_updater does not name attribute " + name};
}

Expected<std::string> ring_id(std::string_view status)
{
    constexpr std::string_view label = "\nRing ID:";
    const std::size_t found = status.find(label);
    if (found == std::string_view::npos)
        return Error{ErrorKind::malformed, "corosync-quorumtool does not name the ring"};
    status.remove_prefix(found + label.size());
    status = status.substr(0, status.find('\n'));
    status.remove_prefix(std::min(status.find_first_not_of(' '), status.size()));
    if (status.empty() || status.find_first_not_of("0123456789abcdefABCDEF./") != std::string_view::npos)
        return Error{ErrorKind::malformed, "corosync-quorumtool names no usable ring"};
    return std::string{status};
}

template <typename T>
std::string text_or_empty(const std::optional<T>& record)
{
    return record ? record->text() : std::string{};
}

} // namespace

PacemakerCluster::PacemakerCluster(ClusterOptions options, Tools& tools)
    : options_{std::move(options)}, names_{options_.resource}, tools_{tools}
{
}

Expected<Cib> PacemakerCluster::read(const Deadline& deadline)
{
    latest_.reset();
    const Expected<std::string> xml = output_of(tools_, "cibadmin", {"--query"}, deadline);
    if (!xml)
        return xml.error();
    Expected<Cib> cib = Cib::parse(*xml);
    if (cib)
        latest_ = Reading{*cib, sys::since_boot()};
    return cib;
}

/// What a write of ours was confirmed by a moment ago tells of the rest of the cluster, too.
Expected<Cib> PacemakerCluster::recent(const Deadline& deadline)
{
    if (latest_ && sys::since_boot() - latest_->at < shelf_life)
        return latest_->cib;
    return read(deadline);
}

Expected<ClusterView> PacemakerCluster::look(const Deadline& deadline)
{
    const Expected<Cib> cib = recent(deadline);
    if (!cib)
        return cib.error();
    return view_of(*cib, names_, options_.self, options_.peer);
}

Expected<std::string> PacemakerCluster::membership(const Deadline& deadline)
{
    const std::string program = "corosync-quorumtool";
    const Expected<ToolAnswer> answer = tools_.run(program, {"-s"}, deadline);
    if (!answer)
        return answer.error();
    if (answer->out.empty())
        return Error{ErrorKind::unavailable, failure(program, *answer).what};
    // Its exit code tells of quorum, which is not the question here.
    return ring_id(answer->out);
}

Expected<std::string> PacemakerCluster::peer_name(const Cib& cib) const
{
    const Expected<const CibNode*> peer = cib.find_peer(options_.self, options_.peer);
    if (!peer)
        return peer.error();
    return *peer == nullptr ? std::string{} : (*peer)->name;
}

/// The attribute manager would keep what is set on a node that is not there, and hand it to the node's next life.
Expected<std::string> PacemakerCluster::member_peer(const Deadline& deadline)
{
    const Expected<Cib> cib = recent(deadline);
    if (!cib)
        return cib.error();
    const Expected<std::string> name = peer_name(*cib);
    if (!name)
        return name.error();
    const CibNode* const node = cib->find(*name);
    const bool is_member =
        node != nullptr && (node->membership == Membership::online || node->membership == Membership::pending);
    if (!is_member)
        return Error{ErrorKind::conflict, "the other node is not a member of the cluster"};
    return *name;
}

Expected<std::string> PacemakerCluster::managed_value(const Change& change, const Deadline& deadline)
{
    const std::string program = "attrd_updater";
    const Expected<ToolAnswer> answer = tools_.run(
        program, {"--query", "--name", change.attribute, "--node", change.node, "--output-as=xml"}, deadline);
    if (!answer)
        return answer.error();
    if (is_no_attribute(*answer))
        return std::string{};
    if (answer->code != 0)
        return failure(program, *answer);
    return queried_value(answer->out, change.attribute);
}

Expected<bool> PacemakerCluster::is_in_cib(const Change& change, const Deadline& deadline)
{
    const Expected<Cib> cib = read(deadline);
    if (!cib)
        return cib.error();
    const CibNode* const node = cib->find(change.node);
    return (node == nullptr ? std::string{} : node->transient_value(change.attribute)) == change.value;
}

Expected<void> PacemakerCluster::write(const Change& change, const Deadline& deadline)
{
    latest_.reset();
    std::vector<std::string> arguments{"--name", change.attribute, "--node", change.node};
    arguments.push_back(change.value.empty() ? std::string{"--delete"} : "--update=" + change.value);
    const Expected<std::string> done = output_of(tools_, "attrd_updater", arguments, deadline);
    if (!done)
        return within("cannot set attribute " + change.attribute + " of node " + change.node, done.error());
    return {};
}

Expected<void> PacemakerCluster::refresh(const Deadline& deadline)
{
    const Expected<std::string> done = output_of(tools_, "attrd_updater", {"--refresh"}, deadline);
    if (!done)
        return done.error();
    return {};
}

Expected<void> PacemakerCluster::wait_for_manager(const Change& change, const Deadline& deadline)
{
    Pauses pauses{tools_, deadline};
    do
    {
        const Expected<std::string> value = managed_value(change, deadline);
        if (!value)
            return value.error();
        if (*value == change.value)
            return {};
    } while (pauses.next());
    return Error{ErrorKind::timed_out,
                 "attribute " + change.attribute + " of node " + change.node + " was not taken over in time"};
}

/// Whether the CIB shows the change within `patience`. The last query started in time gets all it needs.
Expected<bool> PacemakerCluster::wait_for_cib(const Change& change, const Deadline& patience, const Deadline& deadline)
{
    Pauses pauses{tools_, patience};
    do
    {
        Expected<bool> is_there = is_in_cib(change, deadline);
        if (!is_there || *is_there)
            return is_there;
    } while (pauses.next());
    return false;
}

Expected<void> PacemakerCluster::apply(const Change& change, const Deadline& deadline)
{
    if (const Expected<void> written = write(change, deadline); !written)
        return written.error();
    const Expected<bool> is_there = wait_for_cib(change, deadline.at_most(options_.cib_delay), deadline);
    if (!is_there)
        return is_there.error();
    if (*is_there)
        return {};
    if (const Expected<void> refreshed = refresh(deadline); !refreshed)
        return refreshed.error();
    return wait_for_manager(change, deadline);
}

Expected<void> PacemakerCluster::remove_everywhere(const Change& change, const Deadline& deadline)
{
    if (const Expected<void> written = write(change, deadline); !written)
        return written.error();
    if (const Expected<void> taken = wait_for_manager(change, deadline); !taken)
        return taken.error();
    Expected<bool> is_gone = wait_for_cib(change, deadline.at_most(options_.cib_delay), deadline);
    if (is_gone && !*is_gone)
    {
        if (const Expected<void> refreshed = refresh(deadline); !refreshed)
            return refreshed.error();
        is_gone = wait_for_cib(change, deadline, deadline);
    }
    if (!is_gone)
        return is_gone.error();
    if (!*is_gone)
        return Error{ErrorKind::timed_out, "attribute " + change.attribute + " of node " + change.node +
                                               " was not removed from the CIB in time"};
    return {};
}

Expected<void> PacemakerCluster::publish_run(const std::optional<RunRecord>& run, const Deadline& deadline)
{
    return apply({names_.run, options_.self, text_or_empty(run)}, deadline);
}

Expected<void> PacemakerCluster::publish_alone_in(const std::string& membership, const Deadline& deadline)
{
    return apply({names_.alone_in, options_.self, membership}, deadline);
}

Expected<void> PacemakerCluster::publish_position(const std::optional<Position>& position, const Deadline& deadline)
{
    return apply({names_.position, options_.self, text_or_empty(position)}, deadline);
}

Expected<void> PacemakerCluster::publish_resync(std::string_view text, const Deadline& deadline)
{
    return apply({names_.resync, options_.self, std::string{text}}, deadline);
}

Expected<void> PacemakerCluster::set_own_score(int score, const Deadline& deadline)
{
    return apply({names_.score, options_.self, score_text(score)}, deadline);
}

Expected<void> PacemakerCluster::set_peer_score(int score, const Deadline& deadline)
{
    const Expected<std::string> peer = member_peer(deadline);
    if (!peer)
        return within("cannot set the promotion score of the peer", peer.error());
    return apply({names_.score, *peer, score_text(score)}, deadline);
}

Expected<void> PacemakerCluster::set_certificate(const std::optional<Certificate>& certificate,
                                                 const Deadline& deadline)
{
    if (certificate)
    {
        const Expected<std::string> peer = member_peer(deadline);
        if (!peer)
            return within("cannot certify the peer", peer.error());
        return apply({names_.certified, *peer, certificate->text()}, deadline);
    }
    const Expected<Cib> cib = recent(deadline);
    const Expected<std::string> peer = cib ? peer_name(*cib) : Expected<std::string>{cib.error()};
    if (!peer)
        return within("cannot remove the peer's certificate", peer.error());
    return peer->empty() ? Expected<void>{} : remove_everywhere({names_.certified, *peer, {}}, deadline);
}

Expected<void> PacemakerCluster::report_failure(const Deadline& deadline)
{
    const auto said = output_of(tools_, "crm_resource",
                                {"--fail", "--resource", options_.resource, "--node", options_.self}, deadline);
    return said ? Expected<void>{} : said.error();
}

Expected<void> PacemakerCluster::clear_override(const Deadline& deadline)
{
    const Expected<Cib> cib = read(deadline);
    if (!cib)
        return cib.error();
    for (const CibNode& node : cib->nodes)
    {
        if (node.transient_value(names_.accept_loss).empty())
            continue;
        if (const Expected<void> removed = remove_everywhere({names_.accept_loss, node.name, {}}, deadline); !removed)
            return removed.error();
    }
    return {};
}

Expected<std::vector<NodeValue>> PacemakerCluster::missing_records(const Cib& cib, DataStatus self,
                                                                   DataStatus peer) const
{
    const CibNode* const own = cib.find(options_.self);
    if (own == nullptr)
        return Error{ErrorKind::conflict, "node " + options_.self + " is not in the cluster"};
    const Expected<const CibNode*> other = cib.find_peer(options_.self, options_.peer);
    if (!other)
        return other.error();
    std::vector<NodeValue> values;
    const auto want = [&](const CibNode& node, DataStatus status)
    {
        if (status != DataStatus::none && node.permanent_value(names_.data_status) != text_of(status))
            values.push_back({&node, text_of(status)});
    };
    want(*own, self);
    if (*other != nullptr)
        want(**other, peer);
    return values;
}

/// After a write of the nodes by cibadmin Pacemaker elects its coordinator anew, which holds up the transition by a
/// second now and then; after one by crm_attribute, which knows one node at a time, it does not
/// (cib__client_triggers_refresh() in Pacemaker's lib/cib/cib_utils.c).
Expected<void> PacemakerCluster::write_records(const std::vector<NodeValue>& values, const Deadline& deadline)
{
    latest_.reset();
    const auto done = values.size() == 1 ? output_of(tools_, "crm_attribute",
                                                     {"--node", values.front().node->name, "--name", names_.data_status,
                                                      "--update", values.front().value, "--lifetime", "forever"},
                                                     deadline)
                                         : output_of(tools_, "cibadmin",
                                                     {"--modify", "--allow-create", "--scope", "nodes", "--xml-text",
                                                      change_of_nodes(names_.data_status, values)},
                                                     deadline);
    return done ? Expected<void>{} : within("cannot record the data status", done.error());
}

Expected<bool> PacemakerCluster::is_recorded(DataStatus self, DataStatus peer, const Deadline& deadline)
{
    const Expected<Cib> cib = read(deadline);
    if (!cib)
        return cib.error();
    const auto missing = missing_records(*cib, self, peer);
    if (!missing)
        return missing.error();
    return missing->empty();
}

Expected<void> PacemakerCluster::record(DataStatus self, DataStatus peer, const Deadline& deadline)
{
    const Expected<Cib> cib = recent(deadline);
    if (!cib)
        return cib.error();
    const auto missing = missing_records(*cib, self, peer);
    if (!missing)
        return missing.error();
    if (missing->empty())
        return {};
    if (auto written = write_records(*missing, deadline); !written)
        return written;
    Pauses pauses{tools_, deadline};
    do
    {
        const Expected<bool> is_there = is_recorded(self, peer, deadline);
        if (!is_there)
            return is_there.error();
        if (*is_there)
            return {};
    } while (pauses.next());
    return Error{ErrorKind::timed_out, "the data status was not taken over in time"};
}

} // namespace pgtwin::crm
