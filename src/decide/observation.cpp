// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/observation.hpp"

#include <algorithm>
#include <string_view>

namespace pgtwin::decide
{
namespace
{

/// What the last part of an action needs: the report and the closing writes.
constexpr std::chrono::milliseconds kept_for_report{500};

} // namespace

bool Observation::is_asked(Subject subject) const
{
    switch (subject)
    {
    case Subject::state:
        return state.is_asked();
    case Subject::watch:
        return watch.is_asked();
    case Subject::worker:
        return is_worker_running.is_asked();
    case Subject::processes:
        return processes.is_asked();
    case Subject::directory:
        return directory.is_asked();
    case Subject::server:
        return server.is_asked();
    case Subject::cluster:
        return cluster.is_asked();
    case Subject::membership:
        return membership.is_asked();
    case Subject::identity:
        return identity.is_asked();
    case Subject::upstream:
        return upstream.is_asked();
    case Subject::settings:
        return settings.is_asked();
    case Subject::settings_on_disk:
        return settings_on_disk.is_asked();
    case Subject::installation:
        return installation.is_asked();
    case Subject::room:
        return room.is_asked();
    case Subject::peer_wal:
        return peer_has_wal.is_asked();
    }
    return true;
}

Next wait_or(const Observation& seen, std::chrono::milliseconds pause, Reason reason, const std::string& detail)
{
    if (seen.remaining <= kept_for_report)
        return Outcome{reason, detail};
    return Step{
        Wait{std::min(pause, seen.remaining - kept_for_report), reason}
    };
}

const char* name_of(const Step& step)
{
    static constexpr std::array<const char*, std::variant_size_v<Step>> names{
        "inspect",
        "wait",
        "save state",
        "save watch",
        "publish run",
        "publish position",
        "publish that it is alone",
        "set certificate of the peer",
        "set own score",
        "set score of the peer",
        "record data status",
        "publish resync progress",
        "clear override",
        "write standby configuration",
        "start server",
        "stop server (fast)",
        "stop server (immediate)",
        "kill processes",
        "promote server",
        "request checkpoint",
        "resume replay",
        "end the sessions that hold replay up",
        "follow peer",
        "set synchronous_standby_names",
        "ensure slot",
        "drop slot",
        "launch worker",
        "end worker",
        "launch sentinel",
        "ensure slot on the peer",
        "take base backup",
        "swap directories",
        "dispose of the old directory",
        "rehearse a rewind",
        "rewind",
        "take over settings",
        "warn",
        "make room for a base backup",
        "set the use of the archive",
    };
    return names.at(step.index());
}

namespace
{

/// Neither the administrator nor the configuration of the server limits what the slot keeps.
bool is_slot_unlimited(const Observation& seen, const Context& context)
{
    if (context.params.is_max_slot_wal_keep_size_set || !seen.settings_on_disk)
        return false;
    const auto limit = seen.settings_on_disk->find("max_slot_wal_keep_size");
    return limit != seen.settings_on_disk->end() && limit->second == "-1";
}

} // namespace

Archive archive_at_start(const Context& context)
{
    return context.params.rep_mode == ReplicationMode::async ? Archive::in_use : Archive::held_back;
}

StandbySettings first_settings(const Observation& seen, const Context& context)
{
    const bool is_off = seen.directory && seen.directory->is_off_newest_timeline;
    return {seen.state->unshared == Timeline::none ? Upstream::peer : Upstream::nobody,
            is_off ? RecoveryTimeline::current : RecoveryTimeline::latest,
            is_slot_unlimited(seen, context) ? context.params.max_slot_wal_keep_size : 0, archive_at_start(context)};
}

} // namespace pgtwin::decide
