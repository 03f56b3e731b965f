// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/repairs.hpp"
#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

/// What an administrator does with a backup of the pair, by doc/operations.md.
class Restored : public PairTest
{
protected:
    static constexpr const char* programs = "cd /var/lib/postgresql; B=$(ls -d /usr/lib/postgresql/*/bin | tail -1); ";

    static void back_up(const std::string& primary)
    {
        script(lab(), primary,
               std::string{programs} +
                   "runuser -u postgres -- env PGPASSFILE=/var/lib/postgresql/.pgpass "
                   "$B/pg_basebackup -h " +
                   primary + " -U replicator -D backup -X stream -c fast");
    }

    static void stop_both()
    {
        lab().crm(first_node, {"resource", "stop", "postgres-clone"});
        wait_state(lab(), "both stopped", patience,
                   [](const ClusterState& state)
                   {
                       const bool is_running =
                           !state.with_role("Promoted").empty() || !state.with_role("Unpromoted").empty();
                       return is_running ? state.summary() : "";
                   });
    }

    /// To the point at which the backup is consistent, and a table beyond it.
    static void recover(const std::string& node)
    {
        script(
            lab(), node,
            std::string{programs} +
                "rm -rf data; mv backup data; touch data/recovery.signal; chown postgres: data/recovery.signal; "
                "runuser -u postgres -- $B/pg_ctl -D data -w -l /dev/null -o \"-c recovery_target=immediate "
                "-c recovery_target_action=promote -c restore_command=false -c synchronous_standby_names=''\" start; "
                "runuser -u postgres -- $B/pg_ctl -D data -w promote || true");
        wait_until("a server open for writing", Deadline{patience},
                   [&]() -> std::string
                   { return lab().try_sql(node, "CREATE TABLE restored ()").ok() ? "" : "not yet"; });
        script(lab(), node, std::string{programs} + "runuser -u postgres -- $B/pg_ctl -D data -w -m fast stop");
    }
};

TEST_F(Restored, BackupWinsWhereTheOtherNodeIsEmpty)
{
    const std::string primary = pair().primary();
    back_up(primary);
    (void)lab().sql(primary, "CREATE TABLE regretted ()");
    stop_both();
    recover(primary);
    script(lab(), peer_of(primary), "mv /var/lib/postgresql/data /var/lib/postgresql/data.regretted");
    lab().crm(first_node, {"resource", "start", "postgres-clone"});
    pair().wait_healthy(heal_limit);
    EXPECT_EQ(pair().primary(), primary);
    for (const std::string& node : {primary, peer_of(primary)})
        EXPECT_EQ(lab().sql(node, "SELECT to_regclass('restored'), to_regclass('regretted') IS NULL"), "restored|t");
}

} // namespace
} // namespace pgtwin::test
