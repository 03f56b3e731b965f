// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/action/apply.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace pgtwin::action
{
namespace
{

using namespace std::chrono_literals;

/// How often progress is published (issue: at most every 10 s).
constexpr BootTime progress_interval = 10s;

std::string progress_text(const char* what, const port::Progress& progress)
{
    const std::int64_t percent = progress.total_bytes > 0 ? 100 * progress.done_bytes / progress.total_bytes : 0;
    return std::string{what} + ": " + std::to_string(std::min<std::int64_t>(percent, 100)) + " %, " +
           std::to_string(progress.done_bytes) + " of " + std::to_string(progress.total_bytes) + " bytes";
}

/// Publishes the first report and then one in each interval.
class ProgressReporter
{
public:
    ProgressReporter(const char* what, Ports& ports, const Deadline& deadline)
        : what_{what}, ports_{ports}, deadline_{deadline}
    {
    }

    void operator()(const port::Progress& progress)
    {
        const BootTime now = ports_.clock.since_boot();
        if (last_.count() != 0 && now - last_ < progress_interval)
            return;
        last_ = now;
        const std::string text = progress_text(what_, progress);
        ports_.log.write(Severity::info, text);
        if (const auto published = ports_.cluster.publish_resync(text, deadline_.at_most(5s)); !published)
            ports_.log.write(Severity::debug, "could not publish progress: " + published.error().what);
    }

private:
    const char* what_;
    Ports& ports_;
    const Deadline& deadline_;
    BootTime last_{};
};

struct Apply
{
    Ports& ports;
    const Deadline& deadline;

    Expected<void> operator()(const decide::Inspect& /*step*/) const { return {}; }
    Expected<void> operator()(const decide::Wait& step) const
    {
        ports.clock.wait(step.pause);
        return {};
    }
    Expected<void> operator()(const decide::SaveState& step) const { return ports.store.save(step.state); }
    Expected<void> operator()(const decide::SaveWatch& step) const { return ports.store.save_watch(step.watch); }
    Expected<void> operator()(const decide::PublishRun& step) const
    {
        return ports.cluster.publish_run(step.run, deadline);
    }
    Expected<void> operator()(const decide::PublishPosition& step) const
    {
        return ports.cluster.publish_position(step.position, deadline);
    }
    Expected<void> operator()(const decide::SetCertificate& step) const
    {
        return ports.cluster.set_certificate(step.certificate, deadline);
    }
    Expected<void> operator()(const decide::SetOwnScore& step) const
    {
        return ports.cluster.set_own_score(step.score, deadline);
    }
    Expected<void> operator()(const decide::SetPeerScore& step) const
    {
        return ports.cluster.set_peer_score(step.score, deadline);
    }
    Expected<void> operator()(const decide::Record& step) const
    {
        return ports.cluster.record(step.self, step.peer, deadline);
    }
    Expected<void> operator()(const decide::PublishResync& step) const
    {
        return ports.cluster.publish_resync(step.text, deadline);
    }
    Expected<void> operator()(const decide::ClearOverride& /*step*/) const
    {
        return ports.cluster.clear_override(deadline);
    }
    Expected<void> operator()(const decide::WriteStandbyConfiguration& step) const
    {
        return ports.server.write_standby_configuration(step.upstream, deadline);
    }
    Expected<void> operator()(const decide::StartServer& /*step*/) const { return ports.server.start(deadline); }
    /// Without the note the sentinel may report an end that was meant, which costs a needless recovery.
    void expect_end() const
    {
        if (const auto noted = ports.sentinel.expect_end(); !noted)
            ports.log.write(Severity::debug, "could not note that the server is to end: " + noted.error().what);
    }
    Expected<void> operator()(const decide::StopFast& step) const
    {
        expect_end();
        return ports.server.stop(port::StopMode::fast, deadline.at_most(step.limit));
    }
    Expected<void> operator()(const decide::StopImmediate& step) const
    {
        expect_end();
        return ports.server.stop(port::StopMode::immediate, deadline.at_most(step.limit));
    }
    Expected<void> operator()(const decide::KillAll& /*step*/) const
    {
        expect_end();
        return ports.server.kill_all(deadline);
    }
    Expected<void> operator()(const decide::PromoteServer& /*step*/) const { return ports.server.promote(deadline); }
    Expected<void> operator()(const decide::CheckpointInBackground& /*step*/) const
    {
        return ports.server.checkpoint_in_background();
    }
    Expected<void> operator()(const decide::ResumeReplay& /*step*/) const
    {
        return ports.postgres.resume_replay(deadline);
    }
    Expected<void> operator()(const decide::FollowPeer& /*step*/) const { return ports.postgres.follow_peer(deadline); }
    Expected<void> operator()(const decide::SetSyncStandbyNames& step) const
    {
        return ports.postgres.set_sync_standby_names(step.names, deadline);
    }
    Expected<void> operator()(const decide::EnsureSlot& /*step*/) const { return ports.postgres.ensure_slot(deadline); }
    Expected<void> operator()(const decide::DropSlot& /*step*/) const { return ports.postgres.drop_slot(deadline); }
    Expected<void> operator()(const decide::LaunchWorker& /*step*/) const { return ports.worker.launch(deadline); }
    Expected<void> operator()(const decide::EndWorker& /*step*/) const { return ports.worker.end(deadline); }
    Expected<void> operator()(const decide::LaunchSentinel& /*step*/) const { return ports.sentinel.launch(); }
    Expected<void> operator()(const decide::EnsurePeerSlot& /*step*/) const
    {
        return ports.postgres.ensure_peer_slot(deadline);
    }
    Expected<void> operator()(const decide::BaseBackup& /*step*/) const
    {
        ProgressReporter reporter{"base backup", ports, deadline};
        return ports.server.base_backup([&reporter](const port::Progress& progress) { reporter(progress); }, deadline);
    }
    Expected<void> operator()(const decide::TakeOverSettings& /*step*/) const
    {
        return ports.postgres.take_over_settings(deadline);
    }
    Expected<void> operator()(const decide::Warn& step) const
    {
        // What cannot be remembered would be said again by every monitor.
        auto remembered = step.watch ? ports.store.save_watch(*step.watch) : Expected<void>{};
        for (const std::string& line : step.lines)
            if (remembered)
                ports.log.write(Severity::warning, line);
        return remembered;
    }
    Expected<void> operator()(const decide::SwapDirectories& /*step*/) const
    {
        return ports.server.swap_directories(deadline);
    }
    Expected<void> operator()(const decide::DisposeOldDirectory& step) const
    {
        return ports.server.dispose_old_directory(step.is_torn ? port::OldCopy::torn : port::OldCopy::usable, deadline);
    }
    Expected<void> operator()(const decide::RehearseRewind& step) const
    {
        if (step.pause > 0ms)
            ports.clock.wait(step.pause);
        return ports.server.rehearse_rewind(deadline);
    }
    Expected<void> operator()(const decide::Rewind& /*step*/) const
    {
        ProgressReporter reporter{"rewind", ports, deadline};
        return ports.server.rewind([&reporter](const port::Progress& progress) { reporter(progress); }, deadline);
    }
};

std::string describe_certificate(const decide::SetCertificate& step)
{
    return step.certificate ? "the peer is certified: it may be promoted without losing a commit"
                            : "the peer's certificate is removed: it must not be promoted";
}

std::string describe_names(const decide::SetSyncStandbyNames& step)
{
    return step.names.empty() ? "commits no longer wait for the standby"
                              : "commits wait for the standby: synchronous_standby_names is " + step.names;
}

} // namespace

Expected<void> apply(const decide::Step& step, Ports& ports, const Deadline& deadline)
{
    return std::visit(Apply{ports, deadline}, step);
}

std::string describe(const decide::Step& step)
{
    if (const auto* certificate = std::get_if<decide::SetCertificate>(&step))
        return describe_certificate(*certificate);
    if (const auto* names = std::get_if<decide::SetSyncStandbyNames>(&step))
        return describe_names(*names);
    if (const auto* launch = std::get_if<decide::LaunchWorker>(&step))
        return "this node is repaired from its peer (" + launch->why + ")";
    if (const auto* resync = std::get_if<decide::PublishResync>(&step))
        return resync->text;
    if (std::holds_alternative<decide::Record>(step))
        return "this node is recorded as primary";
    if (std::holds_alternative<decide::StopImmediate>(step))
        return "the server was stopped in mode immediate";
    if (std::holds_alternative<decide::KillAll>(step))
        return "left-over processes of the data directory were killed";
    if (std::holds_alternative<decide::FollowPeer>(step))
        return "the standby is told to follow its peer";
    if (std::holds_alternative<decide::Rewind>(step))
        return "the data directory was rewound to the history of the primary";
    if (std::holds_alternative<decide::EnsureSlot>(step))
        return "the replication slot of the peer is ready";
    return {};
}

} // namespace pgtwin::action
