// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/base/table.hpp"
#include "pgtwin/message/remark.hpp"

namespace pgtwin::message
{
namespace
{

constexpr auto remarks = table_of(
    Remark{.id = "action-failed",
           .cause = "an action of the resource failed on a node, and Pacemaker remembers it",
           .remedy = "read the reason and the log of that node, mend it, then crm resource cleanup <clone>, or: pcs "
                     "resource cleanup <clone>"},
    Remark{
        .id = "address-before-promotion",
        .cause =
            "no order constraint lets the service address wait for the promotion, so that clients may reach a standby",
        .remedy = "add the order constraint that pgtwin check prints"},
    Remark{.id = "address-elsewhere",
           .cause = "the service address is not on the node of the primary, so that clients cannot write",
           .remedy = "add the colocation constraint of the address with the promoted instance, and clear what ties it "
                     "to a node"},
    Remark{.id = "address-stopped",
           .cause = "the service address is on no node, although it may be: its resource failed, or its constraints "
                    "keep it off",
           .remedy =
               "crm resource cleanup <address>, or: pcs resource cleanup <address>; then look at its constraints"},
    Remark{.id = "all-stopped",
           .cause = "stop-all-resources is true: the servers of both nodes are stopped, and stay so",
           .remedy = "set the property to false when the work is done: crm configure property "
                     "stop-all-resources=false, or: pcs property set stop-all-resources=false"},
    Remark{.id = "another-address",
           .cause = "the parameter vip and the address that is placed with the primary differ",
           .remedy = "set vip to the address of that resource"},
    Remark{
        .id = "banned",
        .cause = "a location constraint of yours keeps the pair, or its primary, off a node: when the other one is "
                 "lost, nobody takes over",
        .remedy =
            "delete it if it is not meant: crm configure delete <constraint>, or: pcs constraint delete <constraint>"},
    Remark{.id = "clone-max",
           .cause = "the clone may have more or fewer than two instances, and pgtwin is for two nodes",
           .remedy = "set the meta attribute clone-max=2"},
    Remark{.id = "clone-node-max",
           .cause =
               "the clone may have several instances on one node, which would be two servers with one data directory",
           .remedy = "set the meta attribute clone-node-max=1"},
    Remark{.id = "cluster-denied",
           .cause = "the user who asks may not read the cluster's state, so that much stays unknown",
           .remedy = "ask as root, or add the user to the group haclient"},
    Remark{.id = "cluster-hung",
           .cause = "a daemon of Pacemaker on this node does not answer in time",
           .remedy = "see journalctl -u pacemaker; a node whose Pacemaker hangs may have to be fenced"},
    Remark{.id = "cluster-stopped",
           .cause = "Pacemaker does not run on this node, so that nothing is monitored or recovered here",
           .remedy = "systemctl start pacemaker, or: pcs cluster start"},
    Remark{.id = "commits-blocked",
           .cause = "commits wait for a standby that does not confirm them: nobody can write. What ends it depends on "
                    "the cause that the line names: fencing, maintenance, rep_mode=strict, sync_degrade_delay, or a "
                    "standby that hangs",
           .remedy = "do what the line says; what waits shows SELECT * FROM pg_stat_activity WHERE wait_event = "
                     "'SyncRep' on the primary"},
    Remark{.id = "default-timeout",
           .cause = "an operation has no timeout of its own, and the cluster's default may be too short for it",
           .remedy = "set the timeout that pgtwin check prints"},
    Remark{.id = "delay-below-interval",
           .cause =
               "sync_degrade_delay is not more than twice the interval of the primary's monitor, so that one monitor "
               "has to look for the whole delay before commits go on without the standby; its timeout may be "
               "too short for that",
           .remedy = "raise sync_degrade_delay to what pgtwin check prints"},
    Remark{.id = "delay-below-token",
           .cause = "sync_degrade_delay is shorter than corosync needs to notice that a node is cut off: that node "
                    "could be promoted without the last commits",
           .remedy = "raise sync_degrade_delay to what pgtwin check prints"},
    Remark{.id = "disabled-operation",
           .cause =
               "an operation has enabled=false: Pacemaker does not run such a monitor, and takes no timeout from it",
           .remedy = "type what pgtwin check prints"},
    Remark{.id = "disk-low",
           .cause = "a file system of this node that holds data, WAL or a tablespace is nearly full: a server that "
                    "cannot write its WAL stops",
           .remedy = "make room, never by removing files from pg_wal by hand; look for a slot that holds WAL and for "
                     "archiving that fails"},
    Remark{.id = "fencing-device-disabled",
           .cause = "an administrator has stopped a fencing device (target-role=Stopped), so that the cluster does not "
                    "fence with it",
           .remedy = "crm_resource -r <device> --meta --set-parameter target-role --parameter-value Started"},
    Remark{.id = "fencing-device-failed",
           .cause =
               "the start or the monitor of a fencing device has failed last: most likely it could not fence either",
           .remedy = "mend its parameters or its network, then crm_resource --cleanup -r <device>"},
    Remark{.id = "fencing-disabled",
           .cause = "fencing is disabled in the cluster: a lost node may write on, and nobody can know",
           .remedy = "configure a fencing device, try it, and set stonith-enabled=true"},
    Remark{.id = "fencing-fails",
           .cause = "a node is lost, and each attempt to fence it fails: until that succeeds nobody is promoted, and "
                    "commits may wait",
           .remedy = "mend the fencing device; if the node is surely off: stonith_admin --confirm <node>"},
    Remark{.id = "fencing-missing",
           .cause = "fencing is enabled, but there is no device: a lost node cannot be shut down, and blocks the pair",
           .remedy = "configure a fencing device and try it"},
    Remark{.id = "fencing-off",
           .cause = "fencing is disabled in the cluster: two primaries, or none, may result when a node is lost",
           .remedy = "configure a fencing device, try it, and set stonith-enabled=true"},
    Remark{.id = "fencing-runs", .cause = "a node is lost and is being fenced", .remedy = "wait for its end"},
    Remark{.id = "force-promotion",
           .cause = "the parameter force_promotion is set, so that each promotion may lose commits",
           .remedy = "delete the parameter; for one promotion there is pgtwin accept-data-loss"},
    Remark{.id = "globally-unique",
           .cause = "the clone has globally-unique=true: Pacemaker numbers the servers, does not find their scores, "
                    "and promotes nobody",
           .remedy = "set it to false; if crm_mon shows ORPHANED servers then and the pair does not come back: "
                     "crm_resource --refresh -r <clone>"},
    Remark{.id = "left-ban",
           .cause = "a constraint of an earlier ban keeps the pair or its address off a node: when the other one is "
                    "lost, nobody takes over",
           .remedy = "crm resource clear <clone>, or: pcs resource clear <clone>"},
    Remark{.id = "left-move",
           .cause = "a constraint of an earlier move draws the pair or its address to a node: after a failover it goes "
                    "back there, which interrupts clients once more",
           .remedy = "crm resource clear <clone>, or: pcs resource clear <clone>"},
    Remark{.id = "maintenance",
           .cause = "the cluster is in maintenance mode: nobody is promoted, nothing is repaired",
           .remedy = "end it when the work is done: crm configure property maintenance-mode=false, or: pcs property "
                     "set maintenance-mode=false"},
    Remark{.id = "maintenance-mode",
           .cause = "the cluster is in maintenance mode: nothing is monitored and nothing is recovered",
           .remedy = "end it when the work is done: crm configure property maintenance-mode=false, or: pcs property "
                     "set maintenance-mode=false"},
    Remark{.id = "migration-threshold",
           .cause = "a server that has failed so often as migration-threshold says stays stopped on its node until "
                    "the failures expire, also the only one that has all data",
           .remedy = "set the meta attribute migration-threshold=INFINITY of the clone; to have a server started "
                     "now: crm_resource --cleanup -r <clone>"},
    Remark{.id = "no-address",
           .cause = "no address is placed with the primary, so that clients have to find it by themselves",
           .remedy = "add the address and its constraints, as pgtwin configure prints them; no remedy is needed where "
                     "clients name both nodes"},
    Remark{.id = "no-failure-timeout",
           .cause = "the clone has no failure-timeout: a server that could not start, as on a full disk or with wrong "
                    "rights, stays stopped after the cause is gone, until somebody runs a cleanup",
           .remedy = "set the meta attribute failure-timeout=60s of the clone: Pacemaker then forgets a failure after "
                     "that time, and tries again"},
    Remark{.id = "no-fencing",
           .cause = "fencing is not enabled in the cluster: a lost node may go on writing, and nobody can know",
           .remedy = "configure a fencing device, try it, and set stonith-enabled=true"},
    Remark{
        .id = "no-fencing-device",
        .cause =
            "the cluster has no fencing device: a lost node cannot be shut down, so that nothing of it is taken over",
        .remedy = "configure one and try it; pgtwin configure crm or pcs with --fencing-hint shows an example"},
    Remark{.id = "no-login",
           .cause = "the replication user could not log in to the other node, which was tried: no standby can stream, "
                    "nor be filled",
           .remedy = "compare pg_hba.conf and the role there with the password file here"},
    Remark{.id = "no-monitor",
           .cause = "an operation monitor is missing, so that nobody notices what happens to a server in that role",
           .remedy = "add the operation that pgtwin check prints"},
    Remark{.id = "no-primary",
           .cause = "no node is the primary, so that nobody can write",
           .remedy = "read why each node may not be promoted, in pgtwin status and pgtwin explain; troubleshooting.md "
                     "has the way from there"},
    Remark{.id = "no-quorum",
           .cause = "this part of the cluster has no quorum: nothing is started or promoted",
           .remedy = "bring the other node back; if it is lost for good, release quorum on this one: corosync-cmapctl "
                     "-s quorum.cancel_wait_for_all u8 1"},
    Remark{.id = "no-room-for-copy",
           .cause = "the file system of the data has no room for a second copy of them: a base backup is built beside "
                    "the data and takes their place when it is complete, and until there is room it is not begun",
           .remedy = "make room, or move the data to a larger file system"},
    Remark{
        .id = "node-away",
        .cause = "a node is not in the cluster: it is off, cut off, joining, lost and not fenced yet, or was deleted",
        .remedy = "start the node and its Pacemaker; if it is lost and not fenced, see the log of the fencing device"},
    Remark{.id = "node-maintenance",
           .cause = "a node is in maintenance mode: nothing there is promoted, stopped or repaired",
           .remedy = "crm_attribute --node <node> --name maintenance --delete"},
    Remark{.id = "node-standby",
           .cause = "an administrator put the node into standby mode, so that it has no server",
           .remedy = "crm node online <node>, or: pcs node unstandby <node>"},
    Remark{.id = "not-certified",
           .cause = "the primary has not certified the standby: commits do not wait for it, or have begun to a moment "
                    "ago, so that it may lack some and is not promoted if the primary is lost",
           .remedy =
               "wait, that follows by itself once it streams; if it lasts, read the decisions of the primary with "
               "pgtwin explain, and see whether the primary's checkpointer is busy, or stopped (T in ps)"},
    Remark{.id = "not-connected",
           .cause = "the primary has no standby connected, although the standby's server runs",
           .remedy = "read the log of the standby's server: mostly it is the password, pg_hba.conf or the network"},
    Remark{.id = "not-promotable",
           .cause = "in pgtwin status: the standby could not take over, for the reason that follows; in pgtwin check: "
                    "the resource is in no promotable clone, so that only one node would have a server",
           .remedy = "look up the reason's own id, or run the command that pgtwin check prints"},
    Remark{.id = "not-promoted",
           .cause = "a server runs that could be a primary, nobody is, and pgtwin does not let it be promoted, for the "
                    "reason that follows",
           .remedy = "look up the reason's own id, which stands in brackets"},
    Remark{.id = "not-streaming",
           .cause = "the standby is connected but does not stream: it catches up or copies",
           .remedy = "wait; if it lasts, read the log of the standby's server"},
    Remark{.id = "notify-off",
           .cause = "the clone has no notify=true, without which the servers are not told what happens on the other "
                    "node: start refuses",
           .remedy = "set the meta attribute notify=true"},
    Remark{
        .id = "override",
        .cause = "a loss of commits was accepted on a node, for the next promotion there",
        .remedy =
            "nothing, if that was meant; else take it back: attrd_updater -n <resource>-accept-data-loss -D -N <node>"},
    Remark{.id = "on-fail",
           .cause = "an operation has an on-fail with which a failure is not recovered, or a server that cannot be "
                    "stopped is not fenced",
           .remedy = "type what pgtwin check prints; then, for what is blocked: crm_resource --cleanup -r <clone>"},
    Remark{.id = "primary-unknown",
           .cause = "what was seen does not tell whether there is a primary",
           .remedy = "run pgtwin status as root on the other node"},
    Remark{.id = "promoted-max",
           .cause = "the clone may have more than one primary",
           .remedy = "set the meta attribute promoted-max=1"},
    Remark{.id = "promoted-node-max",
           .cause = "a node may have more than one promoted instance",
           .remedy = "set the meta attribute promoted-node-max=1"},
    Remark{.id = "promotion-forbidden",
           .cause = "the meta attribute target-role of the resource is Unpromoted: an administrator wants no primary",
           .remedy = "crm_resource -r <clone> --meta --set-parameter target-role --parameter-value Started"},
    Remark{.id = "promotion-unknown",
           .cause = "too little is known of the standby to tell whether it could take over",
           .remedy = "run pgtwin status as root, on the standby's node if need be"},
    Remark{.id = "quorum-ignored",
           .cause = "no-quorum-policy is ignore: a node that is cut off goes on as if it were alone",
           .remedy = "set the cluster's property no-quorum-policy=stop"},
    Remark{.id = "repair",
           .cause = "the data directory of a node is being filled or rewound",
           .remedy = "nothing, it ends by itself; pgtwin status shows how far it is and what holds it up"},
    Remark{.id = "repair-failed",
           .cause = "the worker that repairs a data directory has given up; the next monitor starts another one",
           .remedy = "look up the cause, whose id stands in brackets"},
    Remark{.id = "repair-held-up",
           .cause = "something holds up the repair of a data directory: it is tried again, but may need somebody",
           .remedy = "look up the cause, whose id stands in brackets"},
    Remark{
        .id = "replay-behind",
        .cause = "the standby has received WAL that it has not replayed: nothing is lost in a failover, but the "
                 "promotion waits for it",
        .remedy =
            "look for queries on the standby that hold replay up, for max_standby_streaming_delay, or for a slow disk"},
    Remark{.id = "replay-paused",
           .cause = "the standby receives WAL but does not replay it, because somebody has paused that",
           .remedy = "SELECT pg_wal_replay_resume() on the standby"},
    Remark{.id = "resource-stopped",
           .cause = "an administrator has stopped the resource (target-role=Stopped)",
           .remedy = "crm_resource -r <clone> --meta --set-parameter target-role --parameter-value Started"},
    Remark{
        .id = "rewind-missing",
        .cause =
            "pg_rewind is missing on a node, so that a former primary comes back by a base backup, which takes longer",
        .remedy = "install pg_rewind, which belongs to PostgreSQL's server"},
    Remark{.id = "same-interval",
           .cause = "both monitors have the same interval, and Pacemaker, which tells operations of one name by it, "
                    "runs only one of them",
           .remedy = "give them different intervals: 3s for the role Promoted, 10s for the other"},
    Remark{.id = "short-timeout",
           .cause = "an operation may take less time than pgtwin needs: one that does not end in time has failed, and "
                    "a failed stop is followed by fencing",
           .remedy = "raise the timeout to what pgtwin check prints"},
    Remark{.id = "slot-lost",
           .cause = "the replication slot does not keep the WAL that the standby needs any more, which therefore has "
                    "to be filled anew",
           .remedy =
               "nothing, that begins by itself; raise max_slot_wal_keep_size if the standby may be away for so long"},
    Remark{.id = "slot-near-limit",
           .cause = "the replication slot of a standby that is away has used up four fifths of max_slot_wal_keep_size: "
                    "beyond it the standby has to be filled anew",
           .remedy = "bring the standby back soon, or raise max_slot_wal_keep_size if there is room"},
    Remark{.id = "slot-unreserved",
           .cause = "the replication slot is about to lose the WAL that the standby needs",
           .remedy = "bring the standby back soon; raise max_slot_wal_keep_size if there is room"},
    Remark{.id = "slow-operation",
           .cause = "an operation took more than half of its timeout when it ran last",
           .remedy = "raise the timeout to what pgtwin check prints, and find out why it was slow"},
    Remark{.id = "standby-missing",
           .cause = "no node has a standby: the data is on one node only",
           .remedy = "start the other node, or its server; pgtwin status tells what keeps it"},
    Remark{.id = "starts-at-boot",
           .cause = "systemd starts the server of this resource at boot, before Pacemaker looks; on a former primary "
                    "that lost its power it runs as a primary, beside the other one",
           .remedy = "disable what pgtwin check names, and leave the server to Pacemaker"},
    Remark{.id = "two-node-off",
           .cause = "corosync does not know that the cluster has two nodes: when one is lost, the other one loses "
                    "quorum and stops its servers",
           .remedy = "set two_node: 1 in the section quorum of corosync.conf on both nodes"},
    Remark{
        .id = "two-primaries",
        .cause = "both nodes say that they are the primary",
        .remedy =
            "look on both first, with pgtwin status there; fence the one that the address does not point to, and keep "
            "its data: it may hold commits"},
    Remark{.id = "unknown-node",
           .cause = "node_list names a node that the cluster does not have, and an instance on a node that is not "
                    "named does not start",
           .remedy = "set node_list to the names that crm_node -l shows"},
    Remark{.id = "unknown-parameter",
           .cause = "the resource has a parameter that pgtwin does not know, often a slip of the pen: what it was "
                    "meant to change stays as it is by default",
           .remedy = "correct its name, or delete it"},
    Remark{.id = "unmanaged",
           .cause = "the resource is not managed: nothing of it is started, stopped or promoted",
           .remedy = "when the work is done, type what pgtwin check prints: is-managed=true, or maintenance=false"},
    Remark{.id = "wait-for-all-off",
           .cause = "wait_for_all is off: after a cold boot the first node fences the other one before both have met",
           .remedy = "set wait_for_all: 1 in the section quorum of corosync.conf on both nodes"},
    Remark{.id = "wrong-parameter",
           .cause = "a parameter has a value that is not allowed, with which the resource does not start",
           .remedy = "correct it; parameters.md has the values"});

} // namespace

std::span<const Remark> remark_table()
{
    return remarks;
}

} // namespace pgtwin::message
