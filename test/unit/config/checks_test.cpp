// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <set>

#include "pgtwin/config/checks.hpp"

namespace pgtwin::config
{
namespace
{

Params params()
{
    Params given;
    given.pgdata = "/srv/db/data";
    given.pgport = 5432;
    given.slot_name = "ha_slot";
    given.max_slot_wal_keep_size = 1024;
    return given;
}

/// Settings as a pair should have them.
Settings sound()
{
    return {
        {"data_directory",                   "/srv/db/data"                     },
        {"restart_after_crash",              "off"                              },
        {"wal_level",                        "replica"                          },
        {"max_wal_senders",                  "10"                               },
        {"max_replication_slots",            "10"                               },
        {"hot_standby",                      "on"                               },
        {"fsync",                            "on"                               },
        {"full_page_writes",                 "on"                               },
        {"wal_receiver_status_interval",     "10"                               },
        {"recovery_target_timeline",         "latest"                           },
        {"recovery_target",                  ""                                 },
        {"recovery_target_lsn",              ""                                 },
        {"recovery_target_name",             ""                                 },
        {"recovery_target_time",             ""                                 },
        {"recovery_target_xid",              ""                                 },
        {"wal_log_hints",                    "off"                              },
        {"data_checksums",                   "on"                               },
        {"port",                             "5432"                             },
        {"listen_addresses",                 "*"                                },
        {"synchronous_commit",               "on"                               },
        {"synchronous_standby_names",        "\"psql2\""                        },
        {"wal_sender_timeout",               "60000"                            },
        {"wal_receiver_timeout",             "60000"                            },
        {"max_standby_streaming_delay",      "30000"                            },
        {"recovery_min_apply_delay",         "0"                                },
        {"hot_standby_feedback",             "off"                              },
        {"max_slot_wal_keep_size",           "-1"                               },
        {"wal_keep_size",                    "1024"                             },
        {"primary_slot_name",                "ha_slot"                          },
        {"primary_conninfo",                 "host=psql1 application_name=psql2"},
        {"restore_command",                  "timeout 9 cp /a/%f %p || exit 1"  },
        {"archive_mode",                     "off"                              },
        {"archive_command",                  "(disabled)"                       },
        {"archive_library",                  ""                                 },
        {"pg_hba.conf",                      "admits the peer"                  },
        {"pg_hba.conf for pg_rewind",        "admits the peer"                  },
        {"settings that wait for a restart", ""                                 },
        {"slots without use",                ""                                 },
        {"replication role",                 "may replicate"                    },
        {"functions of pg_rewind",           "granted"                          },
        {"pg_stat_archiver",                 "working"                          }
    };
}

std::vector<std::string> ids(const std::vector<Finding>& findings)
{
    std::vector<std::string> result;
    for (const Finding& finding : findings)
        result.emplace_back(finding.id);
    return result;
}

using Changes = std::vector<std::pair<std::string, std::string>>;

std::vector<Finding> findings(const Changes& changes, Role role = Role::primary, const Params& given = params())
{
    Settings settings = sound();
    for (const auto& [name, value] : changes)
        settings[name] = value;
    return check_settings(settings, role, given);
}

TEST(SettingsCheck, FindsNothingInASoundServer)
{
    EXPECT_EQ(ids(findings({}, Role::primary)), std::vector<std::string>{});
    EXPECT_EQ(ids(findings({}, Role::standby)), std::vector<std::string>{});
}

TEST(SettingsCheck, KnowsASoundValueOfEverySettingItReads)
{
    for (const std::string& name : settings_to_read())
        EXPECT_EQ(sound().count(name), 1U) << name;
    EXPECT_EQ(settings_to_read().size(), sound().size());
}

struct WrongSetting
{
    const char* id;
    FindingSeverity severity;
    Changes changes;
    Role role = Role::primary;
};

/// Names the row in the list of tests.
void PrintTo(const WrongSetting& wrong, std::ostream* out) // NOLINT(readability-identifier-naming): GoogleTest's name
{
    *out << wrong.id;
}

class Setting : public testing::TestWithParam<WrongSetting>
{
};

TEST_P(Setting, IsFoundAloneWithItsSeverity)
{
    const auto found = findings(GetParam().changes, GetParam().role);
    ASSERT_EQ(ids(found), std::vector<std::string>{GetParam().id});
    EXPECT_EQ(found[0].severity, GetParam().severity);
}

using enum FindingSeverity;

INSTANTIATE_TEST_SUITE_P(
    Config, Setting,
    testing::Values(
        WrongSetting{
            "another-data-directory", critical, {{"data_directory", "/srv/db/other"}}
},
        WrongSetting{"restart-after-crash", critical, {{"restart_after_crash", "on"}}},
        WrongSetting{"wal-level-minimal", error, {{"wal_level", "minimal"}}},
        WrongSetting{"too-few-wal-senders", error, {{"max_wal_senders", "1"}}},
        WrongSetting{"too-few-slots", error, {{"max_replication_slots", "0"}}},
        WrongSetting{"hot-standby-off", error, {{"hot_standby", "off"}}},
        WrongSetting{"fsync-off", error, {{"fsync", "off"}}},
        WrongSetting{"no-standby-reports", error, {{"wal_receiver_status_interval", "0"}}},
        WrongSetting{"timeline-not-latest", error, {{"recovery_target_timeline", "3"}}},
        WrongSetting{"recovery-target", error, {{"recovery_target", "immediate"}}},
        WrongSetting{"recovery-target-lsn", error, {{"recovery_target_lsn", "0/1"}}},
        WrongSetting{"recovery-target-name", error, {{"recovery_target_name", "x"}}},
        WrongSetting{"recovery-target-time", error, {{"recovery_target_time", "2026-01-01"}}},
        WrongSetting{"recovery-target-xid", error, {{"recovery_target_xid", "7"}}},
        WrongSetting{"full-page-writes-off", warning, {{"full_page_writes", "off"}}},
        WrongSetting{"rewind-impossible", warning, {{"data_checksums", "off"}}},
        WrongSetting{"port-differs", warning, {{"port", "5433"}}},
        WrongSetting{"listens-locally-only", warning, {{"listen_addresses", "localhost, 127.0.0.1,::1"}}},
        WrongSetting{"commits-do-not-wait", warning, {{"synchronous_commit", "local"}}},
        WrongSetting{"wal-sender-timeout", warning, {{"wal_sender_timeout", "9999"}}},
        WrongSetting{"wal-receiver-timeout", warning, {{"wal_receiver_timeout", "0"}}},
        WrongSetting{"unlimited-standby-delay", warning, {{"max_standby_streaming_delay", "-1"}}},
        WrongSetting{"delayed-standby", warning, {{"recovery_min_apply_delay", "5000"}}},
        WrongSetting{"standby-holds-vacuum-back", warning, {{"hot_standby_feedback", "on"}}},
        WrongSetting{"no-wal-kept", warning, {{"wal_keep_size", "0"}}},
        WrongSetting{"another-slot", warning, {{"primary_slot_name", ""}}, Role::standby},
        WrongSetting{"nameless-standby", warning, {{"primary_conninfo", "host=psql1"}}, Role::standby},
        WrongSetting{"peer-not-admitted", warning, {{"pg_hba.conf", "does not admit the peer"}}},
        WrongSetting{"replication-role", warning, {{"replication role", "missing"}}},
        WrongSetting{"rewind-not-granted", warning, {{"functions of pg_rewind", "not granted"}}},
        WrongSetting{"rewind-not-admitted", warning, {{"pg_hba.conf for pg_rewind", "does not admit the peer"}}},
        WrongSetting{"pending-restart", warning, {{"settings that wait for a restart", "max_connections"}}},
        WrongSetting{"unused-slot", warning, {{"slots without use", "backup former"}}},
        WrongSetting{"restore-may-stop-standby", warning, {{"restore_command", "ssh backup cat %f >%p || exit 1"}}},
        WrongSetting{"archive-failing", warning, {{"pg_stat_archiver", "failing"}}},
        WrongSetting{"archive-nowhere", warning, {{"archive_mode", "on"}, {"archive_command", ""}}},
        WrongSetting{
            "archive-failures-not-handled", warning, {{"archive_mode", "on"}, {"archive_command", "cp %p /a/%f"}}},
        WrongSetting{"archive-failures-hidden",
                     warning,
                     {{"archive_mode", "always"}, {"archive_command", "cp %p /a/%f || /bin/true ; "}}}),
    [](const testing::TestParamInfo<WrongSetting>& row)
    {
        std::string name = row.param.id;
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

TEST(SettingsCheck, JudgesOnlyTheStandbyByItsConnection)
{
    EXPECT_TRUE(findings(
                    {
                        {"primary_slot_name", ""      },
                        {"primary_conninfo",  "host=x"}
    },
                    Role::primary)
                    .empty());
    EXPECT_TRUE(findings(
                    {
                        {"primary_conninfo", ""}
    },
                    Role::standby)
                    .empty());
}

TEST(SettingsCheck, DoesNotJudgeWhatAServerDoesNotHave)
{
    EXPECT_TRUE(check_settings({}, Role::primary, params()).empty());
}

TEST(SettingsCheck, LetsCommitsGoAheadInAsyncMode)
{
    Params async = params();
    async.rep_mode = ReplicationMode::async;
    EXPECT_EQ(ids(findings(
                  {
                      {"synchronous_commit", "off"}
    },
                  Role::primary, async)),
              std::vector<std::string>{"commits-wait-in-async-mode"});
    EXPECT_TRUE(findings(
                    {
                        {"synchronous_standby_names", ""}
    },
                    Role::primary, async)
                    .empty());
    EXPECT_TRUE(findings({}, Role::standby, async).empty());
}

TEST(SettingsCheck, WantsALimitForTheSlotFromServerOrParameter)
{
    Params unlimited = params();
    unlimited.max_slot_wal_keep_size = 0;
    EXPECT_EQ(ids(findings({}, Role::primary, unlimited)), std::vector<std::string>{"slot-without-limit"});
    EXPECT_TRUE(findings(
                    {
                        {"max_slot_wal_keep_size", "4096"}
    },
                    Role::primary, unlimited)
                    .empty());
}

TEST(SettingsCheck, AcceptsAnArchiveLibraryOrACommandThatReports)
{
    EXPECT_TRUE(findings({
                             {"archive_mode",    "on"           },
                             {"archive_command", ""             },
                             {"archive_library", "basic_archive"}
    })
                    .empty());
    EXPECT_TRUE(findings({
                             {"archive_mode",    "on"                      },
                             {"archive_command", "cp %p /a/%f || report %f"}
    })
                    .empty());
}

TEST(Finding, IsOneLineWithTheRemedy)
{
    EXPECT_EQ(
        findings({
            {"wal_level", "minimal"}
    })[0]
            .line(),
        "wal_level = minimal, set wal_level = replica: no standby can follow without replication data in the WAL");
}

TEST(Finding, NeverShowsCommandsAndConnectionStrings)
{
    for (const Finding& finding : findings({
             {"archive_mode",    "on"                 },
             {"archive_command", "put --key=secret %p"}
    }))
        EXPECT_EQ(finding.line().find("secret"), std::string::npos);
    for (const Finding& finding : findings(
             {
                 {"primary_conninfo", "password=secret"}
    },
             Role::standby))
        EXPECT_EQ(finding.line().find("secret"), std::string::npos);
}

TEST(CheckTable, NamesEachCheckOnce)
{
    std::set<std::string_view> seen;
    for (const CheckSpec& check : check_table())
        EXPECT_TRUE(seen.insert(check.id).second) << check.id;
}

TEST(SettingsBeforeStart, AreTheCriticalOnesAndTheLimitOfTheSlot)
{
    auto names = critical_settings();
    names.emplace_back("max_slot_wal_keep_size");
    EXPECT_EQ(settings_before_start(), names);
}

TEST(CriticalSettings, AreThoseThatForbidAStart)
{
    const auto names = critical_settings();
    EXPECT_EQ(names.front(), "data_directory") << "what else is said may come from another directory";
    EXPECT_NE(std::find(names.begin(), names.end(), "fsync"), names.end());
    EXPECT_EQ(std::find(names.begin(), names.end(), "wal_keep_size"), names.end());
}

} // namespace
} // namespace pgtwin::config
