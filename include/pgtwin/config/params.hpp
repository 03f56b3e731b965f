// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace pgtwin
{

enum class ReplicationMode
{
    sync,   ///< synchronous while the standby is there (R5, R6)
    async,  ///< synchronous_standby_names is never written (R11)
    strict, ///< synchronous always: without its standby the primary blocks commits (R10)
};

/// Parameters of one resource instance, validated; what each means stands in the parameter table.
struct Params
{
    std::string pgdata;
    std::string config_file;
    std::string pghost;
    int pgport = 0;
    std::string pguser;
    std::string pg_bindir;
    std::string pgpassfile;
    std::string rep_user;
    std::string application_name;
    std::string slot_name;
    std::vector<std::string> node_list;
    std::map<std::string, std::string> replication_hosts; ///< node name to address
    std::string primary_conninfo_opt;
    std::string restore_command;
    ReplicationMode rep_mode = ReplicationMode::sync;
    std::chrono::seconds sync_degrade_delay{};
    std::int64_t max_promotion_lag_bytes = 0; ///< -1: no limit
    bool force_promotion = false;
    std::string vip;
    int max_slot_wal_keep_size = 0;             ///< MiB; 0: the setting of the server stays
    bool is_max_slot_wal_keep_size_set = false; ///< by the administrator; else a limit that the server has goes first
    bool backup_before_basebackup = true;
    std::string replace_old_copy_on; ///< name of a node; empty: nowhere
    std::chrono::seconds basebackup_timeout{};
    std::string basebackup_max_rate; ///< as pg_basebackup takes it; empty: no limit
    int replication_failure_threshold = 0;
    std::chrono::seconds monitor_timeout_promoted{};
    std::chrono::seconds monitor_timeout_unpromoted{};
    bool sentinel = true;
    bool container_mode = false;
};

} // namespace pgtwin
