// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/base/table.hpp"
#include "pgtwin/message/message.hpp"

namespace pgtwin::message
{

/// What the worker says.
inline constexpr auto repairs = table_of(
    Message{.reason = Reason::rebuild_no_source,
            .id = "rebuild-no-source",
            .severity = Severity::error,
            .text = "the primary cannot be reached",
            .hint = "check its address, the network and the firewall",
            .more = "The worker logs in to the primary over the replication protocol before it touches anything. The "
                    "line names the answer. To try it by hand, as user postgres: psql -w \"host=<other node> "
                    "user=replicator dbname=replication replication=true\" -c IDENTIFY_SYSTEM."},
    Message{.reason = Reason::rebuild_denied,
            .id = "rebuild-denied",
            .severity = Severity::error,
            .text = "the primary does not let this node in",
            .hint = "check pg_hba.conf there, the password file here, and the replication user",
            .more = "The primary has answered, and refused the login or the right to replicate. The line names its "
                    "answer. The repair goes on by itself within seconds after that is mended."},
    Message{.reason = Reason::rebuild_wrong_system,
            .id = "rebuild-wrong-system",
            .severity = Severity::error,
            .text = "the other node holds another database (system identifiers differ)",
            .hint = "move the local data directory away if it is the wrong one",
            .more = "The old directory is not replaced by a different database."},
    Message{.reason = Reason::rebuild_source_not_primary,
            .id = "rebuild-source-not-primary",
            .severity = Severity::error,
            .text = "the other node is not the primary",
            .hint = "wait for a promotion",
            .more = "Data are copied from a primary only, by its own word and by the cluster's. Both servers are "
                    "standbys, or a promotion is under way. If nobody is promoted, pgtwin status says why; the repair "
                    "goes on by itself afterwards."},
    Message{.reason = Reason::rebuild_version_differs,
            .id = "rebuild-version-differs",
            .severity = Severity::error,
            .text = "the other node runs another major version",
            .hint = "install the same major version on both nodes",
            .more = "A data directory can be used by its own major version only. The line names both."},
    Message{.reason = Reason::rebuild_no_space,
            .id = "rebuild-no-space",
            .severity = Severity::error,
            .text = "not enough space for a second copy of the data",
            .hint = "free space beside the data directory",
            .more =
                "The old directory stays until the new one is complete, so both have to fit. The primary tells how "
                "large its "
                "databases and tablespaces are before anything is touched. With backup_before_basebackup=false, the "
                "parameter replace_old_copy_on=<this node> lets the old directory go first. The repair goes on by "
                "itself once there is room."},
    Message{.reason = Reason::rebuild_no_slot,
            .id = "rebuild-no-slot",
            .severity = Severity::error,
            .text = "cannot create the replication slot on the primary",
            .hint = "check max_replication_slots and the rights of the replication user",
            .more = "The slot keeps what the copy will need. The primary has no free one, or the role of parameter "
                    "rep_user lacks REPLICATION. SELECT * FROM pg_replication_slots shows who has them; "
                    "SELECT pg_drop_replication_slot('name') frees one that nobody uses. The repair goes on by itself "
                    "afterwards."},
    Message{.reason = Reason::rebuild_copy_failed,
            .id = "rebuild-copy-failed",
            .severity = Severity::error,
            .text = "the base backup failed",
            .hint = "check space, the network, and the rights of tablespaces; it is tried again",
            .more = "The old data directory was not touched. The line before says what went wrong, in the words of "
                    "pg_basebackup; /var/lib/pgtwin/<resource>/rebuild.log has all of them. Causes are space, the "
                    "network, and the directory of a tablespace that the server's user may not write."},
    Message{.reason = Reason::rebuild_not_streaming,
            .id = "rebuild-not-streaming",
            .severity = Severity::error,
            .text = "the new copy does not stream from the primary",
            .hint = "see the server's log on both nodes",
            .more = "The base backup is complete and its server runs, but it does not receive WAL. The old data "
                    "directory is kept."},
    Message{.reason = Reason::rebuild_wal_gone,
            .id = "rebuild-wal-gone",
            .severity = Severity::error,
            .text = "the primary does not have the WAL any more that this node needs",
            .hint = "nothing: a base backup follows",
            .more = "The primary itself refuses to stream from where this node is: the segment was removed, since the "
                    "node was away for longer than its slot, or wal_keep_size, keeps WAL. A rewind would not help. "
                    "Where restore_command is set, the archive has replication_failure_threshold monitors to bring the "
                    "WAL; else the base backup begins at once. max_slot_wal_keep_size and wal_keep_size on the primary "
                    "say how long a node may be away."},
    Message{.reason = Reason::rebuild_swap_failed,
            .id = "rebuild-swap-failed",
            .severity = Severity::error,
            .text = "cannot put the new data directory in the place of the old one",
            .hint = "check rights and mounts of the data directory's parent",
            .more = "Both directories are still there. The swap is tried again."},
    Message{.reason = Reason::rewind_failed,
            .id = "rewind-failed",
            .severity = Severity::error,
            .text = "the rewound data directory does not stream from the primary",
            .hint = "nothing: a base backup follows",
            .more = "pg_rewind has ended well, but the server does not start or does not receive WAL. A directory like "
                    "that is never promoted; the next monitor has it replaced by a base backup. The server's log on "
                    "both nodes tells more."},
    Message{.reason = Reason::rewind_unproven,
            .id = "rewind-unproven",
            .severity = Severity::error,
            .text = "not promoted: the data directory was rewound and is not proven to be whole",
            .hint = "wait for the next monitor",
            .more =
                "While pg_rewind works, the data directory is neither the old one nor the new one. It counts again "
                "once its server has reached a consistent state. Until then no override helps: there is nothing that "
                "could be opened. If that does not happen, a base backup follows by itself, for which the other node "
                "has to be primary."});

} // namespace pgtwin::message
