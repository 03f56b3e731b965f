// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/admin/options.hpp"

#include "pgtwin/model/names.hpp"
#include "pgtwin/pg/conninfo.hpp"
#include "pgtwin/pg/layout.hpp"

namespace pgtwin::admin
{
namespace
{

std::string address_of(const Params& params, const std::string& node)
{
    for (const auto& [name, address] : params.replication_hosts)
        if (same_node(name, node))
            return address;
    return node;
}

/// The usual place may be empty, as on Debian; a directory that somebody has named may not.
std::string wrong_bindir(const Params& params, const std::string& found)
{
    const bool is_named = params.pg_bindir != config::read_params({}).params.pg_bindir;
    return is_named && found != params.pg_bindir ? params.pg_bindir : std::string{};
}

} // namespace

config::Reading parameters_in(const Environment& environment)
{
    config::Reading reading = config::read_params(environment);
    if (std::string problem = pg::problem_in_options(reading.params.primary_conninfo_opt); !problem.empty())
    {
        reading.errors.push_back({"primary_conninfo_opt", "", std::move(problem)});
        reading.params.primary_conninfo_opt.clear();
    }
    return reading;
}

Environment recalled(Environment environment, const std::string& resource, const std::vector<PairNote>& notes)
{
    const auto given = environment.find("OCF_RESKEY_pgdata");
    if (given != environment.end() && !given->second.empty())
        return environment;
    for (const PairNote& note : notes)
        if (note.resource == resource)
            for (const auto& [name, value] : note.parameters)
                environment[name] = value;
    return environment;
}

store::Directories directories_of(const std::string& resource)
{
    return {"/var/lib/pgtwin/" + resource, "/run/pgtwin/" + resource};
}

std::string peer_of(const Params& params, const std::string& self)
{
    for (const std::string& node : params.node_list)
        if (!same_node(node, self))
            return node;
    return {};
}

std::string application_name_for(const Params& params, const std::string& node)
{
    return params.application_name.empty() ? application_name_of(node) : params.application_name;
}

pg::Options options_of(const Params& params, const Place& place)
{
    pg::Options options;
    options.pgdata = params.pgdata;
    options.config_file = params.config_file;
    options.bindir = pg::find_bindir(params.pg_bindir, params.pgdata);
    options.wrong_bindir = wrong_bindir(params, options.bindir);
    options.user = params.pguser;
    options.socket_host = params.pghost;
    options.port = params.pgport;
    options.log_file = pg::log_file_of(place.resource, params.pgdata);
    options.application_name = application_name_for(params, place.self);
    options.peer_application_name = application_name_for(params, place.peer);
    options.slot_name = params.slot_name;
    options.peer_host = place.peer.empty() ? std::string{} : address_of(params, place.peer);
    options.replication_user = params.rep_user;
    options.passfile = params.pgpassfile;
    options.conninfo_extra = params.primary_conninfo_opt;
    options.restore_command = params.restore_command;
    options.backup_rate = params.basebackup_max_rate;
    options.slot_wal_limit = params.is_max_slot_wal_keep_size_set ? params.max_slot_wal_keep_size : 0;
    options.sync_names = params.rep_mode == ReplicationMode::async ? pg::SyncNames::untouched : pg::SyncNames::managed;
    options.old_directory = params.backup_before_basebackup ? pg::OldDirectory::keep : pg::OldDirectory::remove;
    return options;
}

} // namespace pgtwin::admin
