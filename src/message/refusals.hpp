// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/base/table.hpp"
#include "pgtwin/message/message.hpp"

namespace pgtwin::message
{

/// Why a server is not promoted or started, and what could not be done or told.
inline constexpr auto refusals = table_of(
    Message{.reason = Reason::peer_is_primary,
            .id = "peer-is-primary",
            .severity = Severity::error,
            .text = "not promoted: the other node is the primary",
            .hint = "wait, or switch over",
            .more = "Two primaries would both acknowledge commits, and one half of them would be lost. No override is "
                    "accepted. To exchange the roles: crm_resource --move --promoted -r <clone> -N <this node>, and "
                    "later crm_resource --clear -r <clone>. If the other node is lost, it is fenced first; then this "
                    "one is asked again."},
    Message{.reason = Reason::peer_is_certified,
            .id = "peer-is-certified",
            .severity = Severity::error,
            .text = "not promoted: the other node is certified to take over",
            .hint = "see what keeps Pacemaker from promoting it there: a ban, standby mode",
            .more =
                "The other node's standby has every acknowledged commit, and whoever is promoted here could not know "
                "that Pacemaker will not promote it as well. Look for a constraint: crm_resource --constraints -r "
                "<clone>; one of crm_resource --ban or --move goes with crm_resource --clear -r <clone>. If nobody was "
                "promoted for 30 seconds, the node that was primary last withdraws the certificate by itself; then the "
                "node whose WAL goes further is promoted. Nobody has to be overridden."},
    Message{.reason = Reason::peer_position_missing,
            .id = "peer-position-missing",
            .severity = Severity::error,
            .text = "not promoted: how far the other node's data goes is not known yet",
            .hint = "wait until the other node's server runs; see its log",
            .more =
                "Both nodes run and neither is certified, so the one with more WAL must win, and both have to say how "
                "far they go. A node does so once it has replayed its WAL. A node that had gone on alone does not wait "
                "for the end of that, unless the other one was promoted since or says so. If it waits for ever all the "
                "same, put the other node into standby mode. Otherwise accept the loss of what only the other one has: "
                "attrd_updater -n <resource>-accept-data-loss -U true -N <this node>."},
    Message{.reason = Reason::peer_position_better,
            .id = "peer-position-better",
            .severity = Severity::error,
            .text = "not promoted: the other node has more of the data",
            .hint = "let the other node be promoted",
            .more =
                "Both nodes run and neither is certified: the one whose WAL goes further is promoted. If Pacemaker "
                "insists on this node, look for a location constraint: crm_resource --clear -r <clone>. To give up "
                "what only the other node has: attrd_updater -n <resource>-accept-data-loss -U true -N <this node>."},
    Message{.reason = Reason::diverged,
            .id = "diverged",
            .severity = Severity::error,
            .text = "not promoted: the two nodes have diverged, a human must choose",
            .hint = "compare both nodes, then accept the loss on one of them",
            .more = "Both nodes hold commits that the other one lacks, or pgtwin cannot exclude it. Both positions are "
                    "in the line. Decide which node is to win, and say so with its name: attrd_updater -n "
                    "<resource>-accept-data-loss -U true -N <this node>. The other node is then rebuilt from it."},
    Message{.reason = Reason::different_systems,
            .id = "different-systems",
            .severity = Severity::error,
            .text = "not promoted: the nodes hold different databases",
            .hint = "move the data directory of the wrong one away",
            .more =
                "The data directories come from two different initdb runs. Take the node that is to be the standby out "
                "(crm node standby), mv <pgdata> <pgdata>.wrong there, and bring it back (crm node online): it is "
                "filled by a base backup. An override promotes this node (attrd_updater -n <resource>-accept-data-loss "
                "-U true -N <this node>), but the other one still has to be emptied so."},
    Message{.reason = Reason::stale_alone,
            .id = "stale-alone",
            .severity = Severity::error,
            .text = "not promoted: commits may be missing here, and the other node is away",
            .hint = "bring the other node back, or accept the loss",
            .more = "This node was a standby when it was last seen, and the other node may have gone on alone. The "
                    "other node, once back, is promoted by itself. If it never comes back, accept the loss of what is "
                    "missing: attrd_updater -n <resource>-accept-data-loss -U true -N <this node>."},
    Message{.reason = Reason::no_quorum_alone,
            .id = "no-quorum-alone",
            .severity = Severity::error,
            .text = "not promoted: the other node is away, and this one has no quorum",
            .hint = "bring the other node back, or unblock quorum by hand",
            .more = "Without quorum this node cannot tell whether the other one is running. After a cold boot "
                    "corosync's wait_for_all withholds quorum until both nodes were seen. Make sure that the other "
                    "node is off, then: corosync-cmapctl -s quorum.cancel_wait_for_all u8 1. Accepting a loss does not "
                    "help: without quorum Pacemaker promotes nobody."},
    Message{.reason = Reason::peer_recorded_primary,
            .id = "peer-recorded-primary",
            .severity = Severity::error,
            .text = "not promoted: the other node was the last primary, and it is away",
            .hint = "bring the other node back, or accept the loss",
            .more = "The cluster's record names the other node as the one that holds every commit. Once it is back, it "
                    "is promoted by itself. If it never comes back, accept the loss of what only it has: attrd_updater "
                    "-n <resource>-accept-data-loss -U true -N <this node>."},
    Message{.reason = Reason::left_as_standby,
            .id = "left-as-standby",
            .severity = Severity::error,
            .text = "not promoted: this directory is a standby's and nothing is known of its primary",
            .hint = "start the node that was the primary first",
            .more = "On the first start of the pair only a directory that was not left as a standby may become the "
                    "primary, because its primary may hold more. If there is no other: attrd_updater -n "
                    "<resource>-accept-data-loss -U true -N <this node>."},
    Message{.reason = Reason::nothing_to_promote,
            .id = "nothing-to-promote",
            .severity = Severity::error,
            .text = "not promoted: there is no data here",
            .hint = "start the node that holds the data",
            .more = "No override helps: there is nothing that could be opened."},
    Message{.reason = Reason::shutdown_checkpoint_missing,
            .id = "shutdown-checkpoint-missing",
            .severity = Severity::error,
            .text = "not promoted: the last WAL of the old primary has not arrived",
            .hint = "see the log of the old primary; it is promoted again",
            .more = "In a switchover the standby waits for the shutdown checkpoint of the primary. It did not arrive "
                    "in time, so that Pacemaker promotes the old primary again. Nothing is lost, and there is nothing "
                    "to override: try the switchover once more. If the old primary does not come back, it is fenced, "
                    "and this node is promoted without waiting."},
    Message{.reason = Reason::not_a_member,
            .id = "not-a-member",
            .severity = Severity::error,
            .text = "not promoted: the other node is a member whose state is not settled yet",
            .hint = "wait until crm_mon shows it online or offline",
            .more = "The other node is joining, or is not fenced yet, or runs corosync without Pacemaker since before "
                    "this node went on alone here. Who may be promoted is decided once the cluster knows: start "
                    "Pacemaker there, or end corosync too. If that does not come to an end, fence the other node: "
                    "stonith_admin --reboot <other node>. An override waits for a node that joins, too."},
    Message{.reason = Reason::server_unknown,
            .id = "server-unknown",
            .severity = Severity::error,
            .text = "cannot tell the state of the server",
            .hint = "see the log of pgtwin at level debug for the cause",
            .more = "A look at the processes, at the worker or at the server failed or took too long. HA_debug=1 in "
                    "the environment, or the debug setting of Pacemaker, makes pgtwin log why."},
    Message{.reason = Reason::cluster_unknown,
            .id = "cluster-unknown",
            .severity = Severity::error,
            .text = "cannot read the state of the cluster",
            .hint = "check Pacemaker on this node: crm_mon -1",
            .more = "The cluster information base could not be read before the deadline. Nothing was changed."},
    Message{.reason = Reason::state_unreadable,
            .id = "state-unreadable",
            .severity = Severity::error,
            .text = "cannot read pgtwin's state file",
            .hint = "if it is damaged, let the other node be primary, then remove it",
            .more = "The file /var/lib/pgtwin/<resource>/state says whether this directory holds every acknowledged "
                    "commit. One that cannot be read is never taken for an empty one. If it is damaged and the other "
                    "node is primary, or can be, remove the file and run crm_resource --cleanup -r <resource>. Without "
                    "the other node, remove it too, and then accept the loss of what may be missing: attrd_updater -n "
                    "<resource>-accept-data-loss -U true -N <this node>."},
    Message{.reason = Reason::directory_unknown,
            .id = "directory-unknown",
            .severity = Severity::error,
            .text = "cannot tell what is in the data directory",
            .hint = "check the path, its owner and the programs in pg_bindir",
            .more = "The data directory, or what pg_controldata says of it, could not be read."},
    Message{.reason = Reason::deadline_reached,
            .id = "deadline-reached",
            .severity = Severity::error,
            .text = "the time of the operation is over",
            .hint = "look for the slow part in the log, or raise the operation's timeout",
            .more = "What was done so far is kept: the next action goes on from there."},
    Message{.reason = Reason::cannot_start,
            .id = "cannot-start",
            .severity = Severity::error,
            .text = "the server does not start",
            .hint = "see the server's log",
            .more = "The server's own log says why: mostly a port in use, rights, memory, a full disk, or WAL that is "
                    "missing. What it says before its logging begins is in /var/log/postgresql/pgtwin-<resource>.log, "
                    "or in <pgdata>/pgtwin.log where there is no such folder. After correcting it, Pacemaker tries "
                    "again within failure-timeout of the clone, or at once after crm_resource --cleanup -r <resource>. "
                    "Beside a primary the third failed start is taken for a fault of the data: a base backup follows, "
                    "and the directory is kept aside."},
    Message{.reason = Reason::cannot_stop,
            .id = "cannot-stop",
            .severity = Severity::error,
            .text = "the server does not stop",
            .hint = "look for processes in state D: ps -u postgres",
            .more = "Fast shutdown, immediate shutdown and SIGKILL were tried. A process that survives them hangs in "
                    "the kernel, usually on storage. Pacemaker fences the node."},
    Message{.reason = Reason::cannot_promote,
            .id = "cannot-promote",
            .severity = Severity::error,
            .text = "the server does not leave recovery",
            .hint = "see the server's log",
            .more = "The server was told to end recovery and has not done so in time: it replays much WAL, waits for a "
                    "restore_command, or hangs on its disk. Its own log says what it does; what it says before its "
                    "logging begins is in /var/log/postgresql/pgtwin-<resource>.log, or in <pgdata>/pgtwin.log where "
                    "there is no such folder. Pacemaker tries again."},
    Message{.reason = Reason::cannot_demote,
            .id = "cannot-demote",
            .severity = Severity::error,
            .text = "the primary does not shut down in time",
            .hint = "look for long checkpoints or a hanging archive_command",
            .more = "A switchover needs the shutdown checkpoint, so demote never uses force."},
    Message{.reason = Reason::cannot_record,
            .id = "cannot-record",
            .severity = Severity::error,
            .text = "cannot write to the cluster what has to be recorded first",
            .hint = "check Pacemaker on this node: crm_mon -1",
            .more = "Before a server is promoted, or commits without its standby, the cluster must hold the record "
                    "that says so. It could not be written and read back."},
    Message{.reason = Reason::cannot_save_state,
            .id = "cannot-save-state",
            .severity = Severity::error,
            .text = "cannot write pgtwin's state file",
            .hint = "check space and rights of /var/lib/pgtwin",
            .more = "The file /var/lib/pgtwin/<resource>/state says whether this directory holds every acknowledged "
                    "commit, so nothing is done before it is written. The folder belongs to root, and its file system "
                    "is full or read-only: df /var/lib/pgtwin, mount."},
    Message{.reason = Reason::cannot_launch_worker,
            .id = "cannot-launch-worker",
            .severity = Severity::error,
            .text = "cannot start the worker that rebuilds the standby",
            .hint = "check memory, the limit of processes and the folder /run/pgtwin",
            .more = "The worker is a process of its own, in a scope of systemd where that runs; it could not be "
                    "started, or ended at once. The line names the cause. The next monitor tries again."},
    Message{.reason = Reason::cannot_configure_standby,
            .id = "cannot-configure-standby",
            .severity = Severity::error,
            .text = "cannot write the standby's configuration",
            .hint = "check space and rights of the data directory",
            .more = "standby.signal, or the settings in postgresql.auto.conf, could not be written. The server is not "
                    "started without them."},
    Message{.reason = Reason::directory_foreign,
            .id = "directory-foreign",
            .severity = Severity::error,
            .text = "the data directory holds files that are not PostgreSQL's",
            .hint = "correct parameter pgdata, or move the files away",
            .more = "The directory is not empty and has no PG_VERSION. pgtwin does not touch it."},
    Message{.reason = Reason::directory_incomplete,
            .id = "directory-incomplete",
            .severity = Severity::error,
            .text = "the data directory is torn, it has no readable pg_control",
            .hint = "move it away; a base backup then fills it",
            .more = "A copy or initdb was cut short here, or pg_control was lost with the disk. No server can start in "
                    "it. Where the other node is primary, this one is filled without help."},
    Message{.reason = Reason::wrong_major_version,
            .id = "wrong-major-version",
            .severity = Severity::error,
            .text = "the data directory is of another major version than the programs",
            .hint = "correct pg_bindir, or run pg_upgrade",
            .more = "PG_VERSION in the data directory and the program postgres in pg_bindir differ: the packages of a "
                    "newer PostgreSQL were installed, or pg_bindir names another version. Both nodes need the same "
                    "one: after pg_upgrade on the node with the data, empty the other one, which is filled anew."},
    Message{.reason = Reason::critical_setting,
            .id = "critical-setting",
            .severity = Severity::critical,
            .text = "not started, dangerous setting",
            .hint = "correct it in postgresql.conf",
            .more = "A setting of PostgreSQL makes the pair unsafe. The line names the setting, what follows from it, "
                    "and the value that is right; all of them are listed below."},
    Message{.reason = Reason::wrong_setting,
            .id = "wrong-setting",
            .severity = Severity::error,
            .text = "not started, wrong setting",
            .hint = "correct it in postgresql.conf",
            .more = "A setting of PostgreSQL keeps the pair from working. The line names the setting, what follows "
                    "from it, and the value that is right; all of them are listed below."},
    Message{
        .reason = Reason::settings_unreadable,
        .id = "settings-unreadable",
        .severity = Severity::error,
        .text = "PostgreSQL cannot read its configuration",
        .hint = "correct it, or parameter config_file",
        .more =
            "The program postgres was asked for its settings and refused, as the server would. Its own words are in "
            "the line. Nothing was written to the data directory."},
    Message{
        .reason = Reason::login_refused,
        .id = "login-refused",
        .severity = Severity::error,
        .text = "the server runs, but does not let pgtwin in",
        .hint = "pg_hba.conf needs 'local all <pguser> peer' first",
        .more =
            "pgtwin connects over the Unix socket as the user of parameter pguser, without a password. The line has to "
            "stand before others that match, and SELECT pg_reload_conf() makes it count."},
    Message{.reason = Reason::program_missing,
            .id = "program-missing",
            .severity = Severity::error,
            .text = "a program is missing on this node",
            .hint = "install PostgreSQL, or correct parameter pg_bindir",
            .more = "The line names it. The server is not started on this node until it is there."},
    Message{.reason = Reason::user_missing,
            .id = "user-missing",
            .severity = Severity::error,
            .text = "the operating system user of the server is missing on this node",
            .hint = "install PostgreSQL, or correct parameter pguser"},
    Message{.reason = Reason::passfile_missing,
            .id = "passfile-missing",
            .severity = Severity::error,
            .text = "the password file is missing",
            .hint = "create it, owned by pguser, with mode 0600",
            .more = "Without a password the standby cannot log in to its primary, and after a failover there would be "
                    "no standby. An entry is host:port:replication:user:password. A certificate in "
                    "primary_conninfo_opt makes the file unnecessary."},
    Message{.reason = Reason::passfile_not_private,
            .id = "passfile-not-private",
            .severity = Severity::error,
            .text = "the password file is not private",
            .hint = "chown it to pguser, chmod it to 0600",
            .more = "libpq ignores a password file that others can read, or that belongs to somebody else."},
    Message{.reason = Reason::directory_not_accessible,
            .id = "directory-not-accessible",
            .severity = Severity::error,
            .text = "pguser cannot use the data directory",
            .hint = "chown it to pguser, chmod it to 0700",
            .more =
                "The server starts only in a directory that belongs to its user and has mode 0700 or 0750. If the line "
                "names a directory above, the user cannot enter that one."});

} // namespace pgtwin::message
