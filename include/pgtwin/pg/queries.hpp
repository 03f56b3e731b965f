// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

/// Every statement pgtwin sends to a local server. All work on PostgreSQL 15 to 18 and with search_path = pg_catalog.
namespace pgtwin::pg::queries
{

/// Options of every session that runs SQL, against defaults of a server, a role or a database: where serializable is
/// the default, a hot standby refuses each query, and another role may not do what pgtwin has to.
inline constexpr const char* session_options =
    "-c search_path=pg_catalog -c default_transaction_isolation=read\\ committed -c role=none -c lock_timeout=0 "
    "-c idle_session_timeout=0";

/// The same from PostgreSQL 17 on, where a transaction that takes longer than this costs its session.
inline constexpr const char* session_options_17 = " -c transaction_timeout=0";

/// What a server says of itself, in one round trip. $1: application_name of the peer's standby, $2: name of the slot.
///
/// One row:
///  0 in recovery
///  1 system identifier
///  2 timeline written, 8 hexadecimal digits (NULL on a standby)
///  3 end of WAL
///  4 replayed (NULL on a primary)
///  5 replay paused, or about to be
///  6 all local WAL replayed
///  7 synchronous_standby_names
///  8 primary_conninfo
///  9 process id of the WAL sender of that standby (NULL: there is none), 10 state, 11 sync_state, 12 flush, 13 replay
/// 14 WAL receiver there, 15 status, 16 sender host, 17 timeline received
/// 18 slot there (not while the one that it replaces lies idle beside it), 19 active, 20 wal_status, 21 bytes held
/// 22 process id of the checkpointer, while it waits in CheckpointerMain or CheckpointWriteDelay (NULL: it does not)
/// 23 a CHECKPOINT of pgtwin runs: anybody may give his session its name, but not its user
/// 24 end of the WAL that is on disk (a standby: column 3)
/// 25 sessions hold replay up
/// 26 restore_command is not empty
///
/// The end of a standby's WAL is the greater of received and replayed: after a restart received starts again at the
/// beginning of a segment. A WAL receiver says "streaming" from its beginning, also while it still asks the primary for
/// the stream, and if that is refused (src/backend/replication/walreceiver.c): then it waits for a result, or is not
/// old; one that began in the future has seen the clock being set back. A checkpointer that waits in one of these two
/// events takes a reload at once (src/backend/postmaster/checkpointer.c), unless somebody has stopped it there: the
/// event stays as it is.
inline constexpr const char* status = R"(
WITH me AS MATERIALIZED (SELECT pg_is_in_recovery() AS is_standby),
wal AS MATERIALIZED (SELECT is_standby,
        CASE WHEN is_standby THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn(), '0/0')
             ELSE pg_current_wal_insert_lsn() END AS finish
    FROM me)
SELECT is_standby, (SELECT system_identifier FROM pg_control_system()),
    CASE WHEN NOT is_standby THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END,
    finish, CASE WHEN is_standby THEN coalesce(pg_last_wal_replay_lsn(), '0/0') END,
    CASE WHEN is_standby THEN pg_is_wal_replay_paused() ELSE false END,
    EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'startup'
        AND wait_event IN ('RecoveryWalStream', 'RecoveryRetrieveRetryInterval')),
    current_setting('synchronous_standby_names'), current_setting('primary_conninfo'),
    sender.pid, sender.state, sender.sync_state, sender.flush_lsn, sender.replay_lsn,
    receiver.pid IS NOT NULL, receiver.status, receiver.sender_host, receiver.received_tli,
    slot.slot_name IS NOT NULL, slot.active, slot.wal_status,
    greatest(pg_wal_lsn_diff(finish, slot.restart_lsn), 0)::bigint,
    (SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'
        AND wait_event IN ('CheckpointerMain', 'CheckpointWriteDelay')),
    EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'pgtwin checkpoint' AND usename = session_user),
    CASE WHEN is_standby THEN finish ELSE pg_current_wal_flush_lsn() END,
    EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'startup' AND (wait_event_type IN ('Lock', 'BufferPin')
        OR wait_event IN ('RecoveryConflictSnapshot', 'RecoveryConflictTablespace'))),
    current_setting('restore_command') <> ''
FROM wal
LEFT JOIN LATERAL (SELECT * FROM pg_stat_replication WHERE application_name = $1
    ORDER BY state = 'streaming' DESC, pid LIMIT 1) AS sender ON true
LEFT JOIN LATERAL (SELECT pid, sender_host, received_tli, CASE WHEN wait_event ILIKE 'LibpqWalReceiver%'
        OR backend_start BETWEEN clock_timestamp() - interval '100 milliseconds' AND clock_timestamp()
        THEN 'asking' ELSE status END AS status
    FROM pg_stat_wal_receiver JOIN pg_stat_activity USING (pid) LIMIT 1) AS receiver ON true
LEFT JOIN LATERAL (SELECT * FROM pg_replication_slots WHERE slot_name = $2 AND slot_type = 'physical' AND NOT EXISTS (
    SELECT FROM pg_replication_slots AS former WHERE former.slot_name = current_setting('primary_slot_name')
        AND former.slot_name <> $2 AND former.slot_type = 'physical' AND NOT former.active)) AS slot ON true)";

/// What people want to know beside the status. $1: application_name of the peer's standby, $2: name of the slot. Times
/// are seconds since 1970, delays milliseconds.
///
/// One row:
///  0 start of the server, 1 major version
///  2 when that standby connected (NULL: it has not), 3 delay until its disk has WAL, 4 until it is replayed, 5 its
///  address 6 when the WAL receiver was started (NULL: there is none), 7 end of WAL that the primary named last 8
///  received and not replayed WAL is there, 9 age of the last transaction that was replayed
/// 10 sessions that wait for the standby with their commit, 11 for how long the first of them has
/// 12 WAL that may still be written before the slot is given up (NULL: there is no limit)
inline constexpr const char* details = R"(
SELECT extract(epoch FROM pg_postmaster_start_time())::bigint, current_setting('server_version_num')::int / 10000,
    extract(epoch FROM sender.backend_start)::bigint, (extract(epoch FROM sender.flush_lag) * 1000)::bigint,
    (extract(epoch FROM sender.replay_lag) * 1000)::bigint, host(sender.client_addr),
    extract(epoch FROM receiver.backend_start)::bigint, receiver.latest_end_lsn,
    pg_is_in_recovery() AND pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn(),
    (extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::bigint,
    waiting.sessions, waiting.longest,
    (SELECT safe_wal_size FROM pg_replication_slots WHERE slot_name = $2 AND slot_type = 'physical')
FROM (SELECT count(*) AS sessions, (extract(epoch FROM max(clock_timestamp() - query_start)) * 1000)::bigint AS longest
    FROM pg_stat_activity WHERE wait_event = 'SyncRep') AS waiting
LEFT JOIN LATERAL (SELECT * FROM pg_stat_replication WHERE application_name = $1
    ORDER BY state = 'streaming' DESC, pid LIMIT 1) AS sender ON true
LEFT JOIN LATERAL (SELECT backend_start, latest_end_lsn FROM pg_stat_wal_receiver JOIN pg_stat_activity USING (pid)
    LIMIT 1) AS receiver ON true)";

/// What a server tells the replication user, who sees the sessions of its own role only. $1: name of the slot, $2:
/// application_name of the one who asks.
///
/// One row:
///  0 start of the server
///  1 replayed (NULL on a primary), 2 replay paused, or about to be
///  3 synchronous_standby_names
///  4 slot there, 5 active, 6 wal_status, 7 bytes held, 8 bytes left
///  9 standby that asks is connected, 10 since when, 11 its address
/// 12 its state, 13 sync_state: NULL without the rights of pg_read_all_stats
inline constexpr const char* peer_part = R"(
SELECT extract(epoch FROM pg_postmaster_start_time())::bigint,
    CASE WHEN is_standby THEN pg_last_wal_replay_lsn() END,
    CASE WHEN is_standby THEN pg_is_wal_replay_paused() ELSE false END,
    current_setting('synchronous_standby_names'), slot.slot_name IS NOT NULL, slot.active, slot.wal_status,
    CASE WHEN NOT is_standby THEN greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), slot.restart_lsn), 0)::bigint END,
    slot.safe_wal_size, sender.pid IS NOT NULL, extract(epoch FROM sender.backend_start)::bigint,
    host(sender.client_addr), sender.state, sender.sync_state
FROM (SELECT pg_is_in_recovery() AS is_standby) AS me
LEFT JOIN LATERAL (SELECT * FROM pg_replication_slots WHERE slot_name = $1 AND slot_type = 'physical') AS slot ON true
LEFT JOIN LATERAL (SELECT * FROM pg_stat_replication WHERE application_name = $2 ORDER BY pid LIMIT 1) AS sender ON true)";

/// When the settings that ALTER SYSTEM writes were written last, and when the timeline that a primary writes was made
/// by a promotion (NULL: by none, or it is a standby), in seconds since 1970. pg_rewind needs the same right.
inline constexpr const char* changes = R"(
SELECT extract(epoch FROM (pg_stat_file('postgresql.auto.conf', true)).modification)::bigint,
    CASE WHEN NOT pg_is_in_recovery() THEN extract(epoch FROM (pg_stat_file(
        'pg_wal/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '.history', true)).modification)::bigint END)";

/// All settings in their base units: name, setting. Where a running server works is known; what it calls that directory
/// does not matter.
/// A restore_command that pgtwin holds back is told as if it were a setting of its own.
inline constexpr const char* settings = R"(
SELECT name, setting FROM pg_settings WHERE name <> 'data_directory'
UNION ALL
SELECT 'restore_command held back', 'yes' FROM pg_settings
WHERE name = 'restore_command' AND setting = '' AND sourcefile LIKE '%/postgresql.auto.conf')";

/// What no setting tells and replication needs: name, value, as if they were settings. $1: the role that replicates,
/// $2: address of the peer, empty if only its name is known, $3: name of the slot.
///
/// A line of pg_hba.conf for a group or a pattern of roles or databases, or for a host name, passes for one that fits.
/// A slot that a standby keeps in step with its primary's (PostgreSQL 17) is used by nobody, and yet has its use.
inline constexpr const char* replication_facts = R"(
SELECT asked.fact, CASE WHEN EXISTS (
    SELECT FROM pg_hba_file_rules
    WHERE error IS NULL AND type <> 'local' AND auth_method <> 'reject'
        AND EXISTS (SELECT FROM unnest(database) AS name
            WHERE name = ANY (asked.databases) OR name LIKE '/%' AND 'all' = ANY (asked.databases))
        AND EXISTS (SELECT FROM unnest(user_name) AS name
            WHERE name IN ('all', $1) OR name LIKE '+%' OR name LIKE '/%')
        AND CASE WHEN netmask IS NULL OR $2 = '' THEN true
                 WHEN family(address::inet) <> family($2::inet) THEN false
                 ELSE (address::inet & netmask::inet) = ($2::inet & netmask::inet) END)
    THEN 'admits the peer' ELSE 'does not admit the peer' END
FROM (VALUES ('pg_hba.conf', ARRAY['replication']), ('pg_hba.conf for pg_rewind', ARRAY['all', 'postgres']))
    AS asked (fact, databases)
UNION ALL
SELECT 'settings that wait for a restart', coalesce(string_agg(name, ' ' ORDER BY name), '')
FROM pg_settings WHERE pending_restart
UNION ALL
SELECT 'slots without use', coalesce(string_agg(slot_name::text, ' ' ORDER BY slot_name), '')
FROM pg_replication_slots AS slot
WHERE NOT active AND NOT temporary AND restart_lsn IS NOT NULL AND wal_status IS DISTINCT FROM 'lost'
    AND slot_name <> $3 AND NOT coalesce((to_jsonb(slot) ->> 'synced')::boolean, false)
UNION ALL
SELECT 'replication role', coalesce((SELECT CASE WHEN NOT rolcanlogin THEN 'may not log in'
        WHEN rolreplication OR rolsuper THEN 'may replicate' ELSE 'may not replicate' END
    FROM pg_roles WHERE rolname = $1), 'missing')
UNION ALL
SELECT 'functions of pg_rewind', coalesce((SELECT CASE
        WHEN has_function_privilege(oid, 'pg_ls_dir(text, boolean, boolean)', 'EXECUTE')
         AND has_function_privilege(oid, 'pg_stat_file(text, boolean)', 'EXECUTE')
         AND has_function_privilege(oid, 'pg_read_binary_file(text)', 'EXECUTE')
         AND has_function_privilege(oid, 'pg_read_binary_file(text, bigint, bigint, boolean)', 'EXECUTE')
        THEN 'granted' ELSE 'not granted' END
    FROM pg_roles WHERE rolname = $1), 'no role')
UNION ALL
SELECT 'pg_stat_archiver', CASE WHEN last_failed_time > coalesce(last_archived_time, '-infinity')
    THEN 'failing' ELSE 'working' END
FROM pg_stat_archiver)";

/// What a base backup of this server would bring, as BASE_BACKUP says it before the data: oid of the tablespace,
/// location, kilobytes. It looks at each file.
inline constexpr const char* own_parts = R"(
SELECT CASE WHEN location <> '' THEN oid END, nullif(location, ''), (bytes / 1024)::bigint
FROM (SELECT max(oid) AS oid, pg_tablespace_location(oid) AS location, sum(pg_tablespace_size(oid)) AS bytes
    FROM pg_tablespace GROUP BY 2) AS place)";

/// The value of setting $1 as a new session sees it.
inline constexpr const char* setting = "SELECT current_setting($1)";

inline constexpr const char* reload = "SELECT pg_reload_conf()";

/// Slot $1: active, and whether it can still serve a standby: WAL reserved and not lost.
inline constexpr const char* slot = "SELECT active, restart_lsn IS NOT NULL AND wal_status IS DISTINCT FROM 'lost' "
                                    "FROM pg_replication_slots WHERE slot_name = $1";

/// Creates slot $1 with its WAL reserved at once: otherwise it holds nothing until a standby has connected.
inline constexpr const char* create_slot = "SELECT pg_create_physical_replication_slot($1, true)";

/// The slot of another name than $1 that pgtwin kept before parameter slot_name was changed: a server that pgtwin has
/// started has that name in primary_slot_name. Creates $1 so that it holds the same WAL; no row if there is none.
inline constexpr const char* copy_former_slot = R"(
SELECT pg_copy_physical_replication_slot(slot_name, $1) FROM pg_replication_slots
WHERE slot_name = current_setting('primary_slot_name') AND slot_name <> $1 AND slot_type = 'physical'
    AND restart_lsn IS NOT NULL AND wal_status IS DISTINCT FROM 'lost')";

/// Drops that slot unless somebody uses it.
inline constexpr const char* drop_former_slot = R"(
SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
WHERE slot_name = current_setting('primary_slot_name') AND slot_name <> $1 AND slot_type = 'physical' AND NOT active)";

/// Whether primary_slot_name is another name than $1, and no slot has it.
inline constexpr const char* is_former_slot_gone = R"(
SELECT current_setting('primary_slot_name') <> $1 AND NOT EXISTS (
    SELECT FROM pg_replication_slots WHERE slot_name = current_setting('primary_slot_name')))";

/// Drops slot $1 unless somebody uses it; no row if there is nothing to drop.
inline constexpr const char* drop_slot = "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots "
                                         "WHERE slot_name = $1 AND slot_type = 'physical' AND NOT active";

inline constexpr const char* resume_replay = "SELECT pg_wal_replay_resume() WHERE pg_is_wal_replay_paused()";

/// Ends the sessions for which the startup process waits (manual, "Handling Query Conflicts"): those that hold the lock
/// it wants, or, where no view tells which ones they are, all with a transaction.
inline constexpr const char* end_conflicts = R"(
SELECT pg_terminate_backend(session.pid)
FROM pg_stat_activity AS startup, pg_stat_activity AS session
WHERE startup.backend_type = 'startup' AND session.backend_type = 'client backend' AND session.pid <> pg_backend_pid()
    AND CASE
        WHEN startup.wait_event_type = 'Lock' THEN session.pid IN (
            SELECT holder.pid FROM pg_locks AS wanted JOIN pg_locks AS holder USING (locktype, database, relation)
            WHERE wanted.pid = startup.pid AND NOT wanted.granted AND holder.granted)
        WHEN startup.wait_event IN ('BufferPin', 'RecoveryConflictSnapshot', 'RecoveryConflictTablespace')
            THEN session.xact_start IS NOT NULL
        ELSE false END)";

/// What IDENTIFY_SYSTEM would answer, but that needs a line for local replication in pg_hba.conf: system identifier,
/// newest timeline, end of WAL. pg_control lags behind a switch of timelines, the newest segment file does not.
inline constexpr const char* position = R"(
WITH me AS MATERIALIZED (SELECT pg_is_in_recovery() AS is_standby),
at AS MATERIALIZED (
    SELECT CASE WHEN is_standby THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn(), '0/0')
                ELSE pg_current_wal_flush_lsn() END AS lsn
    FROM me),
segment AS MATERIALIZED (
    SELECT upper(lpad(to_hex(div(byte, 4294967296)::bigint), 8, '0') ||
                 lpad(to_hex(mod(byte, 4294967296)::bigint / pg_size_bytes(current_setting('wal_segment_size'))), 8, '0'))
           AS name
    FROM (SELECT lsn - '0/0'::pg_lsn - 1 AS byte FROM at WHERE lsn > '0/0') AS last)
SELECT system_identifier,
    CASE WHEN is_standby
         THEN (SELECT greatest(timeline_id, min_recovery_end_timeline,
                      (SELECT max(('x' || left(file.name, 8))::bit(32)::int)
                       FROM pg_ls_waldir() AS file, segment
                       WHERE file.name ~ '^[0-9A-F]{24}$' AND substr(file.name, 9) = segment.name))
               FROM pg_control_checkpoint(), pg_control_recovery())
         ELSE ('x' || left(pg_walfile_name(lsn), 8))::bit(32)::int END,
    lsn
FROM me, at, pg_control_system())";

/// Replication commands (manual, "Streaming Replication Protocol").
inline constexpr const char* identify_system = "IDENTIFY_SYSTEM";
inline constexpr const char* timeline_history = "TIMELINE_HISTORY ";
/// Position and timeline follow. Without a slot: nothing changes on the server.
inline constexpr const char* start_replication = "START_REPLICATION PHYSICAL ";
/// The second result, before the data, is one row for each part: oid of the tablespace, location, kilobytes. The row of
/// the data directory has neither oid nor location.
inline constexpr const char* begin_backup =
    "BASE_BACKUP (LABEL 'pgtwin', PROGRESS true, CHECKPOINT 'fast', WAIT false, MANIFEST 'no')";
inline constexpr const char* create_peer_slot = "CREATE_REPLICATION_SLOT ";

} // namespace pgtwin::pg::queries
