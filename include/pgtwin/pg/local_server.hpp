// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pgtwin/pg/directories.hpp"
#include "pgtwin/pg/instance.hpp"
#include "pgtwin/port/ports.hpp"
#include "pgtwin/sys/process.hpp"

namespace pgtwin::pg
{

/// port::Server by PostgreSQL's programs, which run as pguser with an environment of our own.
class LocalServer : public port::Server
{
public:
    explicit LocalServer(Options options) : instance_{std::move(options)} {}

    Expected<Installation> installation() override;
    Expected<Directory> directory(const Deadline& deadline) override;
    Expected<Processes> processes() override;
    Expected<Settings> settings_on_disk(const std::vector<std::string>& names, const Deadline& deadline) override;
    Expected<void> write_standby_configuration(StandbySettings settings, const Deadline& deadline) override;
    Expected<void> set_archive(Archive archive, const Deadline& deadline) override;
    Expected<void> start(const Deadline& deadline) override;
    Expected<void> launch(const Deadline& deadline) override;
    [[nodiscard]] std::string last_words() const override;
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
    [[nodiscard]] Expected<sys::Command> command(const std::string& program, std::vector<std::string> arguments) const;
    [[nodiscard]] Expected<std::string> output_of(const std::string& program, std::vector<std::string> arguments,
                                                  const Deadline& deadline) const;
    [[nodiscard]] Expected<std::string> setting_on_disk(const std::string& name, const Deadline& deadline) const;
    [[nodiscard]] Expected<int> program_version(const Deadline& deadline);
    [[nodiscard]] Expected<DirectoryKind> directory_kind() const;
    [[nodiscard]] Installation accessible(const sys::User& user, const std::string& passfile) const;
    [[nodiscard]] Expected<std::optional<ControlData>> control_data(const Deadline& deadline) const;
    [[nodiscard]] Expected<void> look_for_files(Directory& directory) const;
    [[nodiscard]] Expected<void> look_into(Directory& directory, const Deadline& deadline) const;
    [[nodiscard]] std::optional<WalSegment> segment_in_recovery(const Directory& directory) const;
    /// Options for settings that were lowered below what the WAL demands of a standby, as every start makes one: with
    /// the lower value the server would end at once.
    [[nodiscard]] std::string raised_settings(const Deadline& deadline) const;
    [[nodiscard]] Expected<std::vector<std::string>>
    start_arguments(const std::string& raised, std::vector<std::string> waiting, const Deadline& deadline);
    /// `raised`: settings above those of the configuration. `waiting`: the options of pg_ctl that say for how long.
    Expected<void> run_start(const std::string& raised, std::vector<std::string> waiting, const Deadline& deadline);
    [[nodiscard]] Expected<std::vector<std::string>> rewind_arguments(const Deadline& deadline);
    /// Empty directories for the tablespaces and the pg_wal of a new copy, as arguments of pg_basebackup.
    [[nodiscard]] Expected<std::vector<std::string>> arguments_elsewhere(const Directories& places,
                                                                         const std::vector<std::string>& tablespaces,
                                                                         const Deadline& deadline) const;
    [[nodiscard]] Expected<void> copy_from_peer(const Directories& places, const std::vector<std::string>& tablespaces,
                                                const std::function<void(port::Progress)>& progress,
                                                const Deadline& deadline);
    /// Leaves a word in a kept copy of where it comes from and how far it goes.
    [[nodiscard]] Expected<void> note_provenance(const std::string& copy, const sys::User& user,
                                                 const Deadline& deadline) const;
    /// By the manifest; success if there is no pg_verifybackup.
    [[nodiscard]] Expected<void> verify(const std::string& directory, const Deadline& deadline) const;
    /// The server refuses to start while the number in its lock file belongs to any process, even to a dead one.
    [[nodiscard]] Expected<void> wait_for_the_dead(const Deadline& deadline) const;
    /// Removes a lock file whose number belongs to another process of the server's user by now, as after a reboot.
    [[nodiscard]] Expected<void> remove_foreign_lock() const;
    [[nodiscard]] std::string collected_log() const;
    [[nodiscard]] std::uint64_t log_size() const;

    Instance instance_;
    std::optional<std::uint64_t> log_before_start_; ///< size of the log; empty: nothing was started
    std::optional<int> program_version_;            ///< does not change while a process of ours lives
};

} // namespace pgtwin::pg
