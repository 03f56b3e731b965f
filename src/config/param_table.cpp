// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/config/param_table.hpp"

#include <array>

#include "pgtwin/base/table.hpp"
#include "pgtwin/config/rules.hpp"

namespace pgtwin::config
{
namespace
{

constexpr std::int64_t thirty_days = 2'592'000;
constexpr std::int64_t int_max = std::numeric_limits<int>::max();

constexpr auto parameter_rows = table_of(
    ParamSpec{
        .name = "pgdata",
        .field = &Params::pgdata,
        .fallback = "/var/lib/pgsql/data",
        .brief = "PostgreSQL data directory",
        .detail =
            "Absolute path of the data directory (PGDATA) of the server that this resource manages. It is the same "
            "path on both nodes. An absent or empty directory is filled by a base backup from the other node.",
        .is_required = true,
        .is_reloadable = false,
        .rule = must_be_path,
    },
    ParamSpec{
        .name = "config_file",
        .field = &Params::config_file,
        .fallback = "",
        .brief = "Path of postgresql.conf if it is outside the data directory",
        .detail =
            "Absolute path of postgresql.conf where the distribution keeps it outside the data directory, such as "
            "/etc/postgresql/17/main/postgresql.conf on Debian. Empty: the one in the data directory.",
        .is_reloadable = false,
        .rule = may_be_path,
    },
    ParamSpec{
        .name = "pg_bindir",
        .field = &Params::pg_bindir,
        .fallback = "/usr/bin",
        .brief = "Directory of the PostgreSQL programs",
        .detail =
            "Directory of postgres, pg_ctl, pg_controldata, pg_basebackup, psql and pg_rewind. It must hold postgres; "
            "only if it is /usr/bin and does not, /usr/lib/postgresql/<major version>/bin is taken, where the major "
            "version is the one of the data directory, or the only one that is installed.",
        .is_reloadable = false,
        .rule = must_be_path,
    },
    ParamSpec{
        .name = "pguser",
        .field = &Params::pguser,
        .fallback = "postgres",
        .brief = "Operating system user of the server",
        .detail = "The user that owns the data directory and runs the server. It is also the database user of local "
                  "connections, which use the Unix socket and need peer authentication in pg_hba.conf.",
        .is_reloadable = false,
        .rule = must_be_user,
    },
    ParamSpec{
        .name = "pgport",
        .field = &Params::pgport,
        .fallback = "5432",
        .brief = "Port of the server",
        .detail = "TCP port on which both servers listen; it also names the local Unix socket. It must agree with the "
                  "setting port in postgresql.conf.",
        .is_reloadable = false,
        .low = 1,
        .high = 65535,
    },
    ParamSpec{
        .name = "pghost",
        .field = &Params::pghost,
        .fallback = "",
        .brief = "Directory of the Unix socket",
        .detail =
            "Directory of the server's Unix socket, if it is not where a running server says it is, in "
            "/var/run/postgresql or in /tmp. A host name or address is accepted for old configurations and has no "
            "effect: local connections always use the socket.",
        .rule = may_be_socket_directory,
    },
    ParamSpec{
        .name = "node_list",
        .field = &Params::node_list,
        .fallback = "",
        .brief = "Names of the two nodes",
        .detail =
            "The two nodes of the pair, separated by a blank, by the names that Pacemaker gives them (crm_node -l). "
            "Empty: the only other node of the cluster is the peer, so it is needed only in a cluster of more than "
            "two nodes.",
        .rule = may_be_two_nodes,
    },
    ParamSpec{
        .name = "replication_hosts",
        .field = &Params::replication_hosts,
        .fallback = "",
        .brief = "Replication addresses of the nodes",
        .detail =
            "Host names or addresses for replication, such as \"psql1=10.0.0.1 psql2=10.0.0.2\". Empty: the node "
            "names are used as host names. An address is better than a name: no name server is asked in a failover.",
        .rule = may_be_hosts,
    },
    ParamSpec{
        .name = "rep_user",
        .field = &Params::rep_user,
        .fallback = "",
        .brief = "Database user for replication",
        .detail =
            "User with the REPLICATION privilege, used by the standby, by base backups and by rewinds. Empty: the "
            "user of the first entry of the password file that fits the peer, and replicator if there is none.",
    },
    ParamSpec{
        .name = "pgpassfile",
        .field = &Params::pgpassfile,
        .fallback = "",
        .brief = "Password file",
        .detail =
            "Absolute path of the password file with an entry for the replication user, in the format of .pgpass. "
            "It belongs to pguser and has mode 0600. Empty: .pgpass in the home directory of pguser.",
        .rule = may_be_path,
    },
    ParamSpec{
        .name = "primary_conninfo_opt",
        .field = &Params::primary_conninfo_opt,
        .fallback = "",
        .brief = "Further connection options for replication",
        .detail = "Options in libpq's keyword form that are added to primary_conninfo and to the connections of base "
                  "backups and rewinds, such as \"sslmode=verify-full sslrootcert=/etc/ssl/ca.pem\". Host, port, user, "
                  "application name and password are set otherwise and refused here.",
        .rule = may_be_conninfo,
        .may_hold_secret = true,
    },
    ParamSpec{
        .name = "application_name",
        .field = &Params::application_name,
        .fallback = "",
        .brief = "Name of the standby in synchronous_standby_names",
        .detail = "Name under which a standby streams: letters, digits and underscores. Empty: the node name up to its "
                  "first dot, in lower case, with every other character replaced by an underscore.",
        .rule = may_be_application_name,
    },
    ParamSpec{
        .name = "slot_name",
        .field = &Params::slot_name,
        .fallback = "ha_slot",
        .brief = "Replication slot of the standby",
        .detail = "Physical replication slot that the primary keeps for the standby. pgtwin creates it, repairs it and "
                  "drops it where it is not needed; nobody else should use it.",
        .rule = must_be_slot,
    },
    ParamSpec{
        .name = "max_slot_wal_keep_size",
        .field = &Params::max_slot_wal_keep_size,
        .fallback = "1024",
        .brief = "WAL kept for an absent standby, in MiB",
        .detail =
            "PostgreSQL's setting of the same name: when the slot of an absent standby holds back more than this many "
            "MiB of WAL, the primary gives it up, so that the disk does not fill up; the standby then comes back by a "
            "base backup. pgtwin writes it to postgresql.auto.conf. The default is written at a start, and only if the "
            "server's configuration has no limit of its own. 0: what the configuration has is left as it is, also if "
            "that is no limit.",
        .low = 0,
        .high = int_max,
    },
    ParamSpec{
        .name = "rep_mode",
        .field = &Params::rep_mode,
        .fallback = "sync",
        .brief = "Replication mode: sync, async or strict",
        .detail =
            "sync: commits wait for the standby while it is there, and go on without it only after it is recorded "
            "that it must not be promoted. strict: commits always wait for the standby, so that a primary without "
            "one does not accept writes. async: commits never wait, and a failover may lose the last ones.",
    },
    ParamSpec{
        .name = "sync_degrade_delay",
        .field = &Params::sync_degrade_delay,
        .fallback = "10s",
        .brief = "Wait before going on without an unreachable standby",
        .detail =
            "How long the primary waits, in rep_mode=sync, before it commits without a standby whose node is still "
            "a member of the cluster. At least 2.2 times corosync's token plus 2 s, else a node that was cut off "
            "could be promoted without the last commits. Two looks that lie further apart than half of it begin it "
            "anew: where the monitor in role Promoted comes less often, it looks on for the whole delay, for which its "
            "timeout has to suffice. Less than 8 s is refused.",
        .low = 8,
        .high = 600,
    },
    ParamSpec{
        .name = "max_promotion_lag_bytes",
        .field = &Params::max_promotion_lag_bytes,
        .fallback = "10485760",
        .brief = "Largest lag of a standby that may be promoted, in bytes",
        .detail = "In rep_mode=async a standby that is more than this many bytes of WAL behind the primary is not "
                  "promoted. -1: no limit. Without effect in the other modes, in which nothing may be missing.",
        .low = -1,
    },
    ParamSpec{
        .name = "force_promotion",
        .field = &Params::force_promotion,
        .fallback = "false",
        .brief = "Promote although commits may be lost",
        .detail = "Lets pgtwin promote a server that it cannot prove to hold every acknowledged commit. It accepts the "
                  "loss of data: set it for one promotion, then remove it. It is logged as critical each time.",
    },
    ParamSpec{
        .name = "vip",
        .field = &Params::vip,
        .fallback = "",
        .brief = "Address of the service",
        .detail =
            "Address that follows the primary, without a prefix length. It is accepted for old configurations and "
            "has no effect on decisions: pgtwin finds the primary through the cluster. The address itself belongs "
            "into a resource of its own (ocf:heartbeat:IPaddr2).",
        .rule = may_be_address,
    },
    ParamSpec{
        .name = "restore_command",
        .field = &Params::restore_command,
        .fallback = "",
        .brief = "Command that fetches WAL from an archive",
        .detail =
            "PostgreSQL's setting restore_command for the standby, so that it can catch up from an archive when the "
            "primary no longer has the WAL. Empty: the one of the server's own configuration. Either way it is held "
            "back until the primary says that it does not have the WAL, or the operator overrides a refusal: an "
            "archive that is away keeps no standby from starting or from being promoted. With rep_mode=async, where a "
            "standby may lack what the archive has, it is always in use: let it be of the form "
            "`timeout 30 COMMAND || exit 1` there, since a standby waits for a command that hangs, and its server "
            "ends with one that ends with more than 125, as ssh does when it cannot connect.",
        .rule = may_be_restore_command,
        .may_hold_secret = true,
    },
    ParamSpec{
        .name = "backup_before_basebackup",
        .field = &Params::backup_before_basebackup,
        .fallback = "true",
        .brief = "Keep the old data directory after a base backup",
        .detail =
            "true: the data directory that a base backup replaces is kept beside it as <pgdata>.pgtwin-old, one at "
            "most. false: it is removed once the new one is complete. Either way the old directory stays until then, "
            "so a base backup needs room for both. If the data directory is a mount point there is no place beside "
            "it, and nothing is kept.",
    },
    ParamSpec{
        .name = "replace_old_copy_on",
        .field = &Params::replace_old_copy_on,
        .fallback = "",
        .brief = "Node whose old data may go before a base backup",
        .detail =
            "Name of the node on which a base backup may remove the old data directory first if there is no room for "
            "both, provided that backup_before_basebackup is false. Until the base backup is complete the primary "
            "then has the only copy. Set it for one base backup, then remove it. Empty: without room for both copies "
            "no base backup is taken.",
        .rule = may_be_node,
    },
    ParamSpec{
        .name = "basebackup_timeout",
        .field = &Params::basebackup_timeout,
        .fallback = "3600s",
        .brief = "Longest duration of a base backup",
        .detail = "A base backup that takes longer is given up and tried again. Plain numbers are seconds; units as in "
                  "Pacemaker (s, min, h) are understood.",
        .low = 1,
        .high = thirty_days,
    },
    ParamSpec{
        .name = "basebackup_max_rate",
        .field = &Params::basebackup_max_rate,
        .fallback = "",
        .brief = "Largest rate of a base backup",
        .detail = "How much data a base backup transfers per second at most, as pg_basebackup --max-rate takes it: "
                  "kilobytes, "
                  "or with the suffix M megabytes, from 32k to 1024M. Empty: no limit.",
        .rule = may_be_rate,
    },
    ParamSpec{
        .name = "replication_failure_threshold",
        .field = &Params::replication_failure_threshold,
        .fallback = "5",
        .brief = "Monitors without streaming before a repair",
        .detail = "After this many monitors in a row that find the standby not streaming although the primary can be "
                  "reached, the standby is repaired: by a new connection, a rewind or a base backup. Where the primary "
                  "says that the WAL it needs was removed, and there is no restore_command, the first one is enough.",
        .low = 1,
        .high = 10000,
    },
    ParamSpec{
        .name = "monitor_timeout_promoted",
        .field = &Params::monitor_timeout_promoted,
        .fallback = "60s",
        .brief = "Longest duration of a monitor of the primary",
        .detail = "Upper limit for a monitor in role Promoted, if it is shorter than the timeout of the operation.",
        .low = 1,
        .high = 3600,
    },
    ParamSpec{
        .name = "monitor_timeout_unpromoted",
        .field = &Params::monitor_timeout_unpromoted,
        .fallback = "30s",
        .brief = "Longest duration of a monitor of the standby",
        .detail = "Upper limit for a monitor in role Unpromoted, if it is shorter than the timeout of the operation.",
        .low = 1,
        .high = 3600,
    },
    ParamSpec{
        .name = "sentinel",
        .field = &Params::sentinel,
        .fallback = "true",
        .brief = "Report the end of the server at once",
        .detail = "A small process waits for the end of the server and reports it to Pacemaker, so that a crash is "
                  "recovered from at once instead of at the next monitor. False: only the monitors find it.",
    },
    ParamSpec{
        .name = "container_mode",
        .field = &Params::container_mode,
        .fallback = "false",
        .brief = "Not supported",
        .detail = "Accepted for old configurations as long as it is false: pgtwin runs PostgreSQL on the node itself.",
        .rule = must_be_false,
    });

constexpr std::array<std::string_view, std::variant_size_v<ParamField>> type_names{
    "string", "integer", "integer", "boolean", "string", "string", "string", "string"};

} // namespace

std::span<const ParamSpec> param_table()
{
    return parameter_rows;
}

std::string_view type_name(const ParamSpec& spec)
{
    return type_names.at(spec.field.index());
}

} // namespace pgtwin::config
