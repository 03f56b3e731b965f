// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pgtwin/port/ports.hpp"

/// The world outside, as small things with a memory: a server that starts, streams and is promoted, a CIB with
/// attributes, state files, a clock. Nothing here waits, and nothing is scripted; tests look at what became of it.
namespace pgtwin::test
{

/// What was done to the world, in order, and what fails next.
class Journal
{
public:
    /// Notes a change; an Error of this kind if it is to fail.
    Expected<void> note(const std::string& what);
    /// The next `times` changes of this name fail.
    void fail(const std::string& what, int times = 1, ErrorKind kind = ErrorKind::timed_out);
    /// All changes of this name fail.
    void always_fail(const std::string& what) { fail(what, 1'000'000); }

    [[nodiscard]] const std::vector<std::string>& changes() const { return changes_; }
    /// The place of the first such change; -1: it never came.
    [[nodiscard]] int place_of(const std::string& what) const;
    [[nodiscard]] int last_place_of(const std::string& what) const;
    [[nodiscard]] bool has(const std::string& what) const { return place_of(what) >= 0; }
    void clear() { changes_.clear(); }

    /// How often each look was taken.
    std::map<std::string, int> looks;

private:
    std::vector<std::string> changes_;
    std::map<std::string, std::pair<int, ErrorKind>> failures_;
};

/// One PostgreSQL instance: a data directory, and a server on it that runs or not.
struct FakeInstance
{
    Directory directory;
    Processes processes = Processes::none;
    Answer answer = Answer::ready; ///< of a running server
    Role role = Role::standby;     ///< of a running server
    Lsn end{0x1000000};
    std::string sync_standby_names;
    bool names_peer = false;             ///< in primary_conninfo
    bool has_connection_to_peer = false; ///< if it names it
    bool is_cut_off = false;             ///< no connection comes about
    std::optional<Slot> slot;
    Settings settings;
    bool is_reachable = true; ///< by its peer
    bool is_promotion_slow = false;
    bool has_lost_wal = false; ///< what a standby would need next
    bool is_hanging = false;   ///< a fast shutdown does not end it
    std::string last_words;    ///< of a server that has ended
    std::optional<Directory> new_directory;
    std::optional<Directory> displaced_directory;

    /// A directory of `system` on timeline 1 that was shut down as a primary's.
    static FakeInstance initialised(std::uint64_t system);

    [[nodiscard]] bool is_primary() const { return processes == Processes::postmaster && role == Role::primary; }
    [[nodiscard]] bool is_standby() const { return processes == Processes::postmaster && role == Role::standby; }
    /// Whether it streams from this primary now; it has all of its WAL then.
    [[nodiscard]] bool streams_from(const FakeInstance& primary) const;
    /// Commits are written, and received by a standby that streams.
    void write(std::int64_t bytes) { end = Lsn{end.bytes() + static_cast<std::uint64_t>(bytes)}; }
    /// Every process dies at once.
    void crash() { processes = Processes::none; }
    void become_primary();
};

class FakePostgres final : public port::Postgres
{
public:
    FakePostgres(FakeInstance& own, FakeInstance& peer, std::string peer_name, Journal& journal)
        : own_{own}, peer_{peer}, peer_names_{'"' + std::move(peer_name) + '"'}, journal_{journal}
    {
    }

    Expected<std::pair<Answer, std::optional<ServerStatus>>> status(const Deadline& deadline) override;
    Expected<Identity> identity(const Deadline& deadline) override;
    Expected<Identity> peer_identity(const Deadline& deadline) override;
    Expected<bool> peer_has_wal(const Identity& own, const Deadline& deadline) override;
    Expected<std::vector<BackupPart>> peer_parts(const Deadline& deadline) override;
    Expected<Settings> settings(const Deadline& deadline) override;
    Expected<void> set_sync_standby_names(std::string_view names, const Deadline& deadline) override;
    Expected<void> ensure_slot(const Deadline& deadline) override;
    Expected<void> drop_slot(const Deadline& deadline) override;
    Expected<void> ensure_peer_slot(const Deadline& deadline) override;
    Expected<void> resume_replay(const Deadline& deadline) override;
    Expected<void> end_conflicts(const Deadline& deadline) override;
    Expected<void> follow_peer(const Deadline& deadline) override;
    Expected<void> take_over_settings(const Deadline& deadline) override;

private:
    [[nodiscard]] ServerStatus look() const;

    FakeInstance& own_;
    FakeInstance& peer_;
    std::string peer_names_;
    Journal& journal_;
};

class FakeServer final : public port::Server
{
public:
    FakeServer(FakeInstance& own, FakeInstance& peer, Journal& journal) : own_{own}, peer_{peer}, journal_{journal} {}

    Expected<Directory> directory(const Deadline& deadline) override;
    Expected<Processes> processes() override;
    Expected<Installation> installation() override;
    Expected<Settings> settings_on_disk(const std::vector<std::string>& names, const Deadline& deadline) override;
    Expected<void> write_standby_configuration(StandbySettings settings, const Deadline& deadline) override;
    Expected<void> set_archive(Archive archive, const Deadline& deadline) override;
    Expected<void> start(const Deadline& deadline) override;
    Expected<void> launch(const Deadline& deadline) override { return start(deadline); }
    [[nodiscard]] std::string last_words() const override { return own_.last_words; }
    Expected<void> await_end(const Deadline& deadline) override;
    Expected<void> stop(port::StopMode mode, const Deadline& deadline) override;
    Expected<void> kill_all(const Deadline& deadline) override;
    Expected<void> promote(const Deadline& deadline) override;
    Expected<void> checkpoint_in_background() override;
    Expected<std::vector<Room>> room_for(const std::vector<BackupPart>& parts) override;
    Expected<void> make_room(Sacrifice sacrifice, const Deadline& deadline) override;
    Expected<void> base_backup(const std::vector<std::string>& tablespaces,
                               const std::function<void(port::Progress)>& progress, const Deadline& deadline) override;
    Expected<void> swap_directories(OldCopy old, const Deadline& deadline) override;
    Expected<port::Disposed> dispose_old_directory(OldCopy old, const Deadline& deadline) override;
    Expected<void> rehearse_rewind(const Deadline& deadline) override;
    Expected<void> rewind(const std::function<void(port::Progress)>& progress, const Deadline& deadline) override;

private:
    FakeInstance& own_;
    FakeInstance& peer_;
    Journal& journal_;
};

/// What both nodes see: one CIB.
struct FakeCib
{
    std::map<std::string, NodeView> nodes;
    std::map<std::string, std::string> resync;
    bool has_quorum = true;
    bool is_maintenance = false;
    int ring = 1;

    NodeView& of(const std::string& name);
    /// The node is lost and fenced: its transient attributes go with it.
    void fence(const std::string& name);
    void join(const std::string& name);
};

class FakeCluster final : public port::Cluster
{
public:
    FakeCluster(FakeCib& cib, std::string self, std::string peer, Journal& journal)
        : cib_{cib}, self_{std::move(self)}, peer_{std::move(peer)}, journal_{journal}
    {
    }
    bool is_running = true; ///< Pacemaker on this machine

    Expected<ClusterView> look(const Deadline& deadline) override;
    Expected<std::string> membership(const Deadline& deadline) override;
    Expected<void> publish_run(const std::optional<RunRecord>& run, const Deadline& deadline) override;
    Expected<void> publish_position(const std::optional<Position>& position, const Deadline& deadline) override;
    Expected<void> set_certificate(const std::optional<Certificate>& certificate, const Deadline& deadline) override;
    Expected<void> set_own_score(int score, const Deadline& deadline) override;
    Expected<void> set_peer_score(int score, const Deadline& deadline) override;
    Expected<void> record(DataStatus self, DataStatus peer, const Deadline& deadline) override;
    Expected<void> publish_alone_in(const std::string& membership, const Deadline& deadline) override;
    Expected<void> publish_resync(std::string_view text, const Deadline& deadline) override;
    Expected<void> report_failure(const Deadline& deadline) override;
    Expected<void> clear_override(const Deadline& deadline) override;

private:
    /// Notes the change and makes it, unless it is to fail.
    Expected<void> change(const std::string& what, const std::function<void()>& make);

    FakeCib& cib_;
    std::string self_;
    std::string peer_;
    Journal& journal_;
};

class FakeStore final : public port::Store
{
public:
    explicit FakeStore(Journal& journal) : journal_{journal} {}
    LocalState state;
    Watch watch;
    bool is_readable = true;

    Expected<LocalState> load() override;
    Expected<void> save(const LocalState& state) override;
    Expected<Watch> load_watch() override;
    Expected<void> save_watch(const Watch& watch) override;

private:
    Journal& journal_;
};

class FakeWorker final : public port::Worker
{
public:
    explicit FakeWorker(Journal& journal) : journal_{journal} {}
    bool is_alive = false;

    Expected<bool> is_running() override;
    Expected<void> launch(const Deadline& deadline) override;
    Expected<void> end(const Deadline& deadline) override;

private:
    Journal& journal_;
};

class FakeSentinel final : public port::Sentinel
{
public:
    explicit FakeSentinel(Journal& journal) : journal_{journal} {}
    bool is_intended = false; ///< by an action that runs
    bool is_expected = false;

    Expected<void> launch() override;
    Expected<void> expect_end() override;
    Expected<bool> is_end_intended() override;

private:
    Journal& journal_;
};

/// A clock that waits by moving its hands; `each_wait` lets the world go on meanwhile.
class FakeClock final : public port::Clock
{
public:
    BootTime now{std::chrono::minutes{60}};
    std::function<void()> each_wait;
    int waits = 0;

    BootTime since_boot() override { return now; }
    void wait(std::chrono::milliseconds pause) override;
    RunId random_word() override;

private:
    int words_ = 0;
};

class FakeLog final : public port::Log
{
public:
    struct Line
    {
        Severity severity = Severity::debug;
        std::string text;
    };
    std::vector<Line> lines;
    std::vector<std::string> exit_reasons;

    void write(Severity severity, std::string_view line) override { lines.push_back({severity, std::string{line}}); }
    void exit_reason(std::string_view line) override { exit_reasons.emplace_back(line); }
    /// Lines that are worth a look: everything above debug.
    [[nodiscard]] std::vector<std::string> spoken() const;
};

} // namespace pgtwin::test
