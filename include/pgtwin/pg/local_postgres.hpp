// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "pgtwin/pg/connection.hpp"
#include "pgtwin/pg/details.hpp"
#include "pgtwin/pg/instance.hpp"
#include "pgtwin/port/ports.hpp"

namespace pgtwin::pg
{

/// port::Postgres by libpq. A local session is taken for ours only if the postmaster of PGDATA listens on its socket.
class LocalPostgres : public port::Postgres
{
public:
    explicit LocalPostgres(Options options) : instance_{std::move(options)} {}

    using Look = std::pair<Answer, std::optional<ServerStatus>>;

    Expected<Look> status(const Deadline& deadline) override;
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

    /// What commands for people show beside the status.
    [[nodiscard]] Expected<ServerDetails> details(const Deadline& deadline) const;
    /// What a base backup of this server would bring, without WAL.
    [[nodiscard]] Expected<std::vector<BackupPart>> own_parts(const Deadline& deadline) const;

private:
    using Session = std::variant<Connection, Refusal>;
    using Values = std::vector<std::pair<std::string, std::string>>;

    [[nodiscard]] Expected<Look> status_in(const Deadline& deadline) const;
    [[nodiscard]] Expected<Session> open_local(std::string_view extra, const Deadline& deadline) const;
    [[nodiscard]] Expected<Session> without_file(Refusal refusal) const;
    [[nodiscard]] Expected<Session> open_peer(const Deadline& deadline) const;
    [[nodiscard]] Expected<Connection> local(const Deadline& deadline) const;
    [[nodiscard]] Expected<Connection> peer(const Deadline& deadline) const;
    [[nodiscard]] Expected<Settings> replication_facts(Connection& connection, const Deadline& deadline) const;
    [[nodiscard]] Expected<void> make_slot(Connection& connection, const Deadline& deadline) const;
    [[nodiscard]] Expected<void> retire_former_slot(Connection& connection, const Deadline& deadline) const;
    [[nodiscard]] Expected<void> alter_system(const Values& values, const Deadline& deadline) const;
    [[nodiscard]] Expected<bool> has_value(const std::string& name, std::string_view value,
                                           const Deadline& deadline) const;
    [[nodiscard]] Expected<void> run(const char* statement, const Deadline& deadline) const;

    Instance instance_;
    std::string database_{"postgres"}; ///< what it is asked in; another one once nobody answered there
};

} // namespace pgtwin::pg
