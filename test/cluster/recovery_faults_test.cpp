// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/doom.hpp"
#include "cluster/repairs.hpp"
#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"
#include "cluster/trouble.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr seconds repaired_within{180};
constexpr seconds any_gap{300};
constexpr const char* passwords = "/var/lib/postgresql/.pgpass";
constexpr const char* new_directory = "/var/lib/postgresql/data.pgtwin-new";
constexpr const char* state = "/var/lib/pgtwin/postgres-db/state";
constexpr const char* holder = "/run/pgtwin/postgres-db/rebuild.pid";
/// In a shell: the process that leads the worker's session.
constexpr const char* holder_id = "$(sed -n s/^pid=//p /run/pgtwin/postgres-db/rebuild.pid)";

/// Base backups that something holds up.
class RecoveryFaults : public PairTest
{
protected:
    /// Takes the standby out so that it needs a base backup; the directory that has to be there until the end of it.
    static std::string need_base_backup(const std::string& node)
    {
        take_out(lab(), node);
        order_base_backup(lab(), node);
        return directory_at(lab(), node, data_directory);
    }

    static void bring_online(const std::string& node) { lab().crm(node, {"node", "online", node}); }

    static void expect_untouched(const std::string& node, const std::string& directory)
    {
        EXPECT_EQ(directory_at(lab(), node, data_directory), directory)
            << "the old copy is gone before the new one streams";
        script(lab(), node, "test -s /var/lib/postgresql/data/global/pg_control");
    }

    static void expect_degraded_without_failure(const std::string& node)
    {
        const Ran ran = lab().try_exec(node, {"crm_resource", "--force-check", "-r", "postgres-db"});
        EXPECT_EQ(ran.code, 190) << ran.explained();
        EXPECT_NE((ran.out + ran.err).find("the standby is being rebuilt from the primary"), std::string::npos)
            << ran.explained();
        EXPECT_EQ(lab().state().failures, std::vector<std::string>{});
    }

    static void wait_copying(const std::string& node)
    {
        wait_resync(lab(), node, "phase=copying", heal_limit);
        wait_until(
            "a base backup on its way", Deadline{heal_limit},
            [&]() -> std::string
            {
                const bool is_begun = lab().try_exec(node, {"test", "-e", std::string{new_directory} + "/base"}).ok();
                return is_begun ? "" : "nothing is there yet";
            });
    }
};

TEST_F(RecoveryFaults, WaitsForARightPassword)
{
    const std::string node = pair().standby();
    const std::string directory = need_base_backup(node);
    script(lab(), node, std::string{"cp -p "} + passwords + " /root/right && sed -i 's/[^:]*$/wrong/' " + passwords);
    begin();
    bring_online(node);
    wait_resync(lab(), node, "cause=rebuild-denied", heal_limit);
    expect_untouched(node, directory);
    EXPECT_EQ(lab().state().failures, std::vector<std::string>{});
    script(lab(), node, std::string{"cat /root/right >"} + passwords);
    expect_smooth_recovery("wrong password, then the right one");
    EXPECT_EQ(lab().state().nodes[node].attribute("postgres-db-resync"), "");
}

TEST_F(RecoveryFaults, WaitsForAnOpenFirewall)
{
    const std::string node = pair().standby();
    const std::string directory = need_base_backup(node);
    begin();
    {
        const Blocked blocked{lab(), node, {replication_from_peer(node)}};
        bring_online(node);
        wait_resync(lab(), node, "cause=rebuild-no-source", heal_limit);
        expect_untouched(node, directory);
    }
    expect_smooth_recovery("closed firewall, then an open one");
}

TEST_F(RecoveryFaults, RefusesAForeignPrimaryBehindTheAddressOfItsPeer)
{
    const std::string node = pair().standby();
    const std::string directory = need_base_backup(node);
    script(lab(), node,
           "cd /tmp; rm -rf /tmp/foreign; B=$(ls -d /usr/lib/postgresql/*/bin | tail -1); "
           "runuser -u postgres -- $B/initdb -A trust -D /tmp/foreign >/dev/null; "
           "echo 'host replication all 127.0.0.0/8 trust' >>/tmp/foreign/pg_hba.conf; "
           "runuser -u postgres -- $B/pg_ctl -D /tmp/foreign -w -l /tmp/foreign.log -o \"-c listen_addresses=127.0.0.9 "
           "-c unix_socket_directories=/tmp/foreign\" start >/dev/null; "
           "runuser -u postgres -- psql -h /tmp/foreign -d postgres -qc 'CREATE ROLE replicator REPLICATION LOGIN'; "
           "cp /etc/hosts /root/hosts; sed \"s/^[0-9.]*\\([ \\t]\\+" +
               peer_of(node) + "\\)/127.0.0.9\\1/\" /root/hosts >/etc/hosts");
    begin();
    bring_online(node);
    wait_resync(lab(), node, "cause=rebuild-wrong-system", heal_limit);
    expect_untouched(node, directory);
    script(lab(), node,
           "cat /root/hosts >/etc/hosts; B=$(ls -d /usr/lib/postgresql/*/bin | tail -1); "
           "runuser -u postgres -- $B/pg_ctl -D /tmp/foreign -m immediate stop >/dev/null; rm -rf /tmp/foreign");
    expect_smooth_recovery("foreign primary behind the address of the peer");
}

TEST_F(RecoveryFaults, StreamsAgainAfterItsSlotWasDropped)
{
    const std::string node = pair().standby();
    const std::string primary = peer_of(node);
    take_out(lab(), node);
    const std::string directory = directory_at(lab(), node, data_directory);
    (void)lab().sql(primary, "SELECT pg_drop_replication_slot('ha_slot')");
    begin();
    bring_online(node);
    expect_recovery("slot dropped", gap_limit, heal_limit);
    EXPECT_EQ(directory_at(lab(), node, data_directory), directory) << "it was copied without need";
    EXPECT_EQ(lab().sql(primary, "SELECT active FROM pg_replication_slots WHERE slot_name = 'ha_slot'"), "t");
}

TEST_F(RecoveryFaults, IsNotPromotedBeforeItHasCaughtUp)
{
    const std::string node = pair().standby();
    const std::string primary = peer_of(node);
    take_out(lab(), node);
    const Ran written = lab().try_sql(
        primary,
        "SELECT count(pg_logical_emit_message(true, 'bulk', repeat('x', 1048576))) FROM generate_series(1, 200)",
        seconds{60});
    ASSERT_TRUE(written.ok()) << written.explained();
    begin();
    bring_online(node);
    lab().crm(primary, {"resource", "move", "postgres-clone", node});
    wait_primary(lab(), node);
    lab().crm(primary, {"resource", "clear", "postgres-clone"});
    expect_smooth_recovery("switchover demanded while the standby catches up");
    EXPECT_EQ(pair().primary(), node);
}

TEST_F(RecoveryFaults, BeginsAgainWhenItsNodeWasRebootedAmidTheCopy)
{
    const std::string node = pair().standby();
    const SlowCopies slow{lab()};
    const std::string directory = need_base_backup(node);
    begin();
    bring_online(node);
    wait_copying(node);
    expect_degraded_without_failure(node);
    lab().power_off(node);
    wait_peer_gone(lab(), peer_of(node));
    wait_copying(node);
    expect_untouched(node, directory);
    set_parameter(lab(), "basebackup_max_rate", "");
    expect_recovery("reboot amid a base backup", gap_limit, repaired_within);
}

TEST_F(RecoveryFaults, BeginsAgainWhenThePrimaryDiedAmidTheCopy)
{
    const std::string node = pair().standby();
    const std::string primary = peer_of(node);
    const SlowCopies slow{lab()};
    const std::string directory = need_base_backup(node);
    begin();
    bring_online(node);
    wait_copying(node);
    lab().power_off(primary);
    wait_peer_gone(lab(), node);
    expect_untouched(node, directory);
    wait_primary(lab(), primary);
    set_parameter(lab(), "basebackup_max_rate", "");
    expect_recovery("primary lost amid a base backup", any_gap, repaired_within);
    EXPECT_EQ(pair().primary(), primary);
}

/// The worker is stopped between its word that the copy is complete and the start of its server. What runs it is the
/// shell alone: any further process would come too late.
void stop_worker_before_its_server(const Lab& lab, const std::string& node)
{
    lab.exec(node,
             {"sh", "-c",
              std::string{"until test -s "} + holder + "; do sleep 0.1; done; pid=" + holder_id +
                  "; while :; do while read -r line; do case $line in rebuild=swapping) break 2;; esac; done <" +
                  state + "; done; kill -STOP $pid; grep -qx rebuild=swapping " + state},
             heal_limit);
}

TEST_F(RecoveryFaults, StartsACompleteCopyThoughItsPrimaryIsLost)
{
    const std::string node = pair().standby();
    const std::string primary = peer_of(node);
    (void)need_base_backup(node);
    script(lab(), node, std::string{"rm -f "} + holder);
    begin();
    bring_online(node);
    stop_worker_before_its_server(lab(), node);
    lab().unplug(primary);
    wait_peer_gone(lab(), node);
    script(lab(), node, std::string{"kill -KILL "} + holder_id);
    wait_resync(lab(), node, "cause=rebuild-not-streaming", heal_limit);
    EXPECT_EQ(lab().sql(node, "SELECT pg_is_in_recovery()"), "t");
    const std::string position = lab().state().nodes[node].attribute("postgres-db-position");
    EXPECT_NE(position.find("data=yes"), std::string::npos) << position;
    EXPECT_NE(position.find("alone=no"), std::string::npos) << position;
    wait_withheld(lab(), node);
    expect_refusal(lab(), node, "commits may be missing here, and the other node is away");
    lab().power_on(primary);
    expect_recovery("worker and primary lost, the copy complete", any_gap, repaired_within);
    EXPECT_EQ(pair().primary(), primary);
}

/// When a worker is killed, and how.
struct WorkersEnd
{
    std::string when;
    std::string command;
};

WorkersEnd as_soon_as(const std::string& condition)
{
    return {"as soon as: " + condition,
            "until " + condition + "; do :; done; pkill -KILL -f '[p]gtwin rebuild' || true"};
}

/// Before a system call of its own, counted from a moment after its beginning.
WorkersEnd before(const Step& step)
{
    return {"before " + step.text(),
            std::string{"until test -s "} + holder + "; do :; done; strace -qq -o /root/worker.calls -p " + holder_id +
                " -e trace=" + step.call + " -e inject=" + step.call +
                ":signal=KILL:when=" + std::to_string(step.count) +
                "; tail -n 2 /root/worker.calls; grep -q 'killed by SIGKILL' /root/worker.calls"};
}

/// What a worker has done, as conditions that stay true; all with PGTWIN_KILL_STEPS, else two. Or the steps that
/// PGTWIN_KILL_STEPS lists.
std::vector<WorkersEnd> ends_of_worker()
{
    std::vector<WorkersEnd> listed;
    for (const Step& step : chosen_steps({}))
        listed.push_back(before(step));
    if (!listed.empty())
        return listed;
    const std::string data = data_directory;
    const std::string is_displaced = "test -e " + data + ".pgtwin-old";
    const std::vector<WorkersEnd> all{
        as_soon_as(std::string{"test -e "} + holder),
        as_soon_as("test -e " + data + ".pgtwin-new"),
        as_soon_as("test -e " + data + ".pgtwin-new/global/pg_control || " + is_displaced),
        as_soon_as(std::string{"grep -qx rebuild=swapping "} + state + " || " + is_displaced),
        as_soon_as(is_displaced),
        as_soon_as("test ! -e " + data + ".pgtwin-new && " + is_displaced),
        as_soon_as("test -e " + data + "/standby.signal"),
        as_soon_as("test -e " + data + "/postmaster.pid")};
    if (is_every_occasion_wanted())
        return all;
    const std::size_t first = chosen_occasion(all.size() / 2);
    return {all.at(first), all.at(first + all.size() / 2)};
}

TEST_F(RecoveryFaults, SurvivesTheEndOfItsWorkerAtAnyMoment)
{
    const std::string node = pair().standby();
    for (const WorkersEnd& end : ends_of_worker())
    {
        (void)need_base_backup(node);
        script(
            lab(), node,
            "cd /var/lib/postgresql; rm -rf data.pgtwin-old /run/pgtwin/postgres-db/rebuild.pid data/standby.signal");
        begin();
        bring_online(node);
        report("the worker's end " + end.when + ": " + lab().exec(node, {"sh", "-c", end.command}, heal_limit));
        expect_recovery("worker killed " + end.when, gap_limit, repaired_within);
    }
}

TEST_F(RecoveryFaults, WaitsForRoomOnAFullDisk)
{
    const std::string node = pair().standby();
    take_out(lab(), node);
    script(lab(), node,
           "cd /var/lib/postgresql; rm -rf data.pgtwin-*; mkdir disk; mount -t tmpfs -o size=900m,mode=0755 tmpfs "
           "disk; chown "
           "postgres:postgres disk; mv data disk/data; ln -s disk/data data; chown -h postgres:postgres data");
    order_base_backup(lab(), node);
    const std::string directory = directory_at(lab(), node, data_directory);
    {
        const SlowCopies slow{lab()};
        begin();
        bring_online(node);
        wait_resync(lab(), node, "phase=copying", heal_limit);
        (void)lab().try_exec(node, {"dd", "if=/dev/zero", "of=/var/lib/postgresql/disk/filler", "bs=1M"}, seconds{60});
        set_parameter(lab(), "basebackup_max_rate", "");
        wait_resync(lab(), node, "cause=rebuild-no-space", seconds{120});
        expect_untouched(node, directory);
        script(lab(), node, "rm /var/lib/postgresql/disk/filler");
    }
    expect_recovery("disk full amid a base backup", gap_limit, repaired_within);
    EXPECT_NE(directory_at(lab(), node, data_directory), directory);
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
