// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/action/apply.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "pgtwin/model/resync.hpp"

namespace pgtwin::action
{
namespace
{

using namespace std::chrono_literals;

/// How often progress is published (issue: at most every 10 s).
constexpr BootTime progress_interval = 10s;

std::uint64_t count(std::int64_t value)
{
    return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
}

/// With rate and time left, as far as the time since the first report allows to tell.
Resync resync_of(ResyncPhase phase, const port::Progress& progress, std::int64_t bytes, BootTime time)
{
    Resync resync{phase, count(progress.done_bytes), count(progress.total_bytes), 0, 0, {}, {}};
    if (bytes > 0 && time >= 1s)
        resync.rate = count(bytes * 1000 / time.count());
    if (resync.rate > 0 && resync.total > resync.done)
        resync.left = (resync.total - resync.done) / resync.rate;
    return resync;
}

/// Publishes the first report and then one in each interval.
class ProgressReporter
{
public:
    ProgressReporter(ResyncPhase phase, Ports& ports, const Deadline& deadline)
        : phase_{phase}, ports_{ports}, deadline_{deadline}
    {
    }

    void operator()(const port::Progress& progress)
    {
        const BootTime now = ports_.clock.since_boot();
        if (last_.count() != 0 && now - last_ < progress_interval)
            return;
        if (last_.count() == 0)
        {
            begun_ = now;
            first_bytes_ = progress.done_bytes;
        }
        last_ = now;
        const Resync resync = resync_of(phase_, progress, progress.done_bytes - first_bytes_, now - begun_);
        ports_.log.write(Severity::info, resync.in_words());
        if (const auto published = ports_.cluster.publish_resync(resync.text(), deadline_.at_most(5s)); !published)
            ports_.log.write(Severity::debug, "could not publish progress: " + published.error().what);
    }

private:
    ResyncPhase phase_;
    Ports& ports_;
    const Deadline& deadline_;
    BootTime last_{};
    BootTime begun_{};
    std::int64_t first_bytes_ = 0;
};

std::string describe_disposal(port::Disposed disposed)
{
    switch (disposed)
    {
    case port::Disposed::nothing:
        return {};
    case port::Disposed::kept:
        return "the old data directory is kept as <pgdata>.pgtwin-old; remove it when it is not needed any more";
    case port::Disposed::removed:
        return "the old data directory was removed, the new one streams";
    case port::Disposed::removed_from_mount:
        return "the old data directory was removed, the new one streams; nothing is kept in a mount point";
    }
    return {};
}

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
    Expected<void> operator()(const decide::PublishAloneIn& step) const
    {
        return ports.cluster.publish_alone_in(step.membership, deadline);
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
        return ports.server.write_standby_configuration(step.settings, deadline);
    }
    Expected<void> operator()(const decide::StartServer& step) const
    {
        return step.wait == decide::StartWait::until_ready ? ports.server.start(deadline)
                                                           : ports.server.launch(deadline);
    }
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
    Expected<void> operator()(const decide::EndConflicts& /*step*/) const
    {
        return ports.postgres.end_conflicts(deadline);
    }
    Expected<void> operator()(const decide::FollowPeer& /*step*/) const { return ports.postgres.follow_peer(deadline); }
    Expected<void> operator()(const decide::SetArchive& step) const
    {
        return ports.server.set_archive(step.archive, deadline);
    }
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
    Expected<void> operator()(const decide::BaseBackup& step) const
    {
        if (step.pause > 0ms)
            ports.clock.wait(step.pause);
        ProgressReporter reporter{ResyncPhase::copying, ports, deadline};
        return ports.server.base_backup(
            step.tablespaces, [&reporter](const port::Progress& progress) { reporter(progress); }, deadline);
    }
    Expected<void> operator()(const decide::MakeRoom& step) const
    {
        return ports.server.make_room(step.sacrifice, deadline);
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
    Expected<void> operator()(const decide::SwapDirectories& step) const
    {
        return ports.server.swap_directories(step.old, deadline);
    }
    Expected<void> operator()(const decide::DisposeOldDirectory& step) const
    {
        const auto disposed = ports.server.dispose_old_directory(step.old, deadline);
        if (!disposed)
            return disposed.error();
        if (const std::string line = describe_disposal(*disposed); !line.empty())
            ports.log.write(Severity::info, line);
        return {};
    }
    Expected<void> operator()(const decide::RehearseRewind& step) const
    {
        if (step.pause > 0ms)
            ports.clock.wait(step.pause);
        return ports.server.rehearse_rewind(deadline);
    }
    Expected<void> operator()(const decide::Rewind& /*step*/) const
    {
        ProgressReporter reporter{ResyncPhase::rewinding, ports, deadline};
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

std::string resync_in_words(const std::string& text)
{
    const auto resync = text.empty() ? Expected<Resync>{Resync{}} : Resync::parse(text);
    return resync ? resync->in_words() : text;
}

std::string describe_sacrifice(const decide::MakeRoom& step)
{
    switch (step.sacrifice)
    {
    case Sacrifice::incomplete_copy:
        return {};
    case Sacrifice::kept_copy:
        return "what an earlier base backup has kept was removed, if there was any, to make room for another one";
    case Sacrifice::data_directory:
        return "the data directory was removed by order of the operator, to make room for a base backup";
    }
    return {};
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
        return resync_in_words(resync->text);
    if (const auto* room = std::get_if<decide::MakeRoom>(&step))
        return describe_sacrifice(*room);
    if (const auto* archive = std::get_if<decide::SetArchive>(&step))
        return archive->archive == Archive::in_use ? "restore_command may bring the WAL that the primary does not have"
                                                   : "restore_command is held back while the standby streams";
    if (std::holds_alternative<decide::Record>(step))
        return "this node is recorded as primary";
    if (std::holds_alternative<decide::StopImmediate>(step))
        return "the server was stopped in mode immediate";
    if (std::holds_alternative<decide::KillAll>(step))
        return "left-over processes of the data directory were killed";
    if (std::holds_alternative<decide::EndConflicts>(step))
        return "sessions of the standby that held replay up were ended";
    if (std::holds_alternative<decide::FollowPeer>(step))
        return "the standby is told to follow its peer";
    if (std::holds_alternative<decide::Rewind>(step))
        return "the data directory was rewound to the history of the primary";
    if (std::holds_alternative<decide::EnsureSlot>(step))
        return "the replication slot of the peer is ready";
    return {};
}

} // namespace pgtwin::action
