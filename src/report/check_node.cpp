// SPDX-License-Identifier: GPL-2.0-or-later
#include "checkup.hpp"
#include "pgtwin/report/format.hpp"

namespace pgtwin::report
{
namespace
{

using enum AdviceLevel;

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

void check_rooms(const CheckedNode& node, Advices& found)
{
    for (const Room& room : *node.rooms)
        if (room.needed > room.free)
            found.push_back({warning, "no-room-for-copy", node.name,
                             room.path + " has " + bytes_text(room.free) + " left, and a base backup beside the data " +
                                 "needs " + bytes_text(room.needed),
                             "a server whose data have diverged or are damaged stays away until there is room",
                             "make room on the file system of " + room.path, ""});
}

} // namespace

std::string role_of(const CheckupFacts& facts)
{
    return facts.params.rep_user.empty() ? "replicator" : facts.params.rep_user;
}

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
    if (node.rooms)
        check_rooms(node, found);
    if (node.login && !node.login->problem.empty())
        found.push_back({error, "no-login", node.name, "the login to the other node failed: " + node.login->problem,
                         "no standby can stream on this node, nor be filled",
                         "check pg_hba.conf and the role of the other node, and the password file of this one", ""});
}

} // namespace pgtwin::report
