// SPDX-License-Identifier: GPL-2.0-or-later
#include "checkup.hpp"
#include "pgtwin/setup/plan.hpp"

namespace pgtwin::report
{
namespace
{

using enum AdviceLevel;

std::string role_of(const CheckupFacts& facts)
{
    return facts.params.rep_user.empty() ? "replicator" : facts.params.rep_user;
}

Advice installation_advice(const CheckupFacts& facts, const Installation& seen)
{
    const std::string& user = facts.params.pguser;
    switch (seen.fault)
    {
    case InstallationFault::none:
        break;
    case InstallationFault::program_missing:
        return {error,
                "program-missing",
                "",
                seen.detail + " is missing",
                "the server cannot be run here",
                "install PostgreSQL on this node, or correct the parameter pg_bindir",
                ""};
    case InstallationFault::user_missing:
        return {error,
                "user-missing",
                "",
                "there is no user " + seen.detail,
                "the server cannot be run here",
                "correct the parameter pguser",
                ""};
    case InstallationFault::passfile_missing:
        return {error,
                "passfile-missing",
                "",
                "there is no password file " + seen.detail,
                "this node cannot log in to the other one: no base backup, no standby",
                "install -o " + user + " -m 0600 /dev/stdin " + seen.detail +
                    " <<<'HOST:" + std::to_string(facts.params.pgport) + ":*:" + role_of(facts) + ":PASSWORD'",
                ""};
    case InstallationFault::passfile_not_private:
        return {error,
                "passfile-not-private",
                "",
                seen.detail + " is not private",
                "PostgreSQL ignores a password file that others can read",
                "chown " + user + " " + seen.detail + " && chmod 0600 " + seen.detail,
                ""};
    case InstallationFault::directory_not_accessible:
        return {error,
                "directory-not-accessible",
                "",
                user + " cannot use " + seen.detail,
                "the server does not start",
                "chown " + user + " " + seen.detail + " && chmod 0700 " + seen.detail,
                ""};
    }
    return {};
}

/// The instruction of the table, and for what an administrator has to type, the commands.
std::string remedy_for(const CheckupFacts& facts, const config::Finding& finding)
{
    if (finding.id == "replication-role")
        return "as a superuser on the primary: " + setup::role_statements(role_of(facts));
    if (finding.id == "rewind-not-granted")
        return "as a superuser on the primary:\n" + setup::rewind_grants(role_of(facts));
    const bool is_setting = finding.remedy.starts_with("set ") && finding.remedy.find(',') == std::string_view::npos;
    return is_setting ? "postgresql.conf: " + std::string{finding.remedy.substr(4)} : std::string{finding.remedy};
}

void check_settings(const CheckupFacts& facts, const CheckedNode& node, Advices& found)
{
    for (const config::Finding& finding : config::check_settings(*node.settings, node.role, facts.params))
    {
        const bool is_warning = finding.severity == config::FindingSeverity::warning;
        const bool is_sentence = finding.value.find(' ') != std::string::npos;
        const std::string shown = finding.value.empty() ? "" : (is_sentence ? ": " : " is ") + finding.value;
        found.push_back({is_warning ? warning : error, std::string{finding.id}, node.name,
                         std::string{finding.setting} + (shown.empty() ? " is to be changed" : shown),
                         std::string{finding.text}, remedy_for(facts, finding), ""});
    }
}

Advice boot_advice(const CheckedNode& node, const BootStarter& starter)
{
    const std::string remedy = starter.cluster.empty() ? "systemctl disable " + starter.unit
                                                       : "echo manual >/etc/postgresql/" + starter.cluster +
                                                             "/start.conf && systemctl daemon-reload";
    return {error,
            "starts-at-boot",
            node.name,
            starter.unit + " starts the server at boot",
            "it runs before Pacemaker looks, and on a former primary that lost its power it runs as a primary",
            remedy,
            ""};
}

} // namespace

void check_node(const CheckupFacts& facts, const CheckedNode& node, Advices& found)
{
    if (node.installation && node.installation->fault != InstallationFault::none)
    {
        Advice advice = installation_advice(facts, *node.installation);
        advice.where = node.name;
        found.push_back(std::move(advice));
    }
    if (node.installation && !node.installation->missing_rewind.empty())
        found.push_back({warning, "rewind-missing", node.name, node.installation->missing_rewind + " is missing",
                         "a former primary comes back by a base backup, which takes longer than a rewind",
                         "install pg_rewind, which belongs to PostgreSQL's server", ""});
    for (const BootStarter& starter : node.boot_starters)
        found.push_back(boot_advice(node, starter));
    if (node.settings)
        check_settings(facts, node, found);
    if (node.login && !node.login->problem.empty())
        found.push_back({error, "no-login", node.name, "the login to the other node failed: " + node.login->problem,
                         "no standby can stream on this node, nor be filled",
                         "check pg_hba.conf and the role of the other node, and the password file of this one", ""});
}

} // namespace pgtwin::report
