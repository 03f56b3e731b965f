// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/base/table.hpp"
#include "pgtwin/pg/server_log.hpp"

namespace pgtwin::pg
{
namespace
{

struct Case
{
    const char* name;
    const char* log;
    const char* cause;
};

class Cause : public testing::TestWithParam<Case>
{
};

TEST_P(Cause, IsWhatTheServerSaysOfIt)
{
    EXPECT_EQ(GetParam().cause, cause_in(GetParam().log));
}

// As PostgreSQL 15 and 17 have written them, with log_line_prefix = '%m [%p] ' or without.
const auto cases = table_of(
    Case{"a_bad_line",
         "2026-11-29 10:00:00.000 UTC [7] LOG:  syntax error in file \"/d/postgresql.conf\" line 3, near end of line\n"
         "2026-11-29 10:00:00.000 UTC [7] LOG:  unrecognized configuration parameter \"x\" in file \"/d/c\" line 4\n"
         "2026-11-29 10:00:00.000 UTC [7] FATAL:  configuration file \"/d/postgresql.conf\" contains errors\n",
         "syntax error in file \"/d/postgresql.conf\" line 3, near end of line"},
    Case{"a_port_in_use",
         "LOG:  starting PostgreSQL 15.18\n"
         "LOG:  could not bind IPv4 address \"127.0.0.1\": Address already in use\n"
         "HINT:  Is another postmaster already running on port 5432? If not, wait a few seconds and retry.\n"
         "WARNING:  could not create listen socket for \"localhost\"\n"
         "FATAL:  could not create any TCP/IP sockets\n"
         "LOG:  database system is shut down\n",
         "could not bind IPv4 address \"127.0.0.1\": Address already in use"},
    Case{"a_missing_library", "FATAL:  could not access file \"nolib\": No such file or directory\n",
         "could not access file \"nolib\": No such file or directory"},
    Case{"pg_hba_conf",
         "LOG:  invalid authentication method \"x\"\nCONTEXT:  line 3 of configuration file \"/d/pg_hba.conf\"\n"
         "FATAL:  could not load /d/pg_hba.conf\n",
         "invalid authentication method \"x\": line 3 of configuration file \"/d/pg_hba.conf\""},
    Case{"the_detail_of_an_end",
         "FATAL:  database files are incompatible with server\nDETAIL:  initialized by PostgreSQL version 14\n"
         "DETAIL:  more\n",
         "database files are incompatible with server: initialized by PostgreSQL version 14"},
    Case{"clients_that_are_turned_away",
         "LOG:  database system was interrupted; last known up at 10:00\nFATAL:  the database system is starting up\n"
         "DETAIL:  of the client\n"
         "PANIC:  could not locate a valid checkpoint record\nLOG:  startup process (PID 8) was terminated by signal "
         "6\n",
         "could not locate a valid checkpoint record"},
    Case{"before_logging_begins",
         "/usr/lib/postgresql/15/bin/postgres: error while loading shared libraries: libicui18n.so.72\n",
         "error while loading shared libraries: libicui18n.so.72"},
    Case{"an_end_on_request", "LOG:  starting PostgreSQL 15.18\nLOG:  received fast shutdown request\n", ""},
    Case{"an_end_without_a_complaint", "FATAL:  could not load server certificate file \"server.crt\": no such file\n",
         "could not load server certificate file \"server.crt\": no such file"},
    Case{"nothing", "", ""});

INSTANTIATE_TEST_SUITE_P(Log, Cause, testing::ValuesIn(cases), [](const auto& row) { return row.param.name; });

TEST(Words, AreWithoutWhatStandsInFrontOfThem)
{
    EXPECT_EQ("no such thing", words_in("/usr/bin/postgres: exit code 1: 2026-11-29 [7] FATAL:  no such thing"));
    EXPECT_EQ("could not access \"/x\"", words_in("/usr/bin/postgres: exit code 2: postgres: could not access \"/x\""));
    EXPECT_EQ("no answer", words_in("no answer"));
}

} // namespace
} // namespace pgtwin::pg
