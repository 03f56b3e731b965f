// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake_tools.hpp"

#include <algorithm>
#include <regex>

namespace pgtwin::crm
{
namespace
{

std::string option(const std::vector<std::string>& arguments, const std::string& name)
{
    const auto found = std::find(arguments.begin(), arguments.end(), name);
    return found == arguments.end() || found + 1 == arguments.end() ? std::string{} : *(found + 1);
}

bool has(const std::vector<std::string>& arguments, const std::string& name)
{
    return std::find(arguments.begin(), arguments.end(), name) != arguments.end();
}

std::string pairs(const std::map<FakeTools::Key, std::string>& values, const std::string& node, const std::string& set)
{
    std::string xml = "<instance_attributes id=\"" + set + "\">";
    for (const auto& [key, value] : values)
        if (key.first == node)
            xml +=
                "<nvpair id=\"" + set + "-" + key.second + "\" name=\"" + key.second + "\" value=\"" + value + "\"/>";
    return xml + "</instance_attributes>";
}

} // namespace

void FakeTools::set(const std::string& node, const std::string& attribute, const std::string& value)
{
    managed[{node, attribute}] = value;
    transient[{node, attribute}] = value;
}

std::string FakeTools::cib() const
{
    const std::string peer_state = is_peer_member
                                       ? "in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\""
                                       : "in_ccm=\"false\" crmd=\"offline\" join=\"down\" expected=\"down\"";
    return "<cib have-quorum=\"1\"><configuration><crm_config/><nodes><node id=\"1\" uname=\"psql1\">" +
           pairs(permanent, "psql1", "nodes-1") + "</node><node id=\"2\" uname=\"psql2\">" +
           pairs(permanent, "psql2", "nodes-2") +
           "</node></nodes><resources><clone id=\"db-clone\"><primitive id=\"db\"/></clone></resources>"
           "</configuration><status><node_state id=\"1\" in_ccm=\"true\" crmd=\"online\" join=\"member\">"
           "<transient_attributes id=\"1\">" +
           pairs(transient, "psql1", "status-1") + "</transient_attributes></node_state><node_state id=\"2\" " +
           peer_state + "><transient_attributes id=\"2\">" + pairs(transient, "psql2", "status-2") +
           "</transient_attributes></node_state></status></cib>";
}

Expected<ToolAnswer> FakeTools::run(const std::string& program, const std::vector<std::string>& arguments,
                                    const Deadline& deadline)
{
    commands.push_back(program + " " + arguments.front());
    if (deadline.passed())
        return Error{ErrorKind::timed_out, program + " did not answer in time"};
    if (failing_code != 0)
        return ToolAnswer{failing_code, "", program + ": Transport endpoint is not connected\n"};
    if (program == "cibadmin")
        return cibadmin(arguments);
    if (program == "attrd_updater")
        return attrd_updater(arguments);
    if (program == "crm_attribute")
    {
        permanent[{option(arguments, "--node"), option(arguments, "--name")}] = option(arguments, "--update");
        return ToolAnswer{};
    }
    if (program == "crm_node")
        return ToolAnswer{0, "psql1\n", ""};
    return ToolAnswer{0, "Quorum information\n------------------\nRing ID:          " + ring + "\nQuorate: Yes\n", ""};
}

ToolAnswer FakeTools::cibadmin(const std::vector<std::string>& arguments)
{
    if (arguments.front() == "--modify")
        modify(option(arguments, "--xml-text"));
    else if (waiting_ > 0 && --waiting_ == 0)
        flush();
    return {0, cib(), ""};
}

ToolAnswer FakeTools::attrd_updater(const std::vector<std::string>& arguments)
{
    if (has(arguments, "--refresh"))
    {
        is_refresh_needed = false;
        if (lag >= 0)
            flush();
        return {};
    }
    const Key key{option(arguments, "--node"), option(arguments, "--name")};
    if (has(arguments, "--query"))
        return query(key);
    if (is_manager_deaf)
        return {};
    const std::string update = "--update=";
    managed[key] = has(arguments, "--delete") ? "" : arguments.back().substr(update.size());
    waiting_ = lag;
    if (lag == 0 && !is_refresh_needed)
        flush();
    return {};
}

ToolAnswer FakeTools::query(const Key& key) const
{
    const auto found = managed.find(key);
    if (found == managed.end())
        return {78, "<pacemaker-result><status code=\"78\"/></pacemaker-result>", "attribute does not exist\n"};
    return {0,
            "<pacemaker-result><attribute name=\"" + key.second + "\" value=\"" + found->second + "\" host=\"" +
                key.first + "\"/><status code=\"0\" message=\"OK\"/></pacemaker-result>",
            ""};
}

void FakeTools::modify(const std::string& xml)
{
    const std::regex node{"<node id=\"([12])\">.*?name=\"([^\"]*)\" value=\"([^\"]*)\""};
    for (std::sregex_iterator it{xml.begin(), xml.end(), node}, end; it != end; ++it)
        permanent[{"psql" + (*it)[1].str(), (*it)[2].str()}] = (*it)[3].str();
}

void FakeTools::flush()
{
    transient.clear();
    for (const auto& [key, value] : managed)
        if (!value.empty())
            transient[key] = value;
}

} // namespace pgtwin::crm
