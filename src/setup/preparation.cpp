// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "pgtwin/config/rules.hpp"
#include "pgtwin/setup/plan.hpp"

namespace pgtwin::setup
{
namespace
{

constexpr std::string_view settings = "listen_addresses = '*'\n"
                                      "restart_after_crash = off\n"
                                      "wal_level = replica\n"
                                      "wal_log_hints = on\n"
                                      "hot_standby = on\n"
                                      "max_wal_senders = 10\n"
                                      "max_replication_slots = 10\n"
                                      "max_slot_wal_keep_size = 4GB\n"
                                      "wal_keep_size = 1GB\n"
                                      "synchronous_commit = on\n"
                                      "wal_sender_timeout = 15s\n"
                                      "wal_receiver_timeout = 15s\n";

/// Each line as a comment, behind `margin`.
std::string commented(std::string_view text, std::string_view margin)
{
    std::string result;
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find('\n'), text.size());
        result.append("#").append(end == 0 ? std::string_view{} : margin).append(text.substr(0, end)).append("\n");
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
}

std::string said(std::string_view text)
{
    return commented(text, " ");
}

std::string shown(std::string_view text)
{
    return commented(text, "        ");
}

std::string role_of(const Plan& plan)
{
    return plan.params.rep_user.empty() ? "replicator" : plan.params.rep_user;
}

std::string host_of(const Plan& plan, const std::string& node)
{
    const auto found = plan.params.replication_hosts.find(node);
    return found == plan.params.replication_hosts.end() ? node : found->second;
}

/// As pg_hba.conf takes it: an address needs its length, a name stands for itself.
std::string client_of(const Plan& plan, const std::string& node)
{
    const std::string host = host_of(plan, node);
    if (config::is_ipv4(host))
        return host + "/32";
    return config::is_ipv6(host) ? host + "/128" : host;
}

std::string enable_fencing(Shell shell)
{
    return shell == Shell::crm ? "crm configure property stonith-enabled=true\n"
                               : "pcs property set stonith-enabled=true\n";
}

std::string example_device(const Plan& plan, const std::string& node, const std::string& delay)
{
    const std::string name = "fence-" + node;
    const std::string values =
        "pcmk_host_list=" + node + " ip=ADDRESS username=USER password=PASSWORD lanplus=1" + delay;
    if (plan.shell == Shell::crm)
        return "crm configure primitive " + name + " stonith:fence_ipmilan \\\n    params " + values +
               " \\\n    op monitor interval=60s\ncrm configure location " + name + "-elsewhere " + name +
               " -inf: " + node + "\n";
    return "pcs stonith create " + name + " fence_ipmilan \\\n    " + values +
           " \\\n    op monitor interval=60s\npcs constraint location " + name + " avoids " + node + "\n";
}

std::string fencing(const Plan& plan)
{
    std::string text = said("1. Fencing works: it was tried from each node, and brought the other one down.\n"
                            "   Without it nobody can know that a lost node does not write any more.\n") +
                       shown(enable_fencing(plan.shell) + "stonith_admin --reboot " + plan.nodes[1] + "     # on " +
                             plan.nodes[0] + ", then the other way round\n");
    if (plan.fencing == FencingExample::left_out)
        return text;
    return text +
           said("   An example for machines with IPMI (stonith_admin --list-installed shows what there is).\n"
                "   The delay decides who survives when both nodes lose sight of each other.\n") +
           shown(example_device(plan, plan.nodes[0], " pcmk_delay_base=5s") + example_device(plan, plan.nodes[1], ""));
}

std::string quorum()
{
    return said("2. Quorum of two nodes, in the section quorum of /etc/corosync/corosync.conf:\n") +
           shown("provider: corosync_votequorum\ntwo_node: 1\nwait_for_all: 1\n") +
           said("   The property no-quorum-policy keeps its default, stop.\n");
}

std::string passwords(const Plan& plan)
{
    const std::string file = plan.params.pgpassfile.empty() ? ".pgpass in the home directory of " + plan.params.pguser
                                                            : plan.params.pgpassfile;
    const std::string rest = ":" + std::to_string(plan.params.pgport) + ":*:" + role_of(plan) + ":PASSWORD\n";
    return said("3. Pacemaker starts PostgreSQL, the distribution does not:\n") +
           shown("systemctl disable --now postgresql\n") +
           said("4. The password file: " + file + ",\n   owner " + plan.params.pguser +
                ", mode 0600, with these lines:\n") +
           shown(host_of(plan, plan.nodes[0]) + rest + host_of(plan, plan.nodes[1]) + rest);
}

std::string access(const Plan& plan)
{
    std::string lines = "local all         " + plan.params.pguser + " peer\n";
    for (const std::string& node : plan.nodes)
        lines += "host  replication " + role_of(plan) + " " + client_of(plan, node) + " scram-sha-256\n" +
                 "host  postgres    " + role_of(plan) + " " + client_of(plan, node) + " scram-sha-256\n";
    return lines;
}

std::string database(const Plan& plan)
{
    return said("On " + plan.nodes[0] + ", which has the database in " + plan.params.pgdata + "; " + plan.nodes[1] +
                " is filled from it:\n\n"
                "5. postgresql.conf" +
                (plan.params.config_file.empty() ? "" : ", which is " + plan.params.config_file + " on both nodes") +
                ":\n") +
           shown(std::string{settings} + "port = " + std::to_string(plan.params.pgport) + "\n") +
           said("6. pg_hba.conf, and a line for your application:\n") + shown(access(plan)) +
           said("7. The role of replication. The grants are for pg_rewind:\n") + shown(role_statements(role_of(plan)));
}

} // namespace

std::string_view server_settings()
{
    return settings;
}

std::string rewind_grants(std::string_view role)
{
    std::string text;
    for (const std::string_view function :
         {"pg_ls_dir(text, boolean, boolean)", "pg_stat_file(text, boolean)", "pg_read_binary_file(text)",
          "pg_read_binary_file(text, bigint, bigint, boolean)"})
        text.append("GRANT EXECUTE ON FUNCTION pg_catalog.")
            .append(function)
            .append(" TO \"")
            .append(role)
            .append("\";\n");
    return text;
}

std::string role_statements(std::string_view role)
{
    return "CREATE ROLE \"" + std::string{role} + "\" REPLICATION LOGIN PASSWORD 'PASSWORD';\n" + rewind_grants(role);
}

std::string preparation_of(const Plan& plan)
{
    return said("First, on both nodes:\n\n") + fencing(plan) + quorum() + passwords(plan) + "#\n" + database(plan);
}

} // namespace pgtwin::setup
