// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/migration.hpp"

#include <algorithm>
#include <iostream>

#include "cluster/pair.hpp"

namespace pgtwin::test
{

using std::chrono::seconds;

void MigrationTest::SetUp()
{
    lab_.prepare_postgres();
    for (const char* const node : {first_node, second_node})
        run(node, "install -d -o postgres -g postgres /var/lib/pgsql/tmp\n"
                  "sed -i /restart_after_crash/d /var/lib/postgresql/data/postgresql.conf 2>/dev/null || true\n"
                  "echo '192.0.2.20:*:*:replicator:replicator' >>/var/lib/postgresql/.pgpass\n"
                  "ln -s /usr/lib/ocf/resource.d/heartbeat/pgtwin /usr/sbin/pgtwin\n");
}

void MigrationTest::TearDown()
{
    if (HasFailure())
        std::cout << "logs: " << lab_.collect_logs(testing::UnitTest::GetInstance()->current_test_info()->name())
                  << std::endl;
}

std::string MigrationTest::run(const std::string& node, const std::string& script) const
{
    return lab_.exec(
        node,
        {"bash", "-ec",
         "bin=$(echo /usr/lib/postgresql/*/bin); version=$(basename $(dirname $bin)); cd /root\n" + script},
        seconds{90});
}

void MigrationTest::by_the_page(const std::string& node, const Block& block) const
{
    follow(lab_, node, block, differences_);
}

void MigrationTest::by_the_page_on_both(const Block& block) const
{
    for (const char* const node : {first_node, second_node})
        by_the_page(node, block);
}

void MigrationTest::create_the_ledger() const
{
    (void)lab_.sql(first_node, "SET ROLE app; CREATE TABLE ledger (id bigint PRIMARY KEY)");
}

void MigrationTest::wait_for_address() const
{
    wait_until("a primary behind the address", Deadline{seconds{60}},
               [this]() -> std::string
               {
                   const ClusterState state = lab_.state();
                   return state.primary() && state.vip_node == *state.primary() ? "" : state.summary();
               });
}

void MigrationTest::wait_for_stream(const std::string& sync_state) const
{
    wait_for_address();
    wait_until("a standby that streams, " + sync_state, Deadline{seconds{60}},
               [&]() -> std::string
               {
                   const Ran seen =
                       lab_.try_sql(*lab_.state().primary(), "SELECT state, sync_state FROM pg_stat_replication");
                   return seen.out == "streaming|" + sync_state + "\n" ? "" : seen.out + seen.explained();
               });
}

void MigrationTest::wait_for_pgtwin() const
{
    wait_until("primary and synchronous standby", Deadline{seconds{60}}, [this]() { return ailment_of(lab_); });
}

void MigrationTest::take_over(const Client& client) const
{
    by_the_page(first_node, Block{"doc/migration.md", "pgtwin-begin"});
    wait_for_pgtwin();
    EXPECT_EQ(lab_.state().failures, std::vector<std::string>{});
    expect_all_commits(client, "with pgtwin");
    expect_no_error_by_check();
}

void MigrationTest::expect_no_error_by_check() const
{
    const Ran check = lab_.try_exec(first_node, {"pgtwin", "check"}, seconds{40});
    EXPECT_LE(check.code, 1) << check.out << check.err;
    std::cout << check.out << std::endl;
}

void MigrationTest::expect_all_commits(const Client& client, const std::string& when)
{
    const std::size_t before = client.ledger().count();
    wait_until("commits " + when, Deadline{seconds{30}},
               [&]() -> std::string { return client.ledger().count() > before + 10 ? "" : client.trouble(); });
    const std::vector<Id> acknowledged = client.ledger().ids();
    for (const std::string node : {first_node, second_node})
        wait_until("every commit on " + node + " " + when, Deadline{seconds{15}},
                   [&]() -> std::string
                   {
                       const auto held = client.ids_on(node);
                       if (!held)
                           return held.error().what;
                       const bool has_all =
                           std::includes(held->begin(), held->end(), acknowledged.begin(), acknowledged.end());
                       return has_all ? "" : "some are missing";
                   });
}

} // namespace pgtwin::test
