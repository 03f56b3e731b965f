// SPDX-License-Identifier: GPL-2.0-or-later
#include "contract/node.hpp"

#include <cstdlib>

namespace pgtwin::test
{
namespace
{

// Long enough to build a missing root file system first.
constexpr std::chrono::seconds limit{280};

constexpr const char* prepare_database = R"(
bin=$(echo /usr/lib/postgresql/*/bin)
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
install -d -o postgres -m 0700 /srv/db
as_postgres "$bin/initdb" --no-sync --auth=peer -D /srv/db/data >/dev/null
cat >>/srv/db/data/postgresql.conf <<END
restart_after_crash = off
listen_addresses = '*'
wal_keep_size = 64MB
wal_log_hints = on
END
install -o postgres -m 0600 /dev/null /var/lib/postgresql/.pgpass
echo '*:*:replication:replicator:secret' >/var/lib/postgresql/.pgpass
export OCF_ROOT=/usr/lib/ocf OCF_RESKEY_pgdata=/srv/db/data OCF_RESKEY_node_list='psql1 psql2'
export HA_LOGFACILITY=none HA_LOGFILE=/tmp/agent.log
)";

} // namespace

Ran run_with_database(const std::string& script)
{
    return run_on_node(prepare_database + script);
}

Ran run_on_node(const std::string& script)
{
    const char* const executable = std::getenv("PGTWIN_EXECUTABLE");
    return run_program({PGTWIN_SOURCE_DIR "/test/contract/in-root.sh", executable == nullptr ? "" : executable, "sh",
                        "-euc", std::string{"agent="} + agent_path + "\ncd /tmp\n" + script},
                       Deadline{limit});
}

} // namespace pgtwin::test
