// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "checkup.hpp"
#include "pgtwin/config/rules.hpp"
#include "pgtwin/setup/plan.hpp"

namespace pgtwin::report
{
namespace
{

using enum AdviceLevel;

/// One word of a shell, as plain as it can be.
std::string quoted(const std::string& text)
{
    if (text.find('\'') == std::string::npos)
        return "'" + text + "'";
    std::string result = "\"";
    for (const char each : text)
        result += std::string_view{"\"\\$`"}.find(each) == std::string_view::npos ? std::string{each}
                                                                                  : std::string{'\\', each};
    return result + "\"";
}

/// The first directory of the server's sockets, if psql might look elsewhere; empty: it would not, or it is not known.
std::string socket_directory(const CheckedNode& node)
{
    const auto known = node.settings->find("unix_socket_directories");
    if (known == node.settings->end() || !known->second.starts_with('/'))
        return {};
    const std::string first = known->second.substr(0, known->second.find(','));
    return first == "/run/postgresql" || first == "/var/run/postgresql" ? "" : first;
}

/// The command by which root gives statements to the server of a node, each in a transaction of its own.
std::string psql(const CheckupFacts& facts, const CheckedNode& node, const std::vector<std::string>& statements)
{
    const Params& params = facts.params;
    const bool is_usual = params.pg_bindir.empty() || params.pg_bindir == "/usr/bin";
    const std::string directory = socket_directory(node);
    std::string command = "runuser -u " + params.pguser + " -- " + (is_usual ? "" : params.pg_bindir + "/") + "psql";
    command += " -X -d postgres -p " + std::to_string(params.pgport) + (directory.empty() ? "" : " -h " + directory);
    for (const std::string& statement : statements)
        command += " -c " + quoted(statement);
    return command;
}

/// What only a primary can do, and a standby gets from it.
std::string on_primary(const CheckedNode& node, const std::string& command)
{
    return node.role == Role::primary ? command : "on the primary: " + command;
}

/// "set NAME = VALUE", whatever follows behind a comma; empty: the remedy is not of this kind.
std::string altered(const CheckupFacts& facts, const CheckedNode& node, std::string_view remedy)
{
    constexpr std::string_view beginning = "set ";
    const std::size_t sign = remedy.find(" = ");
    if (!remedy.starts_with(beginning) || sign == std::string_view::npos)
        return {};
    const std::string name{remedy.substr(beginning.size(), sign - beginning.size())};
    std::string value{remedy.substr(sign + 3, remedy.find(',') - sign - 3)};
    value.erase(std::remove(value.begin(), value.end(), '\''), value.end());
    return psql(facts, node, {"ALTER SYSTEM SET " + name + " = '" + value + "'", "SELECT pg_reload_conf()"});
}

/// The address of the other node as pg_hba.conf takes it. A name would have to be known in both directions.
std::string admitted(const CheckupFacts& facts)
{
    const std::string& host = facts.peer_host;
    if (host.find(':') != std::string::npos)
        return host + "/128";
    const bool is_address = !host.empty() && host.find_first_not_of("0123456789.") == std::string::npos;
    return is_address ? host + "/32" : "samenet";
}

std::string admission(const CheckupFacts& facts, const CheckedNode& node, const std::string& database)
{
    const auto file = node.settings->find("hba_file");
    if (file == node.settings->end())
        return {};
    return "echo 'host " + database + " " + role_of(facts) + " " + admitted(facts) + " scram-sha-256' >>" +
           file->second + " && " + psql(facts, node, {"SELECT pg_reload_conf()"});
}

std::string role_remedy(const CheckupFacts& facts, const CheckedNode& node, const std::string& seen)
{
    const std::string role = role_of(facts);
    if (seen == "missing")
        return "as a superuser on the primary: " + setup::role_statements(role);
    return on_primary(node, psql(facts, node, {"ALTER ROLE \"" + role + "\" REPLICATION LOGIN"}));
}

std::string grants_for(const std::string& role)
{
    std::string grants = setup::rewind_grants(role);
    grants.pop_back(); // the end of the last line
    return grants;
}

std::string dropped(const CheckupFacts& facts, const CheckedNode& node, const std::string& slots)
{
    std::vector<std::string> statements;
    for (const std::string& slot : config::words_of(slots))
        statements.push_back("SELECT pg_drop_replication_slot('" + slot + "')");
    return psql(facts, node, statements);
}

/// A command where there is one, else the instruction of the table.
std::string remedy_for(const CheckupFacts& facts, const CheckedNode& node, const config::Finding& finding)
{
    std::string command = altered(facts, node, finding.remedy);
    if (finding.id == "replication-role")
        command = role_remedy(facts, node, finding.value);
    else if (finding.id == "rewind-not-granted")
        command = on_primary(node, psql(facts, node, {grants_for(role_of(facts))}));
    else if (finding.id == "peer-not-admitted")
        command = admission(facts, node, "replication");
    else if (finding.id == "rewind-not-admitted")
        command = admission(facts, node, "postgres");
    else if (finding.id == "unused-slot")
        command = dropped(facts, node, finding.value);
    return command.empty() ? std::string{finding.remedy} : command;
}

bool waits_for_restart(const CheckedNode& node, const config::Finding& finding)
{
    const auto waiting = node.settings->find("settings that wait for a restart");
    if (waiting == node.settings->end())
        return false;
    const auto names = config::words_of(waiting->second);
    return finding.setting == waiting->first || std::find(names.begin(), names.end(), finding.setting) != names.end();
}

std::string what_of(const config::Finding& finding)
{
    const std::string setting{finding.setting};
    if (finding.value.empty())
        return setting + " is to be changed";
    return setting + ((setting + finding.value).find(' ') == std::string::npos ? " is " : ": ") + finding.value;
}

} // namespace

void check_settings(const CheckupFacts& facts, const CheckedNode& node, Advices& found)
{
    for (const config::Finding& finding : config::check_settings(*node.settings, node.role, facts.params))
    {
        const bool is_warning = finding.severity == config::FindingSeverity::warning;
        Advice advice{is_warning ? warning : error,
                      std::string{finding.id},
                      node.name,
                      what_of(finding),
                      std::string{finding.text},
                      "",
                      ""};
        if (waits_for_restart(node, finding))
        {
            advice.crm = "crm --wait node standby " + node.name + " && crm node online " + node.name;
            advice.pcs = "pcs node standby " + node.name + " --wait && pcs node unstandby " + node.name;
        }
        else
            advice.crm = remedy_for(facts, node, finding);
        found.push_back(std::move(advice));
    }
}

} // namespace pgtwin::report
